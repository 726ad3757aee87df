"""Attempts are counted exactly, whatever the number of workers; who waits is told how long; nobody is locked out."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from limits import parse
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy.orm import Session

from app import create_app, db
from app.extensions import limiter
from app.models import RateCounter
from app.web.limits import DatabaseStorage, forget_expired, network
from tests import personas
from tests.factories import PASSWORD
from tests.personas import Personas
from tests.support.client import Visitor
from tests.support.time import FrozenClock

pytestmark = pytest.mark.slow

WORKERS, TRIES_EACH, LIMIT = 4, 40, 50
ROOT = Path(__file__).resolve().parents[2]
SECRET = "a secret of the tests, long enough to be accepted"


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The portal with its limits on."""
    made = create_app(database_url=database_url, secret_key=SECRET, instance_path=tmp_path, rate_limits=True)
    made.testing = True
    yield made
    with made.app_context():
        db.engine().dispose()


@pytest.fixture
def people(session: Session) -> Personas:
    return personas.build(session)


WORKERS_AT_ONCE = f"""
import multiprocessing, sys
from flask import Flask
from limits import parse
from limits.strategies import FixedWindowRateLimiter
from app import db
from app.web.limits import DatabaseStorage

def work(start, passed):
    app = Flask("worker")
    db.init_app(app, sys.argv[1])
    counting, rule = FixedWindowRateLimiter(DatabaseStorage()), parse("{LIMIT} per hour")
    start.wait(60)
    with app.app_context():
        passed.put(sum(counting.hit(rule, "everybody") for _ in range({TRIES_EACH})))

fork = multiprocessing.get_context("fork")
start, passed = fork.Barrier({WORKERS}), fork.Queue()
workers = [fork.Process(target=work, args=(start, passed)) for _ in range({WORKERS})]
for worker in workers:
    worker.start()
print(sum(passed.get(timeout=120) for _ in workers))
"""


def test_four_workers_together_let_exactly_the_limit_through(database_url: str) -> None:
    """Four processes, each with its own connections, 160 tries, all at once."""
    command = [sys.executable, "-c", WORKERS_AT_ONCE, database_url]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=150, check=False)
    assert done.stdout.strip() == str(LIMIT), done.stderr


def test_a_window_ends_and_another_begins(app: Flask, frozen_clock: FrozenClock) -> None:
    counting, rule = FixedWindowRateLimiter(DatabaseStorage()), parse("2 per minute")
    with app.app_context():
        assert [counting.hit(rule, "me") for _ in range(3)] == [True, True, False]
        assert counting.get_window_stats(rule, "me").reset_time == frozen_clock.now.timestamp() + 60
        assert counting.hit(rule, "somebody else")
        frozen_clock.advance(seconds=60)
        assert counting.get_window_stats(rule, "me").remaining == 2
        assert [counting.hit(rule, "me") for _ in range(3)] == [True, True, False]


def test_counters_of_the_past_are_forgotten(app: Flask, session: Session, frozen_clock: FrozenClock) -> None:
    storage = DatabaseStorage()
    storage.incr("old", 60)
    frozen_clock.advance(hours=2)
    storage.incr("new", 60)
    forget_expired()
    assert list(session.scalars(sa.select(RateCounter.key))) == ["new"]


def fail(client: Visitor, email: str, *, times: int, status: int = 422) -> None:
    for _ in range(times):
        client.post("/connexion", status=status, email=email, password="not the password")


def test_a_sixth_attempt_in_a_minute_waits_and_is_told_how_long(
    client: Visitor, people: Personas, frozen_clock: FrozenClock
) -> None:
    fail(client, people.president.email, times=5)
    page = client.post("/connexion", status=429, email=people.president.email, password=PASSWORD)
    assert "Réessayez dans 60 secondes" in page.text
    assert page.response.headers["Retry-After"] == "60"
    frozen_clock.advance(seconds=61)
    client.post("/connexion", email=people.president.email, password=PASSWORD)


def test_the_address_is_counted_whatever_its_case_and_whether_it_exists(client: Visitor, people: Personas) -> None:
    fail(client, "Personne@Essai.Example", times=3)
    fail(client, "personne@essai.example", times=2)
    fail(client, "PERSONNE@essai.example", times=1, status=429)


def test_somebody_elses_failures_elsewhere_do_not_stop_the_owner(app: Flask, client: Visitor, people: Personas) -> None:
    """An attacker from one network spends their own budget, not the president's."""
    attacker = Visitor(app)
    attacker.browser.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    fail(attacker, people.president.email, times=5)
    fail(attacker, people.president.email, times=1, status=429)
    client.sign_in(people.president)


def test_an_attempt_that_succeeds_is_not_counted(client: Visitor, people: Personas) -> None:
    for _ in range(8):
        client.post("/connexion", email=people.president.email, password=PASSWORD)
    fail(client, people.president.email, times=5)
    fail(client, people.president.email, times=1, status=429)


