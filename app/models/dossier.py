"""Dossiers collaboratifs: what several people propose on one CPTS, sheet by sheet, box by box, until published."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Finess, UuidKey
from app.models.establishment import Establishment

OPEN_DOSSIER = text("status IN ('draft', 'to_approve', 'to_review')")


class Dossier(Base):
    """`round`: how many times it was sent. `origin` `centre`: prepared by the service centre.

    The president who approves and the agent who publishes are two people (S-128): the check says so.
    """

    __tablename__ = "dossier"
    __table_args__ = (
        Index(
            "uq_dossier_open",
            "establishment_finess",
            unique=True,
            sqlite_where=OPEN_DOSSIER,
            postgresql_where=OPEN_DOSSIER,
        ),
        UniqueConstraint("id", "establishment_finess", name="uq_dossier_id_establishment"),
        CheckConstraint(
            "status IN ('draft', 'to_approve', 'to_review', 'published', 'cancelled')", name="status_known"
        ),
        CheckConstraint("origin IN ('cpts', 'centre')", name="origin_known"),
        CheckConstraint(
            "status NOT IN ('to_review', 'published')"
            " OR (approved_at IS NOT NULL AND approved_by_account_id IS NOT NULL)",
            name="approved_by_the_cpts",
        ),
        CheckConstraint(
            "status <> 'published' OR (published_at IS NOT NULL AND published_by_account_id IS NOT NULL)",
            name="publication_is_signed",
        ),
        CheckConstraint(
            "published_by_account_id IS NULL OR published_by_account_id <> approved_by_account_id",
            name="nobody_validates_twice",
        ),
        CheckConstraint("length(trim(name)) > 0", name="named"),
    )

    id: Mapped[UuidKey]
    establishment_finess: Mapped[Finess] = mapped_column(ForeignKey("establishment.finess"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    notes: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(12))
    origin: Mapped[str] = mapped_column(String(6))
    round: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    """Of the name and the notes; the boxes have their own."""
    created_by_account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    submitted_by_account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    submitted_at: Mapped[datetime | None]
    approved_by_account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    approving_mandate_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("mandate.id"))
    approved_at: Mapped[datetime | None]
    published_by_account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    published_at: Mapped[datetime | None]

    establishment: Mapped[Establishment] = relationship()
    sheets: Mapped[list[DossierSheet]] = relationship(
        order_by="DossierSheet.position", cascade="all, delete-orphan", passive_deletes=True, back_populates="dossier"
    )


class DossierSheet(Base):
    """The EG sheet (position 0) or one of the units; `unit_id` None: a unit that publication will create."""

    __tablename__ = "dossier_sheet"
    __table_args__ = (
        CheckConstraint("kind IN ('eg', 'uo')", name="kind_known"),
        CheckConstraint("kind <> 'eg' OR unit_id IS NULL", name="eg_has_no_unit"),
        CheckConstraint("state IN ('todo', 'started', 'final')", name="state_known"),
        UniqueConstraint("dossier_id", "position", name="uq_dossier_sheet_position"),
    )

    id: Mapped[UuidKey]
    dossier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dossier.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(2))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    position: Mapped[int]
    state: Mapped[str] = mapped_column(String(8), default="todo")
    """todo (grey), started (amber), final (green)."""
    prepared_by_account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    """The agent who prepared it (S-119)."""
    finalised_by_account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    finalised_at: Mapped[datetime | None]

    dossier: Mapped[Dossier] = relationship(back_populates="sheets")
    boxes: Mapped[list[DossierBox]] = relationship(
        order_by="DossierBox.box", cascade="all, delete-orphan", passive_deletes=True
    )


class DossierBox(Base):
    """What a sheet proposes for a box. What it proposes is the difference between `base` and `values`, field by field.

    `base`: as published when the sheet was opened (None: nothing was), `base_version` its version then.
    `reviewed`: as last sent and returned, so that a second reading shows only what changed since.
    `sources`: field → `centre` when an agent filled it.
    """

    __tablename__ = "dossier_box"

    sheet_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dossier_sheet.id", ondelete="CASCADE"), primary_key=True)
    box: Mapped[str] = mapped_column(String(20), primary_key=True)
    base: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    base_version: Mapped[int] = mapped_column(default=0)
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    reviewed: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    sources: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    version: Mapped[int] = mapped_column(default=1)
    updated_by_account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    updated_at: Mapped[datetime]


class DossierStep(Base):
    """What happened to a dossier, and who did it; never deleted."""

    __tablename__ = "dossier_step"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    dossier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dossier.id"), index=True)
    round: Mapped[int]
    step: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str] = mapped_column(String(12))
    comment: Mapped[str | None] = mapped_column(Text)


class DossierComment(Base):
    """What a validator says of a field (`decision` None), or decides of it: `accept`, `return`, or `keep` what was
    published meanwhile."""

    __tablename__ = "dossier_comment"
    __table_args__ = (CheckConstraint("decision IN ('accept', 'return', 'keep')", name="decision_known"),)

    id: Mapped[UuidKey]
    dossier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dossier.id", ondelete="CASCADE"), index=True)
    sheet_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dossier_sheet.id", ondelete="CASCADE"))
    box: Mapped[str] = mapped_column(String(20))
    field: Mapped[str] = mapped_column(String(40))
    round: Mapped[int]
    decision: Mapped[str | None] = mapped_column(String(8))
    body: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
