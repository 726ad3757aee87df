"""How often a form may be sent: counted in the database (exact whatever the number of workers), or in Redis.

Only POSTs are counted, and the downloads of open data. Keys are digests: neither the table nor the logs hold an
address. Nothing is ever locked: a window ends, and a link received by mail always opens the account (SECURITY.md,
case 39).
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from flask import Flask, Response, request, session
from flask_limiter import RateLimitExceeded
from limits.storage import Storage
from sqlalchemy.dialects import postgresql, sqlite

from app import clock, db
from app.extensions import limiter
from app.models import RateCounter
from app.settings import current_settings
from app.usecases.enrolment import email_key
from app.usecases.sign_in import half_way
from app.web.access import current_actor
from app.web.errors import error_response
from app.web.forms import PASSWORD_FIELDS, was_hasty
from app.web.french import plural

View = TypeVar("View", bound=Callable[..., Any])
LONGEST_EMAIL = 254


class Rule(NamedTuple):
    """`allowed` for each `key`; a request that is `spared` is not counted, another counts for its `cost`."""

    allowed: str
    key: Callable[[], str]
    spared: Callable[[], bool] | None = None
    cost: Callable[[], int] | int = 1


class DatabaseStorage(Storage):
    """Counters in `rate_counter`, each in its own short transaction: a request that fails has still been counted."""

    STORAGE_SCHEME = ["relais"]  # noqa: RUF012 – as the library declares it

    @property
    def base_exceptions(self) -> type[Exception]:
        return sa.exc.SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = clock.now()
        over = RateCounter.expires_at <= now
        insert = postgresql.insert if db.dialect_name() == "postgresql" else sqlite.insert
        fresh = insert(RateCounter).values(key=key, count=amount, expires_at=now + timedelta(seconds=expiry))
        counted = fresh.on_conflict_do_update(
            index_elements=[RateCounter.key],
            set_={
                "count": sa.case((over, fresh.excluded.count), else_=RateCounter.count + amount),
                "expires_at": sa.case((over, fresh.excluded.expires_at), else_=RateCounter.expires_at),
            },
        ).returning(RateCounter.count)
        db.session().rollback()  # what this request has read so far; on SQLite it would wait for itself
        with db.engine().begin() as connection:
            return int(connection.execute(counted).scalar_one())

    def get(self, key: str) -> int:
        row = self._open_window(key)
        return int(row.count) if row else 0

    def get_expiry(self, key: str) -> float:
        row = self._open_window(key)
        return float((row.expires_at if row else clock.now()).timestamp())

    def check(self) -> bool:
        with db.engine().connect() as connection:
            return bool(connection.execute(sa.select(1)).scalar_one())

    def reset(self) -> int:
        with db.engine().begin() as connection:
            return connection.execute(sa.delete(RateCounter)).rowcount

    def clear(self, key: str) -> None:
        with db.engine().begin() as connection:
            connection.execute(sa.delete(RateCounter).where(RateCounter.key == key))

    def _open_window(self, key: str) -> Any:
        query = sa.select(RateCounter.count, RateCounter.expires_at)
        with db.engine().connect() as connection:
            return connection.execute(
                query.where(RateCounter.key == key, RateCounter.expires_at > clock.now())
            ).one_or_none()


def init_app(app: Flask) -> None:
    settings = app.extensions["settings"]
    app.config["RATELIMIT_STORAGE_URI"] = settings.redis_url or "relais://"
    app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = True
    app.extensions["limiter"] = {limiter}  # no hooks: each limited view counts by itself, the others pay nothing
    limiter.init_app(app)
    app.register_error_handler(RateLimitExceeded, too_many)


@limiter.request_filter
def _off() -> bool:
    return not current_settings().rate_limits


def forget_expired() -> None:
    """Drop the counters whose window is over (the worker's housekeeping)."""
    with db.engine().begin() as connection:
        connection.execute(sa.delete(RateCounter).where(RateCounter.expires_at < clock.now() - timedelta(hours=1)))


# ── who is counted ──────────────────────────────────────────────────────────


def network() -> str:
    """The caller's network: /24 in IPv4, /56 in IPv6."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "network:unknown"
    bits = 24 if address.version == 4 else 56
    return f"network:{_digest(str(ipaddress.ip_network((address, bits), strict=False)))}"


def typed_account() -> str:
    """The account named in the form, whether it exists or not."""
    return f"account:{_digest(email_key(request.form.get('email', '')[:LONGEST_EMAIL]))}"


def typed_account_from_network() -> str:
    return f"{typed_account()}:{network()}"


def signed_in_account() -> str:
    return f"signed-in:{_digest(current_actor().reference)}"


def half_way_account() -> str:
    """Who gave a first factor in this browser."""
    account = half_way(session.get("challenge"))
    return f"half-way:{_digest(str(account.id) if account else network())}"


def no_account_typed() -> bool:
    return not request.form.get("email", "").strip()


def no_password_sent() -> bool:
    return not any(request.form.get(name) for name in PASSWORD_FIELDS)


def haste() -> int:
    """What a public form counts for: several times when nobody can have filled it in so fast."""
    return HASTY if was_hasty(request.form.get("ouvert", "")) else 1


def link() -> str:
    """The token of the address."""
    return f"link:{_digest((request.view_args or {}).get('token', ''))}"


def _digest(text: str) -> str:
    key = current_settings().secret_key.get_secret_value().encode()[:64]
    return hashlib.blake2b(text.encode(), key=key, digest_size=12).hexdigest()


# ── what is allowed ─────────────────────────────────────────────────────────

SIGN_IN = (
    Rule("5 per minute; 30 per hour", typed_account_from_network),
    Rule("20 per 5 minutes", typed_account),
    Rule("60 per minute; 600 per hour", network),
)
MAIL_ME_A_LINK = (
    Rule("3 per 10 minutes; 10 per day", typed_account),
    Rule("20 per minute; 100 per hour", network),
)
RESEND = (Rule("3 per hour", link), Rule("20 per minute; 100 per hour", network))
PROVE = (Rule("5 per minute; 30 per hour", signed_in_account, no_password_sent),)
"""For a form that may carry the password of who is signed in: only guesses count, not the acts themselves."""
SECOND_FACTOR = (
    Rule("5 per minute; 20 per hour; 60 per day", half_way_account),
    Rule("60 per minute; 600 per hour", network),
)
"""Six digits: three of a million are right at a time."""
PASSKEY = (Rule("30 per minute; 300 per hour", network),)
PUBLIC_FORM = (Rule("30 per minute; 300 per hour", network),)
REGISTER = (Rule("30 per hour; 100 per day", signed_in_account),)
"""Registering professionals says whether an RPPS number or an address is known: nobody asks for hundreds of them."""
HASTY = 3
SEND = (Rule("30 per minute", network), Rule("300 per hour", network, cost=haste))
"""A form that anybody may send, with its trap (TrapMixin): sent too fast, it counts three times in the hour."""
ASK = (Rule("20 per hour; 40 per day", typed_account, no_account_typed), *SEND)
"""A form that mails the address typed in it, which may be somebody else's."""


READING = ("GET", "HEAD")
DOWNLOAD = (Rule("30 per minute; 300 per hour", network),)
"""Files made while they are sent. A portal that takes every département in every format each hour is far below."""
FHIR = (Rule("600 per minute; 12000 per hour", network),)
"""Reads of one object or one page; whoever wants all takes the export, which is a download."""
CORRECT = (Rule("10 per hour; 30 per day", network), *ASK)
"""A correction proposed on a page: each one costs somebody in the CPTS a minute."""


def limited(rules: tuple[Rule, ...], methods: tuple[str, ...] = ("POST",)) -> Callable[[View], View]:
    """Count the POSTs of a view, under each of the rules; `methods`: its GETs, when they are heavy."""

    def decorate(view: View) -> View:
        for rule in rules:
            limit = limiter.limit(
                rule.allowed, key_func=rule.key, methods=list(methods), exempt_when=rule.spared, cost=rule.cost
            )
            view = limit(view)  # type: ignore[assignment]
        return view

    return decorate


def give_back() -> None:
    """This attempt was a good one: it does not count."""
    for counted in limiter.current_limits:
        limiter.limiter.hit(counted.limit, *counted.request_args, cost=-1)


def seconds_to_wait() -> int:
    """Until the window that is full is over."""
    reached = limiter.current_limit
    return max(1, round(reached.window.reset_time - clock.now().timestamp())) if reached else 60


def too_many(_error: RateLimitExceeded) -> Response:
    """429: says when to come back."""
    seconds = seconds_to_wait()
    minutes = -(-seconds // 60)
    wait = plural(minutes, "minute") if seconds > 60 else plural(seconds, "seconde")
    response = error_response(429, detail=f"Réessayez dans {wait}. Rien n’est bloqué : il suffit d’attendre.")
    response.headers["Retry-After"] = str(seconds)
    return response
