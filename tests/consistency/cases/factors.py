"""Second factors: codes, passkeys, recovery, a reset by the service centre."""

from __future__ import annotations

from typing import Any

import pyotp
from sqlalchemy.orm import Session

from app import clock, db
from app.credentials import challenges
from app.models import Challenge, CodeGenerator, FactorReset, Passkey
from tests import factories
from tests.consistency.case import COMTAT, NOBODY, Case, Fields, asked
from tests.consistency.world import World
from tests.factories import PASSWORD, TOTP_SECRET
from tests.support.authenticator import Authenticator, encoded

DEVICE = Authenticator()


def a_passkey(session: Session, world: World) -> None:
    factories.passkey(session, world.people.professional.account, DEVICE)


def a_generator(session: Session, world: World) -> None:
    factories.generator(session, world.people.professional.account)


def a_generator_to_confirm(session: Session, world: World) -> None:
    a_generator(session, world)
    session.get_one(CodeGenerator, world.people.professional.account.id).confirmed_at = None


def generator_confirmed(session: Session, world: World) -> None:
    session.get_one(CodeGenerator, world.people.professional.account.id).confirmed_at = clock.now()


def generator_removed(session: Session, world: World) -> None:
    session.delete(session.get_one(CodeGenerator, world.people.professional.account.id))


def passkey_removed(session: Session, _world: World) -> None:
    session.delete(session.query(Passkey).filter_by(credential_id=DEVICE.id).one())


def a_factor_reset(session: Session, world: World) -> None:
    now, agent, account = clock.now(), world.people.agent.account.id, world.people.stranger.account.id
    recorded = {"recorded_at": now, "recorded_by_account_id": agent, "evidence": "Rappelée"}
    session.add(FactorReset(account_id=account, asked_at=now, asked_by_account_id=account, **recorded))


def factor_reset_done(session: Session, _world: World) -> None:
    session.query(FactorReset).one().done_at = clock.now()


def half_way(world: World) -> dict[str, str]:
    """The agent gave the password in this browser."""
    return asked(challenges.Purpose.SECOND_FACTOR, world.people.agent.account.id)


def answer_of_the_device(_world: World) -> Fields:
    """To the challenge that was asked last."""
    latest = db.session().query(Challenge).order_by(Challenge.created_at.desc()).first()
    assert latest is not None
    return {"appareil": DEVICE.get({"challenge": encoded(latest.value)})}


def code_of_now(_world: World) -> Fields:
    return {"code": pyotp.TOTP(TOTP_SECRET).at(clock.now()), "mot_de_passe": PASSWORD}


def passkey_of(_world: World) -> dict[str, Any]:
    return {"passkey_id": db.session().query(Passkey).filter_by(credential_id=DEVICE.id).one().id}


CASES = (
    Case("accounts.check_second_factor", NOBODY, None, good=code_of_now, bad={"code": "000000"}, cookie=half_way),
    Case("accounts.ask_reset", NOBODY, None, cookie=half_way),
    Case(
        "accounts.refuse_reset",
        NOBODY,
        None,
        before=a_factor_reset,
        too_late=factor_reset_done,
        works=200,
    ),
    Case(
        "accounts.record_reset",
        "agent",
        "president",
        good={"justificatif": "Rappelée au 04 65 71 99 01, a confirmé sa CPTS.", "mot_de_passe": PASSWORD},
        bad={"justificatif": "  "},
        before=a_generator,
        too_late=generator_removed,
        arguments=lambda world: {"account_id": world.people.professional.account.id},
    ),
    Case("accounts.passkey_challenge", NOBODY, None, works=200),
    Case(
        "accounts.passkey_sign_in",
        NOBODY,
        None,
        good=answer_of_the_device,
        bad={"appareil": "{}"},
        before=a_passkey,
        cookie=lambda _world: asked(challenges.Purpose.SIGN_IN),
    ),
    Case(
        "accounts.proof_challenge",
        "professional",
        NOBODY,
        good={"acte": f"mandate:nominate_referent/{COMTAT}"},
        before=a_passkey,
        too_late=passkey_removed,
        works=200,
    ),
    Case("accounts.registration_challenge", "professional", NOBODY, works=200),
    Case(
        "accounts.new_passkey",
        "professional",
        NOBODY,
        good={"mot_de_passe": PASSWORD},
        bad={"mot_de_passe": "un autre"},
    ),
    Case(
        "accounts.remove_own_passkey",
        "professional",
        "stranger",
        good={"mot_de_passe": PASSWORD},
        bad={"mot_de_passe": "un autre"},
        before=a_passkey,
        refused=404,
        arguments=passkey_of,
    ),
    Case("accounts.prepare_codes", "professional", NOBODY, before=a_generator_to_confirm, too_late=generator_confirmed),
    Case(
        "accounts.new_generator",
        "professional",
        NOBODY,
        good=code_of_now,
        bad={"code": "000000"},
        before=a_generator_to_confirm,
        works=200,
    ),
    Case(
        "accounts.remove_own_generator",
        "professional",
        NOBODY,
        good={"mot_de_passe": PASSWORD},
        bad={"mot_de_passe": "un autre"},
        before=a_generator,
        too_late=generator_removed,
    ),
    Case(
        "accounts.new_recovery_codes",
        "professional",
        NOBODY,
        good={"mot_de_passe": PASSWORD},
        bad={"mot_de_passe": "un autre"},
        before=a_generator,
        too_late=generator_removed,
        works=200,
    ),
)
