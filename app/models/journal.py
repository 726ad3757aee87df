"""The journal: one hash chain per establishment (plus `system`), bodies kept apart so that they can be erased
while the chain stays verifiable (SECURITY.md §5)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class JournalEntry(Base):
    __tablename__ = "journal_entry"
    __table_args__ = (Index("ix_journal_entry_subject", "subject"), Index("ix_journal_entry_actor", "actor"))

    chain: Mapped[str] = mapped_column(String(40), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(String(60))
    actor: Mapped[str] = mapped_column(String(60))
    """`account:<uuid>`, `anonymous` or `system`: a pseudonym, never a name."""
    concerned: Mapped[str | None] = mapped_column(String(60))
    """For whom: `person:<uuid>` or `request:<uuid>`."""
    subject: Mapped[str] = mapped_column(String(80))
    body_commit: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class JournalBody(Base):
    """What was recorded, in JSON, and the salt of its commitment; erasable (RGPD) without breaking the chain."""

    __tablename__ = "journal_body"
    __table_args__ = (
        ForeignKeyConstraint(
            ["chain", "seq"], ["journal_entry.chain", "journal_entry.seq"], name="fk_journal_body_entry"
        ),
    )

    chain: Mapped[str] = mapped_column(String(40), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    salt: Mapped[str] = mapped_column(String(32))
    body: Mapped[str] = mapped_column(Text)


class JournalHead(Base):
    """The last entry of each chain; its row lock orders the writers."""

    __tablename__ = "journal_head"

    chain: Mapped[str] = mapped_column(String(40), primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class JournalSeal(Base):
    """A keyed seal over all heads at a moment: finds a truncated or rewritten chain."""

    __tablename__ = "journal_seal"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime]
    heads: Mapped[str] = mapped_column(Text)
    previous_mac: Mapped[str] = mapped_column(String(64))
    mac: Mapped[str] = mapped_column(String(64))
