"""The rounds of the worker: open a review a quarter, remind, close it and suspend whom nobody answered for (B-12)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from app import clock, db
from app.domain.reviews import ANSWER_WITHIN, REMINDERS, UNANSWERED, Answer, due_reminders, quarter_of, quarter_start
from app.journal.catalogue import Event, ReviewClosed, ReviewOpened, ReviewReminded
from app.journal.record import record
from app.models import (
    LIVING,
    AccessReview,
    Account,
    Affiliation,
    Establishment,
    Mandate,
    ReviewItem,
    Suspension,
    attached,
    effective,
    in_office,
)
from app.policies.actor import Role, reference
from app.search.index import index_professionals
from app.usecases.reviews import person_of
from app.working_days import day_of

Key = TypeVar("Key")
BATCH = 100
SYSTEM = "system"


def open_reviews() -> int:
    """One for each CPTS that a living president leads and that has somebody to review; a transaction each."""
    today = day_of(clock.now())
    quarter, before = quarter_of(today), quarter_start(today)
    this_one = sa.exists().where(
        AccessReview.establishment_finess == Establishment.finess, AccessReview.quarter == quarter
    )
    still_open = sa.exists().where(
        AccessReview.establishment_finess == Establishment.finess, AccessReview.closed_at.is_(None)
    )
    due = (
        sa.select(Establishment.finess)
        .where(Establishment.closed_on.is_(None), _led(Establishment.finess))
        .where(sa.not_(this_one), sa.not_(still_open))
        .where(sa.or_(_old_referent(before), _old_professional(before)))
        .order_by(Establishment.finess)
        .limit(BATCH)
    )
    return _each(due, lambda finess: _open(finess, quarter, before))


def remind_reviews() -> int:
    """At 14 and 25 days, once each, while somebody is unanswered."""
    waiting = sa.select(AccessReview.id).where(
        AccessReview.closed_at.is_(None), AccessReview.reminders < len(REMINDERS), AccessReview.due_at > clock.now()
    )
    return _each(waiting.order_by(AccessReview.opened_at), _remind)


def close_reviews() -> int:
    """After thirty days. Nobody is suspended where no living president can lift it: the deciders there stay."""
    overdue = sa.select(AccessReview.id).where(AccessReview.closed_at.is_(None), AccessReview.due_at <= clock.now())
    return _each(overdue.order_by(AccessReview.due_at).limit(BATCH), _close)


# ── steps ───────────────────────────────────────────────────────────────────


def _each(keys: sa.Select[Key], act: Callable[[Key], bool]) -> int:
    session = db.session()
    found = session.scalars(keys).all()
    session.rollback()
    done = 0
    for key in found:
        done += act(key)
        session.commit()
    return done


def _led(finess: Any) -> sa.ColumnElement[bool]:
    """Somebody whose account lives presides that CPTS."""
    presides = sa.exists().where(
        Mandate.establishment_finess == finess,
        Mandate.role == Role.PRESIDENT.value,
        in_office(Mandate),
        Account.person_id == Mandate.person_id,
        Account.status.in_(LIVING),
    )
    return presides.correlate_except(Mandate, Account)


def _old_referent(before: datetime) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        Mandate.establishment_finess == Establishment.finess,
        Mandate.role == Role.REFERENT.value,
        Mandate.started_at < before,
        effective(Mandate),
    )


def _old_professional(before: datetime) -> sa.ColumnElement[bool]:
    """Attached, and neither president nor référent there: their mandate is what is reviewed."""
    return sa.exists().where(
        Affiliation.establishment_finess == Establishment.finess,
        Affiliation.started_at < before,
        attached(Affiliation),
        sa.not_(_in_office_there()),
    )


def _in_office_there() -> sa.ColumnElement[bool]:
    held = sa.exists().where(
        Mandate.establishment_finess == Affiliation.establishment_finess,
        Mandate.person_id == Affiliation.person_id,
        effective(Mandate),
    )
    return held.correlate(Affiliation)


def _open(finess: str, quarter: str, before: datetime) -> bool:
    session, now = db.session(), clock.now()
    review = AccessReview(
        establishment_finess=finess, quarter=quarter, opened_at=now, due_at=now + ANSWER_WITHIN, reminders=0
    )
    try:
        with session.begin_nested():
            session.add(review)
    except sa.exc.IntegrityError:  # another worker was faster
        return False
    session.add_all(_items(review, before))
    _tell(ReviewOpened, review)
    return True


def _items(review: AccessReview, before: datetime) -> list[ReviewItem]:
    session, finess = db.session(), review.establishment_finess
    referents = sa.select(Mandate.id).where(
        Mandate.establishment_finess == finess,
        Mandate.role == Role.REFERENT.value,
        Mandate.started_at < before,
        effective(Mandate),
    )
    professionals = sa.select(Affiliation.id).where(
        Affiliation.establishment_finess == finess,
        Affiliation.started_at < before,
        attached(Affiliation),
        sa.not_(_in_office_there()),
    )
    of = {"review_id": review.id, "establishment_finess": finess}
    role = Role.REFERENT.value
    return [
        *(ReviewItem(**of, mandate_id=id_, mandate_role=role) for id_ in session.scalars(referents)),
        *(ReviewItem(**of, affiliation_id=id_) for id_ in session.scalars(professionals)),
    ]


def _remind(id_: uuid.UUID) -> bool:
    review = _locked(id_)
    due = due_reminders(review.opened_at, clock.now())
    if review.closed_at is not None or due <= review.reminders:
        return False
    review.reminders = due
    _tell(ReviewReminded, review, days=REMINDERS[due - 1])
    return True


def _close(id_: uuid.UUID) -> bool:
    review = _locked(id_)
    if review.closed_at is not None:
        return False
    now, suspended = clock.now(), list[Suspension]()
    review.closed_at = now
    if db.session().scalar(sa.select(_led(sa.literal(review.establishment_finess)))):
        waiting = [item for item in review.items if item.answer is None]
        suspended = [made for item in waiting if (made := _suspend(item, now)) is not None]
    db.session().flush()
    index_professionals(db.session(), {person_of(made) for made in suspended if made.affiliation_id})
    _tell(ReviewClosed, review, suspended=[str(made.id) for made in suspended])
    return True


def _suspend(item: ReviewItem, now: datetime) -> Suspension | None:
    """Unless it ended by another way, or counts for nothing already. The row is locked: no decision passes by."""
    session = db.session()
    held = item.mandate or item.affiliation
    session.refresh(held, with_for_update={"of": type(held)})
    works = sa.select(effective(Mandate)).where(Mandate.id == item.mandate_id)
    counts = sa.select(attached(Affiliation)).where(Affiliation.id == item.affiliation_id)
    there = session.scalar(works if item.mandate_id else counts)
    item.answer, item.answered_at = (Answer.UNANSWERED if there else Answer.GONE).value, now
    if not there:
        return None
    made = Suspension(
        establishment_finess=item.establishment_finess,
        mandate_id=item.mandate_id,
        mandate_role=item.mandate_role,
        affiliation_id=item.affiliation_id,
        review_id=item.review_id,
        since=now,
        reason=UNANSWERED,
    )
    session.add(made)
    session.flush()
    return made


def _locked(id_: uuid.UUID) -> AccessReview:
    return db.session().get_one(AccessReview, id_, with_for_update={"of": AccessReview}, populate_existing=True)


def _tell(event: Callable[..., Event], review: AccessReview, **fields: Any) -> None:
    record(
        event(
            actor=SYSTEM,
            subject=reference(review),
            establishment_finess=review.establishment_finess,
            review_id=str(review.id),
            **fields,
        )
    )
