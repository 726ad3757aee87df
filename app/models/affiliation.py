"""Rattachement: a dated fact that a person practises in a unit, accepted on a request or with a nomination."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Finess, UuidKey
from app.models.establishment import Unit
from app.models.person import Person

OPEN = text("ended_at IS NULL")


class Affiliation(Base):
    """Of a unit of that establishment then (guard_affiliation_unit_there): a unit may be moved once nobody is in it."""

    __tablename__ = "affiliation"
    __table_args__ = (
        CheckConstraint("(request_id IS NULL) <> (nomination_id IS NULL)", name="one_source"),
        CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name="end_after_start"),
        CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="end_has_reason"),
        ForeignKeyConstraint(
            ["request_id", "establishment_finess"],
            ["request.id", "request.establishment_finess"],
            name="fk_affiliation_request",
        ),
        ForeignKeyConstraint(
            ["nomination_id", "establishment_finess"],
            ["nomination.id", "nomination.establishment_finess"],
            name="fk_affiliation_nomination",
        ),
        Index("uq_affiliation_open", "person_id", "unit_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_affiliation_unit_open", "unit_id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("uq_affiliation_id_establishment", "id", "establishment_finess", unique=True),
        Index("uq_affiliation_request", "request_id", unique=True),
        Index("uq_affiliation_nomination", "nomination_id", unique=True),
        Index("ix_affiliation_establishment", "establishment_finess"),
    )

    id: Mapped[UuidKey]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    establishment_finess: Mapped[Finess]
    function: Mapped[str | None] = mapped_column(String(120))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(Text)
    request_id: Mapped[uuid.UUID | None]
    nomination_id: Mapped[uuid.UUID | None]

    person: Mapped[Person] = relationship()
    unit: Mapped[Unit] = relationship(primaryjoin="foreign(Affiliation.unit_id) == Unit.id", viewonly=True)
