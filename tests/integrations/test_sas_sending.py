"""The sender: in order, under a lease, again later, for 72 hours at most; the ledger says what the platform holds."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import clock, db
from app.integrations.sas import sending
from app.integrations.sas.receiver import Mode, Platform
from app.integrations.sas.sending import send_states
from app.models import Establishment, LedgerConsumer, LedgerMessage
from tests import factories
from tests.support import platform as platforms
from tests.support.backends import SQLITE_ONLY
from tests.support.time import FrozenClock


@pytest.fixture
def sas(app: Flask, tmp_path: Path) -> Iterator[Platform]:
    with platforms.sas(app, tmp_path) as running:
        yield running


@pytest.fixture
def place(session: Session) -> Establishment:
    made = factories.establishment(session)
    session.commit()
    return made


def queued(session: Session, place: Establishment, *versions: int, **values: object) -> list[LedgerMessage]:
    made = [factories.ledger_message(session, place, version=version, **values) for version in versions]
    session.commit()
    return made


def again(session: Session, *messages: LedgerMessage) -> None:
    for message in messages:
        session.refresh(message)


def test_versions_arrive_in_order_and_each_answer_is_written_down(
    session: Session, sas: Platform, place: Establishment
) -> None:
    newest, middle, oldest = queued(session, place, 3, 2, 1)
    assert send_states() == 3
    assert send_states() == 0
    again(session, newest, middle, oldest)
    assert [line["version"] for line in sas.lines()] == [1, 2, 3]
    assert all(row.accepted_at and row.attempts == 1 and not row.leased_until for row in (newest, middle, oldest))


def test_a_state_that_fails_holds_those_behind_it_and_no_other(
    session: Session, sas: Platform, place: Establishment, frozen_clock: FrozenClock
) -> None:
    first, behind = queued(session, place, 1, 2)
    sas.mode = Mode.FAILS
    assert send_states() == 1
    again(session, first, behind)
    assert (first.attempts, behind.attempts) == (1, 0)
    assert first.last_error == "La plateforme est en panne (500) : « Panne de la plateforme »."
    assert timedelta(seconds=8) <= first.not_before - clock.now() <= timedelta(seconds=12)

    elsewhere = queued(session, factories.establishment(session), 1)[0]
    sas.mode = Mode.ACCEPTS
    assert send_states() == 1
    frozen_clock.advance(seconds=13)
    assert send_states() == 2
    again(session, first, behind, elsewhere)
    assert all(row.accepted_at for row in (first, behind, elsewhere))
    assert first.last_error is None


@SQLITE_ONLY
def test_a_refusal_is_final_and_what_comes_after_goes_on(session: Session, sas: Platform, place: Establishment) -> None:
    sas.mode = Mode.REFUSES
    (refused,) = queued(session, place, 1)
    assert send_states() == 1
    assert send_states() == 0
    sas.mode = Mode.ACCEPTS
    (following,) = queued(session, place, 2)
    send_states()
    again(session, refused, following)
    assert refused.refusal == "La plateforme refuse le contenu de cet envoi (422) : « Téléphone injoignable »."
    assert (refused.accepted_at, bool(following.accepted_at)) == (None, True)


@SQLITE_ONLY
def test_after_three_days_a_state_is_given_up_and_kept(
    session: Session, sas: Platform, place: Establishment, frozen_clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    (message,) = queued(session, place, 1)
    monkeypatch.setattr(sending, "send", lambda *_: sending.later("La plateforme est en panne (500)."))
    waits = []
    for _ in range(80):
        send_states()
        again(session, message)
        waits.append(message.not_before - clock.now())
        if message.dead_at:
            break
        frozen_clock.advance(hours=1)
    assert message.dead_at is not None
    assert timedelta(hours=72) < message.dead_at - message.created_at < timedelta(hours=74)
    assert message.last_error
    assert max(waits) <= timedelta(minutes=18)
    assert send_states() == 0


@SQLITE_ONLY
def test_a_platform_that_is_down_is_left_alone_while_another_is_served(
    app: Flask, session: Session, sas: Platform, frozen_clock: FrozenClock, tmp_path: Path
) -> None:
    """A breaker a consumer: three failures in a row, then one attempt every few minutes at most."""
    places = [factories.establishment(session) for _ in range(8)]
    for place in places:
        queued(session, place, 1)
        queued(session, place, 1, consumer="vaucluse")
    sas.mode = Mode.FAILS
    with platforms.running(Platform(tmp_path / "84.jsonl", secret=platforms.SECRET)) as other:
        platforms.connect_webhook(app, other.url, "84")
        assert send_states() == 3 + 8
        assert len(other.platform.lines()) == 8
    held = session.get_one(LedgerConsumer, "sas")
    assert (held.failures, held.failing_since) == (3, clock.now())
    assert send_states() == 0

    assert held.paused_until is not None
    frozen_clock.move_to(held.paused_until + timedelta(seconds=1))
    assert send_states() == 1
    sas.mode = Mode.ACCEPTS
    frozen_clock.advance(minutes=6)
    assert send_states() == 8
    session.refresh(held)
    assert (held.failures, held.failing_since, held.paused_until) == (0, None, None)


@SQLITE_ONLY
def test_a_platform_that_asks_for_an_hour_gets_it(
    session: Session, sas: Platform, place: Establishment, frozen_clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    (message,) = queued(session, place, 1)
    asked = sending.Answer(sending.Verdict.LATER, "Trop d’envois.", timedelta(hours=1))
    monkeypatch.setattr(sending, "send", lambda *_: asked)
    assert send_states() == 1
    again(session, message)
    assert message.not_before == session.get_one(LedgerConsumer, "sas").paused_until == clock.now() + timedelta(hours=1)


def test_a_worker_that_dies_after_sending_sends_the_same_again(
    session: Session,
    sas: Platform,
    place: Establishment,
    frozen_clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (message,) = queued(session, place, 1)
    send = sending.send

    def send_and_die(*arguments: object) -> None:
        send(*arguments)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sending, "send", send_and_die)
        with pytest.raises(KeyboardInterrupt):
            send_states()
    session.rollback()
    assert send_states() == 0  # the lease protects it for a minute
    frozen_clock.advance(seconds=61)
    assert send_states() == 1
    again(session, message)
    assert message.accepted_at is not None
    first, second = sas.lines()
    assert (first["key"], first["version"], second["effect"]) == (second["key"], second["version"], "known")


def test_a_worker_that_took_too_long_says_nothing_of_what_another_took_over(
    session: Session, sas: Platform, place: Establishment, frozen_clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    (message,) = queued(session, place, 1)
    send = sending.send

    def meanwhile(*arguments: object) -> object:
        with monkeypatch.context() as patch:
            patch.setattr(sending, "send", send)
            frozen_clock.advance(seconds=61)
            assert send_states() == 1
        return sending.later("La plateforme n’a pas répondu.")

    with monkeypatch.context() as patch:
        patch.setattr(sending, "send", meanwhile)
        send_states()
    again(session, message)
    assert (message.attempts, message.accepted_at is not None, message.last_error) == (2, True, None)


def test_two_workers_at_once_send_each_state_once_and_in_order(app: Flask, session: Session, sas: Platform) -> None:
    places = [factories.establishment(session) for _ in range(6)]
    for place in places:
        queued(session, place, 1, 2, 3)

    def work() -> None:
        with app.app_context():
            while db.session().scalar(sa.select(sa.func.count()).where(LedgerMessage.accepted_at.is_(None))):
                db.session().rollback()
                send_states()

    with ThreadPoolExecutor(2) as workers:
        for done in [workers.submit(work) for _ in range(2)]:
            done.result(60)
    lines = sas.lines()
    assert [line["effect"] for line in lines] == ["kept"] * 18
    for place in places:
        assert [line["version"] for line in lines if line["finess"] == place.finess] == [1, 2, 3]


@SQLITE_ONLY
def test_what_waits_for_a_consumer_that_was_removed_waits(app: Flask, session: Session, place: Establishment) -> None:
    (message,) = queued(session, place, 1)
    assert send_states() == 0
    platforms.connect_webhook(app, "http://127.0.0.1:9/", "84")
    assert send_states() == 0
    again(session, message)
    assert message.attempts == 0


@SQLITE_ONLY
def test_a_round_ends_in_time_for_the_mails(session: Session, sas: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        queued(session, factories.establishment(session), 1)
    sas.mode, sas.seconds = Mode.SLOW, 0.3
    monkeypatch.setattr(sending, "ROUND_SECONDS", 0.5)
    assert send_states() == 2
