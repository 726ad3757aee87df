"""One request as an agent decides it: who asks, what the register says, what came before, who has taken it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, undefer

from app import db
from app.models import Account, Commune, Mandate, Person, Professional, ProfessionalActivity, Request, effective
from app.policies.actor import Role
from app.queries.desk_queue import Line, read_lines
from app.queries.together import Together

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


_RPPS: sa.BindParameter[str] = sa.bindparam("rpps", type_=sa.String())
_REGISTER = (
    sa.select(
        Professional.rpps,
        Professional.given_name,
        Professional.family_name,
        Professional.profession_label,
        sa.func.coalesce(Commune.name, ProfessionalActivity.commune_name).label("commune"),
    )
    .outerjoin(ProfessionalActivity, ProfessionalActivity.professional_id == Professional.id)
    .outerjoin(Commune, Commune.insee == ProfessionalActivity.commune_insee)
    .where(Professional.rpps == _RPPS)
    .order_by(ProfessionalActivity.id)
)
"""A row for each place where they practise."""
_AROUND = Together(
    register=_REGISTER,
    known=sa.select(Person.id, Person.full_name.label("name"), Account.email, Account.status)
    .join(Account, Account.person_id == Person.id)
    .where(
        sa.or_(
            Account.email_key == sa.bindparam("email_key"),
            Person.rpps == _RPPS,
            Person.id == sa.bindparam("person_id", type_=sa.Uuid()),
        )
    )
    .order_by(Person.created_at),
    in_office=sa.select(Person.full_name.label("name"), Mandate.role)
    .join(Mandate, Mandate.person_id == Person.id)
    .where(Mandate.establishment_finess == sa.bindparam("finess"), effective(Mandate))
    .order_by(Mandate.role, Mandate.started_at),
    sender=sa.select(Person.full_name.label("name"))
    .join(Account, Account.person_id == Person.id)
    .where(Account.id == sa.bindparam("sender_id", type_=sa.Uuid()), Account.email_key != sa.bindparam("email_key")),
)
"""Several may be known: when an address and a number lead to two people, the agent must see it before deciding."""


def asked_request(request_id: uuid.UUID) -> Request | None:
    """To be read, not changed: with what the rights of an agent depend on."""
    eager = [joinedload(Request.establishment), undefer(Request.has_decider)]
    return db.session().get(Request, request_id, options=eager)


def desk_request(request: Request) -> Desk:
    """Two statements, however long its life."""
    around = _AROUND.read(
        rpps=request.rpps or None,
        email_key=request.email_key,
        person_id=request.person_id,
        finess=request.finess,
        sender_id=request.submitted_by_account_id,
    )
    found = {line.request.id: line for line in read_lines(_with_others(request))}
    line, refused = found.pop(request.id), found.get(request.appeal_of_id or request.id)
    mine = [each for each in found.values() if _is_of(each.request, request)]
    return Desk(
        line=line,
        register=_register_row(around["register"]),
        known=[Known(*row) for row in around["known"]],
        in_office=[InOffice(row.name, Role(row.role)) for row in around["in_office"]],
        same_person=mine[:EARLIER],
        same_cpts=[each for each in found.values() if each not in mine][:EARLIER],
        refused=refused.request if refused else None,
        by=around["sender"][0].name if around["sender"] else None,
    )


# ── steps ───────────────────────────────────────────────────────────────────


def _register_row(rows: Sequence[Any]) -> RegisterRow | None:
    if not rows:
        return None
    found = rows[0]
    communes = list(dict.fromkeys(row.commune for row in rows if row.commune))
    return RegisterRow(found.rpps, found.given_name, found.family_name, found.profession_label, communes)


def _is_of(each: Request, request: Request) -> bool:
    """Whether both are of one person, as far as address, number and account can tell."""
    return (
        each.email_key == request.email_key
        or (each.rpps is not None and each.rpps == request.rpps)
        or (each.person_id is not None and each.person_id == request.person_id)
    )


def _with_others(request: Request) -> sa.Select[Request]:
    """The request, the one it appeals against, the latest of the same person and of the same kind in the same CPTS;
    latest first."""
    near = [
        sa.select(Request.id)
        .where(Request.id != request.id, same)
        .order_by(Request.submitted_at.desc())
        .limit(EARLIER)
        .subquery()
        for same in (_same_person(request), _same_cpts(request))
    ]
    ids = sa.union_all(
        sa.select(sa.literal(request.id, sa.Uuid())),
        sa.select(sa.literal(request.appeal_of_id, sa.Uuid())),
        *(sa.select(each.c.id) for each in near),
    )
    query = sa.select(Request).where(Request.id.in_(ids)).options(joinedload(Request.establishment))
    return query.order_by(Request.submitted_at.desc())


def _same_person(request: Request) -> sa.ColumnElement[bool]:
    same = [Request.email_key == request.email_key]
    if request.rpps:
        same.append(Request.rpps == request.rpps)
    if request.person_id:
        same.append(Request.person_id == request.person_id)
    return sa.or_(*same)


def _same_cpts(request: Request) -> sa.ColumnElement[bool]:
    if request.establishment_finess is None:
        return sa.false()
    return sa.and_(Request.establishment_finess == request.establishment_finess, Request.kind == request.kind)
