"""Memory of what was published, and what somebody is typing."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Finess, UuidKey

SOURCES = "'direct', 'correction', 'on_behalf', 'dossier', 'import', 'restore', 'undo', 'registration', 'territory'"


class Revision(Base):
    """One publication of a CPTS: never changed, never deleted (guards). `number` counts those of the CPTS."""

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("establishment_finess", "number", name="uq_revision_number"),
        CheckConstraint(f"source IN ({SOURCES})", name="source_known"),
        Index("ix_revision_establishment_finess_at", "establishment_finess", "at"),
    )

    id: Mapped[UuidKey]
    establishment_finess: Mapped[Finess] = mapped_column(ForeignKey("establishment.finess"))
    number: Mapped[int]
    at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(12))
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    """None: an import."""
    role: Mapped[str | None] = mapped_column(String(12))
    """Of who published: president, referent, agent."""
    on_behalf_of: Mapped[str | None] = mapped_column(String(60))
    reason: Mapped[str | None] = mapped_column(Text)
    dossier_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("dossier.id"))
    restores_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("revision.id"))
    """The revision whose state it takes up again, or that it undoes."""

    boxes: Mapped[list[RevisionBox]] = relationship(order_by="RevisionBox.sheet, RevisionBox.box")


class RevisionBox(Base):
    """A box, whole, before and after. `before` None: the unit did not exist."""

    __tablename__ = "revision_box"

    revision_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("revision.id"), primary_key=True)
    sheet: Mapped[str] = mapped_column(String(20), primary_key=True)
    box: Mapped[str] = mapped_column(String(20), primary_key=True)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(Integer)


class BoxDraft(Base):
    """What somebody is typing in a box and has not saved: the fields of the form as they are. One a person and box.

    `sheet`: `eg-…`, `uo-…`, or `fiche-<uuid>` in a dossier. `base_version`: of the box when they began.
    """

    __tablename__ = "box_draft"

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    sheet: Mapped[str] = mapped_column(String(42), primary_key=True)
    box: Mapped[str] = mapped_column(String(20), primary_key=True)
    fields: Mapped[list[Any]] = mapped_column(JSON)
    """Pairs of a name and a value, in the order of the form; never a token."""
    base_version: Mapped[int]
    saved_at: Mapped[datetime]
