"""Who is acting: the account's person and mandates in office, in one statement."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app import clock, db
from app.domain.mandates import GRACE, grace_until
from app.domain.terms import TERMS_VERSION
from app.models import LIVING, Account, Authentication, Mandate, Person, SignInSession, effective, keeps_pages
from app.models.base import UtcDateTime
from app.policies.actor import ANONYMOUS, Actor, Grace, HeldMandate, Role

Offices = tuple[tuple[HeldMandate, ...], tuple[Grace, ...]]


_granting = aliased(Mandate)
_KEPT = sa.or_(effective(Mandate), keeps_pages(Mandate, sa.bindparam("since", type_=UtcDateTime)))
_OFFICE = (
    Mandate.id,
    Mandate.establishment_finess,
    Mandate.role,
    effective(Mandate).label("in_office"),
    _granting.ended_at,
    _granting.term_ends_at,
)
_OF_SESSION = (
    sa.select(Account.id, Account.agent_since, Account.terms_version, SignInSession.strong, Person, *_OFFICE)
    .select_from(SignInSession)
    .join(Account, Account.id == SignInSession.account_id)
    .join(Person, Person.id == Account.person_id)
    .outerjoin(Mandate, sa.and_(Mandate.person_id == Person.id, _KEPT))
    .outerjoin(_granting, _granting.id == Mandate.granting_mandate_id)
    .where(
        SignInSession.id == sa.bindparam("session_id"),
        SignInSession.ended_at.is_(None),
        SignInSession.expires_at > sa.bindparam("now", type_=UtcDateTime),
        Account.status == "active",
        sa.exists().where(Authentication.session_id == SignInSession.id),
    )
    .order_by(Mandate.started_at)
)
"""A row for each mandate, one without any. Built once: every page of somebody signed in says it."""
_OF_PERSON = (
    sa.select(*_OFFICE)
    .outerjoin(_granting, _granting.id == Mandate.granting_mandate_id)
    .where(Mandate.person_id == sa.bindparam("person_id"), _KEPT)
    .order_by(Mandate.started_at)
)


def load_actor(session_id: str) -> Actor:
    """Actor of a server-side sign-in session; ANONYMOUS when it is unknown, ended, expired or the account suspended.

    A session in which nobody proved who they are signs nobody in. An agent is one only with two factors.
    One statement.
    """
    now = clock.now()
    asked = {"session_id": session_id, "now": now, "since": now - GRACE}
    rows: Sequence[Any] = db.session().execute(_OF_SESSION, asked).all()
    if not rows:
        return ANONYMOUS
    account_id, agent_since, terms_version, strong, person, *_ = rows[0]
    mandates, graces = _sorted(row[5:] for row in rows if row[5])
    return Actor(
        account_id=account_id,
        person_id=person.id,
        name=person.full_name,
        is_agent=agent_since is not None and strong,
        must_enrol=agent_since is not None and not strong,
        mandates=mandates,
        graces=graces,
        session_id=session_id,
        terms_accepted=terms_version == TERMS_VERSION,
    )


def actor_of(account: Account) -> Actor:
    """The actor that the owner of an active account is when they sign in with all their factors: for the worker."""
    mandates, graces = offices_of(account.person_id)
    return Actor(
        account_id=account.id,
        person_id=account.person_id,
        is_agent=account.agent_since is not None,
        mandates=mandates,
        graces=graces,
    )


def offices_of(person_id: uuid.UUID) -> Offices:
    """Mandates of that person in office now, oldest first, and the pages they still keep for a while: one statement."""
    return _sorted(db.session().execute(_OF_PERSON, {"person_id": person_id, "since": clock.now() - GRACE}))


def _sorted(rows: Iterable[Any]) -> Offices:
    """Rows of `_OFFICE`."""
    held, graces = [], []
    for id_, finess, role, in_office, *ends in rows:
        if in_office:
            held.append(HeldMandate(id_, finess, Role(role)))
        else:
            graces.append(Grace(finess, grace_until(*ends)))
    return tuple(held), tuple(graces)


def held_mandates(person_id: uuid.UUID) -> tuple[HeldMandate, ...]:
    """Mandates of that person in office now, oldest first."""
    return offices_of(person_id)[0]


def deciders(finess: str, *, asking: str | None = None) -> list[Person]:
    """Presidents then référents in office of an establishment whose account lives: those who answer its requests.

    `asking`: the e-mail key of who asks, who does not answer themselves.
    """
    in_office = (
        sa.select(Person)
        .join(Mandate, Mandate.person_id == Person.id)
        .join(Account, Account.person_id == Person.id)
        .where(Mandate.establishment_finess == finess, effective(Mandate), Account.status.in_(LIVING))
        .order_by(Mandate.role, Mandate.started_at)
    )
    if asking is not None:
        in_office = in_office.where(Account.email_key != asking)
    return list(db.session().scalars(in_office))
