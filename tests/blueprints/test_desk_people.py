"""People and their accounts at the service centre, over HTTP: found, read, helped; by agents, and never themselves."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import db
from app.journal.deliver import deliver_pending
from app.models import Account, JournalEntry
from tests import factories, personas
from tests.personas import Personas
from tests.support.backends import on_both_engines
from tests.support.client import Visitor
from tests.support.mailbox import Mailbox
from tests.support.statements import recorded

backend = on_both_engines

MOST_STATEMENTS = 30


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


def page_of(persona: Any) -> str:
    return f"/centre/personnes/{persona.person.id}"


def fresh(session: Session, account: Account) -> Account:
    session.refresh(account)
    return account


@pytest.mark.parametrize("text", ["VASSEUR", "helene vasseur", "presidente@essai", "{rpps}", "Vass"])
def test_an_agent_finds_somebody(client: Visitor, people: Personas, text: str) -> None:
    client.enter(people.agent)
    client.get("/centre/personnes")
    spaced = " ".join((people.president.person.rpps or "")[at : at + 4] for at in (0, 4, 8))
    page = client.submit("form[aria-label='Chercher une personne']", q=text.format(rpps=spaced))
    assert [found["data-personne"] for found in page.all("[data-personne]")] == [str(people.president.person.id)]
    assert "1 mandat en exercice" in page.read("[data-personne]").replace("\xa0", " ")


def test_nobody_is_listed_without_words(client: Visitor, people: Personas) -> None:
    client.enter(people.agent)
    assert not client.get("/centre/personnes?q=+").has("[data-personne]")
    assert "Personne ne correspond" in client.get("/centre/personnes?q=zzzz").text


def test_the_page_of_a_person_tells_their_life(client: Visitor, session: Session, people: Personas) -> None:
    mine = factories.affiliation_request(session, people.other.unit, people.referent.person)
    client.enter(people.agent)
    page = client.get(page_of(people.referent))
    assert "Référent établissement" in page.read("#mandats")
    assert "nommé par Hélène Vasseur" in page.read("#mandats")
    assert mine.number in page.read("#demandes-personne")
    assert "Aucun" in page.read("#compte")
    factories.generator(session, people.referent.account)
    session.commit()
    assert "Enregistré" in client.get(page_of(people.referent)).read("#compte")


def test_the_page_costs_the_same_whatever_the_life(
    app: Flask, client: Visitor, session: Session, people: Personas
) -> None:
    client.enter(people.agent)
    client.get(page_of(people.stranger))
    for _ in range(25):
        factories.request(session, "contact", email=people.stranger.email, status="expired")
    session.commit()
    with app.app_context(), recorded(db.engine()) as statements:
        client.get(page_of(people.stranger))
    assert len(statements.counted()) <= MOST_STATEMENTS, statements.counted()


def test_an_agent_suspends_an_account_and_its_sessions_end(
    app: Flask, client: Visitor, session: Session, people: Personas, smtp: Mailbox
) -> None:
    theirs = Visitor(app)
    theirs.enter(people.professional)
    theirs.get("/mes-roles")
    client.enter(people.agent)
    client.get(page_of(people.professional))
    page = client.submit("#suspension", status=422, motif=" ")
    assert "Indiquez le motif" in page.read("#resume-erreurs")
    page = client.submit("#suspension", motif="Adresse compromise.")
    assert "Suspendu" in page.read("#compte")
    assert "compte suspendu" in page.read("#journal-personne")
    theirs.get("/mes-roles", status=303)
    with app.app_context():
        while deliver_pending():
            pass
    (mail,) = smtp.to(people.professional.email)
    assert "Adresse compromise." in mail.text
    page = client.submit("#reouverture", motif="Adresse changée.")
    assert "Actif" in page.read("#compte")
    assert fresh(session, people.professional.account).status == "active"


def test_an_agent_sends_an_activation_link_again(
    app: Flask, client: Visitor, session: Session, people: Personas, smtp: Mailbox
) -> None:
    invited = factories.account(session, status="invited", password_hash=None, activated_at=None)
    session.commit()
    client.enter(people.agent)
    page = client.get(f"/centre/personnes/{invited.person_id}")
    assert "À activer" in page.read("#compte")
    assert "Un nouveau lien" in client.submit("#renvoyer").text
    with app.app_context():
        while deliver_pending():
            pass
    (mail,) = smtp.to(invited.email)
    assert "/invitations/" in mail.text
    entry = session.scalars(sa.select(JournalEntry).where(JournalEntry.event == "account.activation_resent")).one()
    assert (entry.actor, entry.concerned) == (f"account:{people.agent.account.id}", f"person:{invited.person_id}")
    client.post(f"{page_of(people.professional)}/activation", status=409)


def test_an_agent_acts_neither_on_themselves_nor_on_a_colleague(
    client: Visitor, session: Session, people: Personas
) -> None:
    colleague = factories.agent(session, factories.person(session, "Yann", "Prévôt"))
    session.commit()
    client.enter(people.agent)
    assert "C’est votre compte" in client.get(page_of(people.agent)).read("#agir")
    client.post(f"{page_of(people.agent)}/suspension", status=403, motif="x")
    client.post(f"/centre/personnes/{colleague.person_id}/suspension", status=409, motif="x")
    assert fresh(session, colleague).status == fresh(session, people.agent.account).status == "active"


@pytest.mark.parametrize("who", ["president", "referent", "professional", "stranger"])
def test_nobody_else_looks_people_up(client: Visitor, session: Session, people: Personas, who: str) -> None:
    client.enter(getattr(people, who))
    client.get("/centre/personnes?q=vasseur", status=403)
    client.get(page_of(people.professional), status=403)
    for act in ("activation", "suspension", "reouverture"):
        client.post(f"{page_of(people.second_referent)}/{act}", status=403, motif="x")
    assert fresh(session, people.second_referent.account).status == "active"
