"""« C’est vous ? » (B-09): the account that a request's RPPS number already belongs to, under another address."""

from __future__ import annotations

import sqlalchemy as sa

from app import db
from app.domain.identities import same_name
from app.domain.masking import masked
from app.domain.requests import Kind, is_pending
from app.models import LIVING, Account, Person, Request


def known_elsewhere(request: Request) -> tuple[Account, Person] | None:
    """The living account with that RPPS number and another address: one statement, whatever it finds."""
    found = (
        db.session()
        .execute(
            sa.select(Account, Person)
            .join(Person, Person.id == Account.person_id)
            .where(Person.rpps == (request.rpps or ""), Account.email_key != request.email_key)
            .where(Account.status.in_(LIVING))
        )
        .one_or_none()
    )
    return (found[0], found[1]) if found else None


def may_be_known(request: Request) -> bool:
    """Whether the page of that request speaks of an account one may already have: never depends on what is known."""
    return request.kind == Kind.AFFILIATION and request.person_id is None and is_pending(request.status)


def hint(request: Request) -> str | None:
    """The masked address of that account, for who gave the RPPS number *and* the name that we hold; None otherwise."""
    known = known_elsewhere(request)
    if known is None:
        return None
    account, person = known
    named = same_name(person.family_name, request.family_name or "") and same_name(
        person.given_name, request.given_name or ""
    )
    return masked(account.email) if named else None
