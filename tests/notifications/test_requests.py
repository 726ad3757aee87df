"""Who is told what about every other kind of request: the mails really sent, on a real socket, read in both forms."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.domain.requests import Kind
from app.models import Request
from app.policies.actor import ANONYMOUS
from app.queries.actors import actor_of
from app.usecases import requests
from app.usecases.appeals import appeal
from app.usecases.request_clock import expire_requests
from app.usecases.requests import Submission, submit_request
from tests import factories, personas
from tests.personas import Personas
from tests.support.client import Visitor, settle
from tests.support.mailbox import Mail, Mailbox
from tests.support.page import plain
from tests.support.time import FrozenClock

ASKER = "thomas.perrin@soins.example"


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


def deliver(app: Flask) -> None:
    settle()
    result = app.test_cli_runner().invoke(args=["worker", "--once"])
    assert result.exit_code == 0, result.output
    settle()


def sent(kind: Kind = Kind.CONTACT, people: Personas | None = None) -> Request:
    submission = Submission(
        kind=kind, email=ASKER, family_name="Perrin", given_name="Thomas", subject="Bonjour", message="Un souci."
    )
    return submit_request(ANONYMOUS, people.comtat.establishment if people else None, submission)


def whole(mail: Mail) -> Mail:
    """Text and HTML, French, one recipient, a reason, nothing left unwritten, no hole between paragraphs."""
    assert len(mail.recipients) == 1
    for part in (mail.text, mail.html):
        assert re.search(r"Vous recevez ce message parce qu[e’]", plain(part))
        assert not re.search(r"\{\{|\{%|None|Undefined", part)
    assert "\n\n\n\n" not in mail.text
    assert 'lang="fr"' in mail.html
    return mail


def test_a_message_is_acknowledged_and_brought_to_the_agents(
    app: Flask, client: Visitor, people: Personas, smtp: Mailbox
) -> None:
    request = sent()
    deliver(app)
    receipt, brought = whole(smtp.only(ASKER)), whole(smtp.only(people.agent.email))
    assert request.number in receipt.subject
    assert "centre de services" in receipt.text
    assert client.get(receipt.link("/suivi/").removeprefix("http://127.0.0.1:5000")).h1.startswith("Votre demande")
    assert f"/demandes/{request.id}" in brought.text


def test_a_question_its_answer_and_the_close_travel(app: Flask, people: Personas, smtp: Mailbox) -> None:
    request, agent = sent(), actor_of(people.agent.account)
    requests.ask_requester(agent, request, message="Sur quelle page ?")
    deliver(app)
    assert "Sur quelle page ?" in whole(smtp.latest(ASKER)).text
    requests.answer_question(ANONYMOUS.holding(request), request, message="Sur l’accueil.")
    deliver(app)
    assert "Sur l’accueil." in whole(smtp.latest(people.agent.email)).html
    requests.close_request(agent, request, answer="C’est réparé.")
    deliver(app)
    closed = whole(smtp.latest(ASKER))
    assert "traitée" in closed.subject
    assert "C’est réparé." in closed.text


def test_messages_travel_both_ways(app: Flask, people: Personas, smtp: Mailbox) -> None:
    request = sent()
    requests.write_message(actor_of(people.agent.account), request, message="Nous regardons.", to_requester=True)
    deliver(app)
    assert "Nous regardons." in whole(smtp.latest(ASKER)).text
    assert people.agent.person.full_name not in smtp.latest(ASKER).text, "an agent signs as the service centre"
    requests.write_message(ANONYMOUS.holding(request), request, message="Merci.", to_requester=False)
    deliver(app)
    assert "Merci." in whole(smtp.latest(people.agent.email)).text


def test_a_refusal_says_why_what_helps_and_how_to_appeal(
    app: Flask, session: Session, people: Personas, smtp: Mailbox
) -> None:
    request = sent(Kind.PRESIDENCY, people)
    requests.refuse_request(actor_of(people.agent.account), request, reason="Sans procès-verbal.", code="justificatif")
    deliver(app)
    mail = whole(smtp.latest(ASKER))
    for words in ("la présidence n’est pas établie", "Sans procès-verbal.", "procès-verbal de l’assemblée", "recours"):
        assert words in plain(mail.text), words
    settle()
    refused = session.get_one(Request, request.id)
    made = appeal(ANONYMOUS.holding(refused), refused, message="Le voici.")
    deliver(app)
    assert made.number in whole(smtp.latest(ASKER)).subject
    assert "Le voici." in whole(smtp.latest(people.agent.email)).text


def test_a_withdrawal_is_confirmed_and_told(app: Flask, people: Personas, smtp: Mailbox) -> None:
    request = sent()
    requests.withdraw_request(ANONYMOUS.holding(request), request)
    deliver(app)
    assert "annulée" in whole(smtp.latest(ASKER)).subject
    assert "annulée" in whole(smtp.latest(people.agent.email)).subject


def test_an_expiry_and_a_delay_are_told(
    app: Flask, session: Session, people: Personas, smtp: Mailbox, frozen_clock: FrozenClock
) -> None:
    factories.request(session, "contact", email=ASKER)
    session.commit()
    frozen_clock.advance(days=27)
    deliver(app)
    assert "prend du retard" in whole(smtp.only(ASKER)).subject
    whole(smtp.only(people.agent.email))
    frozen_clock.advance(days=20)
    deliver(app)
    assert "expiré" in whole(smtp.latest(ASKER)).subject
    assert expire_requests() == 0


def test_a_correction_goes_to_those_in_office(app: Flask, people: Personas, smtp: Mailbox) -> None:
    sent(Kind.CORRECTION, people)
    deliver(app)
    for persona in (people.president, people.referent, people.second_referent):
        whole(smtp.only(persona.email))
    assert smtp.to(people.agent.email) == []
