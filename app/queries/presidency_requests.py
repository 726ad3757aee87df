"""What an agent reads before deciding on a presidency: the register, who presides and presided, who else asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app import db
from app.domain.affiliations import Check, RegisterEntry, compare
from app.domain.requests import PENDING, Kind
from app.models import (
    Account,
    Commune,
    Mandate,
    Person,
    Professional,
    ProfessionalActivity,
    Request,
    SuccessionNotice,
    Unit,
    UnitCommune,
)
from app.policies.actor import Role
from app.queries.mandates import President, open_presidencies
from app.queries.successions import notices

SHOWN_PAST = 5


@dataclass(frozen=True, slots=True)
class Registered:
    """A row of the Annuaire Santé, with the communes where the person practises."""

    name: str
    profession: str
    speciality: str | None
    communes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Past:
    name: str
    since: datetime
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Known:
    """An account with the address, or with the RPPS number, that the request gives."""

    name: str
    email: str
    same_email: bool
    same_rpps: bool


@dataclass(frozen=True, slots=True)
class PresidencyFile:
    registered: Registered | None
    checks: list[Check]
    presidents: list[President]
    past: list[Past]
    others: list[Request]
    accounts: list[Known]
    notices: list[SuccessionNotice]


def presidency_file(request: Request) -> PresidencyFile:
    """Seven statements."""
    registered, entry = _registered(request.rpps)
    return PresidencyFile(
        registered=registered,
        checks=compare(request.family_name or "", entry, _zone(request.finess)),
        presidents=open_presidencies(request.finess),
        past=_past(request.finess),
        others=_others(request),
        accounts=_accounts(request),
        notices=notices(request.id),
    )


def _registered(rpps: str | None) -> tuple[Registered | None, RegisterEntry | None]:
    rows = db.session().execute(
        sa.select(
            Professional,
            ProfessionalActivity.commune_insee,
            Commune.parent_insee,
            sa.func.coalesce(Commune.name, ProfessionalActivity.commune_name).label("commune"),
        )
        .outerjoin(ProfessionalActivity, ProfessionalActivity.professional_id == Professional.id)
        .outerjoin(Commune, Commune.insee == ProfessionalActivity.commune_insee)
        .where(Professional.rpps == (rpps or ""))
        .order_by(ProfessionalActivity.id)
    )
    practised = rows.all()
    if not practised:
        return None, None
    found = practised[0].Professional
    codes = frozenset(code for row in practised for code in (row.commune_insee, row.parent_insee) if code)
    names = tuple(dict.fromkeys(row.commune for row in practised if row.commune))
    registered = Registered(
        f"{found.given_name} {found.family_name}", found.profession_label, found.speciality_label, names
    )
    return registered, RegisterEntry(found.family_name, codes)


def _zone(finess: str) -> set[str]:
    held = sa.select(UnitCommune.insee).join(Unit, Unit.id == UnitCommune.unit_id)
    return set(db.session().scalars(held.where(Unit.establishment_finess == finess, Unit.closed_on.is_(None))))


def _past(finess: str) -> list[Past]:
    """Latest first."""
    rows = db.session().execute(
        sa.select(Mandate, Person)
        .join(Person, Person.id == Mandate.person_id)
        .where(Mandate.establishment_finess == finess, Mandate.role == Role.PRESIDENT.value)
        .where(Mandate.ended_at.is_not(None))
        .order_by(Mandate.ended_at.desc())
        .limit(SHOWN_PAST)
    )
    return [
        Past(person.full_name, held.started_at, held.ended_at, held.end_reason or "")
        for held, person in rows
        if held.ended_at is not None
    ]


def _others(request: Request) -> list[Request]:
    """Oldest first."""
    query = sa.select(Request).where(
        Request.kind == Kind.PRESIDENCY,
        Request.establishment_finess == request.establishment_finess,
        Request.status.in_(PENDING),
        Request.id != request.id,
    )
    return list(db.session().scalars(query.order_by(Request.submitted_at)))


def _accounts(request: Request) -> list[Known]:
    same_rpps = sa.and_(Person.rpps.is_not(None), Person.rpps == request.rpps)
    rows = db.session().execute(
        sa.select(Person, Account)
        .join(Account, Account.person_id == Person.id)
        .where(sa.or_(Account.email_key == request.email_key, same_rpps))
        .order_by(Account.created_at)
    )
    return [
        Known(
            person.full_name,
            account.email,
            account.email_key == request.email_key,
            request.rpps is not None and person.rpps == request.rpps,
        )
        for person, account in rows
    ]
