"""The outbox: at least once, never lost, always with the same Message-ID."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.journal import deliver
from app.journal.deliver import deliver_pending
from app.models import OutboxMessage
from tests.support.mailbox import ACCEPTED, Mailbox
from tests.support.time import FrozenClock

ROOT = Path(__file__).resolve().parents[2]
SLUG = "password_changed"


def queue(session: Session, number: int = 1) -> OutboxMessage:
    now = clock.now()
    message = OutboxMessage(
        kind="mail",
        dedupe_key=f"test:{number}",
        topic=SLUG,
        recipient=f"personne{number}@essai.example",
        payload=json.dumps({"name": "Hélène Vasseur", "at": now.isoformat()}),
        created_at=now,
        not_before=now,
    )
    session.add(message)
    session.commit()
    return message


def drain() -> None:
    while deliver_pending():
        pass


def test_worker_sends_a_queued_mail_once(session: Session, smtp: Mailbox) -> None:
    message = queue(session)
    drain()
    drain()
    mail = smtp.only("personne1@essai.example")
    assert mail.message["Message-ID"] == f"<{message.id}@relais.example>"
    assert len(mail.message.get_all("Message-ID")) == 1
    assert "Hélène Vasseur" in mail.text
    assert "Hélène Vasseur" in mail.html


def test_worker_meets_a_refusing_server_tries_later_then_sends(
    session: Session, smtp: Mailbox, frozen_clock: FrozenClock
) -> None:
    message = queue(session)
    smtp.answer = "451 try later"
    drain()
    session.refresh(message)
    assert message.delivered_at is None
    assert "451" in (message.last_error or "")
    assert message.not_before > clock.now()

    smtp.answer = ACCEPTED
    drain()
    assert smtp.mails == []
    frozen_clock.advance(minutes=1)
    drain()
    assert len(smtp.mails) == 1


@pytest.mark.slow
def test_worker_gives_up_after_three_days_and_the_message_stays_visible(
    session: Session, smtp: Mailbox, frozen_clock: FrozenClock
) -> None:
    message = queue(session)
    smtp.answer = "550 no"
    for _ in range(80):
        drain()
        frozen_clock.advance(hours=1)
    session.refresh(message)
    assert message.dead_at is not None
    assert message.dead_at - message.created_at > timedelta(hours=72)


def test_worker_dies_between_sending_and_marking_sends_again_with_the_same_message_id(
    session: Session, smtp: Mailbox, frozen_clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(session)
    send = deliver.send

    def send_and_die(message: object) -> None:
        send(message)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(deliver, "send", send_and_die)
    with pytest.raises(KeyboardInterrupt):
        deliver_pending()
    session.rollback()
    monkeypatch.setattr(deliver, "send", send)

    drain()
    assert len(smtp.mails) == 1  # the lease protects it for a minute
    frozen_clock.advance(minutes=2)
    drain()
    assert [mail.message["Message-ID"] for mail in smtp.mails] == [smtp.mails[0].message["Message-ID"]] * 2


def test_one_bad_message_does_not_stop_the_others(session: Session, smtp: Mailbox) -> None:
    bad = queue(session, 1)
    bad.topic = "no-such-mail"
    session.commit()
    queue(session, 2)
    drain()
    assert [mail.recipients for mail in smtp.mails] == [("personne2@essai.example",)]
    session.refresh(bad)
    assert "no-such-mail" in (bad.last_error or "")


@pytest.mark.slow
def test_killed_workers_lose_no_mail(app: Flask, session: Session, smtp: Mailbox, database_url: str) -> None:
    """kill -9, five times, while sixty mails go out: all arrive, doubled at most once a kill."""
    for number in range(60):
        queue(session, number)
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "SECRET_KEY": app.config["SECRET_KEY"],
        "MAIL_SERVER": smtp.host,
        "MAIL_PORT": str(smtp.port),
        "INSTANCE_PATH": app.instance_path,
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    for kill in range(5):
        process = subprocess.Popen(command, cwd=ROOT, env=environment)
        try:
            _wait(lambda kill=kill: len(smtp.mails) > kill * 8)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
        # as if its lease were over: three killed workers hold all sixty mails, the fourth would wait a minute
        session.execute(sa.update(OutboxMessage).where(OutboxMessage.delivered_at.is_(None)).values(leased_until=None))
        session.commit()
    drain()
    arrived = [mail.recipients[0] for mail in smtp.mails]
    assert len(set(arrived)) == 60
    assert len(arrived) <= 65


def _wait(condition: object, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:  # type: ignore[operator]
        time.sleep(0.02)
    assert condition()  # type: ignore[operator]
