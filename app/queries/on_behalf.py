"""For whom an agent may act in a CPTS: those who are in office or attached there, or who sent a request."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import sqlalchemy as sa

from app import db
from app.models import LIVING, Account, Affiliation, Mandate, Person, Request, attached, effective

MOST = 200
"""People of one CPTS shown to choose from; the others are found by the request they sent."""


@dataclass(frozen=True, slots=True)
class Somebody:
    person: Person
    email: str
    role: str


def people_of(finess: str) -> list[Somebody]:
    """In office first, then those attached: two statements."""
    office = (
        sa.select(Person, Account.email, Mandate.role)
        .join(Mandate, Mandate.person_id == Person.id)
        .where(Mandate.establishment_finess == finess, effective(Mandate))
        .order_by(Mandate.role, Mandate.started_at)
    )
    practises = (
        sa.select(Person, Account.email, sa.literal("professional"))
        .join(Affiliation, Affiliation.person_id == Person.id)
        .where(Affiliation.establishment_finess == finess, attached(Affiliation))
        .order_by(Person.family_name, Person.given_name)
    )
    found: dict[uuid.UUID, Somebody] = {}
    for query in (office, practises):
        living = query.join(Account, Account.person_id == Person.id).where(Account.status.in_(LIVING))
        for person, email, role in db.session().execute(living.limit(MOST)):
            found.setdefault(person.id, Somebody(person, email, role))
    return list(found.values())


def request_numbered(number: str) -> Request | None:
    return db.session().scalars(sa.select(Request).where(Request.number == number.strip().upper())).one_or_none()


def requester(reference: str) -> Person | Request | None:
    """Whom `person:<id>` or `request:<id>` names."""
    noun, _, key = reference.partition(":")
    try:
        id_ = uuid.UUID(key)
    except ValueError:
        return None
    if noun == "person":
        return db.session().get(Person, id_)
    return db.session().get(Request, id_) if noun == "request" else None


def address_of_requester(reference: str) -> tuple[str, str] | None:
    """Name and address: of the account of a person, of who sent a request."""
    found = requester(reference)
    if isinstance(found, Request):
        return found.full_name, found.email
    if found is None:
        return None
    email = db.session().scalar(sa.select(Account.email).where(Account.person_id == found.id))
    return (found.full_name, email) if email else None
