"""« C’est toujours exact » by mail: how often a CPTS wants to be asked, and what it was asked and answered."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Finess, UuidKey

OPEN_ASK = text("closed_at IS NULL")


class FreshnessRhythm(Base):
    """Chosen by those in office; without a row, the usual one (domain/freshness.py). `months` 0: never asked."""

    __tablename__ = "freshness_rhythm"
    __table_args__ = (CheckConstraint("months IN (0, 3, 6, 12)", name="months_known"),)

    establishment_finess: Mapped[Finess] = mapped_column(ForeignKey("establishment.finess"), primary_key=True)
    months: Mapped[int]
    chosen_at: Mapped[datetime]
    chosen_by_account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))


class FreshnessAsk(Base):
    """Those in office were asked, once or more, whether what is published is still exact; one open ask a CPTS.

    `outcome`: `confirmed` by the mailed link (once), `verified` otherwise (a page was saved or confirmed), `stopped`.
    """

    __tablename__ = "freshness_ask"
    __table_args__ = (
        Index(
            "uq_freshness_ask_open",
            "establishment_finess",
            unique=True,
            sqlite_where=OPEN_ASK,
            postgresql_where=OPEN_ASK,
        ),
        CheckConstraint("outcome IN ('confirmed', 'verified', 'stopped')", name="outcome_known"),
        CheckConstraint("(outcome IS NULL) = (closed_at IS NULL)", name="closed_with_outcome"),
        CheckConstraint(
            "(outcome = 'confirmed') = (confirmed_by_account_id IS NOT NULL) OR outcome IS NULL", name="signed"
        ),
        CheckConstraint("mails >= 1", name="mailed"),
    )

    id: Mapped[UuidKey]
    establishment_finess: Mapped[Finess] = mapped_column(ForeignKey("establishment.finess"))
    opened_at: Mapped[datetime]
    mails: Mapped[int] = mapped_column(default=1)
    last_mailed_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(10))
    confirmed_by_account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
