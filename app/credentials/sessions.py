"""The server side of a sign-in: the row lives at most ten hours, and dies at sign-out or when the password changes."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa

from app import clock, db
from app.domain.errors import ImpossibleNow
from app.models import Account, Authentication, SignInSession

LIFETIME = timedelta(hours=10)
FRESH = timedelta(minutes=10)
"""How long a proof of identity serves for a sensitive act (SECURITY.md, decision 1 of the owner)."""


def open_session(account: Account, *, method: str) -> SignInSession:
    """A new session of that account, whose person has just proven who they are."""
    return _open(account.id, account.person_id, method=method, expires_at=clock.now() + LIFETIME)


def renew_session(session_id: str, *, method: str) -> SignInSession:
    """A proof given again: the session goes on under a new id, and ends when it would have.

    Raises ImpossibleNow when it was ended meanwhile: a session that was closed from elsewhere does not come back.
    """
    old = db.session().get_one(SignInSession, session_id)
    account = db.session().get_one(Account, old.account_id)
    if not end_sessions(account.id, only=[session_id]):
        raise ImpossibleNow("Votre session a été fermée entre-temps. Connectez-vous de nouveau.")
    return _open(account.id, account.person_id, method=method, expires_at=old.expires_at)


def end_sessions(account_id: uuid.UUID, *, except_: str | None = None, only: Iterable[str] | None = None) -> int:
    """End the open sessions of that account; their number."""
    ending = sa.update(SignInSession).where(
        SignInSession.account_id == account_id, SignInSession.ended_at.is_(None), SignInSession.id != (except_ or "")
    )
    if only is not None:
        ending = ending.where(SignInSession.id.in_(list(only)))
    ended = db.session().execute(ending.values(ended_at=clock.now()).returning(SignInSession.id))
    return len(ended.all())


def _open(account_id: uuid.UUID, person_id: uuid.UUID, *, method: str, expires_at: datetime) -> SignInSession:
    now = clock.now()
    opened = SignInSession(id=secrets.token_urlsafe(32), account_id=account_id, created_at=now, expires_at=expires_at)
    db.session().add(opened)
    db.session().add(Authentication(person_id=person_id, session_id=opened.id, method=method, at=now))
    db.session().flush()
    return opened
