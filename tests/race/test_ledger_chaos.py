"""The platforms down for a compressed hour, workers killed while they send, a receiver that repeats and hangs up.

Every state arrives once in effect, in order, and the ledger tells the truth: what it says accepted is what is held.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.integrations.sas.receiver import Mode, Platform
from app.models import Establishment, LedgerConsumer, LedgerMessage
from app.models.ledger import unanswered
from tests import factories
from tests.support import platform as platforms
from tests.support.mailbox import free_port
from tests.support.publishing import make_shown, project
from tests.support.workers import working

PLACES, CHANGES, KILLS = 6, 2, 5


@pytest.mark.slow
def test_platforms_down_and_workers_killed_every_state_arrives_once_in_effect(
    app: Flask, session: Session, database_url: str, tmp_path: Path
) -> None:
    held = {
        "sas": Platform(tmp_path / "sas.jsonl", token=platforms.TOKEN),
        "vaucluse": Platform(tmp_path / "84.jsonl", secret=platforms.SECRET),
    }
    ports = {name: free_port() for name in held}
    environment = settings_of(app, database_url, ports)
    places = [shown(session) for _ in range(PLACES)]
    for _ in range(CHANGES):
        change_numbers(session, places)

    # an hour down: every minute of waiting is a second here
    with working(environment, 2):
        wait_for(lambda: tried(session) >= 4, session)
        for _ in range(6):
            ten_minutes_pass(session)
            time.sleep(0.5)
    assert accepted(session) == set()

    change_numbers(session, places)
    chance = random.Random(5)
    with platforms.running(held["sas"], ports["sas"]), platforms.running(held["vaucluse"], ports["vaucluse"]):
        for kill in range(KILLS):
            for platform in held.values():
                platform.mode = (Mode.DROPS, Mode.REPEATS, Mode.ACCEPTS)[kill % 3]
            killed_while_sending(session, environment, held, chance)
        for platform in held.values():
            platform.mode = Mode.ACCEPTS
        with working(environment, 2):
            wait_for(lambda: left(session) == 0, session, nudge=True)

    assert left(session) == 0
    for name, platform in held.items():
        kept = [line for line in platform.lines() if line["effect"] == "kept"]
        told = {(line["finess"], line["version"]) for line in kept}
        assert len(platform.lines()) > len(kept) == len(told)  # some came again, each once in effect
        assert accepted(session, name) == told  # the ledger tells the truth
        for place in places:
            versions = [line["version"] for line in kept if line["finess"] == place.finess]
            assert versions == list(range(1, CHANGES + 2))
            assert number_in(platform.states()[place.finess]) == place.phone
        assert {line["key"] for line in platform.lines()} == {line["key"] for line in kept}  # a repetition says so


def shown(session: Session) -> Establishment:
    """A CPTS that the SAS shows."""
    place = factories.establishment(session)
    make_shown(session, factories.unit(session, place))
    return place


def change_numbers(session: Session, places: list[Establishment]) -> None:
    for place in places:
        place.phone = f"+334657{random.randrange(100_000):05}"
    project(session)


def number_in(state: dict[str, Any]) -> str:
    """The switchboard, for the SAS and in the public record."""
    number: str = state.get("switchboard") or state["telephone"]
    return number


# ── the worker ──────────────────────────────────────────────────────────────


def settings_of(app: Flask, database_url: str, ports: dict[str, int]) -> dict[str, str]:
    platforms.connect_sas(app, f"http://127.0.0.1:{ports['sas']}/etats")
    platforms.connect_webhook(app, f"http://127.0.0.1:{ports['vaucluse']}/etats", "84")
    settings = app.extensions["settings"]
    return {
        "DATABASE_URL": database_url,
        "SECRET_KEY": app.config["SECRET_KEY"],
        "INSTANCE_PATH": app.instance_path,
        "SAS_URL": settings.sas_url,
        "SAS_TOKEN": platforms.TOKEN,
        "WEBHOOKS": settings.webhooks.get_secret_value(),
    }


def killed_while_sending(
    session: Session, environment: dict[str, str], held: dict[str, Platform], chance: random.Random
) -> None:
    """kill -9 a moment after something arrived."""
    before = sum(len(platform.lines()) for platform in held.values())
    with working(environment, 2):
        wait_for(lambda: sum(len(platform.lines()) for platform in held.values()) > before, session, nudge=True)
        time.sleep(chance.uniform(0, 0.15))
    ten_minutes_pass(session)


# ── the ledger ──────────────────────────────────────────────────────────────


def ten_minutes_pass(session: Session) -> None:
    """Leases, waits and pauses are over, as they would be then."""
    over = {"leased_until": None, "not_before": LedgerMessage.created_at}
    session.execute(sa.update(LedgerMessage).where(unanswered()).values(**over))
    session.execute(sa.update(LedgerConsumer).values(paused_until=None))
    session.commit()


def left(session: Session) -> int:
    return _count(session, unanswered())


def tried(session: Session) -> int:
    return _count(session, LedgerMessage.attempts > 0)


def _count(session: Session, which: sa.ColumnElement[bool]) -> int:
    number = session.scalar(sa.select(sa.func.count()).select_from(LedgerMessage).where(which)) or 0
    session.commit()
    return number


def accepted(session: Session, consumer: str | None = None) -> set[tuple[str, int]]:
    rows = sa.select(LedgerMessage.establishment_finess, LedgerMessage.version)
    rows = rows.where(LedgerMessage.accepted_at.is_not(None))
    found = set(session.execute(rows.where(LedgerMessage.consumer == consumer) if consumer else rows).all())
    session.commit()
    return {(finess, version) for finess, version in found}


def wait_for(condition: Callable[[], bool], session: Session, seconds: float = 120, *, nudge: bool = False) -> None:
    """`nudge`: time passes for what waits, every second."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.2 if nudge else 0.05)
        if nudge and not condition():
            session.execute(
                sa.update(LedgerMessage)
                .where(unanswered(), LedgerMessage.leased_until.is_(None))
                .values(not_before=LedgerMessage.created_at)
            )
            session.execute(sa.update(LedgerConsumer).values(paused_until=None))
            session.commit()
    assert condition()
