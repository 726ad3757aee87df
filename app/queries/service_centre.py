"""The service centre's desk: CPTS and their presidencies, requests that nobody in office can decide, late mails."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from app import clock, db
from app.domain.identifiers import Finess, InvalidIdentifier
from app.domain.requests import Kind, Status
from app.models import Establishment, Mandate, OutboxMessage, Person, Request, in_office
from app.models.establishment import CPTS_CATEGORY
from app.policies.actor import Role
from app.queries.text_match import matching
from app.search.normalise import key as search_key

PER_PAGE = 15
WAITS_TOO_LONG = timedelta(minutes=15)


class Show(StrEnum):
    """Which CPTS the desk lists; the value is the one of `?etat=`."""

    WITHOUT = "sans-presidence"
    WITH = "avec-presidence"


@dataclass(frozen=True, slots=True)
class Presidency:
    """`over`: the term has passed, nothing may be done under it, but nobody has ended it yet."""

    mandate_id: uuid.UUID
    name: str
    seat: int
    since: datetime
    over: bool


@dataclass(frozen=True, slots=True)
class Cpts:
    finess: str
    name: str
    city: str | None
    presidencies: list[Presidency]


@dataclass(frozen=True, slots=True)
class CptsList:
    show: Show
    counts: dict[Show, int]
    cpts: list[Cpts]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Orphans:
    """Requests of a CPTS that has no president in office: the service centre decides for it."""

    finess: str
    name: str
    waiting: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Mails:
    """`dead`: given up. `late`: refused so far, or nobody delivers."""

    dead: int
    late: int


def cpts_list(show: Show, text: str, page: int) -> CptsList:
    """Open CPTS whose name, town or FINESS matches, by name, a page of them: three statements."""
    matching = _matching(text)
    counts = {each: _count(matching.where(_shown(each))) for each in Show}
    pages = max(1, -(-counts[show] // PER_PAGE))
    page = min(max(1, page), pages)
    query = matching.where(_shown(show)).order_by(Establishment.name, Establishment.finess)
    found = db.session().scalars(query.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()
    presidencies = _presidencies([row.finess for row in found])
    rows = [Cpts(row.finess, row.name, row.city, presidencies.get(row.finess, [])) for row in found]
    return CptsList(show, counts, rows, page, pages)


def requests_without_decider() -> list[Orphans]:
    """By CPTS, the longest wait first: one statement."""
    oldest = sa.func.min(Request.submitted_at)
    rows = db.session().execute(
        sa.select(Establishment.finess, Establishment.name, sa.func.count(), oldest)
        .join(Request, Request.establishment_finess == Establishment.finess)
        .where(Request.kind == Kind.AFFILIATION, Request.status == Status.SUBMITTED)
        .where(sa.not_(Request.has_decider))
        .group_by(Establishment.finess, Establishment.name)
        .order_by(oldest)
    )
    return [Orphans(finess, name, waiting, since) for finess, name, waiting, since in rows]


def mails() -> Mails:
    """What does not leave: one statement."""
    late = sa.and_(
        OutboxMessage.delivered_at.is_(None),
        OutboxMessage.dead_at.is_(None),
        OutboxMessage.created_at < clock.now() - WAITS_TOO_LONG,
    )
    dead, waiting = (
        db.session()
        .execute(
            sa.select(
                sa.func.count().filter(OutboxMessage.dead_at.is_not(None)),
                sa.func.count().filter(late),
            ).where(OutboxMessage.delivered_at.is_(None))
        )
        .one()
    )
    return Mails(dead, waiting)


# ── steps ───────────────────────────────────────────────────────────────────


def _matching(text: str) -> sa.Select[Establishment]:
    query = sa.select(Establishment).where(
        Establishment.category_code == CPTS_CATEGORY, Establishment.closed_on.is_(None)
    )
    text = text.strip()
    if not text:
        return query
    try:
        return query.where(Establishment.finess == Finess.parse(text).value)
    except InvalidIdentifier:
        pass
    return query.where(matching(search_key(text), Establishment.name, Establishment.city))


def _shown(show: Show) -> sa.ColumnElement[bool]:
    presided = sa.true() if show is Show.WITH else sa.false()
    return Establishment.has_president.is_(presided)


def _presidencies(finess: list[str]) -> dict[str, list[Presidency]]:
    found: dict[str, list[Presidency]] = {}
    rows = db.session().execute(
        sa.select(Mandate, Person, in_office(Mandate))
        .join(Person, Person.id == Mandate.person_id)
        .where(
            Mandate.establishment_finess.in_(finess),
            Mandate.role == Role.PRESIDENT.value,
            Mandate.ended_at.is_(None),
        )
        .order_by(Mandate.seat)
    )
    for held, person, works in rows:
        line = Presidency(held.id, person.full_name, held.seat or 1, held.started_at, not works)
        found.setdefault(held.establishment_finess, []).append(line)
    return found


def _count(query: sa.Select[Establishment]) -> int:
    return db.session().scalar(query.with_only_columns(sa.func.count())) or 0
