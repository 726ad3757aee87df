"""What a person reads about themselves: account, roles, pending nominations, sessions."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app import clock, db
from app.domain.mandates import grace_until
from app.models import (
    LIVING,
    Account,
    Establishment,
    Mandate,
    Nomination,
    OneTimeLink,
    Person,
    Request,
    Suspension,
    effective,
    in_office,
)
from app.models.base import UtcDateTime


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A mandate as its holder reads it. `granted_by` is None when the service centre registered it.

    `pages_until`: the presidency behind a référent ended, they keep the pages until then.
    """

    mandate_id: uuid.UUID
    finess: str
    establishment: str
    role: str
    function: str | None
    since: datetime
    until: datetime | None
    ended_at: datetime | None
    end_reason: str | None
    granted_by: str | None
    in_office: bool
    pages_until: datetime | None
    suspended_since: datetime | None


@dataclass(frozen=True, slots=True)
class Managed:
    """An establishment that a person answers for, and how many requests wait there."""

    finess: str
    name: str
    city: str | None
    waiting: int


def account(account_id: uuid.UUID) -> Account:
    return db.session().get_one(Account, account_id)


def silent_addresses(keys: Collection[str]) -> set[str]:
    """Those of these addresses whose account is suspended or closed: they are sent nothing about a CPTS."""
    if not keys:
        return set()
    closed = sa.select(Account.email_key).where(Account.email_key.in_(keys), Account.status.not_in(LIVING))
    return set(db.session().scalars(closed))


def account_and_person(account_id: uuid.UUID) -> tuple[Account, Person]:
    found = find_account(Account.id == account_id)
    if found is None:
        raise LookupError(f"no account {account_id}")
    return found


def find_account(which: sa.ColumnElement[bool]) -> tuple[Account, Person] | None:
    """The one account that `which` keeps, and its person: one statement."""
    query = sa.select(Account, Person).join(Person, Person.id == Account.person_id).where(which)
    row = db.session().execute(query).one_or_none()
    return (row[0], row[1]) if row else None


_grantor, _granting = aliased(Person), aliased(Mandate)
_works = effective(Mandate).label("in_office")
_ROLES = (
    sa.select(Mandate, Establishment.name, _grantor, _works, _granting, in_office(_granting), Suspension.since)
    .join(Establishment, Establishment.finess == Mandate.establishment_finess)
    .outerjoin(_grantor, _grantor.id == Mandate.granting_person_id)
    .outerjoin(_granting, _granting.id == Mandate.granting_mandate_id)
    .outerjoin(Suspension, sa.and_(Suspension.mandate_id == Mandate.id, Suspension.lifted_at.is_(None)))
    .where(Mandate.person_id == sa.bindparam("person_id"))
    .order_by(_works.desc(), Mandate.started_at.desc())
)


def roles_of(person_id: uuid.UUID) -> list[HeldRole]:
    """Every mandate that person holds or held, those in office first: one statement."""
    rows = db.session().execute(_ROLES, {"person_id": person_id})
    return [
        HeldRole(
            mandate_id=mandate.id,
            finess=mandate.establishment_finess,
            establishment=name,
            role=mandate.role,
            function=mandate.function,
            since=mandate.started_at,
            until=mandate.term_ends_at,
            ended_at=mandate.ended_at,
            end_reason=mandate.end_reason,
            granted_by=getattr(person, "full_name", None),
            in_office=bool(effective_now),
            pages_until=_pages_until(mandate, presidency, presides, suspended_since),
            suspended_since=suspended_since,
        )
        for mandate, name, person, effective_now, presidency, presides, suspended_since in rows
    ]


def _pages_until(
    held: Mandate, presidency: Mandate | None, presides: bool, suspended_since: datetime | None
) -> datetime | None:
    """Until when a référent whose presidency ended keeps the pages; None when that is not their case, or over."""
    if presidency is None or presides or suspended_since or held.ended_at:
        return None
    until = grace_until(presidency.ended_at, presidency.term_ends_at)
    return until if until > clock.now() else None


_NOW: sa.BindParameter[datetime] = sa.bindparam("now", type_=UtcDateTime())
PENDING_NOMINATIONS = (
    sa.select(
        OneTimeLink.id.label("link_id"),
        Nomination.created_at,
        Nomination.expires_at,
        Establishment.name.label("cpts"),
        Person.full_name.label("nominated_by"),
    )
    .select_from(Nomination)
    .join(OneTimeLink, OneTimeLink.nomination_id == Nomination.id)
    .join(Establishment, Establishment.finess == Nomination.establishment_finess)
    .join(Person, Person.id == Nomination.nominated_by_person_id)
    .where(Nomination.email_key == sa.bindparam("email_key"), Nomination.status == "proposed")
    .where(Nomination.expires_at > _NOW, OneTimeLink.expires_at > _NOW)
    .where(OneTimeLink.used_at.is_(None), OneTimeLink.cancelled_at.is_(None))
    .order_by(Nomination.created_at)
)
"""Nominations sent to the address `email_key` which still wait for an answer, with their usable link."""


def pending_nominations(email_key: str) -> Sequence[Any]:
    """Rows of `PENDING_NOMINATIONS`."""
    return db.session().execute(PENDING_NOMINATIONS, {"email_key": email_key, "now": clock.now()}).all()


def managed_establishments(finess: Collection[str]) -> list[Managed]:
    """With the affiliation requests that wait for a decision: one statement."""
    waiting = (
        sa.select(sa.func.count())
        .where(
            Request.establishment_finess == Establishment.finess,
            Request.kind == "affiliation",
            Request.status == "submitted",
        )
        .scalar_subquery()
    )
    rows = db.session().execute(
        sa.select(Establishment.finess, Establishment.name, Establishment.city, waiting)
        .where(Establishment.finess.in_(finess))
        .order_by(Establishment.name)
    )
    return [Managed(*row) for row in rows]
