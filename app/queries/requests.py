"""Requests as their readers need them: the inbox of those who decide, the page of the person who asked."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload, undefer

from app import db
from app.domain.affiliations import Check, RegisterEntry, compare
from app.domain.requests import DELAY_SAMPLE, PENDING, Kind, Status, usual_delay
from app.models import (
    Account,
    Affiliation,
    Commune,
    Establishment,
    Person,
    Professional,
    ProfessionalActivity,
    Request,
    Unit,
    UnitCommune,
)
from app.policies.actor import Actor
from app.queries.together import Together
from app.working_days import HOLIDAYS

PER_PAGE = 20


class Tab(StrEnum):
    """A tab of the inbox; the value is the one of `?etat=`."""

    TO_DECIDE = "a-traiter"
    WAITING = "en-attente"
    ACCEPTED = "acceptees"
    REFUSED = "refusees"


STATUS_OF = {
    Tab.TO_DECIDE: Status.SUBMITTED,
    Tab.WAITING: Status.INFO_NEEDED,
    Tab.ACCEPTED: Status.ACCEPTED,
    Tab.REFUSED: Status.REFUSED,
}


@dataclass(frozen=True, slots=True)
class Received:
    """A request as a decider sees it. `commune`: where the register says the person practises."""

    request: Request
    checks: list[Check]
    commune: str | None
    decider: str | None


@dataclass(frozen=True, slots=True)
class Inbox:
    """`units`: rows of those that one may choose. `corrections`: those that wait, which another page lists."""

    tab: Tab
    counts: dict[Tab, int]
    units: list[Any]
    corrections: int
    received: list[Received]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class _Known:
    entry: RegisterEntry
    commune: str | None


_OPEN_UNITS = (
    sa.select(Unit)
    .where(Unit.establishment_finess == sa.bindparam("finess"), Unit.closed_on.is_(None), Unit.sensitive.is_(False))
    .order_by(Unit.id)
)
_AROUND = Together(
    counts=sa.select(Request.kind, Request.status, sa.func.count().label("number"))
    .where(
        Request.kind.in_([Kind.AFFILIATION, Kind.CORRECTION]), Request.establishment_finess == sa.bindparam("finess")
    )
    .group_by(Request.kind, Request.status),
    units=_OPEN_UNITS.with_only_columns(Unit.id, Unit.name),
)


def inbox(finess: str, tab: Tab, page: int, actor: Actor) -> Inbox:
    """A page of the affiliation requests of an establishment, oldest first; decided ones latest first.

    Four statements. With what the rights of that actor on each depend on.
    """
    around = _AROUND.read(finess=finess)
    counts = _counts(around["counts"])
    pages = max(1, -(-counts[tab] // PER_PAGE))
    page = min(max(1, page), pages)
    waiting = STATUS_OF[tab] in PENDING
    order = (Request.submitted_at, Request.number) if waiting else (Request.decided_at.desc(), Request.number)
    statement = (
        _affiliations(finess)
        .where(Request.status == STATUS_OF[tab])
        .options(joinedload(Request.unit), selectinload(Request.events))
        .order_by(*order)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    if actor.is_agent:
        statement = statement.options(undefer(Request.has_decider))
    found = received(list(db.session().scalars(statement)))
    corrections = sum(row.number for row in around["counts"] if row.kind == Kind.CORRECTION and row.status in PENDING)
    return Inbox(tab, counts, around["units"], corrections, found, page, pages)


def waiting_here(finess: str, ids: Collection[uuid.UUID]) -> list[Request]:
    """Of these, the rattachements of that establishment that wait for a decision, oldest first; a page of them."""
    waiting = _affiliations(finess).where(Request.status == Status.SUBMITTED, Request.id.in_(ids))
    return list(db.session().scalars(waiting.order_by(Request.submitted_at, Request.number).limit(PER_PAGE)))


def inbox_counts(finess: str) -> dict[Tab, int]:
    """Requests of each tab: one statement."""
    return _counts(_AROUND.read(finess=finess)["counts"])


def _counts(rows: Iterable[Any]) -> dict[Tab, int]:
    found = {row.status: row.number for row in rows if row.kind == Kind.AFFILIATION}
    return {tab: found.get(status.value, 0) for tab, status in STATUS_OF.items()}


_KNOWN = Together(
    register=sa.select(
        Professional.rpps,
        Professional.family_name,
        ProfessionalActivity.commune_insee,
        Commune.parent_insee,
        sa.func.coalesce(Commune.name, ProfessionalActivity.commune_name).label("commune"),
    )
    .outerjoin(ProfessionalActivity, ProfessionalActivity.professional_id == Professional.id)
    .outerjoin(Commune, Commune.insee == ProfessionalActivity.commune_insee)
    .where(Professional.rpps.in_(sa.bindparam("rpps", expanding=True)))
    .order_by(Professional.rpps, ProfessionalActivity.id),
    zones=sa.select(UnitCommune.unit_id, UnitCommune.insee).where(
        UnitCommune.unit_id.in_(sa.bindparam("units", expanding=True))
    ),
    names=sa.select(Account.id, Person.full_name.label("name"))
    .join(Person, Person.id == Account.person_id)
    .where(Account.id.in_(sa.bindparam("accounts", expanding=True))),
)


def received(requests: list[Request]) -> list[Received]:
    """Requests with what the register says and who decided: one statement however many they are."""
    found = _KNOWN.read(
        rpps=list({request.rpps for request in requests if request.rpps}),
        units=list({request.unit_id for request in requests if request.unit_id is not None}),
        accounts=list({request.decided_by_account_id for request in requests if request.decided_by_account_id}),
    )
    known = _register(found["register"])
    zones: dict[int, set[str]] = {}
    for unit_id, insee in found["zones"]:
        zones.setdefault(unit_id, set()).add(insee)
    names = {row.id: row.name for row in found["names"]}
    return [_received(request, known, zones, names) for request in requests]


def one_received(request: Request) -> Received:
    (only,) = received([request])
    return only


def _received(
    request: Request, known: dict[str, _Known], zones: dict[int, set[str]], names: dict[uuid.UUID, str]
) -> Received:
    found = known.get(request.rpps or "")
    checks = compare(request.family_name or "", found.entry if found else None, zones.get(request.unit_id or 0, set()))
    decider = names.get(request.decided_by_account_id) if request.decided_by_account_id else None
    return Received(request, checks, found.commune if found else None, decider)


def _affiliations(finess: str) -> sa.Select[Request]:
    return sa.select(Request).where(Request.kind == Kind.AFFILIATION, Request.establishment_finess == finess)


def _register(rows: Iterable[Any]) -> dict[str, _Known]:
    """What the register says of these RPPS numbers; an arrondissement of Marseille counts as Marseille too."""
    found: dict[str, _Known] = {}
    for rpps, family_name, insee, parent, name in rows:
        earlier = found.get(rpps)
        communes = earlier.entry.communes if earlier else frozenset()
        entry = RegisterEntry(family_name, communes | {code for code in (insee, parent) if code})
        found[rpps] = _Known(entry, earlier.commune if earlier and earlier.commune else name)
    return found


def delay_of(finess: str | None, kind: Kind = Kind.AFFILIATION) -> int | None:
    """Median of the last thirty decisions of that kind, in working days; None when unknown (B-06).

    `finess`: of that establishment only; None for what the service centre decides for all of them.
    """
    query = sa.select(Request.submitted_at, Request.decided_at).where(
        Request.kind == kind, Request.status.in_([Status.ACCEPTED, Status.REFUSED])
    )
    if finess is not None:
        query = query.where(Request.establishment_finess == finess)
    rows = db.session().execute(query.order_by(Request.decided_at.desc()).limit(DELAY_SAMPLE))
    return usual_delay([(submitted, decided) for submitted, decided in rows if decided is not None], HOLIDAYS)


def open_units(finess: str) -> list[Unit]:
    """Units that one may ask to join, the oldest first: it is the CPTS itself."""
    return list(db.session().scalars(_OPEN_UNITS, {"finess": finess}))


@dataclass(frozen=True, slots=True)
class Places:
    """Of a request. `accepted`: the unit it led to, since the decider may have chosen another than the one asked.

    While they are held, `request.establishment` and `request.unit` ask the database nothing.
    """

    establishment: Establishment | None
    asked: Unit | None
    accepted: Unit | None

    @property
    def unit(self) -> Unit | None:
        return self.accepted or self.asked


def places_of(request: Request) -> Places:
    """One statement."""
    accepted = aliased(Unit)
    query = (
        sa.select(Establishment, Unit, accepted)
        .select_from(Request)
        .outerjoin(Establishment, Establishment.finess == Request.establishment_finess)
        .outerjoin(Unit, Unit.id == Request.unit_id)
        .outerjoin(Affiliation, Affiliation.request_id == Request.id)
        .outerjoin(accepted, accepted.id == Affiliation.unit_id)
        .where(Request.id == request.id)
    )
    return Places(*db.session().execute(query).one())
