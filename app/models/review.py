"""The quarterly access review of a CPTS (B-12), and the suspension of whom nobody said to keep.

A suspension takes effect without ending anything: the mandate or the rattachement stays, and counts again once a person
in office lifts it. A presidency is never suspended: a foreign key says that the mandate is a référent's.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.affiliation import Affiliation
from app.models.base import Base, Finess, UuidKey
from app.models.establishment import Establishment
from app.models.mandate import Mandate

NOT_CLOSED = text("closed_at IS NULL")
NOT_LIFTED = text("lifted_at IS NULL")
ONE_SUBJECT = "(mandate_id IS NULL) <> (affiliation_id IS NULL)"
OF_A_REFERENT = "(mandate_id IS NULL) = (mandate_role IS NULL) AND (mandate_role IS NULL OR mandate_role = 'referent')"


def _of_the_mandate(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["mandate_id", "establishment_finess", "mandate_role"],
        ["mandate.id", "mandate.establishment_finess", "mandate.role"],
        name=f"fk_{table}_referent",
    )


def _of_the_affiliation(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["affiliation_id", "establishment_finess"],
        ["affiliation.id", "affiliation.establishment_finess"],
        name=f"fk_{table}_affiliation",
    )


class AccessReview(Base):
    """`quarter`: « 2026-T4 ». `reminders`: how many were sent."""

    __tablename__ = "access_review"
    __table_args__ = (
        UniqueConstraint("id", "establishment_finess", name="uq_access_review_id_establishment"),
        CheckConstraint("due_at > opened_at", name="time_to_answer"),
        Index("uq_access_review_quarter", "establishment_finess", "quarter", unique=True),
        Index(
            "uq_access_review_open",
            "establishment_finess",
            unique=True,
            sqlite_where=NOT_CLOSED,
            postgresql_where=NOT_CLOSED,
        ),
    )

    id: Mapped[UuidKey]
    establishment_finess: Mapped[Finess] = mapped_column(ForeignKey("establishment.finess"))
    quarter: Mapped[str] = mapped_column(String(7))
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    reminders: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None]

    establishment: Mapped[Establishment] = relationship()
    items: Mapped[list[ReviewItem]] = relationship(back_populates="review")


class ReviewItem(Base):
    """One person of a review: a référent's mandate or a professional's rattachement, and what was answered."""

    __tablename__ = "review_item"
    __table_args__ = (
        CheckConstraint(ONE_SUBJECT, name="one_subject"),
        CheckConstraint(OF_A_REFERENT, name="of_a_referent"),
        CheckConstraint("answer IS NULL OR answer IN ('kept', 'removed', 'unanswered', 'gone')", name="answer_known"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answer_dated"),
        CheckConstraint(
            "answer IS NULL OR answer NOT IN ('kept', 'removed') OR answered_by_account_id IS NOT NULL",
            name="answer_signed",
        ),
        ForeignKeyConstraint(
            ["review_id", "establishment_finess"],
            ["access_review.id", "access_review.establishment_finess"],
            name="fk_review_item_review",
        ),
        _of_the_mandate("review_item"),
        _of_the_affiliation("review_item"),
        Index("uq_review_item_mandate", "review_id", "mandate_id", unique=True),
        Index("uq_review_item_affiliation", "review_id", "affiliation_id", unique=True),
    )

    id: Mapped[UuidKey]
    review_id: Mapped[uuid.UUID]
    establishment_finess: Mapped[Finess]
    mandate_id: Mapped[uuid.UUID | None]
    mandate_role: Mapped[str | None] = mapped_column(String(10))
    affiliation_id: Mapped[uuid.UUID | None]
    answer: Mapped[str | None] = mapped_column(String(10))
    answered_at: Mapped[datetime | None]
    answered_by_account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))

    review: Mapped[AccessReview] = relationship(
        primaryjoin="foreign(ReviewItem.review_id) == AccessReview.id", back_populates="items"
    )
    mandate: Mapped[Mandate | None] = relationship(
        primaryjoin="foreign(ReviewItem.mandate_id) == Mandate.id", viewonly=True
    )
    affiliation: Mapped[Affiliation | None] = relationship(
        primaryjoin="foreign(ReviewItem.affiliation_id) == Affiliation.id", viewonly=True
    )


class Suspension(Base):
    """Open until lifted: by a president in office for a référent, by anybody in office for a professional."""

    __tablename__ = "suspension"
    __table_args__ = (
        CheckConstraint(ONE_SUBJECT, name="one_subject"),
        CheckConstraint(OF_A_REFERENT, name="of_a_referent"),
        CheckConstraint("length(trim(reason)) > 0", name="has_reason"),
        CheckConstraint("lifted_at IS NULL OR lifted_at >= since", name="lift_after_start"),
        CheckConstraint(
            "lifted_at IS NULL OR (lifted_by_mandate_id IS NOT NULL AND lifted_by_role IS NOT NULL"
            " AND (lifted_by_role = 'president' OR mandate_id IS NULL))",
            name="lifted_in_office",
        ),
        _of_the_mandate("suspension"),
        _of_the_affiliation("suspension"),
        ForeignKeyConstraint(
            ["lifted_by_mandate_id", "establishment_finess", "lifted_by_role"],
            ["mandate.id", "mandate.establishment_finess", "mandate.role"],
            name="fk_suspension_lifting_mandate",
        ),
        ForeignKeyConstraint(
            ["review_id", "establishment_finess"],
            ["access_review.id", "access_review.establishment_finess"],
            name="fk_suspension_review",
        ),
        Index(
            "uq_suspension_open_mandate",
            "mandate_id",
            unique=True,
            sqlite_where=NOT_LIFTED,
            postgresql_where=NOT_LIFTED,
        ),
        Index(
            "uq_suspension_open_affiliation",
            "affiliation_id",
            unique=True,
            sqlite_where=NOT_LIFTED,
            postgresql_where=NOT_LIFTED,
        ),
        Index("ix_suspension_establishment", "establishment_finess"),
    )

    id: Mapped[UuidKey]
    establishment_finess: Mapped[Finess]
    mandate_id: Mapped[uuid.UUID | None]
    mandate_role: Mapped[str | None] = mapped_column(String(10))
    affiliation_id: Mapped[uuid.UUID | None]
    review_id: Mapped[uuid.UUID | None]
    since: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    lifted_at: Mapped[datetime | None]
    lifted_by_mandate_id: Mapped[uuid.UUID | None]
    lifted_by_role: Mapped[str | None] = mapped_column(String(10))

    mandate: Mapped[Mandate | None] = relationship(
        primaryjoin="foreign(Suspension.mandate_id) == Mandate.id", viewonly=True
    )
    affiliation: Mapped[Affiliation | None] = relationship(
        primaryjoin="foreign(Suspension.affiliation_id) == Affiliation.id", viewonly=True
    )
