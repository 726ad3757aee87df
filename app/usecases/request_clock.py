"""The clock of every request (B-06), kept by the worker: reminded at 3 working days, all deciders told at 7, at 14 the
service centre let in; closed when nobody answered in time. One transaction a request."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from app import clock, db
from app.domain.requests import (
    ESCALATE_AFTER,
    PENDING,
    REMIND_AFTER,
    WIDEN_AFTER,
    Kind,
    Status,
    is_pending,
    working_days,
)
from app.journal.catalogue import AffiliationExpired, RequestExpired, RequestReminded
from app.models import Request
from app.usecases.request_steps import announce, enter, note, tell
from app.working_days import HOLIDAYS, day_of

BATCH = 200
STEPS = {REMIND_AFTER: "reminded_at", WIDEN_AFTER: "widened_at", ESCALATE_AFTER: "escalated_at"}
"""Working days of wait, and the column that says the step was taken."""


def keep_the_clock() -> int:
    """Take the steps that are due; their number. A worker that was away takes only the last one due of a request."""
    undone = sa.or_(*(getattr(Request, column).is_(None) for column in STEPS.values()))
    waiting = sa.select(Request.id).where(
        Request.status == Status.SUBMITTED,
        Request.waiting_since < clock.now() - timedelta(days=REMIND_AFTER),
        undone,
    )
    return _each(waiting.order_by(Request.waiting_since), _step)


def expire_requests() -> int:
    """Close what nobody answered in time; the number closed."""
    overdue = sa.select(Request.id).where(Request.status.in_(PENDING), Request.expires_on < day_of(clock.now()))
    return _each(overdue.order_by(Request.expires_on), _expire)


def step_due(request: Request) -> int | None:
    """The step, in working days, that has come and was not taken; None when the clock is up to date."""
    if request.status != Status.SUBMITTED or request.waiting_since is None:
        return None
    waited = working_days(day_of(request.waiting_since), day_of(clock.now()), HOLIDAYS)
    due = [days for days in STEPS if days <= waited]
    return due[-1] if due and getattr(request, STEPS[due[-1]]) is None else None


# ── steps ───────────────────────────────────────────────────────────────────


def _each(query: sa.Select[uuid.UUID], act: Callable[[Request], bool]) -> int:
    """Act on each row that is still what the query found once it is locked; how many were."""
    session, done = db.session(), 0
    for id_ in session.scalars(query.limit(BATCH)).all():
        request = session.get_one(Request, id_, with_for_update={"of": Request}, populate_existing=True)
        if act(request):
            session.commit()
            done += 1
        else:
            session.rollback()
    return done


def _step(request: Request) -> bool:
    due = step_due(request)
    if due is None:
        return False
    for days, column in STEPS.items():
        if days <= due and getattr(request, column) is None:
            setattr(request, column, clock.now())
    if due == ESCALATE_AFTER:
        note(request, "escalated", "Portail")
    announce(RequestReminded, None, request, step=due)
    return True


def _expire(request: Request) -> bool:
    late = request.expires_on is not None and request.expires_on < day_of(clock.now())
    if not (late and is_pending(request.status)):
        return False
    enter(request, Status.EXPIRED)
    note(request, "expired", "Portail")
    if request.kind == Kind.AFFILIATION:
        tell(AffiliationExpired, None, request)
    else:
        announce(RequestExpired, None, request)
    return True
