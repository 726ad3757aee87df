"""Signing in and out, sessions, passwords, invitations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from app import clock
from app.models import Account, OneTimeLink, SignInSession
from app.queries.factors import handle_of
from tests import factories
from tests.consistency.case import COMTAT, NOBODY, Case, Change
from tests.consistency.world import World
from tests.factories import PASSWORD

NEW_PASSWORD = "mistral-sur-le-ventoux-84"


def used(link: Callable[[World], OneTimeLink]) -> Change:
    def use(_session: Session, world: World) -> None:
        link(world).used_at = clock.now()

    return use


def activation_expired(_session: Session, world: World) -> None:
    world.activation.expires_at = clock.now() - timedelta(minutes=1)


def activated(session: Session, world: World) -> None:
    account = session.get_one(Account, world.activation.account_id)
    account.status, account.password_hash, account.activated_at = "active", factories.password_hash(), clock.now()


def another_session_open(session: Session, world: World) -> None:
    now, owner = clock.now(), world.people.professional.account
    session.add(SignInSession(id="x" * 43, account_id=owner.id, created_at=now, expires_at=now + timedelta(hours=1)))


CASES = (
    Case(
        "accounts.sign_in",
        NOBODY,
        None,
        good=lambda world: {"email": world.people.stranger.email, "password": PASSWORD},
        bad={"password": "ce n’est pas le bon"},
    ),
    Case("accounts.sign_out", "professional", None),
    Case(
        "accounts.confirm",
        "professional",
        NOBODY,
        good={"acte": f"mandate:nominate_referent/{COMTAT}", "mot_de_passe": PASSWORD},
        bad={"mot_de_passe": "un autre"},
    ),
    Case(
        "accounts.close_session",
        "professional",
        NOBODY,
        before=another_session_open,
        arguments=lambda _world: {"handle": handle_of("x" * 43)},
    ),
    Case("accounts.close_sessions", "professional", NOBODY, before=another_session_open),
    Case("accounts.listing", "professional", NOBODY),
    Case(
        "accounts.new_password",
        "professional",
        NOBODY,
        good={"actuel": PASSWORD, "password": NEW_PASSWORD},
        bad={"actuel": "un autre"},
    ),
    Case(
        "accounts.forgot",
        NOBODY,
        None,
        good=lambda world: {"email": world.people.stranger.email},
        bad={"email": "sans arobase"},
    ),
    Case(
        "accounts.reset",
        NOBODY,
        None,
        good={"password": NEW_PASSWORD},
        bad={"password": "court"},
        too_late=used(lambda world: world.reset),
        late=410,
    ),
    Case(
        "accounts.invitation",
        NOBODY,
        None,
        good={"reponse": "accepter", "password": NEW_PASSWORD},
        bad={"password": "court"},
        too_late=used(lambda world: world.invitation),
        late=410,
    ),
    Case("accounts.send_again", NOBODY, None, before=activation_expired, too_late=activated),
)
