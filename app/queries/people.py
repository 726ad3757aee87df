"""People and their accounts, as agents look them up: by name, address or RPPS number; one person's whole life here."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app import db
from app.models import Account, Affiliation, Mandate, Person, Request, Unit, effective
from app.queries.accounts import HeldRole, find_account, roles_of
from app.queries.desk_queue import Line, read_lines
from app.queries.factors import factor_standing
from app.queries.journal_lines import JournalLine, about
from app.queries.text_match import matching

PER_PAGE = 20
LATEST_REQUESTS = 20
JOURNAL_LINES = 20


@dataclass(frozen=True, slots=True)
class Found:
    person: Person
    email: str
    status: str
    is_agent: bool
    offices: int


@dataclass(frozen=True, slots=True)
class People:
    text: str
    total: int
    found: list[Found]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Life:
    """`second_factor`: whether one exists; `lost_since`: when its loss was declared, while it is under way."""

    person: Person
    account: Account
    second_factor: bool
    lost_since: datetime | None
    roles: list[HeldRole]
    affiliations: list[Affiliation]
    requests: list[Line]
    journal: list[JournalLine]


def people(text: str, page: int) -> People:
    """A page of those who match, by name: two statements; nobody without words."""
    if not text.strip():
        return People("", 0, [], 1, 1)
    who = matching(text, Person.given_name, Person.family_name, Person.rpps, Account.email)
    query = sa.select(Person).join(Account, Account.person_id == Person.id).where(who, Person.erased_at.is_(None))
    total = db.session().scalar(query.with_only_columns(sa.func.count())) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, page), pages)
    offices = sa.select(sa.func.count()).where(Mandate.person_id == Person.id, effective(Mandate)).scalar_subquery()
    rows = db.session().execute(
        query.add_columns(Account.email, Account.status, Account.agent_since.is_not(None), offices)
        .order_by(Person.family_name, Person.given_name, Person.id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    return People(text, total, [Found(*row) for row in rows], page, pages)


def account_of(person_id: uuid.UUID) -> tuple[Account, Person] | None:
    return find_account(Account.person_id == person_id)


def life_of(account: Account, person: Person) -> Life:
    """Five statements, however long it is."""
    ways = factor_standing(account.id)
    roles, affiliations = roles_of(person.id), _affiliations(person.id)
    subjects = [f"account:{account.id}", f"person:{person.id}"]
    subjects += [f"mandate:{role.mandate_id}" for role in roles]
    subjects += [f"affiliation:{held.id}" for held in affiliations]
    return Life(
        person=person,
        account=account,
        second_factor=ways.second_factor,
        lost_since=ways.lost_since,
        roles=roles,
        affiliations=affiliations,
        requests=_requests(account),
        journal=about(subjects, limit=JOURNAL_LINES),
    )


# ── steps ───────────────────────────────────────────────────────────────────


def _affiliations(person_id: uuid.UUID) -> list[Affiliation]:
    """Open ones first, then the latest."""
    query = sa.select(Affiliation).where(Affiliation.person_id == person_id)
    query = query.options(joinedload(Affiliation.unit).joinedload(Unit.establishment))
    return list(db.session().scalars(query.order_by(Affiliation.ended_at.is_not(None), Affiliation.started_at.desc())))


def _requests(account: Account) -> list[Line]:
    theirs = sa.or_(Request.person_id == account.person_id, Request.email_key == account.email_key)
    query = sa.select(Request).where(theirs).options(joinedload(Request.establishment))
    return read_lines(query.order_by(Request.submitted_at.desc()).limit(LATEST_REQUESTS))
