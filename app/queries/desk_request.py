"""One request as an agent decides it: who asks, what the register says, what came before, who has taken it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app import db
from app.models import Account, Commune, Mandate, Person, Professional, ProfessionalActivity, Request, effective
from app.policies.actor import Role
from app.queries.desk_queue import Line, lines

EARLIER = 8
"""Other requests shown, latest first: of the same person, and of the same CPTS."""


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A professional of the Annuaire Santé, and the communes where they practise."""

    rpps: str
    given_name: str
    family_name: str
    profession: str
    communes: list[str]


@dataclass(frozen=True, slots=True)
class InOffice:
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Known:
    """The person behind the address, the number or the request itself, when the portal knows them."""

    person_id: uuid.UUID
    name: str
    email: str
    account: str


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything on one page (S-058). `by`: who sent it, when it is somebody else than who asks."""

    line: Line
    register: RegisterRow | None
    known: list[Known]
    in_office: list[InOffice]
    same_person: list[Line]
    same_cpts: list[Line]
    refused: Request | None
    by: str | None

    @property
    def request(self) -> Request:
        return self.line.request


def desk_request(request: Request) -> Desk:
    """Ten statements at most, however long its life."""
    others = _others(request)
    mine = {each.id for each in others if _is_of(each, request)}
    (line, *rest) = lines([request, *others])
    return Desk(
        line=line,
        register=register_row(request.rpps),
        known=_known(request),
        in_office=_in_office(request.finess),
        same_person=[each for each in rest if each.request.id in mine][:EARLIER],
        same_cpts=[each for each in rest if each.request.id not in mine][:EARLIER],
        refused=db.session().get(Request, request.appeal_of_id) if request.appeal_of_id else None,
        by=_sender(request),
    )


def register_row(rpps: str | None) -> RegisterRow | None:
    if not rpps:
        return None
    rows = (
        db.session()
        .execute(
            sa.select(Professional, sa.func.coalesce(Commune.name, ProfessionalActivity.commune_name))
            .outerjoin(ProfessionalActivity, ProfessionalActivity.professional_id == Professional.id)
            .outerjoin(Commune, Commune.insee == ProfessionalActivity.commune_insee)
            .where(Professional.rpps == rpps)
            .order_by(ProfessionalActivity.id)
        )
        .all()
    )
    if not rows:
        return None
    found: Professional = rows[0][0]
    communes = list(dict.fromkeys(commune for _, commune in rows if commune))
    return RegisterRow(found.rpps, found.given_name, found.family_name, found.profession_label, communes)


# ── steps ───────────────────────────────────────────────────────────────────


def _is_of(each: Request, request: Request) -> bool:
    """Whether both are of one person, as far as address, number and account can tell."""
    return (
        each.email_key == request.email_key
        or (each.rpps is not None and each.rpps == request.rpps)
        or (each.person_id is not None and each.person_id == request.person_id)
    )


def _others(request: Request) -> list[Request]:
    """Of the same person, then of the same kind in the same CPTS; latest first."""
    person = [Request.email_key == request.email_key]
    if request.rpps:
        person.append(Request.rpps == request.rpps)
    if request.person_id:
        person.append(Request.person_id == request.person_id)
    found: list[Request] = []
    for same in (sa.or_(*person), _same_cpts(request)):
        query = sa.select(Request).where(Request.id != request.id, same).options(joinedload(Request.establishment))
        found += db.session().scalars(query.order_by(Request.submitted_at.desc()).limit(EARLIER))
    return list(dict.fromkeys(found))


def _same_cpts(request: Request) -> sa.ColumnElement[bool]:
    if request.establishment_finess is None:
        return sa.false()
    return sa.and_(Request.establishment_finess == request.establishment_finess, Request.kind == request.kind)


def _known(request: Request) -> list[Known]:
    """Several when an address and a number lead to two people: the agent must see it before anything is decided."""
    ways = [Account.email_key == request.email_key]
    if request.rpps:
        ways.append(Person.rpps == request.rpps)
    if request.person_id:
        ways.append(Person.id == request.person_id)
    rows = db.session().execute(
        sa.select(Person, Account.email, Account.status)
        .join(Account, Account.person_id == Person.id)
        .where(sa.or_(*ways))
        .order_by(Person.created_at)
    )
    return [Known(person.id, person.full_name, email, status) for person, email, status in rows]


def _in_office(finess: str) -> list[InOffice]:
    if not finess:
        return []
    rows = db.session().execute(
        sa.select(Person, Mandate.role)
        .join(Mandate, Mandate.person_id == Person.id)
        .where(Mandate.establishment_finess == finess, effective(Mandate))
        .order_by(Mandate.role, Mandate.started_at)
    )
    return [InOffice(person.full_name, Role(role)) for person, role in rows]


def _sender(request: Request) -> str | None:
    if request.submitted_by_account_id is None:
        return None
    row = db.session().execute(
        sa.select(Person)
        .join(Account, Account.person_id == Person.id)
        .where(Account.id == request.submitted_by_account_id, Account.email_key != request.email_key)
    )
    sender = row.scalar_one_or_none()
    return sender.full_name if sender else None
