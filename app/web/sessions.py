"""Sign-in sessions: Flask's signed cookie carries the random id of a row and when it was last seen, nothing else.

Idle: 30 minutes for those who hold a power (agents, présidents, référents), 2 hours for the others, read from the
signed cookie so that a GET never writes; absolute: 10 hours, in the row. Rights are not in the session: they are
derived at each request (app/queries/actors.py). The row also says, to its owner, on what device it is and when it was
last seen: that is written beside the request, now and then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask, current_app, g, request, session
from flask_login import AnonymousUserMixin, UserMixin, login_user
from werkzeug.wrappers import Response

from app import clock, db
from app.extensions import login_manager
from app.models import SignInSession
from app.policies.actor import ANONYMOUS, Actor
from app.queries.actors import load_actor
from app.usecases.sign_in import describe_session
from app.web.devices import device, network

IDLE_WITH_POWER = timedelta(minutes=30)
IDLE = timedelta(hours=2)
SEEN = "seen"
WRITTEN = "written"
"""When the row was last told so."""
SEEN_PRECISION = 30
"""Seconds during which the cookie is not written again."""
SEEN_WRITTEN_EVERY = timedelta(minutes=5)
LEAVE_NOTHING = '"cache", "storage"'
"""Clear-Site-Data at sign-out. Cookies are ours to end: this answer carries the new one."""


@dataclass(frozen=True)
class SignedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login calls a user: one open session and the actor behind it."""

    session_id: str
    actor: Actor

    def get_id(self) -> str:
        return self.session_id


class SignedOut(AnonymousUserMixin):  # type: ignore[misc]
    session_id = None
    actor = ANONYMOUS


def init_app(app: Flask) -> None:
    """Not `login_manager.init_app`: its remember-me hook and its template variable would open the session on every
    answer, and no page could be cached."""
    app.login_manager = login_manager  # type: ignore[attr-defined]
    login_manager.session_protection = None  # the row and the idle time protect; an address may change in a train
    login_manager.anonymous_user = SignedOut
    login_manager.user_loader(_load)
    app.after_request(_write_seen)


def start(session_id: str) -> None:
    """Bind this browser to a session just opened. What it held before is forgotten (ASVS 7.2.4: no fixation)."""
    session.clear()
    g.pop("csrf_token", None)  # Flask-WTF keeps the token of the session just left for the rest of the request
    session[SEEN] = session[WRITTEN] = _now()
    describe_session(session_id, device=device(), network=network())
    login_user(SignedIn(session_id, load_actor(session_id)))
    session.pop("_id", None)  # Flask-Login's fingerprint of the browser: we have no use for it


def stop(response: Response) -> Response:
    """Forget the session in this browser, caches included. The row must be ended by the caller."""
    session.clear()
    response.headers["Clear-Site-Data"] = LEAVE_NOTHING
    return response


def unkept(response: Response) -> Response:
    """No cache keeps this page: its address is a key."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _load(session_id: str) -> SignedIn | None:
    """Flask-Login's loader: called once a request, and only when something asks who is there."""
    actor = load_actor(session_id)
    seen = session.get(SEEN)
    if actor is ANONYMOUS or not isinstance(seen, int):
        return None
    idle = _now() - seen
    if idle > _longest_idle(actor).total_seconds():
        return None
    if idle > SEEN_PRECISION and not _is_quiet():
        session[SEEN] = _now()
        if _now() - session.get(WRITTEN, seen) > SEEN_WRITTEN_EVERY.total_seconds():
            session[WRITTEN] = _now()
            g.seen_session = session_id
    return SignedIn(session_id, actor)


def _is_quiet() -> bool:
    """What a page asks by itself, again and again, says nothing of whether somebody is in front of it."""
    return bool(getattr(current_app.view_functions.get(request.endpoint or ""), "quiet", False))


def _write_seen(response: Response) -> Response:
    """Beside the transaction of a page, which cannot write; a database too busy for that loses nothing."""
    seen = g.pop("seen_session", None)
    if seen is None:
        return response
    db.session().rollback()  # on SQLite, what this request still holds would be waited for
    try:
        with db.engine().begin() as connection:
            touch = sa.update(SignInSession).where(SignInSession.id == seen)
            connection.execute(touch.values(seen_at=clock.now()))
    except sa.exc.OperationalError:
        current_app.logger.info("session not marked as seen: the database is busy")
    return response


def _longest_idle(actor: Actor) -> timedelta:
    return IDLE_WITH_POWER if actor.is_agent or actor.must_enrol or actor.mandates else IDLE


def _now() -> int:
    return int(clock.now().timestamp())
