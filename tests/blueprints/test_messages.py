"""Writing to the service centre: a message, help, a problem in the directory. Every one is tracked and answered."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.messages import SUBJECTS
from app.journal.deliver import deliver_pending
from app.models import Request
from tests import personas
from tests.personas import Personas
from tests.support.client import Visitor
from tests.support.mailbox import Mailbox
from tests.support.page import Page

MESSAGE, REPORT = "#message-au-centre", "#signalement"
READER = "lectrice@voisin.example"


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


def message(**fields: Any) -> dict[str, Any]:
    return {"sujet": "question", "message": "Quand ouvre le portail ?", "email": READER, **fields}


def sent(session: Session) -> Request:
    return session.scalars(sa.select(Request).where(Request.kind.in_(["help", "report", "contact"]))).one()


def count_messages(session: Session) -> int:
    wanted = sa.select(sa.func.count()).select_from(Request).where(Request.kind.in_(["help", "report", "contact"]))
    return session.scalar(wanted) or 0


def drain() -> None:
    while deliver_pending():
        pass


def chosen(page: Page) -> str:
    return str(page.one("#sujet option[selected]")["value"])


# ── /contact ────────────────────────────────────────────────────────────────


def test_a_visitor_writes_follows_and_is_answered(
    client: Visitor, session: Session, people: Personas, smtp: Mailbox
) -> None:
    page = client.get("/contact")
    assert "tel:+33465710000" in page.links()
    assert "mailto:aide@relais.example" in page.links()
    page = client.submit(MESSAGE, **message())
    request = sent(session)
    assert page.path.startswith("/suivi/")
    assert request.number in page.text
    assert (request.kind, request.subject, request.status) == ("contact", "Une question", "submitted")
    drain()
    assert request.number in smtp.only(READER).text
    assert request.number in smtp.only(people.agent.email).text
    smtp.clear()
    client.enter(people.agent)
    client.post(f"/demandes/{request.id}/accepter", reponse="Il est ouvert depuis lundi.")
    drain()
    assert "ouvert depuis lundi" in smtp.only(READER).text
    session.refresh(request)
    assert request.status == "accepted"


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.key)
def test_each_subject_has_its_address_and_its_kind(
    client: Visitor, session: Session, people: Personas, subject: Any
) -> None:
    page = client.get(f"/contact?sujet={subject.key}")
    assert chosen(page) == subject.key
    client.submit(MESSAGE, message="Bonjour.", email=READER)
    assert (sent(session).kind, sent(session).subject) == (subject.kind, subject.label)


def test_from_a_management_screen_the_page_and_the_cpts_go_with_it(
    client: Visitor, session: Session, people: Personas
) -> None:
    client.enter(people.president)
    page = client.get(f"/etablissements/{people.comtat.finess}")
    client.get(page.link("Être accompagné ou formé"))
    assert chosen(client.current()) == "accompagnement"
    assert client.current().one("#email")["value"] == people.president.email
    client.submit(MESSAGE, message="Nous changeons de locaux.")
    request = sent(session)
    assert (request.kind, request.establishment_finess) == ("help", people.comtat.finess)
    assert request.came_from == f"/etablissements/{people.comtat.finess}"
    assert request.person_id == people.president.person.id


def test_who_cannot_sign_in_finds_a_form_a_phone_and_hours(client: Visitor, people: Personas) -> None:
    page = client.get("/connexion")
    assert "tel:+33465710000" in page.links()
    assert "de 8" in page.text
    assert chosen(client.get(page.link("Demandez de l’aide pour vous connecter"))) == "connexion"


@pytest.mark.parametrize(
    ("former", "now"),
    [
        ("objet=enregistrement&q=Verdon", "/demandes/cpts?q=Verdon"),
        ("objet=presidence", "/demandes/presidence"),
        ("objet=recherche&q=comtat", "/signaler?q=comtat"),
    ],
)
def test_former_links_lead_to_the_form_of_their_subject(client: Visitor, former: str, now: str) -> None:
    assert client.get(f"/contact?{former}", status=302).location == now


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"sujet": ""}, "Choisissez le sujet"),
        ({"sujet": "inconnu"}, "Choisissez le sujet"),
        ({"message": "  "}, "Écrivez votre message"),
        ({"message": "x" * 2001}, "2000 caractères"),
        ({"message": "Mon patient 1 84 12 76 451 089 46"}, "sécurité sociale"),
        ({"email": "sans arobase"}, "adresse électronique complète"),
        ({"telephone": "12"}, "10 chiffres"),
        ({"nom": "<script>"}, "lettres"),
        ({"site_web": "http://robot.example"}, "vide"),
    ],
)
def test_bad_input_is_said_and_kept(
    client: Visitor, session: Session, people: Personas, fields: dict[str, str], sentence: str
) -> None:
    page = client.post("/contact", status=422, **message(**{"prenom": "Inès", **fields}))
    assert sentence in page.read("#resume-erreurs")
    assert page.one("#prenom")["value"] == "Inès"
    assert count_messages(session) == 0


@pytest.mark.parametrize("depuis", ["https://ailleurs.example/", "//ailleurs.example", "/connexion", "javascript:x"])
def test_a_page_of_another_site_is_no_page_one_comes_from(
    client: Visitor, session: Session, people: Personas, depuis: str
) -> None:
    client.post("/contact", **message(depuis=depuis))
    assert sent(session).came_from is None


def test_the_same_form_sent_twice_is_one_request(client: Visitor, session: Session, people: Personas) -> None:
    client.get("/contact")
    form = client.current().form(MESSAGE).filled(message())
    first, second = (client.request("POST", "/contact", status=303, data=form) for _ in range(2))
    assert first.location == second.location
    assert count_messages(session) == 1


def test_hostile_words_are_shown_as_words(client: Visitor, session: Session, people: Personas) -> None:
    words = "<img src=x onerror=alert(1)> \r\nBcc: autre@mechant.example"
    page = client.follow(client.post("/contact", **message(message=words)))
    assert not page.has("img[onerror]")
    client.enter(people.agent)
    page = client.get(f"/centre/demandes/{sent(session).id}")
    assert not page.has("img[onerror]")
    assert "onerror=alert(1)" in page.text


# ── /signaler ───────────────────────────────────────────────────────────────


def test_a_report_carries_the_search_that_showed_the_problem(
    client: Visitor, session: Session, people: Personas
) -> None:
    page = client.get("/signaler?q=comtta&onglet=unites&tri=nom&elargir=mots&inconnu=x")
    assert "comtta" in page.read(REPORT)
    page = client.submit(REPORT, message="Ma CPTS n’apparaît pas.", email=READER)
    request = sent(session)
    assert request.number in page.text
    assert (request.kind, request.subject) == ("report", "Recherche «\u00a0comtta\u00a0»")
    assert request.details == {"recherche": "comtta", "filtres": "onglet=unites&tri=nom&elargir=mots"}
    assert request.came_from == "/recherche?q=comtta&onglet=unites&tri=nom&elargir=mots"
    client.enter(people.agent)
    page = client.get(f"/centre/demandes/{request.id}")
    assert "comtta" in page.text
    assert request.came_from in page.links()


def test_a_report_without_a_search_is_about_a_page(client: Visitor, session: Session, people: Personas) -> None:
    finess = people.comtat.finess
    client.get(f"/signaler?finess={finess}&depuis=/etablissements/{finess}")
    client.submit(REPORT, message="La carte est vide.", email=READER)
    assert (sent(session).establishment_finess, sent(session).came_from) == (finess, f"/etablissements/{finess}")


@pytest.mark.parametrize("query", ["<script>alert(1)</script>", "%00", "a" * 5000, "%F0%9F%98%80", "' OR 1=1 --"])
def test_any_search_may_be_reported(client: Visitor, session: Session, people: Personas, query: str) -> None:
    client.get(f"/signaler?q={query}")
    client.submit(REPORT, message="Rien ne sort.", email=READER)
    request = sent(session)
    assert len(request.details.get("recherche", "")) <= 200
    assert len(request.came_from or "") <= 500
