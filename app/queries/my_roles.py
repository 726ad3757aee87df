"""« Mes rôles »: who one is, and the short lists of what waits for them, what they asked and where they practise."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app import clock, db
from app.domain.participations import DOCTOR
from app.models import Account, Affiliation, Establishment, Person, Professional, Request, Suspension, Unit
from app.policies.actor import Actor
from app.queries.accounts import PENDING_NOMINATIONS
from app.queries.tiles import TILES, whose
from app.queries.together import Together

_PERSON: sa.BindParameter[uuid.UUID] = sa.bindparam("person_id", type_=sa.Uuid())
_REQUESTS = (
    sa.select(
        Request.id,
        Request.number,
        Request.status,
        Request.submitted_at,
        Request.refusal_reason,
        Request.tracking_generation,
        Establishment.name.label("cpts"),
    )
    .join(Establishment, Establishment.finess == Request.establishment_finess)
    .where(
        Request.kind == "affiliation",
        sa.or_(Request.person_id == _PERSON, Request.email_key == sa.bindparam("email_key")),
    )
    .order_by(Request.submitted_at.desc())
)
"""Affiliation requests made by that person, or with their address, latest first."""
_AFFILIATIONS = (
    sa.select(
        Affiliation.unit_id,
        Affiliation.function,
        Affiliation.started_at,
        Unit.name.label("unit"),
        Establishment.name.label("cpts"),
        Suspension.since.label("suspended_since"),
    )
    .join(Unit, Unit.id == Affiliation.unit_id)
    .join(Establishment, Establishment.finess == Unit.establishment_finess)
    .outerjoin(Suspension, sa.and_(Suspension.affiliation_id == Affiliation.id, Suspension.lifted_at.is_(None)))
    .where(Affiliation.person_id == _PERSON, Affiliation.ended_at.is_(None))
    .order_by(Affiliation.started_at)
)
"""Units where that person practises now, oldest first; suspended by a review or not."""
_LISTS = Together(nominations=PENDING_NOMINATIONS, requests=_REQUESTS, affiliations=_AFFILIATIONS, tiles=TILES)


@dataclass(frozen=True, slots=True)
class Myself:
    """`doctor`: in the register, else as they said: who is shown the way to a participation."""

    account: Account
    person: Person
    doctor: bool


@dataclass(frozen=True, slots=True)
class MyLists:
    """Rows of `PENDING_NOMINATIONS`, `_REQUESTS`, `_AFFILIATIONS`, `TILES`."""

    nominations: Sequence[Any]
    requests: Sequence[Any]
    affiliations: Sequence[Any]
    tiles: Sequence[Any]


def myself(account_id: uuid.UUID) -> Myself:
    """One statement."""
    query = (
        sa.select(Account, Person, Professional.profession_code)
        .join(Person, Person.id == Account.person_id)
        .outerjoin(Professional, Professional.rpps == Person.rpps)
        .where(Account.id == account_id)
    )
    account, person, registered = db.session().execute(query).one()
    return Myself(account, person, (registered or person.profession_code) == DOCTOR)


def my_lists(actor: Actor, email_key: str) -> MyLists:
    """One statement."""
    found = _LISTS.read(**whose(actor), person_id=actor.person_id, email_key=email_key, now=clock.now())
    return MyLists(**found)
