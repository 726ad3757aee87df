"""A doctor who takes part in unscheduled care (SNP) through their CPTS, and where: declared, ended, kept.

The database refuses one without an open rattachement of that person there, and the end of the last rattachement before
that of the participation (guards of 0019).
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Finess, Insee, UuidKey
from app.models.establishment import Establishment
from app.models.person import Person
from app.models.place import Commune

NOT_ENDED = text("ended_at IS NULL")


class Participation(Base):
    """For the SAS: `participation_sas_via` = 2. `version`: of what a form showed."""

    __tablename__ = "participation"
    __table_args__ = (
        CheckConstraint("has_software OR gives_hours", name="software_or_hours"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="dates_in_order"),
        CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="end_has_reason"),
        CheckConstraint("ended_at IS NULL OR ended_at >= declared_at", name="end_after_declaration"),
        Index(
            "uq_participation_open",
            "person_id",
            "establishment_finess",
            unique=True,
            sqlite_where=NOT_ENDED,
            postgresql_where=NOT_ENDED,
        ),
        Index("ix_participation_establishment", "establishment_finess"),
    )

    id: Mapped[UuidKey]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    establishment_finess: Mapped[Finess] = mapped_column(ForeignKey("establishment.finess"))
    has_software: Mapped[bool]
    """Their slots are in a booking software that is linked to the SAS."""
    gives_hours: Mapped[bool]
    """They state to give at least two hours a week: asked without a software."""
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    """Its last day, when they know it."""
    declared_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    begun_at: Mapped[datetime | None]
    """When its first day was noticed: from then on it is transmitted."""
    warned_of: Mapped[date | None]
    """The end that they were told of beforehand, once."""
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(200))

    person: Mapped[Person] = relationship()
    establishment: Mapped[Establishment] = relationship()
    places: Mapped[list[ParticipationPlace]] = relationship(
        primaryjoin=(
            "and_(ParticipationPlace.participation_id == Participation.id, ParticipationPlace.removed_at.is_(None))"
        ),
        order_by="ParticipationPlace.position",
        viewonly=True,
    )


class ParticipationPlace(Base):
    """Where they see patients. `activity_key`: the row of the register it was chosen from; None when typed."""

    __tablename__ = "participation_place"
    __table_args__ = (
        CheckConstraint("length(trim(name)) > 0", name="named"),
        CheckConstraint("removed_at IS NULL OR removed_at >= added_at", name="removed_after_added"),
        Index("ix_participation_place_participation", "participation_id"),
    )

    id: Mapped[UuidKey]
    participation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participation.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    street: Mapped[str | None] = mapped_column(String(200))
    postcode: Mapped[str | None] = mapped_column(String(5))
    commune_insee: Mapped[Insee] = mapped_column(ForeignKey("commune.insee"))
    activity_key: Mapped[str | None] = mapped_column(String(64))
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    commune: Mapped[Commune] = relationship()
