"""Who is told what about rattachements: the mails really sent, on a real socket."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.models import Affiliation, Request
from app.usecases.request_clock import expire_requests
from tests import factories, personas
from tests.personas import Personas
from tests.support.client import Visitor, settle
from tests.support.mailbox import Mail, Mailbox
from tests.support.page import plain
from tests.support.time import FrozenClock

ASK = "/etablissements/840021281/rattachement"
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


def ask(client: Visitor, finess: str = "840021281") -> str:
    """Asks as Thomas Perrin; the path of the tracking page."""
    client.get(f"/etablissements/{finess}/rattachement")
    page = client.submit(
        f"form[action='/etablissements/{finess}/rattachement']",
        prenom="Thomas",
        nom="Perrin",
        email=ASKER,
        telephone="06 39 98 00 42",
        profession="10",
        rpps="10999710014",
    )
    return page.path


def request_of(session: Session) -> Request:
    return session.scalars(sa.select(Request).where(Request.email_key == ASKER)).one()


def whole(mail: Mail) -> None:
    """Text and HTML, French, one recipient, a reason, no template left unwritten."""
    assert len(mail.recipients) == 1
    for part in (mail.text, mail.html):
        assert re.search(r"Vous recevez ce message parce qu[e’]", plain(part))
        assert not re.search(r"\{\{|\{%|None|Undefined", part)
    assert 'lang="fr"' in mail.html


def test_a_request_is_acknowledged_and_brought_to_each_decider(
    app: Flask, client: Visitor, session: Session, people: Personas, smtp: Mailbox
) -> None:
    path = ask(client)
    deliver(app)
    receipt = smtp.only(ASKER)
    request = request_of(session)
    assert request.number in receipt.subject
    assert receipt.link("/suivi/").endswith(path)
    assert people.president.person.full_name in receipt.text
    assert "pas encore connu" in plain(receipt.text)
    for persona in (people.president, people.referent, people.second_referent):
        mail = smtp.only(persona.email)
        assert mail.subject == "Thomas Perrin demande à rejoindre votre CPTS"
        assert mail.link("/demandes").endswith("/etablissements/840021281/demandes")
        assert "/suivi/" not in mail.text
    assert not smtp.to(people.agent.email)
    assert not smtp.to(people.other_president.email)
    assert len(smtp.mails) == 4
    for mail in smtp.mails:
        whole(mail)


def test_without_anybody_in_office_the_agents_are_told_then_the_cpts(
    app: Flask, client: Visitor, session: Session, people: Personas, smtp: Mailbox
) -> None:
    empty = factories.establishment(session, "CPTS SANS PRÉSIDENCE", email="contact@cpts-sans.example")
    factories.unit(session, empty)
    ask(client, empty.finess)
    deliver(app)
    to_decide = smtp.only(people.agent.email)
    assert "demande à rejoindre la CPTS Sans Présidence" in to_decide.subject
    assert "pour son compte" in to_decide.text
    client.enter(people.agent)
    client.post(f"/demandes/{request_of(session).id}/refuser", motif="Numéro injoignable.")
    smtp.clear()
    deliver(app)
    assert "Centre de services, pour le compte de la CPTS" in smtp.only(ASKER).text
    told = smtp.only("contact@cpts-sans.example")
    assert "refusée" in told.subject
    for mail in smtp.mails:
        whole(mail)


def test_acceptance_brings_an_activation_link_to_a_newcomer(
    app: Flask, client: Visitor, session: Session, people: Personas, smtp: Mailbox
) -> None:
    ask(client)
    deliver(app)
    smtp.clear()
    client.enter(people.referent)
    client.post(f"/demandes/{request_of(session).id}/accepter")
    deliver(app)
    mail = smtp.only(ASKER)
    assert people.referent.person.full_name in mail.text
    path = mail.link("/invitations/").split("/invitations/")[1]
    whole(mail)
    client.sign_out()
    assert "mot de passe" in client.get(f"/invitations/{path}").text
    assert len(smtp.mails) == 1


def test_acceptance_of_a_known_account_brings_no_link_and_goes_to_its_own_address(
    app: Flask, client: Visitor, session: Session, people: Personas, smtp: Mailbox
) -> None:
    """Somebody gave the RPPS of a known person with another address: the account's owner is told, the other is not
    given anything."""
    request = factories.affiliation_request(
        session, people.comtat.unit, rpps=people.stranger.person.rpps, email="ailleurs@soins.example"
    )
    client.enter(people.president)
    client.post(f"/demandes/{request.id}/accepter")
    deliver(app)
    owner = smtp.only(people.stranger.email)
    assert "/invitations/" not in owner.text
    assert owner.link("/mes-roles")
    other = smtp.only("ailleurs@soins.example")
    assert "/invitations/" not in other.text
    assert people.stranger.email not in other.text + other.html
    for mail in smtp.mails:
        whole(mail)


def test_a_refusal_carries_its_reason_as_it_was_typed(
    app: Flask, client: Visitor, session: Session, people: Personas, smtp: Mailbox
) -> None:
    ask(client)
    client.enter(people.president)
    client.post(f"/demandes/{request_of(session).id}/refuser", motif="Vous exercez <b>hors</b> du territoire.")
    deliver(app)
    mail = smtp.latest(ASKER)
    assert "Vous exercez <b>hors</b> du territoire." in mail.text
    assert "&lt;b&gt;hors&lt;/b&gt;" in mail.html
    whole(mail)


def test_a_question_and_its_answer_travel(
    app: Flask, client: Visitor, session: Session, people: Personas, smtp: Mailbox
) -> None:
    path = ask(client)
    client.enter(people.referent)
    client.post(f"/demandes/{request_of(session).id}/completer", message="Dans quelle commune exercez-vous ?")
    client.sign_out()
    deliver(app)
    question = smtp.latest(ASKER)
    assert "Dans quelle commune exercez-vous ?" in question.text
    assert question.link("/suivi/").endswith(path)
    client.get(path)
    client.submit("#repondre form", message="À Carpentras.")
    smtp.clear()
    deliver(app)
    for persona in (people.president, people.referent, people.second_referent):
        assert "À Carpentras." in smtp.only(persona.email).text
    assert len(smtp.mails) == 3
    for mail in [question, *smtp.mails]:
        whole(mail)


def test_a_cancellation_is_confirmed_and_told(
    app: Flask, client: Visitor, session: Session, people: Personas, smtp: Mailbox
) -> None:
    path = ask(client)
    deliver(app)
    smtp.clear()
    client.post(f"{path}/annulation")
    deliver(app)
    assert "annulée" in smtp.only(ASKER).subject
    assert "annulé sa demande" in smtp.only(people.president.email).subject
    assert len(smtp.mails) == 4
    for mail in smtp.mails:
        whole(mail)


def test_the_link_is_mailed_again_to_the_address_itself(
    app: Flask, client: Visitor, session: Session, people: Personas, smtp: Mailbox, frozen_clock: FrozenClock
) -> None:
    path = ask(client)
    deliver(app)
    smtp.clear()
    frozen_clock.advance(hours=2)
    client.get(ASK)
    page = client.submit(
        f"form[action='{ASK}']",
        status=409,
        prenom="Autre",
        nom="Personne",
        email=ASKER.upper(),
        telephone="06 39 98 00 43",
        profession="coordination",
    )
    assert path not in page.html
    deliver(app)
    mail = smtp.only(ASKER)
    assert mail.link("/suivi/").endswith(path)
    whole(mail)


def test_an_expiry_is_told(
    app: Flask, client: Visitor, session: Session, people: Personas, smtp: Mailbox, frozen_clock: FrozenClock
) -> None:
    ask(client)
    deliver(app)
    smtp.clear()
    frozen_clock.advance(days=61)
    deliver(app)
    assert expire_requests() == 0, "the worker had closed it"
    mail = smtp.only(ASKER)
    assert "expiré" in mail.subject
    assert mail.link("/rattachement").endswith(ASK)
    whole(mail)


@pytest.mark.parametrize("who", ["president", "professional"])
def test_the_end_of_an_affiliation_is_told_to_both_sides(
    app: Flask, client: Visitor, session: Session, people: Personas, smtp: Mailbox, who: str
) -> None:
    affiliation = session.scalars(sa.select(Affiliation)).one()
    client.enter(getattr(people, who))
    client.post(f"/rattachements/{affiliation.id}/fin", motif="Départ en retraite")
    deliver(app)
    assert "Départ en retraite" in smtp.only(people.professional.email).text
    assert "Sophie Marchal" in smtp.only(people.president.email).subject
    for mail in smtp.mails:
        whole(mail)


def test_a_name_cannot_write_headers(app: Flask, session: Session, people: Personas, smtp: Mailbox) -> None:
    """The form refuses such a name; a mail would survive it all the same."""
    hostile = factories.affiliation_request(session, people.comtat.unit, given_name="Eve\r\nBcc: x@y.example")
    hostile.expires_on = clock.now().date().replace(year=2020)
    session.commit()
    deliver(app)
    mail = smtp.only(hostile.email)
    assert mail.message["Bcc"] is None
