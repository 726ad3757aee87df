"""Signing in and out, and proving who one is again before a sensitive act.

A proof of identity is recorded as an Authentication row; it is not an act of the journal.
"""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from app import db
from app.credentials.passwords import hash_password, needs_rehash, verify_password
from app.credentials.sessions import end_sessions, open_session, renew_session
from app.domain.errors import Invalid
from app.domain.terms import TERMS_VERSION
from app.models import Account
from app.policies.actor import Actor
from app.policies.permissions import Permission
from app.usecases.base import usecase
from app.usecases.enrolment import email_key

BY_PASSWORD = "password"  # noqa: S105 – a method, not a secret
REFUSED = "L’adresse ou le mot de passe ne convient pas. Vérifiez les deux, ou choisissez un nouveau mot de passe."


@usecase(Permission.ACCOUNT_SIGN_IN)
def sign_in(_actor: Actor, _portal: None, *, email: str, password: str) -> str:
    """The id of a new session. Raises Invalid, in the same words and after the same work whatever was wrong."""
    opened = _account_opened_by(email, password)
    if opened is None:
        raise Invalid({"password": REFUSED})
    account = db.session().get_one(Account, opened.id, with_for_update=True, populate_existing=True)
    if account.status != "active" or account.password_hash != opened.password_hash:  # changed while it was verified
        raise Invalid({"password": REFUSED})
    if needs_rehash(opened.password_hash):
        account.password_hash = hash_password(password)
    account.terms_version = TERMS_VERSION
    return open_session(account, method=BY_PASSWORD).id


@usecase(Permission.ACCOUNT_MANAGE)
def confirm_identity(_actor: Actor, account: Account, *, password: str, session_id: str) -> str:
    """The new id of this session, whose proof of identity is of now."""
    check_password(account, password)
    return renew_session(session_id, method=BY_PASSWORD).id


@usecase(Permission.ACCOUNT_MANAGE)
def sign_out(_actor: Actor, account: Account, *, session_id: str) -> None:
    end_sessions(account.id, only=[session_id])


@usecase(Permission.ACCOUNT_MANAGE)
def end_other_sessions(_actor: Actor, account: Account, *, session_id: str) -> int:
    """The number of sessions that this one outlives."""
    return end_sessions(account.id, except_=session_id)


def check_password(account: Account, password: str, field: str = "password") -> None:
    """Raises Invalid on `field` unless it is the password of that account."""
    if not verify_password(password, account.password_hash):
        raise Invalid({field: "Ce n’est pas votre mot de passe actuel."})


def _account_opened_by(email: str, password: str) -> sa.Row[uuid.UUID, str | None, str] | None:
    query = sa.select(Account.id, Account.password_hash, Account.status).where(Account.email_key == email_key(email))
    found = db.session().execute(query).one_or_none()
    db.session().rollback()  # no other writer waits while this one hashes
    opened = verify_password(password, found.password_hash if found else None)
    return found if opened and found and found.status == "active" else None
