"""« Pour le compte de » over HTTP: for somebody identified, on record, and mailed (S-072, S-074; decision 5)."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.journal.deliver import deliver_pending
from app.models import Establishment, JournalBody, JournalEntry, Mandate, Nomination, Request
from tests import factories, personas
from tests.personas import Personas
from tests.support.backends import on_both_engines
from tests.support.client import Visitor, settle
from tests.support.mailbox import Mailbox

backend = on_both_engines

CPTS = "/centre/cpts/840021281/pour-le-compte"
NEW = {
    "raison": "Appel du 12 mars, rappelée au numéro connu.",
    "nom": "Perrin",
    "prenom": "Thomas",
    "email": "thomas.perrin@soins.example",
    "telephone": "06 39 98 00 42",
    "profession": "70",
    "fonction": "Masseur-kinésithérapeute libéral",
}


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


@pytest.fixture
def typed() -> dict[str, Any]:
    return {**NEW, "rpps": factories.new_rpps()}


def deliver(app: Flask) -> None:
    settle()
    with app.app_context():
        while deliver_pending():
            pass


def recorded(session: Session, event: str) -> tuple[JournalEntry, dict[str, Any]]:
    session.commit()
    entry = session.scalars(sa.select(JournalEntry).where(JournalEntry.event == event)).one()
    body = session.get_one(JournalBody, (entry.chain, entry.seq))
    return entry, json.loads(body.body)


def choose_the_president(client: Visitor, people: Personas) -> None:
    client.enter(people.agent)
    page = client.get(CPTS)
    client.get(page.link("Choisir Hélène Vasseur"))


# ── coordinates ─────────────────────────────────────────────────────────────


def test_an_agent_corrects_coordinates_for_the_president(
    app: Flask, client: Visitor, session: Session, people: Personas, smtp: Mailbox
) -> None:
    people.comtat.establishment.email = "contact@comtat.example"
    session.commit()
    choose_the_president(client, people)
    client.get(client.current().link("Corriger les coordonnées"))
    changes = {"raison": "Appel du 12 mars.", "telephone": "04 65 71 99 02", "courriel": ""}
    assert "je confirme vouloir l’effacer" in client.submit("#coordonnees", status=422, **changes).text
    page = client.submit("#coordonnees", effacer="email", **changes)
    assert "pour le compte de Hélène Vasseur" in page.text
    entry, body = recorded(session, "establishment.updated_for")
    president = f"person:{people.president.person.id}"
    assert (entry.actor, entry.concerned) == (f"account:{people.agent.account.id}", president)
    assert (body["on_behalf_of"], body["reason"]) == (president, "Appel du 12 mars.")
    assert body["before"] == {"email": "contact@comtat.example", "phone": "+33465719901"}
    deliver(app)
    (hers,) = smtp.to(people.president.email)
    assert "avant : 04 65 71 99 01" in hers.text.replace("\xa0", " ")
    assert "Appel du 12 mars." in hers.text
    assert len(smtp.to("contact@comtat.example")) == 1, "the former mailbox learns that it is no more"


def test_who_presides_reads_what_a_referent_asked_for(
    app: Flask, client: Visitor, people: Personas, smtp: Mailbox
) -> None:
    client.enter(people.agent)
    client.get(f"{CPTS}/coordonnees?pour=person:{people.referent.person.id}")
    client.submit("#coordonnees", raison="Courriel reçu.", ville="Carpentras Cedex")
    deliver(app)
    for told in (people.president, people.referent):
        (mail,) = smtp.to(told.email)
        assert "Carpentras Cedex" in mail.text
        assert "pour le compte de Claire Daumas" in mail.text


def test_the_reason_is_required_and_the_words_are_kept(client: Visitor, people: Personas) -> None:
    choose_the_president(client, people)
    client.get(client.current().link("Corriger les coordonnées"))
    page = client.submit("#coordonnees", status=422, raison=" ", telephone="04 65 71 99 02")
    assert "Indiquez ce qui vous est demandé" in page.read("#resume-erreurs")
    assert page.one("#telephone")["value"] == "04 65 71 99 02"
    assert "Rien n’a changé" in client.submit("#coordonnees", status=422, raison="x", telephone="04 65 71 99 01").text


def test_a_colleague_s_correction_is_not_lost(client: Visitor, session: Session, people: Personas) -> None:
    choose_the_president(client, people)
    client.get(client.current().link("Corriger les coordonnées"))
    people.comtat.establishment.phone = "+33465719977"
    factories.saved_box(session, people.comtat.finess, "coordonnees")
    session.commit()
    page = client.submit("#coordonnees", status=409, raison="Appel.", telephone="04 65 71 99 02")
    assert "04 65 71 99 77" in page.text.replace("\xa0", " ")
    session.expire_all()
    assert session.get_one(Establishment, people.comtat.finess).phone == "+33465719977"


@pytest.mark.parametrize("who", ["other_president", "stranger", "agent"])
def test_nobody_from_elsewhere_is_acted_for(client: Visitor, session: Session, people: Personas, who: str) -> None:
    client.enter(people.agent)
    person = getattr(people, who).person
    client.get(f"{CPTS}/coordonnees?pour=person:{person.id}")
    client.submit("#coordonnees", status=409, raison="Appel.", telephone="04 65 71 99 02")
    session.expire_all()
    assert session.get_one(Establishment, people.comtat.finess).phone == "+33465719901"


def test_without_somebody_there_is_only_the_choice(client: Visitor, people: Personas) -> None:
    client.enter(people.agent)
    for query in ("", "?pour=person:x", "?pour=mandate:1"):
        assert client.get(f"{CPTS}/coordonnees{query}", status=303).location == CPTS
        assert client.post(f"{CPTS}/demande{query}", status=303).location == CPTS
    assert "Aucune demande" in client.get(f"{CPTS}?demande=R-0000-0000").text


# ── requests ────────────────────────────────────────────────────────────────


def test_an_agent_writes_a_rattachement_down_for_the_president_who_decides_it(
    app: Flask, client: Visitor, session: Session, people: Personas, smtp: Mailbox, typed: dict[str, Any]
) -> None:
    choose_the_president(client, people)
    client.get(client.current().link("Enregistrer une demande"))
    page = client.submit("#demande-pour", genre="affiliation", **typed)
    assert "Hélène Vasseur" in page.read("[data-evenement=submitted]")
    assert not page.has("#accepter")
    made = session.scalars(sa.select(Request).where(Request.email == typed["email"])).one()
    assert (made.submitted_by_account_id, made.status) == (people.agent.account.id, "submitted")
    entry, body = recorded(session, "request.submitted_for")
    assert entry.actor == f"account:{people.agent.account.id}"
    assert body["on_behalf_of"] == f"person:{people.president.person.id}"
    deliver(app)
    (theirs,) = smtp.to(typed["email"])
    assert "/suivi/" in theirs.text
    assert ["Vous n’avez rien demandé" in mail.text for mail in smtp.to(people.president.email)].count(True) == 1
    assert smtp.to(people.referent.email), "those in office are asked to decide"
    client.enter(people.president)
    client.post(f"/demandes/{made.id}/accepter")
    session.refresh(made)
    assert made.status == "accepted"


def test_an_account_is_written_down_only_where_nobody_is_in_office(
    app: Flask, client: Visitor, session: Session, people: Personas, smtp: Mailbox, typed: dict[str, Any]
) -> None:
    choose_the_president(client, people)
    client.get(client.current().link("Enregistrer une demande"))
    refused = client.submit("#demande-pour", status=422, genre="account", **typed)
    assert "Quelqu’un est en exercice" in refused.read("#resume-erreurs")
    alone = factories.establishment(session, "CPTS SANS PRÉSIDENCE")
    factories.unit(session, alone)
    ticket = factories.request(session, "help", alone)
    session.commit()
    client.get(f"/centre/cpts/{alone.finess}/pour-le-compte/demande?pour=request:{ticket.id}")
    client.submit("#demande-pour", genre="account", **typed)
    client.submit("#accepter")
    made = session.scalars(sa.select(Request).where(Request.kind == "account")).one()
    assert made.status == "accepted"
    deliver(app)
    (told,) = smtp.to(ticket.email)
    assert "enregistré pour votre compte" in told.text


def test_the_request_of_a_ticket_is_prefilled_and_sent_once(
    client: Visitor, session: Session, people: Personas, typed: dict[str, Any]
) -> None:
    ticket = factories.request(session, "help", people.comtat.establishment, email="thomas.perrin@soins.example")
    session.commit()
    client.enter(people.agent)
    client.get(CPTS)
    page = client.submit("#par-demande form", demande=ticket.number.lower(), status=303)
    client.get(page.link("Enregistrer une demande"))
    assert client.current().one("#nom")["value"] == "Perrin"
    form = client.current()
    client.submit("#demande-pour", genre="affiliation", **typed)
    client.page = form
    client.submit("#demande-pour", genre="affiliation", **typed)
    assert len(session.scalars(sa.select(Request).where(Request.kind == "affiliation")).all()) == 2, "and the persona's"


@pytest.mark.parametrize("genre", ["affiliation", "presidency"])
def test_nothing_is_granted_by_writing_a_request_down(
    client: Visitor, session: Session, people: Personas, typed: dict[str, Any], genre: str
) -> None:
    """SECURITY.md, cases 4 and 9: what comes by phone is a request, decided as any other; never a nomination."""
    before = [session.scalar(sa.select(sa.func.count()).select_from(model)) for model in (Mandate, Nomination)]
    choose_the_president(client, people)
    client.get(client.current().link("Enregistrer une demande"))
    client.submit("#demande-pour", genre=genre, **typed)
    assert session.scalars(sa.select(Request).where(Request.email == typed["email"])).one().status == "submitted"
    session.commit()
    assert [session.scalar(sa.select(sa.func.count()).select_from(model)) for model in (Mandate, Nomination)] == before


@pytest.mark.parametrize("who", ["president", "referent", "professional", "stranger"])
def test_nobody_else_acts_for_anybody(
    client: Visitor, session: Session, people: Personas, typed: dict[str, Any], who: str
) -> None:
    client.enter(getattr(people, who))
    pour = f"?pour=person:{people.second_referent.person.id}"
    for path in ("", f"/coordonnees{pour}", f"/demande{pour}"):
        client.get(f"{CPTS}{path}", status=403)
    client.post(f"{CPTS}/coordonnees{pour}", status=403, raison="x", telephone="04 65 71 99 02")
    client.post(f"{CPTS}/demande{pour}", status=403, **typed)
    assert session.scalars(sa.select(Request).where(Request.email == typed["email"])).all() == []
