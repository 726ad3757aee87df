"""Référents of ended presidencies, whom the new one may keep."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app import clock, db
from app.domain.mandates import RENEWABLE, NominationStatus, grace_until
from app.models import LIVING, Account, Mandate, Nomination, Person, effective, in_office
from app.policies.actor import Role


@dataclass(frozen=True, slots=True)
class Renewable:
    """`named_by`: the president of before; `pages_until`: until when they keep the pages, or did."""

    mandate_id: uuid.UUID
    name: str
    family_name: str
    given_name: str
    email: str
    phone: str
    rpps: str | None
    function: str
    named_by: str
    since: datetime
    pages_until: datetime


def renewable(finess: str) -> list[Renewable]:
    """Whom a presidency that ended within twelve months named, who may be named again: one statement, by name."""
    granting, president, named = aliased(Mandate), aliased(Person), aliased(Nomination)
    since = clock.now() - RENEWABLE
    rows = db.session().execute(
        sa.select(Mandate, Person, Account.email, named, president, granting)
        .join(Person, Person.id == Mandate.person_id)
        .join(Account, Account.person_id == Person.id)
        .join(granting, granting.id == Mandate.granting_mandate_id)
        .join(president, president.id == granting.person_id)
        .join(named, named.id == Mandate.nomination_id)
        .where(Mandate.establishment_finess == finess, Mandate.role == Role.REFERENT.value, in_office(Mandate))
        .where(sa.not_(in_office(granting)), Account.status.in_(LIVING), Account.agent_since.is_(None))
        .where(sa.or_(granting.ended_at.is_(None), granting.ended_at > since))
        .where(sa.or_(granting.term_ends_at.is_(None), granting.term_ends_at > since))
        .where(sa.not_(_in_office_already()), sa.not_(_asked_already()))
        .order_by(Person.family_name, Person.given_name, Person.id)
    )
    return [_renewable(*row) for row in rows]


def _in_office_already() -> sa.ColumnElement[bool]:
    other = aliased(Mandate)
    held = sa.exists().where(
        other.establishment_finess == Mandate.establishment_finess,
        other.person_id == Mandate.person_id,
        other.role == Role.PRESIDENT.value,
        effective(other),
    )
    return held.correlate(Mandate)


def _asked_already() -> sa.ColumnElement[bool]:
    waiting = sa.exists().where(
        Nomination.establishment_finess == Mandate.establishment_finess,
        Nomination.email_key == Account.email_key,
        Nomination.status == NominationStatus.PROPOSED.value,
        Nomination.expires_at > clock.now(),
    )
    return waiting.correlate(Mandate, Account)


def _renewable(
    held: Mandate, person: Person, email: str, named: Nomination, president: Person, granting: Mandate
) -> Renewable:
    return Renewable(
        mandate_id=held.id,
        name=person.full_name,
        family_name=person.family_name,
        given_name=person.given_name,
        email=email,
        phone=person.phone or named.phone,
        rpps=person.rpps,
        function=held.function or named.function,
        named_by=president.full_name,
        since=held.started_at,
        pages_until=grace_until(granting.ended_at, granting.term_ends_at),
    )
