"""Who is acting: the account's person, mandates in office and proof of identity, in two statements."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from app import clock, db
from app.models import Account, Authentication, Mandate, Person, SignInSession, effective
from app.policies.actor import ANONYMOUS, Actor, HeldMandate, ProvenIdentity, Role


def load_actor(session_id: str) -> Actor:
    """Actor of a server-side sign-in session; ANONYMOUS when it is unknown, ended, expired or the account suspended.

    The latest proof of identity given in that session is the actor's: a session without one signs nobody in.
    """
    latest = (
        sa.select(Authentication.id)
        .where(Authentication.session_id == SignInSession.id)
        .order_by(Authentication.at.desc())
        .limit(1)
        .correlate(SignInSession)
        .scalar_subquery()
    )
    row = (
        db.session()
        .execute(
            sa.select(Account.id, Account.agent_since, Person, Authentication.id, Authentication.at)
            .select_from(SignInSession)
            .join(Account, Account.id == SignInSession.account_id)
            .join(Person, Person.id == Account.person_id)
            .join(Authentication, Authentication.id == latest)
            .where(
                SignInSession.id == session_id,
                SignInSession.ended_at.is_(None),
                SignInSession.expires_at > clock.now(),
                Account.status == "active",
            )
        )
        .one_or_none()
    )
    if row is None:
        return ANONYMOUS
    account_id, agent_since, person, proof, proven_at = row
    return Actor(
        account_id=account_id,
        person_id=person.id,
        name=person.full_name,
        is_agent=agent_since is not None,
        mandates=held_mandates(person.id),
        identity=ProvenIdentity(proof, proven_at),
    )


def held_mandates(person_id: uuid.UUID) -> tuple[HeldMandate, ...]:
    """Mandates of that person in office now, oldest first."""
    rows = db.session().execute(
        sa.select(Mandate.id, Mandate.establishment_finess, Mandate.role)
        .where(Mandate.person_id == person_id, effective(Mandate))
        .order_by(Mandate.started_at)
    )
    return tuple(HeldMandate(id_, finess, Role(role)) for id_, finess, role in rows)


def deciders(finess: str, *, asking: str | None = None) -> list[Person]:
    """Presidents then référents in office of an establishment: those who answer its requests.

    `asking`: the e-mail key of who asks, who does not answer themselves.
    """
    in_office = (
        sa.select(Person)
        .join(Mandate, Mandate.person_id == Person.id)
        .where(Mandate.establishment_finess == finess, effective(Mandate))
        .order_by(Mandate.role, Mandate.started_at)
    )
    if asking is not None:
        own = sa.select(Account.person_id).where(Account.email_key == asking)
        in_office = in_office.where(Person.id.not_in(own))
    return list(db.session().scalars(in_office))
