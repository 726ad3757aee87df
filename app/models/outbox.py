"""Transactional outbox: what must leave the house, written in the transaction that decided it (SECURITY.md §4)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UuidKey

TO_DELIVER = text("delivered_at IS NULL AND dead_at IS NULL")


class OutboxMessage(Base):
    """`event`: a journal entry to be turned into mails; `mail`: one mail to one recipient."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        CheckConstraint("kind IN ('event', 'mail')", name="kind_known"),
        ForeignKeyConstraint(
            ["chain", "seq"], ["journal_entry.chain", "journal_entry.seq"], name="fk_outbox_message_entry"
        ),
        Index("ix_outbox_message_to_deliver", "not_before", sqlite_where=TO_DELIVER, postgresql_where=TO_DELIVER),
        Index("ix_outbox_message_entry", "chain", "seq"),
    )

    id: Mapped[UuidKey]
    kind: Mapped[str] = mapped_column(String(10))
    dedupe_key: Mapped[str] = mapped_column(String(160), unique=True)
    topic: Mapped[str] = mapped_column(String(60))
    """The event's name, or the slug of the mail (its folder in templates/emails/)."""
    recipient: Mapped[str | None] = mapped_column(String(254))
    payload: Mapped[str] = mapped_column(Text)
    chain: Mapped[str | None] = mapped_column(String(40))
    seq: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)


class RateCounter(Base):
    """One fixed window of one limit, shared by all workers of a machine or of the database."""

    __tablename__ = "rate_counter"

    key: Mapped[str] = mapped_column(String(250), primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(index=True)
