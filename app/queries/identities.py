"""What is known of the identities of Pro Santé Connect."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from app import db
from app.models import Account, ExternalIdentity, Person, ProviderSession


def identity_of(account_id: uuid.UUID) -> ExternalIdentity | None:
    """The one that opens that account."""
    query = sa.select(ExternalIdentity).where(ExternalIdentity.account_id == account_id)
    return db.session().scalars(query.order_by(ExternalIdentity.linked_at).limit(1)).one_or_none()


def number_is_borne(rpps: str) -> bool:
    """Whether an account bears that RPPS number; asked only by who has proven to hold it."""
    borne = sa.exists().where(Person.rpps == rpps, Account.person_id == Person.id, Account.status == "active")
    return bool(db.session().scalar(sa.select(borne)))


def provider_token(session_id: str) -> str | None:
    """The provider's token of that sign-in session, when it was opened there."""
    return db.session().scalar(sa.select(ProviderSession.id_token).where(ProviderSession.session_id == session_id))
