"""What a person reads about themselves: account, roles, pending nominations, sessions."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

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


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A mandate as its holder reads it. `granted_by` is None when the service centre registered it.

    `pages_until`: the presidency behind a référent ended, they keep the pages until then.
    """

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
class PendingNomination:
    nomination: Nomination
    link_id: uuid.UUID


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
    query = sa.select(Account, Person).join(Person, Person.id == Account.person_id).where(Account.id == account_id)
    found, person = db.session().execute(query).one()
    return found, person


def roles_of(person_id: uuid.UUID) -> list[HeldRole]:
    """Every mandate that person holds or held, those in office first: one statement."""
    grantor, granting = aliased(Person), aliased(Mandate)
    works = effective(Mandate).label("in_office")
    paused = sa.and_(Suspension.mandate_id == Mandate.id, Suspension.lifted_at.is_(None))
    rows = db.session().execute(
        sa.select(Mandate, Establishment.name, grantor, works, granting, in_office(granting), Suspension.since)
        .join(Establishment, Establishment.finess == Mandate.establishment_finess)
        .outerjoin(grantor, grantor.id == Mandate.granting_person_id)
        .outerjoin(granting, granting.id == Mandate.granting_mandate_id)
        .outerjoin(Suspension, paused)
        .where(Mandate.person_id == person_id)
        .order_by(works.desc(), Mandate.started_at.desc())
    )
    return [
        HeldRole(
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


def pending_nominations(email_key: str) -> list[PendingNomination]:
    """Nominations sent to that address which still wait for an answer, with their usable link."""
    now = clock.now()
    rows = db.session().execute(
        sa.select(Nomination, OneTimeLink.id)
        .join(OneTimeLink, OneTimeLink.nomination_id == Nomination.id)
        .where(Nomination.email_key == email_key, Nomination.status == "proposed", Nomination.expires_at > now)
        .where(OneTimeLink.used_at.is_(None), OneTimeLink.cancelled_at.is_(None), OneTimeLink.expires_at > now)
        .options(joinedload(Nomination.establishment), joinedload(Nomination.nominated_by))
        .order_by(Nomination.created_at)
    )
    return [PendingNomination(nomination, link_id) for nomination, link_id in rows]


def own_requests(person_id: uuid.UUID, email_key: str) -> list[Request]:
    """Affiliation requests made by that person, or with their address, latest first."""
    mine = sa.or_(Request.person_id == person_id, Request.email_key == email_key)
    return list(
        db.session().scalars(
            sa.select(Request)
            .where(Request.kind == "affiliation", mine)
            .options(joinedload(Request.establishment), joinedload(Request.unit))
            .order_by(Request.submitted_at.desc())
        )
    )


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
