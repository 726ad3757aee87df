"""What one browser is asked to answer, once: the row is on the server, its random id in the browser's signed cookie."""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta
from enum import StrEnum

import sqlalchemy as sa

from app import clock, db
from app.domain.errors import ImpossibleNow
from app.models import Challenge

GONE = "Cette vérification a expiré ou a déjà servi. Recommencez."


class Purpose(StrEnum):
    SECOND_FACTOR = "second_factor"
    SIGN_IN = "sign_in"
    REGISTER = "register"
    PROVE = "prove"


LIFETIME = {
    Purpose.SECOND_FACTOR: timedelta(minutes=10),
    Purpose.SIGN_IN: timedelta(minutes=5),
    Purpose.REGISTER: timedelta(minutes=5),
    Purpose.PROVE: timedelta(minutes=5),
}
KEPT = timedelta(days=1)


def ask(
    purpose: Purpose, *, account_id: uuid.UUID | None = None, method: str | None = None, act: str | None = None
) -> Challenge:
    now = clock.now()
    challenge = Challenge(
        id=secrets.token_urlsafe(32),
        purpose=purpose.value,
        account_id=account_id,
        value=secrets.token_bytes(32),
        method=method,
        act=act,
        created_at=now,
        expires_at=now + LIFETIME[purpose],
    )
    db.session().add(challenge)
    db.session().flush()
    return challenge


def find(challenge_id: str | None, purpose: Purpose) -> Challenge | None:
    """The challenge, while it may be answered."""
    found = db.session().get(Challenge, challenge_id) if challenge_id else None
    waits = found and found.purpose == purpose and found.used_at is None and found.expires_at > clock.now()
    return found if waits else None


def answered(challenge_id: str | None, purpose: Purpose, account_id: uuid.UUID | None = None) -> Challenge:
    """The challenge, used up by this transaction. Raises ImpossibleNow when it is too old, used, or another's."""
    used = (
        sa.update(Challenge)
        .where(Challenge.id == (challenge_id or ""), Challenge.purpose == purpose.value)
        .where(Challenge.used_at.is_(None), Challenge.expires_at > clock.now())
        .values(used_at=clock.now())
        .returning(Challenge)
    )
    if account_id is not None:
        used = used.where(Challenge.account_id == account_id)
    challenge = db.session().scalars(used).one_or_none()
    if challenge is None:
        raise ImpossibleNow(GONE)
    return challenge


def forget_expired() -> None:
    """Housekeeping of the worker."""
    db.session().execute(sa.delete(Challenge).where(Challenge.expires_at < clock.now() - KEPT))
    db.session().commit()
