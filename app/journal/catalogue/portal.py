"""The portal itself: its contents, what it refuses, what it keeps no longer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.journal.catalogue.base import Event


@dataclass(frozen=True, kw_only=True)
class RetentionApplied(Event):
    name = "retention.applied"
    announced = False
    counts: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class AccessRefused(Event):
    """A signed-in person tried what the policy refuses (S-059)."""

    name = "access.refused"
    announced = False
    permission: str


# ── what the service centre edits in the portal ─────────────────────────────


@dataclass(frozen=True, kw_only=True)
class ContentSaved(Event):
    """Only what changed: `before` is None for something new."""

    announced = False
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class TileSaved(ContentSaved):
    name = "portal.tile_saved"


@dataclass(frozen=True, kw_only=True)
class BannerSaved(ContentSaved):
    name = "portal.banner_saved"


@dataclass(frozen=True, kw_only=True)
class DocumentSaved(ContentSaved):
    name = "portal.document_saved"


@dataclass(frozen=True, kw_only=True)
class SupportHoursSaved(ContentSaved):
    name = "portal.support_hours_saved"


@dataclass(frozen=True, kw_only=True)
class HelpPageSaved(ContentSaved):
    name = "portal.help_page_saved"
