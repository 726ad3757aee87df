"""Signing in and out: a first factor, a second where there is one, then a session.

A proof of identity is recorded as an Authentication row; it is not an act of the journal.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import sqlalchemy as sa

from app import db
from app.credentials.challenges import GONE, Purpose, answered, ask, find
from app.credentials.passkeys import authentication_options, verify
from app.credentials.passwords import hash_password, needs_rehash, verify_password
from app.credentials.sessions import STRONG, Method, end_sessions, open_session
from app.domain.errors import ImpossibleNow, Invalid
from app.models import Account, Challenge, SignInSession
from app.policies.actor import Actor
from app.policies.permissions import Permission
from app.usecases.base import usecase
from app.usecases.enrolment import email_key
from app.usecases.factor_steps import check_second_factor, has_second_factor, tell_recovery_code_used

REFUSED = "L’adresse ou le mot de passe ne convient pas. Vérifiez les deux, ou choisissez un nouveau mot de passe."


@dataclass(frozen=True)
class Entry:
    """Where a first factor leads: a session, or the challenge of a second factor. One of them is set."""

    session_id: str | None = None
    challenge_id: str | None = None


def after_first_factor(account: Account, *, method: str) -> Entry:
    """Session now, or second factor first: the one place that decides, whatever the first factor was."""
    if method in STRONG or not has_second_factor(account.id):
        return Entry(session_id=open_session(account, method=method).id)
    return Entry(challenge_id=ask(Purpose.SECOND_FACTOR, account_id=account.id, method=method).id)


@usecase(Permission.ACCOUNT_SIGN_IN)
def sign_in(_actor: Actor, _portal: None, *, email: str, password: str) -> Entry:
    """Where it leads. Raises Invalid, in the same words and after the same work whatever was wrong."""
    opened = _account_opened_by(email, password)
    if opened is None:
        raise Invalid({"password": REFUSED})
    account = _locked(opened.id)
    if account.status != "active" or account.password_hash != opened.password_hash:  # changed while it was verified
        raise Invalid({"password": REFUSED})
    if needs_rehash(opened.password_hash):
        account.password_hash = hash_password(password)
    return after_first_factor(account, method=Method.PASSWORD)


@usecase(Permission.ACCOUNT_SIGN_IN)
def give_second_factor(_actor: Actor, _portal: None, *, challenge_id: str | None, typed: str) -> str:
    """The id of a new session. Raises Invalid on `code`; ImpossibleNow when the first factor is too long ago."""
    waiting = find(challenge_id, Purpose.SECOND_FACTOR)
    if waiting is None or waiting.account_id is None:
        raise ImpossibleNow(GONE)
    account = _locked(waiting.account_id)
    if account.status != "active":
        raise ImpossibleNow(GONE)
    method = check_second_factor(account, typed)
    answered(challenge_id, Purpose.SECOND_FACTOR, account.id)
    opened = open_session(account, method=method).id
    if method == Method.PASSWORD_AND_RECOVERY:
        tell_recovery_code_used(account)
    return opened


@usecase(Permission.ACCOUNT_SIGN_IN)
def ask_passkey(_actor: Actor, _portal: None) -> tuple[str, str]:
    """The id of a challenge for this browser, and what the device is asked: any key that it holds for the portal."""
    challenge = ask(Purpose.SIGN_IN)
    return challenge.id, authentication_options(challenge)


@usecase(Permission.ACCOUNT_SIGN_IN)
def sign_in_with_passkey(_actor: Actor, _portal: None, *, challenge_id: str | None, answer: str) -> str:
    """The id of a new session: a device, and the finger or PIN of its holder, are two factors."""
    key = verify(answered(challenge_id, Purpose.SIGN_IN), answer)
    account = _locked(key.account_id)
    if account.status != "active":
        raise Invalid({"appareil": "Ce compte n’est plus ouvert. Le centre de services peut vous dire pourquoi."})
    return open_session(account, method=Method.PASSKEY).id


@usecase(Permission.ACCOUNT_MANAGE)
def sign_out(_actor: Actor, account: Account, *, session_id: str) -> None:
    end_sessions(account.id, only=[session_id])


@usecase(Permission.ACCOUNT_MANAGE)
def end_session(_actor: Actor, account: Account, *, session_id: str) -> None:
    """One session, from another. Raises ImpossibleNow when it is over already."""
    if not end_sessions(account.id, only=[session_id]):
        raise ImpossibleNow("Cette session est déjà fermée.")


@usecase(Permission.ACCOUNT_MANAGE)
def end_other_sessions(_actor: Actor, account: Account, *, session_id: str) -> int:
    """The number of sessions that this one outlives."""
    return end_sessions(account.id, except_=session_id)


def describe_session(session_id: str, *, device: str, network: str | None) -> None:
    """What its owner recognises it by; no use case, since nothing is decided."""
    described = sa.update(SignInSession).where(SignInSession.id == session_id)
    db.session().execute(described.values(device=device, network=network))
    db.session().commit()


def half_way(challenge_id: str | None) -> Account | None:
    """Who gave a first factor in this browser, and has a second one to give."""
    waiting: Challenge | None = find(challenge_id, Purpose.SECOND_FACTOR)
    return db.session().get(Account, waiting.account_id) if waiting else None


def _locked(account_id: uuid.UUID) -> Account:
    return db.session().get_one(Account, account_id, with_for_update=True, populate_existing=True)


def _account_opened_by(email: str, password: str) -> sa.Row[uuid.UUID, str | None, str] | None:
    query = sa.select(Account.id, Account.password_hash, Account.status).where(Account.email_key == email_key(email))
    found = db.session().execute(query).one_or_none()
    db.session().rollback()  # no other writer waits while this one hashes
    opened = verify_password(password, found.password_hash if found else None)
    return found if opened and found and found.status == "active" else None
