"""The trust chain: mandates are dated facts, never deleted, and each points to what granted it.

A president's mandate points to the request that a service-centre agent accepted; a référent's mandate points to the
nomination and, by a composite foreign key, to the presidency *of the same establishment* held by the nominator.
What a row constraint cannot say ("in office now", "close only") is in migrations/versions/0002_guards.py.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Finess, UuidKey
from app.models.establishment import Establishment
from app.models.person import Person

OPEN = text("ended_at IS NULL")


class Mandate(Base):
    __tablename__ = "mandate"
    __table_args__ = (
        UniqueConstraint("id", "establishment_finess", "person_id", "role", name="uq_mandate_identity"),
        UniqueConstraint("id", "establishment_finess", name="uq_mandate_id_establishment"),
        UniqueConstraint("id", "establishment_finess", "role", name="uq_mandate_id_establishment_role"),
        CheckConstraint(
            "role <> 'president' OR (seat IN (1, 2) AND granting_request_id IS NOT NULL"
            " AND granted_by_account_id IS NOT NULL AND granting_mandate_id IS NULL AND nomination_id IS NULL)",
            name="president_granted_on_request",
        ),
        CheckConstraint(
            "role <> 'referent' OR (seat IS NULL AND nomination_id IS NOT NULL AND granting_mandate_id IS NOT NULL"
            " AND granting_person_id IS NOT NULL AND granting_role = 'president' AND granting_role IS NOT NULL"
            " AND granted_by_account_id IS NULL AND granting_request_id IS NULL)",
            name="referent_granted_by_president",
        ),
        CheckConstraint("role IN ('president', 'referent')", name="role_known"),
        CheckConstraint("person_id <> granting_person_id", name="not_granted_by_oneself"),
        CheckConstraint("term_ends_at IS NULL OR term_ends_at > started_at", name="term_after_start"),
        CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name="end_after_start"),
        CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="end_has_reason"),
        CheckConstraint(
            "role <> 'referent' OR ended_at IS NULL"
            " OR (ended_by_mandate_id IS NOT NULL AND ended_by_role = 'president' AND ended_by_role IS NOT NULL)",
            name="referent_ended_by_president",
        ),
        CheckConstraint(
            "role <> 'president' OR ended_at IS NULL OR ended_by_account_id IS NOT NULL",
            name="president_ended_by_agent",
        ),
        ForeignKeyConstraint(
            ["granting_mandate_id", "establishment_finess", "granting_person_id", "granting_role"],
            ["mandate.id", "mandate.establishment_finess", "mandate.person_id", "mandate.role"],
            name="fk_mandate_granting_presidency",
        ),
        ForeignKeyConstraint(
            ["nomination_id", "establishment_finess", "granting_mandate_id"],
            ["nomination.id", "nomination.establishment_finess", "nomination.mandate_id"],
            name="fk_mandate_nomination",
        ),
        ForeignKeyConstraint(
            ["ended_by_mandate_id", "establishment_finess", "ended_by_role"],
            ["mandate.id", "mandate.establishment_finess", "mandate.role"],
            name="fk_mandate_ending_presidency",
        ),
        ForeignKeyConstraint(
            ["granting_request_id", "establishment_finess"],
            ["request.id", "request.establishment_finess"],
            name="fk_mandate_granting_request",
        ),
        Index(
            "uq_mandate_open_seat",
            "establishment_finess",
            "seat",
            unique=True,
            sqlite_where=text("ended_at IS NULL AND role = 'president'"),
            postgresql_where=text("ended_at IS NULL AND role = 'president'"),
        ),
        Index(
            "uq_mandate_open_person",
            "establishment_finess",
            "person_id",
            "role",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index("uq_mandate_nomination", "nomination_id", unique=True),
        Index("uq_mandate_granting_request", "granting_request_id", unique=True),
        Index("uq_mandate_end_authentication", "end_authentication_id", unique=True),
        Index("ix_mandate_person", "person_id"),
        Index("ix_mandate_granting", "granting_mandate_id"),
    )

    id: Mapped[UuidKey]
    establishment_finess: Mapped[Finess] = mapped_column(ForeignKey("establishment.finess"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(String(10))
    seat: Mapped[int | None] = mapped_column(SmallInteger)
    function: Mapped[str | None] = mapped_column(String(120))
    started_at: Mapped[datetime]
    term_ends_at: Mapped[datetime | None]

    granting_request_id: Mapped[uuid.UUID | None]
    granted_by_account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))

    nomination_id: Mapped[uuid.UUID | None]
    granting_mandate_id: Mapped[uuid.UUID | None]
    granting_person_id: Mapped[uuid.UUID | None]
    granting_role: Mapped[str | None] = mapped_column(String(10))

    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(Text)
    ended_by_account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    ended_by_mandate_id: Mapped[uuid.UUID | None]
    ended_by_role: Mapped[str | None] = mapped_column(String(10))
    end_authentication_id: Mapped[uuid.UUID | None]
    """The president's proof for this very act; guard_referent_end_proven."""

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    establishment: Mapped[Establishment] = relationship()
    granting_mandate: Mapped[Mandate | None] = relationship(
        primaryjoin="foreign(Mandate.granting_mandate_id) == remote(Mandate.id)", viewonly=True
    )


