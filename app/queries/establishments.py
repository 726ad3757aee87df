"""Reads of the public pages of a CPTS: a bounded number of statements each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from app import clock, db
from app.domain.mandates import NEWLY_REGISTERED
from app.models import (
    Account,
    Affiliation,
    Establishment,
    Mandate,
    Person,
    Request,
    Unit,
    UnitActivity,
    UnitCommune,
    attached,
    effective,
)
from app.policies.actor import Role

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Officer:
    """A president or référent in office. `new`: a presidency registered so lately that everybody is told.

    `to_confirm`: a presidency whose term has passed and that nobody confirmed; it is not in office.
    """

    name: str
    role: str
    profession: str | None
    function: str | None
    since: datetime
    new: bool = False
    to_confirm: bool = False


@dataclass(frozen=True, slots=True)
class UnitLine:
    id: int
    name: str
    type_label: str
    communes: int
    professionals: int
    activities: list[str]


def establishment(finess: str) -> Establishment | None:
    """With its legal entity and whether it has a president: one statement."""
    statement = sa.select(Establishment).options(joinedload(Establishment.legal_entity))
    return db.session().scalar(statement.where(Establishment.finess == finess))


def officers(finess: str) -> list[Officer]:
    """Those in office, presidents first, and the presidencies whose term has passed."""
    works = effective(Mandate)
    presides = sa.and_(Mandate.role == Role.PRESIDENT.value, Mandate.ended_at.is_(None))
    rows = db.session().execute(
        sa.select(Person, Mandate.role, Mandate.function, Mandate.started_at, works)
        .join(Mandate, Mandate.person_id == Person.id)
        .where(Mandate.establishment_finess == finess, sa.or_(works, presides))
        .order_by(Mandate.role, Mandate.started_at)
    )
    lately = clock.now() - NEWLY_REGISTERED
    return [
        Officer(
            person.full_name,
            role,
            person.profession_label,
            function,
            since,
            new=role == Role.PRESIDENT and since > lately,
            to_confirm=not in_office,
        )
        for person, role, function, since, in_office in rows
    ]


def units_of(finess: str, *, sensitive: bool = False) -> list[UnitLine]:
    """Open units with their counts: two statements. `sensitive`: also those kept from the public."""
    session = db.session()
    communes = sa.select(sa.func.count()).where(UnitCommune.unit_id == Unit.id).scalar_subquery()
    people = sa.select(sa.func.count()).where(Affiliation.unit_id == Unit.id, attached(Affiliation)).scalar_subquery()
    rows = session.execute(
        sa.select(Unit.id, Unit.name, Unit.type_label, communes, people)
        .where(Unit.establishment_finess == finess, Unit.closed_on.is_(None))
        .where(sa.true() if sensitive else Unit.sensitive.is_(False))
        .order_by(Unit.name, Unit.id)
    ).all()
    activities = activities_of([row[0] for row in rows])
    return [
        UnitLine(id_, name, label, communes_count, people_count, activities.get(id_, []))
        for id_, name, label, communes_count, people_count in rows
    ]


def activities_of(unit_ids: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = db.session().execute(
        sa.select(UnitActivity.unit_id, UnitActivity.label)
        .where(UnitActivity.unit_id.in_(unit_ids))
        .order_by(UnitActivity.label)
    )
    for unit_id, label in rows:
        found.setdefault(unit_id, []).append(label)
    return found


# ── unit ────────────────────────────────────────────────────────────────────


def unit(unit_id: int) -> Unit | None:
    """An open unit with its establishment and legal entity: one statement."""
    statement = (
        sa.select(Unit)
        .options(joinedload(Unit.establishment).joinedload(Establishment.legal_entity))
        .where(Unit.id == unit_id, Unit.closed_on.is_(None))
    )
    return db.session().scalar(statement)


@dataclass(frozen=True, slots=True)
class Attached:
    """A professional of a unit. `decided_by` is None unless the page may say it."""

    name: str
    profession: str | None
    function: str | None
    listed: bool
    since: datetime
    decided_by: str | None = None
    decided_as: str | None = None


@dataclass(frozen=True, slots=True)
class Attachments:
    people: list[Attached]
    total: int
    hidden: int
    """Those whose listing is off and who are therefore not in `people`."""
    page: int
    pages: int


def attachments(unit_id: int, *, page: int, everyone: bool) -> Attachments:
    """Professionals attached now, by name, a page of them: two statements.

    `everyone`: for those who manage the CPTS, with who decided; the public gets the people who chose to be listed.
    """
    session = db.session()
    open_here = sa.and_(Affiliation.unit_id == unit_id, attached(Affiliation))
    total, listed = session.execute(
        sa.select(sa.func.count(), sa.func.count().filter(Person.listed))
        .select_from(Affiliation)
        .join(Person, Person.id == Affiliation.person_id)
        .where(open_here)
    ).one()
    shown = total if everyone else listed
    pages = max(1, -(-shown // PER_PAGE))
    page = min(max(1, page), pages)
    decider = aliased(Person)
    statement = (
        sa.select(Person, Affiliation.function, Affiliation.started_at, decider, Request.decided_as)
        .join(Affiliation, Affiliation.person_id == Person.id)
        .outerjoin(Request, Request.id == Affiliation.request_id)
        .outerjoin(Account, Account.id == Request.decided_by_account_id)
        .outerjoin(decider, decider.id == Account.person_id)
        .where(open_here, sa.true() if everyone else Person.listed)
        .order_by(sa.func.lower(Person.family_name), sa.func.lower(Person.given_name), Person.id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    people = [
        Attached(
            person.full_name,
            person.profession_label,
            function,
            person.listed,
            since,
            _name(by) if everyone else None,
            decided_as if everyone else None,
        )
        for person, function, since, by, decided_as in session.execute(statement)
    ]
    return Attachments(people, total, 0 if everyone else total - listed, page, pages)


def _name(person: Person | None) -> str | None:
    return person.full_name if person is not None else None
