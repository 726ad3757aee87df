"""Reads of the public pages of a CPTS: a bounded number of statements each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
from app.queries.corrections import PENDING_CORRECTIONS_PART
from app.queries.freshness import UNVERIFIED_PARTS, unverified_of
from app.queries.places import Zone, zone_of, zone_part
from app.queries.together import Together

PER_PAGE = 20
LAST_PAGE = 10**6
"""Further than any list goes, and as far as one is looked for."""


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


@dataclass(frozen=True, slots=True)
class EstablishmentPage:
    """`officers`: those in office, presidents first, and the presidencies whose term has passed. `zone`: of `units`.

    `unverified`: the sentence, when mails about what is published had no answer. `corrections`: how many wait.
    """

    units: list[UnitLine]
    officers: list[Officer]
    zone: Zone
    unverified: str | None
    corrections: int


_HERE: sa.BindParameter[str] = sa.bindparam("finess")
_UNITS = sa.select(Unit.id).where(
    Unit.establishment_finess == _HERE,
    Unit.closed_on.is_(None),
    sa.or_(sa.bindparam("sensitive", type_=sa.Boolean()), Unit.sensitive.is_(False)),
)
_WORKS = effective(Mandate)
_OFFICERS = (
    sa.select(
        Person.full_name.label("name"),
        Mandate.role,
        Person.profession_label,
        Mandate.function,
        Mandate.started_at,
        _WORKS.label("works"),
    )
    .join(Mandate, Mandate.person_id == Person.id)
    .where(
        Mandate.establishment_finess == _HERE,
        sa.or_(_WORKS, sa.and_(Mandate.role == Role.PRESIDENT.value, Mandate.ended_at.is_(None))),
    )
    .order_by(Mandate.role, Mandate.started_at)
)
_PAGE = Together(
    units=_UNITS.add_columns(
        Unit.name,
        Unit.type_label,
        sa.select(sa.func.count()).where(UnitCommune.unit_id == Unit.id).scalar_subquery().label("communes"),
        sa.select(sa.func.count())
        .where(Affiliation.unit_id == Unit.id, attached(Affiliation))
        .scalar_subquery()
        .label("professionals"),
    ).order_by(Unit.name, Unit.id),
    activities=sa.select(UnitActivity.unit_id, UnitActivity.label)
    .where(UnitActivity.unit_id.in_(_UNITS))
    .order_by(UnitActivity.label),
    zone=zone_part(_UNITS),
    officers=_OFFICERS,
    corrections=PENDING_CORRECTIONS_PART,
    **UNVERIFIED_PARTS,
)


def establishment_page(finess: str, *, sensitive: bool = False) -> EstablishmentPage:
    """What the page shows beside the boxes: one statement. `sensitive`: also the units kept from the public."""
    rows = _PAGE.read(finess=finess, sensitive=sensitive)
    activities: dict[int, list[str]] = {}
    for unit_id, label in rows["activities"]:
        activities.setdefault(unit_id, []).append(label)
    return EstablishmentPage(
        units=[_unit_line(row, activities.get(row.id, [])) for row in rows["units"]],
        officers=[_officer(row) for row in rows["officers"]],
        zone=zone_of(rows["zone"]),
        unverified=unverified_of(rows),
        corrections=rows["corrections"][0].waiting,
    )


def _unit_line(row: Any, activities: list[str]) -> UnitLine:
    return UnitLine(row.id, row.name, row.type_label, row.communes, row.professionals, activities)


def officers(finess: str) -> list[Officer]:
    """Those in office, presidents first, and the presidencies whose term has passed: one statement."""
    return [_officer(row) for row in db.session().execute(_OFFICERS, {"finess": finess})]


def _officer(row: Any) -> Officer:
    new = row.role == Role.PRESIDENT and row.started_at > clock.now() - NEWLY_REGISTERED
    return Officer(
        row.name, row.role, row.profession_label, row.function, row.started_at, new=new, to_confirm=not row.works
    )


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


@dataclass(frozen=True, slots=True)
class UnitPage:
    zone: Zone
    attachments: Attachments


_UNIT: sa.BindParameter[int] = sa.bindparam("unit_id")
_DECIDER = aliased(Person)
_HELD_HERE = sa.and_(Affiliation.unit_id == _UNIT, attached(Affiliation))
_UNIT_PAGE = Together(
    zone=zone_part(sa.select(Unit.id).where(Unit.id == _UNIT)),
    counts=sa.select(sa.func.count().label("total"), sa.func.count().filter(Person.listed).label("listed"))
    .select_from(Affiliation)
    .join(Person, Person.id == Affiliation.person_id)
    .where(_HELD_HERE),
    people=sa.select(
        Person.full_name.label("name"),
        Person.profession_label,
        Affiliation.function,
        Person.listed,
        Affiliation.started_at,
        _DECIDER.full_name.label("decided_by"),
        Request.decided_as,
    )
    .join(Affiliation, Affiliation.person_id == Person.id)
    .outerjoin(Request, Request.id == Affiliation.request_id)
    .outerjoin(Account, Account.id == Request.decided_by_account_id)
    .outerjoin(_DECIDER, _DECIDER.id == Account.person_id)
    .where(_HELD_HERE, sa.or_(sa.bindparam("everyone", type_=sa.Boolean()), Person.listed))
    .order_by(sa.func.lower(Person.family_name), sa.func.lower(Person.given_name), Person.id)
    .limit(PER_PAGE)
    .offset(sa.bindparam("skipped", type_=sa.Integer())),
)


def unit_page(unit_id: int, *, page: int, everyone: bool) -> UnitPage:
    """Its zone and a page of the professionals attached now, by name: one statement, two for a page that is not there.

    `everyone`: for those who manage the CPTS, with who decided; the public gets the people who chose to be listed.
    """
    asked = {"unit_id": unit_id, "everyone": everyone}
    rows = _UNIT_PAGE.read(**asked, skipped=min(max(0, page - 1), LAST_PAGE) * PER_PAGE)
    (counts,) = rows["counts"]
    pages = max(1, -(-(counts.total if everyone else counts.listed) // PER_PAGE))
    if page > pages:
        rows = _UNIT_PAGE.read(**asked, skipped=(pages - 1) * PER_PAGE)
    people = [Attached(*row) if everyone else Attached(*row[:5]) for row in rows["people"]]
    hidden = 0 if everyone else counts.total - counts.listed
    shown = Attachments(people, counts.total, hidden, min(max(1, page), pages), pages)
    return UnitPage(zone_of(rows["zone"]), shown)
