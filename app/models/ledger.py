"""The ledger of what is sent to the SAS and to departmental portals: one row a state, nothing is ever deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, Text, UniqueConstraint, and_, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Finess, UuidKey

TO_SEND = text("accepted_at IS NULL AND refused_at IS NULL AND dead_at IS NULL")
ONE_ANSWER = " + ".join(
    f"CASE WHEN {name} IS NULL THEN 0 ELSE 1 END" for name in ("accepted_at", "refused_at", "dead_at")
)


class LedgerMessage(Base):
    """The whole state of an establishment for one consumer: whoever holds a higher `version` needs no earlier one.

    `id` is the idempotency key. What is sent never changes, but to forget a person (guards); what became of it is said
    once: accepted, refused with the consumer's reason, or dead after 72 hours without an answer.
    """

    __tablename__ = "ledger_message"
    __table_args__ = (
        UniqueConstraint("consumer", "establishment_finess", "version", name="uq_ledger_message_version"),
        CheckConstraint("version >= 1", name="version_counts"),
        CheckConstraint(f"{ONE_ANSWER} <= 1", name="one_answer"),
        CheckConstraint("(refused_at IS NULL) = (refusal IS NULL)", name="refused_with_reason"),
        Index("ix_ledger_message_to_send", "not_before", sqlite_where=TO_SEND, postgresql_where=TO_SEND),
        Index("ix_ledger_message_establishment_finess_created_at", "establishment_finess", "created_at"),
        Index("ix_ledger_message_created_at", "created_at"),
    )

    id: Mapped[UuidKey]
    consumer: Mapped[str] = mapped_column(String(40))
    """Its key in the settings."""
    establishment_finess: Mapped[Finess] = mapped_column(ForeignKey("establishment.finess"))
    version: Mapped[int]
    withdrawn: Mapped[bool]
    """It tells the consumer to show the establishment no more, and why."""
    payload: Mapped[str] = mapped_column(Text)
    """Canonical JSON."""
    digest: Mapped[str] = mapped_column(String(64))
    repeats: Mapped[int | None]
    """The version that an agent had sent once more."""
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    refusal: Mapped[str | None] = mapped_column(Text)
    dead_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    forgotten_at: Mapped[datetime | None]
    """Since when a person whom the payload named is a pseudonym there; the digest is that of what was sent."""

    @property
    def answered_at(self) -> datetime | None:
        return self.accepted_at or self.refused_at or self.dead_at


class LedgerConsumer(Base):
    """How a consumer answers lately. `paused_until`: it failed so often that nothing is sent to it until then."""

    __tablename__ = "ledger_consumer"
    __table_args__ = (CheckConstraint("(failures = 0) = (failing_since IS NULL)", name="failing_since_a_failure"),)

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    """In a row."""
    failing_since: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]


def unanswered(model: Any = LedgerMessage) -> ColumnElement[bool]:
    """Still to be sent; `model`: the table or an alias of it."""
    return and_(model.accepted_at.is_(None), model.refused_at.is_(None), model.dead_at.is_(None))
