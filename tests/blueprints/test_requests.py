"""The tracking page: what the link shows, and what its holder may do."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.credentials.links import tracking_token
from app.models import Request, RequestEvent
from tests import factories, personas
from tests.personas import Personas
from tests.support.backends import on_both_engines
from tests.support.client import Visitor

backend = on_both_engines


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


@pytest.fixture
def asked(session: Session, people: Personas) -> Request:
    request = factories.affiliation_request(session, people.comtat.unit)
    session.add(
        RequestEvent(request_id=request.id, at=request.submitted_at, kind="submitted", author_name=request.full_name)
    )
    session.commit()
    return request


def link(request: Request) -> str:
    return f"/suivi/{tracking_token(request.id, request.tracking_generation)}"


def ask_a_question(client: Visitor, people: Personas, request: Request) -> None:
    client.enter(people.referent)
    client.post(f"/demandes/{request.id}/completer", message="Dans quelle commune exercez-vous ?")
    client.sign_out()


def test_the_page_says_where_the_request_is_and_who_decides(client: Visitor, people: Personas, asked: Request) -> None:
    page = client.get(link(asked))
    assert asked.number in page.text
    assert "Demande en attente d’une décision" in page.text
    assert people.president.person.full_name in page.read("#decideurs")
    assert page.response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.response.headers["Cache-Control"] == "no-store"
    assert page.response.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("token", ["x", "R-7K3M-9QXA", "a.b", "W10.AAAA", "%00", "é" * 30])
def test_a_wrong_link_is_404(client: Visitor, asked: Request, token: str) -> None:
    client.get(f"/suivi/{token}", status=404)
    client.post(f"/suivi/{token}/annulation", status=404)
    client.post(f"/suivi/{token}/reponse", status=404, message="Oui")


def test_neither_the_number_nor_the_id_opens_the_page(client: Visitor, asked: Request) -> None:
    client.get(f"/suivi/{asked.number}", status=404)
    client.get(f"/suivi/{asked.id}", status=404)


def test_a_revoked_link_is_404(client: Visitor, session: Session, asked: Request) -> None:
    before = link(asked)
    asked.tracking_generation += 1
    session.commit()
    client.get(before, status=404)
    client.get(link(asked))


def test_an_altered_link_is_404(client: Visitor, session: Session, people: Personas, asked: Request) -> None:
    other = factories.affiliation_request(session, people.comtat.unit)
    payload = tracking_token(other.id, 1).split(".")[0]
    signature = tracking_token(asked.id, 1).split(".")[1]
    client.get(f"/suivi/{payload}.{signature}", status=404)


def test_the_person_answers_the_question(client: Visitor, session: Session, people: Personas, asked: Request) -> None:
    ask_a_question(client, people, asked)
    page = client.get(link(asked))
    assert "Dans quelle commune exercez-vous ?" in page.text
    page = client.submit("#repondre form", status=422, message=" ")
    assert "Écrivez votre réponse." in page.read("#resume-erreurs")
    page = client.submit("#repondre form", message="À Carpentras.")
    assert "À Carpentras." in page.read("#frise")
    assert not page.has("#repondre")
    session.refresh(asked)
    assert asked.status == "submitted"
    client.enter(people.president)
    assert "À Carpentras." in client.get("/etablissements/840021281/demandes").read("[data-demande]")


def test_an_answer_that_comes_too_late_is_kept_on_screen(
    client: Visitor, app: Flask, people: Personas, asked: Request
) -> None:
    ask_a_question(client, people, asked)
    client.get(link(asked))
    decider = Visitor(app)
    decider.sign_in(people.president)
    decider.post(f"/demandes/{asked.id}/refuser", motif="Hors territoire.")
    page = client.submit("#repondre form", status=409, message="À Carpentras.")
    assert page.read("#saisie-gardee") == "À Carpentras."
    assert "Hors territoire." in page.text


def test_a_request_is_cancelled_once(client: Visitor, session: Session, asked: Request) -> None:
    client.get(client.get(link(asked)).link("Annuler ma demande…"))
    page = client.submit()
    assert "Demande annulée" in page.text
    assert not page.has("#annuler")
    session.refresh(asked)
    assert asked.status == "cancelled"
    page = client.post(f"{link(asked)}/annulation", status=409)
    assert "plus rien à annuler" in page.text
    client.get(f"{link(asked)}/annulation", status=409)
    assert session.scalar(sa.select(sa.func.count()).where(RequestEvent.kind == "cancelled")) == 1


def test_opening_the_links_changes_nothing(client: Visitor, session: Session, asked: Request, app: Flask) -> None:
    """What a mail scanner does: GET and HEAD of everything it finds."""
    for _ in range(3):
        for path in (link(asked), f"{link(asked)}/annulation"):
            client.get(path)
            client.request("HEAD", path, status=200)
    client.get(f"{link(asked)}/reponse", status=405)
    session.refresh(asked)
    assert (asked.status, asked.version) == ("submitted", 1)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("expired", "Demande expirée"),
        ("cancelled", "Demande annulée"),
        ("info_needed", "Une précision vous est demandée"),
    ],
)
def test_every_state_is_in_words(client: Visitor, session: Session, people: Personas, status: str, words: str) -> None:
    request = factories.affiliation_request(session, people.comtat.unit, status=status)
    assert words in client.get(link(request)).text


def test_a_refusal_shows_its_reason(client: Visitor, people: Personas, asked: Request) -> None:
    client.enter(people.president)
    client.post(f"/demandes/{asked.id}/refuser", motif="Vous exercez à Apt.")
    client.sign_out()
    page = client.get(link(asked))
    assert "Vous exercez à Apt." in page.read("#frise")
    assert people.president.person.full_name in page.read("#frise")


def test_an_accepted_request_leads_to_the_unit_chosen(
    client: Visitor, session: Session, people: Personas, asked: Request
) -> None:
    second = factories.unit(session, people.comtat.establishment, name="Télémédecine")
    client.enter(people.president)
    client.post(f"/demandes/{asked.id}/accepter", unite=second.id)
    client.sign_out()
    page = client.get(link(asked))
    assert page.link("Télémédecine") == f"/unites/{second.id}"
    assert not page.has("#annuler")


def test_the_delay_is_not_shown_once_decided(client: Visitor, session: Session, people: Personas) -> None:
    request = factories.affiliation_request(
        session, people.comtat.unit, status="cancelled", submitted_at=clock.now() - timedelta(days=2)
    )
    assert not client.get(link(request)).has("#decideurs")