class Nomination(Base):
    """A president's proposal that a person become référent établissement; it grants nothing until accepted."""

    __tablename__ = "nomination"
    __table_args__ = (
        UniqueConstraint("id", "establishment_finess", "mandate_id", name="uq_nomination_identity"),
        UniqueConstraint("id", "establishment_finess", name="uq_nomination_id_establishment"),
        CheckConstraint("status IN ('proposed', 'accepted', 'declined', 'cancelled', 'expired')", name="status_known"),
        CheckConstraint("(status = 'proposed') = (closed_at IS NULL)", name="closed_has_date"),
        CheckConstraint("status <> 'accepted' OR person_id IS NOT NULL", name="accepted_by_somebody"),
        CheckConstraint("person_id <> nominated_by_person_id", name="not_oneself"),
        CheckConstraint("granting_role = 'president'", name="by_president"),
        CheckConstraint("expires_at > created_at", name="expires_later"),
        ForeignKeyConstraint(
            ["mandate_id", "establishment_finess", "nominated_by_person_id", "granting_role"],
            ["mandate.id", "mandate.establishment_finess", "mandate.person_id", "mandate.role"],
            name="fk_nomination_presidency",
        ),
        ForeignKeyConstraint(
            ["authentication_id", "nominated_by_person_id"],
            ["authentication.id", "authentication.person_id"],
            name="fk_nomination_authentication",
        ),
        Index(
            "uq_nomination_open_email",
            "establishment_finess",
            "email_key",
            unique=True,
            sqlite_where=text("status = 'proposed'"),
            postgresql_where=text("status = 'proposed'"),
        ),
        Index("uq_nomination_authentication", "authentication_id", unique=True),
        Index("ix_nomination_email_key", "email_key"),
    )

    id: Mapped[UuidKey]
    establishment_finess: Mapped[Finess] = mapped_column(ForeignKey("establishment.finess"))
    mandate_id: Mapped[uuid.UUID] = mapped_column(index=True)
    nominated_by_person_id: Mapped[uuid.UUID]
    granting_role: Mapped[str] = mapped_column(String(10), default="president")
    authentication_id: Mapped[uuid.UUID]

    family_name: Mapped[str] = mapped_column(String(120))
    given_name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str] = mapped_column(String(20))
    function: Mapped[str] = mapped_column(String(120))
    rpps: Mapped[str | None] = mapped_column(String(11))

    status: Mapped[str] = mapped_column(String(10), default="proposed")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    """Who accepted (or declined while signed in)."""

    establishment: Mapped[Establishment] = relationship()
    nominated_by: Mapped[Person] = relationship(
        primaryjoin="foreign(Nomination.nominated_by_person_id) == Person.id", viewonly=True
    )

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}"
