"""The page of one request over HTTP: what an agent reads, takes, notes, writes and decides; who else may decide."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import db
from app.models import Affiliation, JournalEntry, Request, RequestEvent
from tests import factories, personas
from tests.personas import Personas
from tests.support.backends import on_both_engines
from tests.support.client import Visitor
from tests.support.statements import recorded

backend = on_both_engines

MOST_STATEMENTS = 26


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


@pytest.fixture
def asked(session: Session, people: Personas) -> Request:
    """A message to the service centre."""
    made = factories.request(session, "contact", subject="Horaires", message="Quels sont vos horaires ?")
    session.commit()
    return made


@pytest.fixture
def page(asked: Request) -> str:
    return f"/centre/demandes/{asked.id}"


def fresh(session: Session, request: Request) -> Request:
    session.refresh(request)
    return request


def orphan_request(session: Session, **values: Any) -> Request:
    """A rattachement that nobody but the service centre can decide."""
    alone = factories.unit(session, factories.establishment(session, "CPTS SANS PRÉSIDENCE"))
    made = factories.affiliation_request(session, alone, **values)
    session.commit()
    return made


# ── reading ─────────────────────────────────────────────────────────────────


def test_everything_to_decide_is_on_the_page(client: Visitor, session: Session, people: Personas) -> None:
    known = factories.professional(session, "JULIE", "ARNAUD", commune_insee="84031")
    asked = orphan_request(session, rpps=known.rpps, email=people.stranger.email, message="Je viens de m’installer.")
    earlier = factories.request(session, "help", email=people.stranger.email, status="expired")
    client.enter(people.agent)
    page = client.get(f"/centre/demandes/{asked.id}")
    assert "Je viens de m’installer." in page.read("#demande-objet")
    assert "Julie Arnaud" in page.read("#personne")
    assert "Carpentras" in page.read("#personne")
    assert "Olivier Tessier" in page.read("#personne")
    assert earlier.number in page.read("#meme-personne")
    assert page.has("#accepter")
    assert page.has("#refuser-form")
    assert page.has("#completer-form")


def test_two_people_behind_one_request_are_pointed_out(client: Visitor, session: Session, people: Personas) -> None:
    rpps = people.professional.person.rpps
    asked = factories.request(session, "account", people.comtat.establishment, rpps=rpps, email=people.stranger.email)
    client.enter(people.agent)
    assert "deux personnes différentes" in client.get(f"/centre/demandes/{asked.id}").read("#personne")


def test_the_page_costs_the_same_whatever_the_past(
    app: Flask, client: Visitor, session: Session, people: Personas, asked: Request, page: str
) -> None:
    client.enter(people.agent)
    client.get(page)
    for _ in range(30):
        factories.request(session, "contact", email=asked.email, status="expired")
    session.commit()
    with app.app_context(), recorded(db.engine()) as statements:
        client.get(page)
    assert len(statements.counted()) <= MOST_STATEMENTS, statements.counted()


def test_those_in_office_decide_first_and_the_agent_only_looks(
    client: Visitor, session: Session, people: Personas
) -> None:
    asked = factories.affiliation_request(session, people.comtat.unit)
    client.enter(people.agent)
    page = client.get(f"/centre/demandes/{asked.id}")
    assert not page.has("#accepter")
    assert "Hélène Vasseur" in page.read("#en-exercice")
    client.post(f"/demandes/{asked.id}/accepter", status=403, depuis="centre", unite=str(people.comtat.unit.id))
    assert fresh(session, asked).status == "submitted"


# ── taking, noting, writing ─────────────────────────────────────────────────


def test_an_agent_takes_a_request_and_gives_it_back(
    client: Visitor, session: Session, people: Personas, asked: Request, page: str
) -> None:
    client.enter(people.agent)
    client.get(page)
    assert "Vous vous en chargez" in client.submit("#prendre").read("#prise-en-charge")
    assert fresh(session, asked).assigned_to_account_id == people.agent.account.id
    assert "prise en charge par Nadia Ferrero" in client.get("/centre").read("[data-demande]")
    client.get(page)
    assert "Personne ne s’en charge" in client.submit(f"form[action='{page}/liberation']").read("#prise-en-charge")
    assert [event.kind for event in fresh(session, asked).events if event.internal] == ["assigned", "released"]


def test_the_second_agent_learns_who_has_taken_it(
    app: Flask, client: Visitor, session: Session, people: Personas, asked: Request, page: str
) -> None:
    colleague = factories.agent(session, factories.person(session, "Yann", "Prévôt"))
    session.commit()
    client.enter(people.agent)
    client.get(page)
    theirs = Visitor(app)
    theirs.enter(colleague)
    theirs.get(page)
    theirs.submit("#prendre")
    refused = client.submit("#prendre", status=409)
    assert "Yann Prévôt s’en charge." in refused.read("[role=alert]")
    assert "Reprendre" in refused.read("#prendre")
    client.submit("#prendre")
    assert fresh(session, asked).assigned_to_account_id == people.agent.account.id


def test_a_note_stays_between_agents(
    client: Visitor, session: Session, people: Personas, asked: Request, page: str
) -> None:
    client.enter(people.agent)
    client.get(page)
    shown = client.submit(f"form[action='{page}/note']", note="Rappeler jeudi.")
    assert "Rappeler jeudi." in shown.read("[data-evenement=note]")
    assert "Interne" in shown.read("[data-evenement=note]")
    assert "Écrivez la note." in client.submit(f"form[action='{page}/note']", status=422, note=" ").text
    (entry,) = session.scalars(sa.select(JournalEntry).where(JournalEntry.event == "request.noted")).all()
    assert entry.subject == f"request:{asked.id}"


def test_an_agent_writes_to_the_person(
    client: Visitor, session: Session, people: Personas, asked: Request, page: str
) -> None:
    client.enter(people.agent)
    client.get(page)
    shown = client.submit(f"form[action='{page}/message']", message="Nous vous rappelons demain.")
    assert "Nous vous rappelons demain." in shown.read("[data-evenement=message]")
    assert "Centre de services" in shown.read("[data-evenement=message]")
    (said,) = session.scalars(sa.select(RequestEvent).filter_by(kind="message")).all()
    assert not said.internal


# ── deciding ────────────────────────────────────────────────────────────────


def test_an_agent_answers_a_message_and_closes_it(
    client: Visitor, session: Session, people: Personas, asked: Request, page: str
) -> None:
    client.enter(people.agent)
    client.get(page)
    assert "Écrivez la réponse" in client.submit("#accepter", status=422, reponse=" ").read("#resume-erreurs")
    shown = client.submit("#accepter", reponse="De 9 h à 17 h.")
    assert shown.path == page
    assert "Réponse envoyée" in shown.text
    assert "De 9 h à 17 h." in shown.read("#frise")
    assert not shown.has("#accepter")
    assert (fresh(session, asked).status, asked.decided_as) == ("accepted", "agent")


def test_an_agent_decides_a_rattachement_for_the_cpts(client: Visitor, session: Session, people: Personas) -> None:
    asked = orphan_request(session)
    client.enter(people.agent)
    client.get(f"/centre/demandes/{asked.id}")
    shown = client.submit("#accepter")
    assert "acceptée" in shown.read("#suivi")
    (made,) = session.scalars(sa.select(Affiliation).where(Affiliation.request_id == asked.id)).all()
    assert made.unit_id == asked.unit_id


def test_a_refusal_needs_words_and_keeps_its_reason(client: Visitor, session: Session, people: Personas) -> None:
    asked = orphan_request(session)
    client.enter(people.agent)
    client.get(f"/centre/demandes/{asked.id}")
    refused = client.submit("#refuser-form", status=422, raison="territoire", motif=" ")
    assert "Indiquez le motif du refus" in refused.read("#resume-erreurs")
    assert refused.one("#raison option[selected]")["value"] == "territoire"
    assert refused.has("#refuser[open]")
    client.submit("#refuser-form", raison="territoire", motif="Vous exercez à Lyon.")
    assert fresh(session, asked).status == "refused"
    assert (asked.refusal_code, asked.refusal_reason) == ("territoire", "Vous exercez à Lyon.")


def test_a_question_waits_for_the_person(
    client: Visitor, session: Session, people: Personas, asked: Request, page: str
) -> None:
    client.enter(people.agent)
    client.get(page)
    shown = client.submit("#completer-form", message="Pour quelle CPTS ?")
    assert "en attente d’une réponse de la personne" in shown.read("#suivi")
    assert not shown.has("#completer-form")
    assert shown.has("#accepter")
    assert fresh(session, asked).status == "info_needed"


def test_a_decision_that_came_too_late_keeps_its_words(
    client: Visitor, session: Session, people: Personas, asked: Request, page: str
) -> None:
    client.enter(people.agent)
    client.get(page)
    asked.status = "cancelled"
    session.commit()
    late = client.submit("#accepter", status=409, reponse="Une longue réponse.")
    assert "Rien n’a été enregistré" in late.text
    assert "Une longue réponse." in late.read("#saisie-gardee")
    assert "annulée" in late.read("#suivi")


def test_a_fragment_says_what_was_done(client: Visitor, people: Personas, asked: Request, page: str) -> None:
    client.enter(people.agent)
    client.get(page)
    client.htmx.submit("#accepter", status=303, reponse="De 9 h à 17 h.")
    assert "Réponse envoyée" in client.current().read("#toasts")
    assert "De 9 h à 17 h." in client.current().read("#frise")


def test_an_agent_never_decides_their_own_request(client: Visitor, session: Session, people: Personas) -> None:
    mine = factories.request(session, "help", person_id=people.agent.person.id, email=people.agent.email)
    client.enter(people.agent)
    assert "un autre agent y répond" in client.get(f"/centre/demandes/{mine.id}").read("#decider")
    client.post(f"/demandes/{mine.id}/accepter", status=403, reponse="Oui.")
    assert fresh(session, mine).status == "submitted"


# ── corrections, decided by the CPTS too ────────────────────────────────────


def correction(session: Session, people: Personas) -> Request:
    proposed = {"champ": "telephone", "avant": {"phone": "+33465719901"}, "propose": {"phone": "+33465719902"}}
    proposed |= {"affiche": "04 65 71 99 01", "valeur": "04 65 71 99 02"}
    made = factories.request(session, "correction", people.comtat.establishment, details=proposed)
    session.commit()
    return made


@pytest.mark.parametrize("who", ["president", "referent"])
def test_those_in_office_set_a_correction_aside(client: Visitor, session: Session, people: Personas, who: str) -> None:
    asked = correction(session, people)
    session.add(
        RequestEvent(
            request_id=asked.id, at=asked.submitted_at, kind="note", author_name="x", body="secret", internal=True
        )
    )
    client.enter(getattr(people, who))
    page = client.follow(client.get(f"/demandes/{asked.id}", status=303))
    assert "secret" not in page.text
    page = client.submit("#refuser-form", motif="Le numéro affiché est le bon.")
    assert "Le numéro affiché est le bon." in page.read("#motif-refus")
    assert fresh(session, asked).decided_as == who


@pytest.mark.parametrize("who", ["other_president", "professional", "stranger"])
def test_nobody_else_reads_or_decides_a_correction(
    client: Visitor, session: Session, people: Personas, who: str
) -> None:
    asked = correction(session, people)
    client.enter(getattr(people, who))
    client.get(f"/demandes/{asked.id}/decision", status=403)
    for act, fields in (("accepter", {}), ("refuser", {"motif": "x"}), ("completer", {"message": "x"})):
        client.post(f"/demandes/{asked.id}/{act}", status=403, **fields)
    assert fresh(session, asked).status == "submitted"


@pytest.mark.parametrize("who", ["president", "referent", "professional", "stranger"])
def test_nobody_else_works_at_the_desk(
    client: Visitor, session: Session, people: Personas, asked: Request, page: str, who: str
) -> None:
    client.enter(getattr(people, who))
    client.get(f"/demandes/{asked.id}/decision", status=403)
    for act in ("prise-en-charge", "liberation", "relance", "note", "message"):
        client.post(f"{page}/{act}", status=403, note="x", message="x")
    client.post(f"/demandes/{asked.id}/accepter", status=403, reponse="x")
    assert fresh(session, asked).status == "submitted"
