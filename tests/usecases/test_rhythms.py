"""Digests at the rhythm one chooses (B-23): never empty, never to somebody who left, never late for what matters."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.domain.errors import NotAllowed
from app.domain.rhythms import Rhythm, Topic
from app.queries.actors import actor_of
from app.usecases.rhythms import choose_rhythm, send_digests
from tests import factories, personas
from tests.personas import Persona, Personas
from tests.support.client import Visitor, settle
from tests.support.mailbox import Mailbox
from tests.support.time import FrozenClock

THURSDAY_MORNING = datetime(2026, 11, 26, 6, 30, tzinfo=UTC)
"""7 h 30 in Paris."""


@pytest.fixture
def people(session: Session, frozen_clock: FrozenClock) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


def prefers(persona: Persona, rhythm: Rhythm, topic: Topic = Topic.REQUESTS) -> None:
    choose_rhythm(actor_of(persona.account), persona.account, chosen={topic: rhythm})


def worker(app: Flask) -> None:
    settle()
    result = app.test_cli_runner().invoke(args=["worker", "--once"])
    assert result.exit_code == 0, result.output
    settle()


def ask(client: Visitor) -> None:
    client.get("/etablissements/840021281/rattachement")
    client.submit(
        "form[action='/etablissements/840021281/rattachement']",
        prenom="Thomas",
        nom="Perrin",
        email="thomas.perrin@soins.example",
        telephone="06 39 98 00 42",
        profession="10",
        rpps="10999710014",
    )


def test_who_chose_a_digest_is_told_once_in_the_morning(
    app: Flask, client: Visitor, people: Personas, smtp: Mailbox, frozen_clock: FrozenClock
) -> None:
    prefers(people.referent, Rhythm.DAILY)
    frozen_clock.move_to(datetime(2026, 11, 25, 12, tzinfo=UTC))
    worker(app)
    ask(client)
    worker(app)
    assert smtp.to(people.referent.email) == []
    assert smtp.only(people.president.email)
    frozen_clock.move_to(datetime(2026, 11, 26, 5, 30, tzinfo=UTC))  # 6 h 30 in Paris: too early
    worker(app)
    assert smtp.to(people.referent.email) == []
    frozen_clock.move_to(THURSDAY_MORNING)
    worker(app)
    worker(app)
    digest = smtp.only(people.referent.email)
    assert "1 demande attend votre réponse" in digest.subject.replace("\u00a0", " ")
    for part in (digest.text, digest.html):
        assert "Thomas Perrin" in part
        assert "Vous recevez ce récapitulatif parce que" in part


def test_no_digest_is_empty(app: Flask, people: Personas, smtp: Mailbox, frozen_clock: FrozenClock) -> None:
    prefers(people.referent, Rhythm.DAILY)
    frozen_clock.move_to(THURSDAY_MORNING)
    worker(app)
    assert smtp.mails == []


def test_a_weekly_digest_waits_for_monday(
    app: Flask, session: Session, people: Personas, smtp: Mailbox, frozen_clock: FrozenClock
) -> None:
    prefers(people.referent, Rhythm.WEEKLY)
    settle()
    assert send_digests() == 0
    factories.affiliation_request(session, people.comtat.unit)
    session.commit()
    frozen_clock.move_to(THURSDAY_MORNING)
    assert send_digests() == 0
    frozen_clock.move_to(datetime(2026, 11, 28, 12, tzinfo=UTC))  # a Saturday
    assert send_digests() == 0
    frozen_clock.move_to(datetime(2026, 11, 30, 8, tzinfo=UTC))
    assert send_digests() == 1
    assert send_digests() == 0


def test_a_suspended_account_gets_no_digest(
    app: Flask, session: Session, people: Personas, smtp: Mailbox, frozen_clock: FrozenClock
) -> None:
    prefers(people.referent, Rhythm.DAILY)
    factories.affiliation_request(session, people.comtat.unit)
    people.referent.account.status = "suspended"
    session.commit()
    frozen_clock.move_to(THURSDAY_MORNING)
    worker(app)
    assert smtp.to(people.referent.email) == []


def test_nobody_chooses_for_another(people: Personas) -> None:
    with pytest.raises(NotAllowed):
        choose_rhythm(actor_of(people.president.account), people.referent.account, chosen={})
