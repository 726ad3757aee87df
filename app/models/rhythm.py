"""How often an account wants to be told of what waits (B-23), and when it last was."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class MailRhythm(Base):
    """One choice of one account; without a row every mail comes at once. `digest_at`: the last digest sent."""

    __tablename__ = "mail_rhythm"
    __table_args__ = (
        CheckConstraint("topic IN ('requests', 'corrections', 'queue')", name="topic_known"),
        CheckConstraint("rhythm IN ('immediate', 'daily', 'weekly')", name="rhythm_known"),
    )

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(20), primary_key=True)
    rhythm: Mapped[str] = mapped_column(String(10))
    digest_at: Mapped[datetime | None]
