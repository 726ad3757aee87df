"""The outbox under bad luck: a slow mail server, two ways to write one address, a fault in the housekeeping."""

from __future__ import annotations

import sys
import threading
import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_mail import Message
from sqlalchemy.orm import Session

from app import clock
from app.domain.acts import act_key
from app.journal import deliver
from app.journal.deliver import deliver_pending
from app.models import OutboxMessage
from app.usecases.presidencies import end_president, register_president
from tests import factories
from tests.personas import Personas
from tests.support.actors import proven
from tests.support.mailbox import Mailbox
from tests.support.time import FrozenClock

Patch = pytest.MonkeyPatch


def queue(session: Session, number: int) -> None:
    now = clock.now()
    words = {"topic": "password_changed", "payload": '{"name": "Hélène Vasseur"}', "created_at": now, "not_before": now}
    recipient = f"personne{number}@essai.example"
    session.add(OutboxMessage(kind="mail", dedupe_key=f"test:{number}", recipient=recipient, **words))
    session.commit()


def drain() -> None:
    while deliver_pending():
        pass


def test_a_slow_server_makes_no_second_worker_send_what_the_first_will(
    app: Flask, session: Session, smtp: Mailbox, frozen_clock: FrozenClock, monkeypatch: Patch
) -> None:
    """Five mails are claimed at once; the first takes longer than the lease, and another worker comes by."""
    for number in range(5):
        queue(session, number)
    send = deliver.send
    first: list[str] = []

    def sent_slowly(message: Message) -> None:
        send(message)
        if not first:
            first.extend(message.recipients)
            frozen_clock.advance(seconds=61)
            faults.extend(elsewhere(app, drain))

    faults: list[Exception] = []
    monkeypatch.setattr(deliver, "send", sent_slowly)
    drain()
    assert faults == []
    arrived = sorted(mail.recipients[0] for mail in smtp.mails)
    others = sorted({f"personne{number}@essai.example" for number in range(5)} - set(first))
    assert [address for address in arrived if address not in first] == others


def test_one_address_written_in_two_ways_does_not_hold_back_the_mails_of_an_event(
    session: Session, people: Personas, smtp: Mailbox
) -> None:
    """The former president used the mailbox of the CPTS, which its page writes with a capital."""
    place = people.comtat.establishment
    place.email = people.president.email.capitalize()
    session.commit()
    assert people.president.mandate is not None
    ending = act_key("mandate:end_president", people.president.mandate.id)
    end_president(proven(session, people.agent, ending), people.president.mandate, reason="Fin du bureau.")
    drain()
    successor = {"family_name": "Roche", "given_name": "Paul", "email": "paul.roche@essai.example"}
    told = {"phone": factories.PHONE, "profession_code": "10", "profession_label": "Médecin", "evidence": "PV"}
    registering = act_key("mandate:register_president", place.finess)
    agent = proven(session, people.agent, registering)
    register_president(agent, place, rpps=factories.new_rpps(), **successor, **told)
    drain()
    assert session.scalars(sa.select(OutboxMessage.last_error).where(OutboxMessage.last_error.is_not(None))).all() == []
    assert len([mail for mail in smtp.mails if mail.recipients == ("paul.roche@essai.example",)]) == 1


def test_two_long_addresses_that_begin_alike_are_two_mails(session: Session) -> None:
    now = clock.now()
    event = OutboxMessage(kind="event", topic="x", chain="e:840021281", seq=1, created_at=now, not_before=now)
    long = "a" * 60 + "@" + "b" * 60 + "." + "c" * 60
    first, second = (
        deliver._mail_row(event, deliver.Mail("affiliation_accepted_elsewhere", f"{long}.{end}"))
        for end in ("fr", "re")
    )
    assert first.dedupe_key != second.dedupe_key
    assert max(len(first.dedupe_key), len(second.dedupe_key)) <= 160


def test_a_fault_in_the_housekeeping_stops_no_mail(
    app: Flask, session: Session, smtp: Mailbox, monkeypatch: Patch
) -> None:
    """A request that cannot be closed, a database that restarts: the worker says so and goes on."""
    queue(session, 1)
    stop = threading.Event()

    def broken() -> int:
        raise sa.exc.OperationalError("UPDATE", {}, Exception("the connection was closed"))

    def sent_then_stopped() -> int:
        handled = deliver_pending()
        stop.set()
        return handled

    worker = sys.modules["app.cli.worker"]  # the package names its command alike
    monkeypatch.setattr(worker, "expire_requests", broken)
    monkeypatch.setattr(worker, "deliver_pending", sent_then_stopped)
    monkeypatch.setattr(worker, "IDLE_SECONDS", 0.01)
    threading.Timer(10, stop.set).start()
    assert elsewhere(app, lambda: worker._run(stop)) == []
    assert [mail.recipients for mail in smtp.mails] == [("personne1@essai.example",)]


def elsewhere(app: Flask, act: Callable[[], object]) -> list[Exception]:
    """In another thread and session, as another process would; its faults."""
    faults: list[Exception] = []

    def run() -> None:
        try:
            with app.app_context():
                act()
        except Exception as fault:  # noqa: BLE001 – whatever it is, the test looks at it
            faults.append(fault)

    thread = threading.Thread(target=run, name=f"elsewhere-{uuid.uuid4().hex[:4]}")
    thread.start()
    thread.join()
    return faults