def test_asking_for_links_is_counted_the_same_for_unknown_addresses(client: Visitor, people: Personas) -> None:
    for email in (people.president.email, "inconnue@essai.example"):
        for _ in range(3):
            client.post("/mot-de-passe-oublie", email=email)
        client.post("/mot-de-passe-oublie", status=429, email=email)


def test_proving_oneself_again_is_counted_by_account(client: Visitor, people: Personas) -> None:
    client.sign_in(people.president)
    act = f"mandate:nominate_referent/{people.comtat.finess}"
    for _ in range(5):
        client.post("/connexion/confirmer", status=422, acte=act, mot_de_passe="not the password")
    client.post("/connexion/confirmer", status=429, acte=act, mot_de_passe=PASSWORD)


def test_acts_of_who_has_proven_themselves_are_not_counted(client: Visitor, people: Personas) -> None:
    """A president may nominate ten people in a minute; ten passwords in a minute are guesses."""
    client.sign_in(people.president)
    for number in range(8):
        client.post(f"/etablissements/{people.comtat.finess}/referents", status=422, nom="")
        client.post("/connexion/confirmer", acte=f"mandate:end_referent/{number}", mot_de_passe=PASSWORD)
    for _ in range(5):
        client.post(f"/etablissements/{people.comtat.finess}/referents", status=422, mot_de_passe="guess")
    client.post(f"/etablissements/{people.comtat.finess}/referents", status=429, mot_de_passe="guess")


def test_neither_the_table_nor_the_log_holds_an_address(
    client: Visitor, session: Session, people: Personas, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    fail(client, people.president.email, times=5)
    fail(client, people.president.email, times=1, status=429)
    written = " ".join(session.scalars(sa.select(RateCounter.key))) + caplog.text
    assert "exceeded" in written
    for secret in (people.president.email, "presidente", "127.0.0.1"):
        assert secret not in written


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.200", True),
        ("192.0.2.1", "192.0.3.1", False),
        ("2001:db8:0:1::1", "2001:db8:0:ff::9", True),
        ("2001:db8:0:1::1", "2001:db8:1:1::1", False),
        ("192.0.2.1", "not an address", False),
    ],
)
def test_a_network_is_counted_as_one(app: Flask, one: str, other: str, same: bool) -> None:
    keys = []
    for address in (one, other):
        with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
            keys.append(network())
    assert (keys[0] == keys[1]) is same


def test_limits_still_hold_when_the_counters_are_away(
    client: Visitor, session: Session, people: Personas, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted in memory meanwhile, rather than not at all or not answering."""

    def broken(*_: object, **__: object) -> int:
        raise sa.exc.OperationalError("INSERT", {}, Exception("disk I/O error"))

    monkeypatch.setattr(DatabaseStorage, "incr", broken)
    monkeypatch.setattr(limiter, "_storage_dead", False)
    fail(client, people.president.email, times=5)
    fail(client, people.president.email, times=1, status=429)
    limiter._storage_dead = False


def test_limits_still_hold_when_redis_is_away(database_url: str, tmp_path: Path) -> None:
    made = create_app(
        database_url=database_url,
        secret_key=SECRET,
        instance_path=tmp_path,
        redis_url="redis://127.0.0.1:1/0",  # nobody listens there
    )
    made.testing = True
    try:
        client = Visitor(made)
        fail(client, "personne@essai.example", times=5)
        fail(client, "personne@essai.example", times=1, status=429)
    finally:
        limiter._storage_dead = False
        with made.app_context():
            db.engine().dispose()


def report(client: Visitor, *, status: int = 422, **fields: str) -> None:
    client.post("/signaler", status=status, **fields)


def test_a_form_sent_too_fast_uses_up_the_hour_three_times_faster(client: Visitor, frozen_clock: FrozenClock) -> None:
    """100 hasty sends an hour and a network, 300 others; never more than 30 a minute of either."""
    opened = str(client.get("/signaler").one("[name=ouvert]")["value"])
    for number in range(100):
        if number % 30 == 0:
            frozen_clock.advance(minutes=1)
        report(client)
    frozen_clock.advance(minutes=1)
    report(client, status=429)
    report(client, status=429, ouvert=opened)
    frozen_clock.advance(hours=1)
    for _ in range(30):
        report(client, ouvert=opened)
    report(client, status=429, ouvert=opened)
    frozen_clock.advance(minutes=1)
    report(client, ouvert=opened)


def test_corrections_are_ten_an_hour_from_a_network(client: Visitor, people: Personas) -> None:
    address = f"/etablissements/{people.comtat.finess}/corriger-une-information"
    for _ in range(10):
        client.post(address, status=422, champ="telephone")
    client.post(address, status=429, champ="telephone")


def test_somebody_in_office_does_not_look_up_numbers_by_the_hundred(client: Visitor, people: Personas) -> None:
    client.enter(people.president)
    address = f"/etablissements/{people.comtat.finess}/professionnels/nouveau"
    for _ in range(30):
        client.post(address, status=422)
    client.post(address, status=429)
