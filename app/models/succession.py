"""What happens around the change of a presidency: who was told of a successor and answered, what was said of a term."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Finess, UuidKey
from app.models.mandate import Mandate
from app.models.request import Request


class SuccessionNotice(Base):
    """A president in office is told that somebody asks to be registered: they agree, object, or let the time pass."""

    __tablename__ = "succession_notice"
    __table_args__ = (
        CheckConstraint("answer IS NULL OR answer IN ('agreed', 'objected')", name="answer_known"),
        CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL) AND (answer IS NULL) = (answered_by_account_id IS NULL)",
            name="answer_signed",
        ),
        CheckConstraint(
            "answer IS NULL OR answer <> 'objected' OR (reason IS NOT NULL AND length(trim(reason)) > 0)",
            name="objection_has_reason",
        ),
        CheckConstraint("objects_until > told_at", name="time_to_object"),
        CheckConstraint("mandate_role = 'president'", name="told_to_president"),
        ForeignKeyConstraint(
            ["request_id", "establishment_finess"],
            ["request.id", "request.establishment_finess"],
            name="fk_succession_notice_request",
        ),
        ForeignKeyConstraint(
            ["mandate_id", "establishment_finess", "person_id", "mandate_role"],
            ["mandate.id", "mandate.establishment_finess", "mandate.person_id", "mandate.role"],
            name="fk_succession_notice_presidency",
        ),
        Index("uq_succession_notice_request_mandate", "request_id", "mandate_id", unique=True),
        Index("ix_succession_notice_mandate", "mandate_id"),
    )

    id: Mapped[UuidKey]
    request_id: Mapped[uuid.UUID]
    mandate_id: Mapped[uuid.UUID]
    mandate_role: Mapped[str] = mapped_column(String(10), default="president")
    person_id: Mapped[uuid.UUID]
    """Who is asked: the holder of that presidency."""
    establishment_finess: Mapped[Finess]
    told_at: Mapped[datetime]
    objects_until: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(String(10))
    answered_at: Mapped[datetime | None]
    answered_by_account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str | None] = mapped_column(Text)

    request: Mapped[Request] = relationship(
        primaryjoin="foreign(SuccessionNotice.request_id) == Request.id", viewonly=True
    )
    mandate: Mapped[Mandate] = relationship(
        primaryjoin="foreign(SuccessionNotice.mandate_id) == Mandate.id", viewonly=True
    )


class TermNotice(Base):
    """One reminder about the end of a term, sent once: 60 and 14 days before, and on the day (0)."""

    __tablename__ = "term_notice"
    __table_args__ = (CheckConstraint("days_before IN (60, 14, 0)", name="stage_known"),)

    mandate_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("mandate.id"), primary_key=True)
    days_before: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    told_at: Mapped[datetime]
