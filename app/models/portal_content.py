"""What the service centre edits: tiles, banners, documents, support hours, help pages.

A row that is corrected carries `version`: whoever saves says which one they saw. Help pages and support hours are
written once a version, and the number plays that part.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UuidKey

EVERY_AUDIENCE = "audience IN ('everyone', 'signed_in', 'president', 'referent', 'agent')"


class PortalTile(Base):
    """A link to another service of the region, shown to signed-in people (S-007)."""

    __tablename__ = "portal_tile"
    __table_args__ = (CheckConstraint(EVERY_AUDIENCE, name="audience_known"),)

    id: Mapped[UuidKey]
    label: Mapped[str] = mapped_column(String(80))
    url: Mapped[str] = mapped_column(String(500))
    text: Mapped[str | None] = mapped_column(String(200))
    audience: Mapped[str] = mapped_column(String(12))
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]

    @property
    def external(self) -> bool:
        """An address of another site; those of this portal are paths."""
        return not self.url.startswith("/")


class PortalTileClick(Base):
    """How often an account opened a tile: what orders its own tiles, and nothing else."""

    __tablename__ = "portal_tile_click"

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    tile_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal_tile.id"), primary_key=True)
    count: Mapped[int] = mapped_column(default=1)
    last_at: Mapped[datetime]


class PortalBanner(Base):
    """A message above every page, from one day to another, both included, in Paris (S-010)."""

    __tablename__ = "portal_banner"
    __table_args__ = (
        CheckConstraint(EVERY_AUDIENCE, name="audience_known"),
        CheckConstraint("tone IN ('info', 'ok', 'attention', 'erreur')", name="tone_known"),
        CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),
        CheckConstraint("(link_url IS NULL) = (link_label IS NULL)", name="link_has_words"),
        Index("ix_portal_banner_days", "ends_on", "starts_on"),
    )

    id: Mapped[UuidKey]
    text: Mapped[str] = mapped_column(String(400))
    tone: Mapped[str] = mapped_column(String(12))
    link_url: Mapped[str | None] = mapped_column(String(500))
    link_label: Mapped[str | None] = mapped_column(String(80))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    audience: Mapped[str] = mapped_column(String(12))
    departement: Mapped[str | None] = mapped_column(String(3))
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]


class PortalBannerDismissal(Base):
    """This account does not want to see this banner again."""

    __tablename__ = "portal_banner_dismissal"

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    banner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal_banner.id"), primary_key=True)
    at: Mapped[datetime]


class PortalDocument(Base):
    """A public document: what the list says of it. Its file, and those it had before, are in portal_document_file."""

    __tablename__ = "portal_document"
    __table_args__ = (CheckConstraint("kind IN ('guide', 'form', 'role_sheet', 'other')", name="kind_known"),)

    id: Mapped[UuidKey]
    title: Mapped[str] = mapped_column(String(120))
    description: Mapped[str | None] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(12))
    published: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]


class PortalDocumentFile(Base):
    """One file of a document, numbered from 1; the highest number is the one that people get."""

    __tablename__ = "portal_document_file"
    __table_args__ = (
        CheckConstraint("format IN ('pdf', 'odt', 'docx', 'xlsx', 'png', 'jpg')", name="format_known"),
        Index("uq_portal_document_file_number", "document_id", "number", unique=True),
    )

    id: Mapped[UuidKey]
    document_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal_document.id"))
    number: Mapped[int]
    format: Mapped[str] = mapped_column(String(4))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    uploaded_at: Mapped[datetime]
    uploaded_by_account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))


class SupportSchedule(Base):
    """The opening hours of the support: for each day from Monday, pairs of minutes. The highest number is in force."""

    __tablename__ = "support_schedule"
    __table_args__ = (Index("uq_support_schedule_number", "number", unique=True),)

    id: Mapped[UuidKey]
    number: Mapped[int]
    week: Mapped[list[list[list[int]]]] = mapped_column(JSON)
    saved_at: Mapped[datetime]
    saved_by_account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))


class SupportException(Base):
    """A day that is not like the others: closed, or open at other hours."""

    __tablename__ = "support_exception"
    __table_args__ = (
        Index("uq_support_exception_day", "day", unique=True),
        CheckConstraint("(opens IS NULL) = (closes IS NULL)", name="hours_whole"),
        CheckConstraint("opens IS NULL OR (opens >= 0 AND opens < closes AND closes <= 1440)", name="hours_in_order"),
    )

    id: Mapped[UuidKey]
    day: Mapped[date]
    label: Mapped[str] = mapped_column(String(80))
    opens: Mapped[int | None]
    closes: Mapped[int | None]


class HelpVersion(Base):
    """One version of a help page, never changed once saved. The page itself is the latest published one."""

    __tablename__ = "help_version"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'published', 'withdrawn')", name="state_known"),
        Index("uq_help_version_number", "slug", "number", unique=True),
    )

    id: Mapped[UuidKey]
    slug: Mapped[str] = mapped_column(String(60))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    lead: Mapped[str | None] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    saved_at: Mapped[datetime]
    saved_by_account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
