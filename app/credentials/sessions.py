"""The server side of a sign-in: the row lives at most ten hours, and dies at sign-out or when the password changes."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

import sqlalchemy as sa

from app import clock, db
from app.credentials.proofs import add_proofs
from app.domain.errors import ImpossibleNow
from app.models import Account, Authentication, Challenge, ProviderSession, SignInSession

LIFETIME = timedelta(hours=10)
CLOSED = "Votre session a été fermée entre-temps. Connectez-vous de nouveau."


class Method(StrEnum):
    """How somebody proved who they are."""

    LINK = "link"
    PASSWORD = "password"  # noqa: S105 – a method, not a secret
    CODE = "code"
    PASSKEY = "passkey"
    PASSWORD_AND_CODE = "password+code"  # noqa: S105
    PASSWORD_AND_RECOVERY = "password+recovery"  # noqa: S105
    PSC = "psc"


STRONG = frozenset({Method.PASSKEY, Method.PASSWORD_AND_CODE, Method.PASSWORD_AND_RECOVERY, Method.PSC})
"""Two factors at once: a passkey is on a device and asks for its holder's finger or PIN."""


def open_session(account: Account, *, method: str, acts: Iterable[str] = ()) -> SignInSession:
    """A new session of that account, whose person has just proven who they are, for these acts too."""
    opened = SignInSession(account_id=account.id, strong=method in STRONG, expires_at=clock.now() + LIFETIME)
    opened.created_at = opened.seen_at = clock.now()
    return _opened(opened, account.person_id, method, acts)


def renew_session(session_id: str, *, method: str, acts: Iterable[str] = ()) -> SignInSession:
    """A proof given again: the session goes on under a new id, and ends when it would have.

    Raises ImpossibleNow when it was ended meanwhile: a session that was closed from elsewhere does not come back.
    """
    old = db.session().get_one(SignInSession, session_id)
    account = db.session().get_one(Account, old.account_id)
    if not end_sessions(account.id, only=[session_id]):
        raise ImpossibleNow(CLOSED)
    renewed = SignInSession(account_id=account.id, strong=old.strong or method in STRONG, expires_at=old.expires_at)
    renewed.created_at, renewed.seen_at = old.created_at, clock.now()
    renewed.device, renewed.network = old.device, old.network
    opened = _opened(renewed, account.person_id, method, acts)
    behind = sa.update(ProviderSession).where(ProviderSession.session_id == session_id)
    db.session().execute(behind.values(session_id=opened.id))
    return opened


def end_sessions(account_id: uuid.UUID, *, except_: str | None = None, only: Iterable[str] | None = None) -> int:
    """End the open sessions of that account, and the sign-ins half-way; their number."""
    ending = sa.update(SignInSession).where(
        SignInSession.account_id == account_id, SignInSession.ended_at.is_(None), SignInSession.id != (except_ or "")
    )
    if only is None:
        db.session().execute(sa.delete(Challenge).where(Challenge.account_id == account_id))
    else:
        ending = ending.where(SignInSession.id.in_(list(only)))
    ended = db.session().execute(ending.values(ended_at=clock.now()).returning(SignInSession.id))
    return len(ended.all())


def _opened(opened: SignInSession, person_id: uuid.UUID, method: str, acts: Iterable[str]) -> SignInSession:
    opened.id = secrets.token_urlsafe(32)
    proof = Authentication(person_id=person_id, session_id=opened.id, method=method, at=clock.now())
    db.session().add_all([opened, proof])
    add_proofs(person_id, opened.id, method=method, acts=acts)
    db.session().flush()
    return opened
