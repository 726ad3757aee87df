"""What time does to participations: they begin, their end is announced thirty days before, they end. By the worker."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import sqlalchemy as sa

from app import clock, db
from app.domain.participations import WARNED
from app.journal.catalogue import ParticipationEnded, ParticipationEnding
from app.models import Affiliation, Establishment, Participation, Unit
from app.usecases.participation_steps import SYSTEM, close, tell
from app.working_days import day_of

BATCH = 200
LAST_DAY = "Date de fin atteinte"
CLOSED = "Fermeture de la CPTS ou de son unité"
NEVER = date.max


def keep_participations() -> int:
    """Each in a transaction of its own; the number of those that moved."""
    today = day_of(clock.now())
    begun = _each(_to_begin(today), _begin)
    warned = _each(_known_end(_end_of() >= today, _end_of() <= today + WARNED, _not_warned()), _warn)
    return begun + warned + _each(_known_end(_end_of() < today), _end)


def _each(due: sa.Select[uuid.UUID, date], act: Callable[[Participation, date], None]) -> int:
    """Act on what is still due once its row is held."""
    session, moved = db.session(), 0
    keys = session.scalars(due.order_by(Participation.declared_at, Participation.id).limit(BATCH)).all()
    session.rollback()
    for key in keys:
        one = session.get_one(Participation, key, with_for_update={"of": Participation}, populate_existing=True)
        found = session.execute(due.where(Participation.id == key)).one_or_none()
        if found is None:
            session.rollback()
            continue
        act(one, found.end)
        session.commit()
        moved += 1
    return moved


# ── what is due ─────────────────────────────────────────────────────────────


def _to_begin(today: date) -> sa.Select[uuid.UUID, date]:
    """The change marks what the SAS holds: time itself writes nothing."""
    return sa.select(Participation.id, Participation.starts_on.label("end")).where(
        Participation.ended_at.is_(None), Participation.begun_at.is_(None), Participation.starts_on <= today
    )


def _known_end(*conditions: sa.ColumnElement[bool]) -> sa.Select[uuid.UUID, date]:
    return (
        sa.select(Participation.id, _end_of().label("end"))
        .join(Establishment, Establishment.finess == Participation.establishment_finess)
        .where(Participation.ended_at.is_(None), *conditions)
    )


def _not_warned() -> sa.ColumnElement[bool]:
    return Participation.warned_of.is_distinct_from(_end_of())


def _end_of() -> sa.ColumnElement[date]:
    """The last day, when it is known: that given by the doctor, or the closing of the CPTS or of their last unit."""
    units = (
        sa.select(sa.case((sa.func.count() == sa.func.count(Unit.closed_on), sa.func.max(Unit.closed_on))))
        .select_from(Affiliation)
        .join(Unit, Unit.id == Affiliation.unit_id)
        .where(
            Affiliation.person_id == Participation.person_id,
            Affiliation.establishment_finess == Participation.establishment_finess,
            Affiliation.ended_at.is_(None),
        )
        .scalar_subquery()
    )
    own, closing = _known(Participation.ends_on), _earlier(_known(Establishment.closed_on), _known(units))
    return _earlier(own, closing)


def _known(day: Any) -> sa.ColumnElement[date]:
    return sa.func.coalesce(day, sa.literal(NEVER, sa.Date()), type_=sa.Date())


def _earlier(one: sa.ColumnElement[date], other: sa.ColumnElement[date]) -> sa.ColumnElement[date]:
    return sa.case((one <= other, one), else_=other)


# ── what is done ────────────────────────────────────────────────────────────


def _begin(one: Participation, _day: date) -> None:
    one.begun_at = clock.now()


def _warn(one: Participation, end: date) -> None:
    one.warned_of = end
    tell(ParticipationEnding, SYSTEM, one, ends_on=end.isoformat())


def _end(one: Participation, end: date) -> None:
    reason = LAST_DAY if end == one.ends_on else CLOSED
    close(one, reason)
    tell(ParticipationEnded, SYSTEM, one, reason=reason)
