"""The répertoire: the structures somebody keeps at hand, and the moves of structures in the tree (S-098, S-100)."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Finess, UuidKey
from app.models.establishment import Establishment, Unit


class Favourite(Base):
    """An establishment that an account keeps at hand."""

    __tablename__ = "favourite"

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    finess: Mapped[Finess] = mapped_column(ForeignKey("establishment.finess"), primary_key=True)
    since: Mapped[datetime]


class StructureMove(Base):
    """A unit went under another establishment, or an establishment under another legal entity; maybe undone since.

    `origin` and `destination`: FINESS numbers of what it hung on before and after; no origin, it hung on nothing known.
    """

    __tablename__ = "structure_move"
    __table_args__ = (
        CheckConstraint("(unit_id IS NULL) <> (establishment_finess IS NULL)", name="one_structure"),
        CheckConstraint("origin IS NULL OR origin <> destination", name="goes_elsewhere"),
        CheckConstraint("unit_id IS NULL OR origin IS NOT NULL", name="unit_had_an_establishment"),
        CheckConstraint("length(trim(reason)) > 0", name="has_reason"),
        CheckConstraint("(undone_at IS NULL) = (undone_by_account_id IS NULL)", name="undone_by_somebody"),
        Index("ix_structure_move_at", "at"),
    )

    id: Mapped[UuidKey]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    establishment_finess: Mapped[Finess | None] = mapped_column(ForeignKey("establishment.finess"), index=True)
    origin: Mapped[str | None] = mapped_column(String(9))
    destination: Mapped[str] = mapped_column(String(9))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    moved_by_account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    undone_at: Mapped[datetime | None]
    undone_by_account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))

    unit: Mapped[Unit | None] = relationship()
    establishment: Mapped[Establishment | None] = relationship()
