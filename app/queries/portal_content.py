"""How much of each kind of content there is: the first page of who edits it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app import clock, db
from app.models import PortalBanner, PortalDocument, PortalTile, SupportException
from app.queries.help_pages import edited_pages
from app.working_days import day_of


@dataclass(frozen=True, slots=True)
class ContentCounts:
    """`banners`: shown today. `special_days`: today or later. `drafts`: help pages that wait to be published."""

    tiles: int
    banners: int
    documents: int
    special_days: int
    help_pages: int
    drafts: int


def content_counts() -> ContentCounts:
    """Four statements, and those of the help pages."""
    today = day_of(clock.now())
    pages = edited_pages()
    shown = (PortalBanner.active, PortalBanner.starts_on <= today, PortalBanner.ends_on >= today)
    return ContentCounts(
        tiles=_count(PortalTile.active),
        banners=_count(*shown),
        documents=_count(PortalDocument.published),
        special_days=_count(SupportException.day >= today),
        help_pages=sum(page.read is not None for page in pages),
        drafts=sum(page.latest.state == "draft" for page in pages),
    )


def _count(*where: Any) -> int:
    return db.session().scalar(sa.select(sa.func.count()).where(*where)) or 0
