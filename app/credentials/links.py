"""Links sent by mail. The token is the signed id of a row: the database holds no secret, the row makes it single-use.

GET only ever shows a page (mail scanners follow links); the act is a POST that consumes the row once.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from enum import StrEnum

import sqlalchemy as sa
from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from app import clock, db
from app.domain.errors import ImpossibleNow
from app.domain.requests import is_pending
from app.models import LIVING, Account, FreshnessAsk, IdentityClaim, OneTimeLink, Request
from app.settings import current_settings


class Purpose(StrEnum):
    ACTIVATION = "activation"
    PASSWORD_RESET = "password_reset"  # noqa: S105
    NOMINATION = "nomination"
    NEW_ACCOUNT = "new_account"
    NEW_EMAIL = "new_email"
    FACTOR_RESET = "factor_reset"


LIFETIME = {
    Purpose.ACTIVATION: timedelta(days=7),
    Purpose.PASSWORD_RESET: timedelta(hours=1),
    Purpose.NOMINATION: timedelta(days=7),
    Purpose.NEW_ACCOUNT: timedelta(hours=1),
    Purpose.NEW_EMAIL: timedelta(hours=24),
    Purpose.FACTOR_RESET: timedelta(days=2),
}
TRACKING = "suivi"
FOLLOWED_FOR = timedelta(days=365)
CLAIM = "identite"
EXPORT = "export-fhir"
RECOGNITION = "c-est-vous"
FRESHNESS = "c-est-exact"
GONE = "Ce lien a déjà servi ou n’est plus valable."


def issue(
    purpose: Purpose, *, account_id: uuid.UUID | None = None, nomination_id: uuid.UUID | None = None
) -> OneTimeLink:
    """A new link of that purpose; the earlier ones for the same object are cancelled."""
    cancel(purpose, account_id=account_id, nomination_id=nomination_id)
    now = clock.now()
    link = OneTimeLink(
        purpose=purpose.value,
        account_id=account_id,
        nomination_id=nomination_id,
        created_at=now,
        expires_at=now + LIFETIME[purpose],
    )
    db.session().add(link)
    db.session().flush()
    return link


def cancel(purpose: Purpose, *, account_id: uuid.UUID | None = None, nomination_id: uuid.UUID | None = None) -> None:
    """Cancel the unused links of that purpose for that account or nomination; without one, nobody's."""
    if account_id is None and nomination_id is None:
        return
    owner = OneTimeLink.account_id == account_id if account_id else OneTimeLink.nomination_id == nomination_id
    db.session().execute(
        sa.update(OneTimeLink)
        .where(owner, OneTimeLink.purpose == purpose.value, OneTimeLink.used_at.is_(None))
        .where(OneTimeLink.cancelled_at.is_(None))
        .values(cancelled_at=clock.now())
    )


def token_of(link_id: uuid.UUID | str, purpose: Purpose | str) -> str:
    """The token that goes into the mailed URL."""
    return _sign(str(purpose), uuid.UUID(str(link_id)).hex)


def resolve(token: str, *purposes: Purpose) -> OneTimeLink | None:
    """The link of a token whose signature holds, used or not; None when it was never ours."""
    for purpose in purposes:
        value = _unsign(str(purpose), token)
        if isinstance(value, str):
            link = db.session().get(OneTimeLink, uuid.UUID(value))
            return link if link and link.purpose == purpose else None
    return None


def is_usable(link: OneTimeLink) -> bool:
    return link.used_at is None and link.cancelled_at is None and link.expires_at > clock.now()


def consume(link: OneTimeLink) -> None:
    """Use the link, once. Raises ImpossibleNow when it was used, cancelled or is too old, also against a racer."""
    used = db.session().scalars(
        sa.update(OneTimeLink)
        .where(OneTimeLink.id == link.id, OneTimeLink.used_at.is_(None), OneTimeLink.cancelled_at.is_(None))
        .where(OneTimeLink.expires_at > clock.now())
        .values(used_at=clock.now())
        .returning(OneTimeLink.id)
    )
    if used.one_or_none() is None:
        raise ImpossibleNow(GONE)


