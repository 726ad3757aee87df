"""Rattachements: those of a person, and whom to tell about those of an establishment."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app import db
from app.models import Account, Affiliation, Mandate, Person, Unit, effective
from app.policies.actor import Role


def open_affiliations(person_id: uuid.UUID) -> list[Affiliation]:
    """Units where that person practises now, oldest first, with unit and establishment."""
    statement = (
        sa.select(Affiliation)
        .where(Affiliation.person_id == person_id, Affiliation.ended_at.is_(None))
        .options(joinedload(Affiliation.unit).joinedload(Unit.establishment))
        .order_by(Affiliation.started_at)
    )
    return list(db.session().scalars(statement))


def attachments_there(person_id: uuid.UUID, finess: str) -> list[Affiliation]:
    """Their rattachements to that CPTS: those that are open, else the latest."""
    own = sa.select(Affiliation).where(Affiliation.person_id == person_id, Affiliation.establishment_finess == finess)
    held = db.session().scalars(own.order_by(Affiliation.started_at)).all()
    return [each for each in held if each.ended_at is None] or list(held[-1:])


def affiliation(affiliation_id: uuid.UUID) -> Affiliation | None:
    """With its person, unit and establishment: one statement."""
    statement = (
        sa.select(Affiliation)
        .where(Affiliation.id == affiliation_id)
        .options(joinedload(Affiliation.person), joinedload(Affiliation.unit).joinedload(Unit.establishment))
    )
    return db.session().scalars(statement).one_or_none()


def decider_addresses(finess: str, *, asking: str | None = None, role: Role | None = None) -> list[str]:
    """Addresses of those who answer the requests of an establishment: in office, else the service centre's agents.

    `asking`: the e-mail key of who asks, who does not answer themselves. `role`: only those of that role, if any.
    """
    in_office = (
        sa.select(Account.email)
        .join(Mandate, Mandate.person_id == Account.person_id)
        .where(Mandate.establishment_finess == finess, effective(Mandate), Account.status.in_(["active", "invited"]))
        .where(Account.email_key != (asking or ""))
        .distinct()
        .order_by(Account.email)
    )
    if role is not None:
        return list(db.session().scalars(in_office.where(Mandate.role == role.value)))
    return list(db.session().scalars(in_office)) or agent_addresses()


def agent_addresses() -> list[str]:
    return list(
        db.session().scalars(
            sa.select(Account.email)
            .where(Account.agent_since.is_not(None), Account.status == "active")
            .order_by(Account.email)
        )
    )


def address_of(person_id: uuid.UUID) -> str | None:
    """The address of a person's account."""
    return db.session().scalar(
        sa.select(Account.email).join(Person, Person.id == Account.person_id).where(Person.id == person_id)
    )


@dataclass(frozen=True, slots=True)
class Office:
    """The mandate under which somebody decides. `granted_by`: the president who nominated a référent."""

    role: str
    since: datetime
    granted_by: str | None


def office(mandate_id: uuid.UUID) -> Office:
    row = db.session().execute(
        sa.select(Mandate.role, Mandate.started_at, Person)
        .outerjoin(Person, Person.id == Mandate.granting_person_id)
        .where(Mandate.id == mandate_id)
    )
    role, since, president = row.one()
    return Office(role, since, president.full_name if role == Role.REFERENT else None)


def applicant(account_id: uuid.UUID) -> tuple[Person, str]:
    """The person of an account and its address: what an ask form starts with."""
    person, email = (
        db.session()
        .execute(
            sa.select(Person, Account.email)
            .join(Account, Account.person_id == Person.id)
            .where(Account.id == account_id)
        )
        .one()
    )
    return person, email