def tracking_token(request_id: uuid.UUID | str, generation: int) -> str:
    """The token of `/suivi/<token>`; a new generation of the request revokes the earlier ones."""
    return _sign(TRACKING, [uuid.UUID(str(request_id)).hex, generation])


def resolve_tracking(token: str) -> Request | None:
    """The request of a tracking token, or None; a year after its end a request is followed no more."""
    value = _unsign(TRACKING, token)
    if not isinstance(value, list) or len(value) != 2:
        return None
    request = db.session().get(Request, uuid.UUID(str(value[0])))
    if request is None or request.tracking_generation != value[1]:
        return None
    over = not is_pending(request.status) and clock.now() - request.updated_at > FOLLOWED_FOR
    return None if over else request


def claim_token(claim_id: uuid.UUID) -> str:
    """The token of the page where somebody vouched for by a provider says which account they want."""
    return _sign(CLAIM, claim_id.hex)


def resolve_claim(token: str) -> IdentityClaim | None:
    """The claim of a token, whatever its age, or None."""
    value = _unsign(CLAIM, token)
    return db.session().get(IdentityClaim, uuid.UUID(value)) if isinstance(value, str) else None


def recognition_token(request_id: uuid.UUID | str, account_id: uuid.UUID | str) -> str:
    """The token of « C’est vous ? » : an account whose RPPS number is in that request, made under another address."""
    return _sign(RECOGNITION, [uuid.UUID(str(request_id)).hex, uuid.UUID(str(account_id)).hex])


def resolve_recognition(token: str) -> tuple[Request, Account] | None:
    """The request and the account of a token, or None."""
    value = _unsign(RECOGNITION, token)
    if not isinstance(value, list) or len(value) != 2:
        return None
    request = db.session().get(Request, uuid.UUID(str(value[0])))
    account = db.session().get(Account, uuid.UUID(str(value[1])))
    return (request, account) if request and account and account.status in LIVING else None


def freshness_token(ask_id: uuid.UUID | str, account_id: uuid.UUID | str) -> str:
    """The token of « C’est toujours exact », for somebody in office; the row of the question makes it single-use."""
    return _sign(FRESHNESS, [uuid.UUID(str(ask_id)).hex, uuid.UUID(str(account_id)).hex])


def resolve_freshness(token: str) -> tuple[FreshnessAsk, Account] | None:
    """The question and the account of a token, answered or not, or None."""
    value = _unsign(FRESHNESS, token)
    if not isinstance(value, list) or len(value) != 2:
        return None
    found = db.session().execute(
        sa.select(FreshnessAsk, Account)
        .join(Account, Account.id == uuid.UUID(str(value[1])))
        .where(FreshnessAsk.id == uuid.UUID(str(value[0])), Account.status == "active")
    )
    row = found.one_or_none()
    return (row[0], row[1]) if row else None


def _serializer(salt: str) -> URLSafeSerializer:
    keys = [*(current_app.config.get("SECRET_KEY_FALLBACKS") or []), current_settings().secret_key.get_secret_value()]
    return URLSafeSerializer(keys, salt=f"relais.{salt}")


def export_token(asked: list[object]) -> str:
    """The token of the files of an export of FHIR: what was asked is in it, and nothing is kept here."""
    return _sign(EXPORT, asked)


def resolve_export(token: str) -> list[object] | None:
    value = _unsign(EXPORT, token)
    return value if isinstance(value, list) else None


def _sign(salt: str, value: object) -> str:
    return str(_serializer(salt).dumps(value))


def _unsign(salt: str, token: str) -> object:
    try:
        return _serializer(salt).loads(token)
    except (BadSignature, UnicodeError, ValueError):
        return None
