"""Refused by default, and refused in the right words: nobody signed in, a stranger, another site, a stale form."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.exceptions import InternalServerError

from app.models import JournalEntry
from app.policies.permissions import Permission
from app.web.access import authorise, checked, public, signed_in
from app.web.return_path import local_path
from tests import personas
from tests.personas import Personas
from tests.support.client import HTMX, Visitor

PAGE = '<!doctype html><html lang="fr"><title>Essai</title><main><h1>Essai</h1></main></html>'


@pytest.fixture
def app(app: Flask) -> Flask:
    """The portal with a few routes more."""

    @app.get("/essai/oubliee")
    def unmarked() -> str:
        return "secret"

    @app.get("/essai/bavarde")
    @checked(Permission.SERVICE_CENTRE_DESK)
    def never_asks() -> str:
        return "secret"

    @app.get("/essai/bureau")
    @checked(Permission.SERVICE_CENTRE_DESK)
    def asks() -> str:
        authorise(Permission.SERVICE_CENTRE_DESK)
        return "ok"

    @app.route("/essai/formulaire", methods=["GET", "POST"])
    @signed_in
    def form() -> str:
        return PAGE

    @app.post("/essai/ouvert")
    @public
    def open_form() -> tuple[str, int]:
        return "", 204

    return app


@pytest.fixture
def people(session: Session) -> Personas:
    return personas.build(session)


def answer(client: Visitor, path: str, method: str = "GET", **options: Any) -> Any:
    return client._open(path, method=method, **options)


def test_a_route_without_a_mark_answers_nobody(client: Visitor, people: Personas) -> None:
    assert answer(client, "/essai/oubliee").status_code == 403
    client.sign_in(people.president)
    response = answer(client, "/essai/oubliee")
    assert response.status_code == 403
    assert "secret" not in response.text


def test_a_checked_route_that_does_not_ask_the_policy_is_stopped(client: Visitor, people: Personas) -> None:
    client.sign_in(people.stranger)
    with pytest.raises(InternalServerError):
        answer(client, "/essai/bavarde")
    client.app.testing = False
    response = answer(client, "/essai/bavarde")
    assert response.status_code == 500
    assert "secret" not in response.text


def test_a_refusal_says_who_may(client: Visitor, people: Personas) -> None:
    client.sign_in(people.president)
    page = client.get("/essai/bureau", status=403)
    assert Permission.SERVICE_CENTRE_DESK.label in page.text
    assert "le centre de services" in page.text


def test_a_visitor_is_sent_to_sign_in_and_comes_back(client: Visitor, people: Personas) -> None:
    page = client.get("/essai/formulaire?x=1&y=2", status=303)
    client.follow(page)
    assert "Connectez-vous pour ouvrir cette page" in client.current().text
    page = client.submit(email=people.stranger.email, password="garrigue-mistral-84")
    assert page.path == "/essai/formulaire?x=1&y=2"


def test_htmx_is_told_that_the_session_is_over_and_not_sent_elsewhere(client: Visitor) -> None:
    for method in ("GET", "POST"):
        data = {"csrf_token": client.csrf_token()} if method == "POST" else None
        response = answer(client, "/essai/formulaire", method, headers=HTMX, data=data)
        assert response.status_code == 401
        assert "Location" not in response.headers


def test_a_form_sent_after_the_session_ended_is_not_lost(client: Visitor) -> None:
    page = client.post("/essai/formulaire", status=403, message="Un long texte", mot_de_passe="secret")
    assert "Connectez-vous pour envoyer ce formulaire" in page.text
    assert "Un long texte" in page.text
    assert "secret" not in page.html


def test_a_form_without_its_token_is_not_taken_and_not_lost(client: Visitor) -> None:
    data = {"message": "Un <b>long</b> texte", "password": "secret"}
    page = client.request("POST", "/essai/ouvert", status=400, data=data)
    assert "Un <b>long</b> texte" in page.text
    assert "secret" not in page.html
    assert not page.has("main form")


def test_our_own_stale_form_can_be_sent_again(client: Visitor) -> None:
    """The browser vouches that the form was ours: one click, nothing to type again."""
    ours = {"Sec-Fetch-Site": "same-origin"}
    data = {"message": "Un long texte", "csrf_token": "périmé"}
    client.page = client.request("POST", "/essai/ouvert", status=400, data=data, headers=ours)
    again = client.current().form("main form")
    assert again.action == "/essai/ouvert"
    filled = again.filled({})
    assert filled["message"] == ["Un long texte"]
    assert answer(client, "/essai/ouvert", "POST", data=filled).status_code == 204


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_cannot_send_a_form_even_with_a_token(client: Visitor, site: str) -> None:
    """Nor obtain a page where one click would send it."""
    page = client.post("/essai/ouvert", status=403, headers={"Sec-Fetch-Site": site}, message="piège")
    assert not page.has("main form")


@pytest.mark.parametrize("site", ["same-origin", "none", None])
def test_our_pages_and_older_browsers_can(client: Visitor, site: str | None) -> None:
    headers = {"Sec-Fetch-Site": site} if site else {}
    client.post("/essai/ouvert", status=204, headers=headers)


def test_the_token_of_another_session_is_refused(app: Flask, client: Visitor, people: Personas) -> None:
    forger = Visitor(app)
    forger.sign_in(people.stranger)
    page = forger.get("/mon-compte")
    stolen = str(page.one("#mot-de-passe input[name=csrf_token]")["value"])
    client.sign_in(people.president)
    client.get("/mon-compte")
    client.request("POST", "/essai/ouvert", status=400, data={"csrf_token": stolen})


def test_what_the_policy_refuses_to_a_signed_in_person_is_in_the_journal(
    client: Visitor, session: Session, people: Personas
) -> None:
    client.sign_in(people.stranger)
    client.post(f"/etablissements/{people.comtat.finess}/confirmation", status=403)
    entry = session.query(JournalEntry).filter_by(event="access.refused").one()
    assert entry.actor == f"account:{people.stranger.account.id}"


LOCAL = ["/", "/mes-roles", "/recherche?q=comtat&page=2", "/etablissements/840021281/demandes#d", "/suivi/a.b-c_d"]
ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "https://evil.example",
    "https:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "mes-roles",
    "",
    " /mes-roles",
    "/\t/evil.example",
    "/\n/evil.example",
    "/mes-roles\r\nSet-Cookie: a=b",
    "/é",
    "/a\\b",
    "/" + "a" * 600,
    "/connexion",
    "/deconnexion",
    "/mot-de-passe-oublie",
    "@evil.example",
    "/\u2044evil.example",
    "/%09/evil.example\x00",
]


@pytest.mark.parametrize("path", LOCAL)
def test_a_path_of_the_portal_is_followed(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize("path", ELSEWHERE)
def test_anything_else_is_not(path: str) -> None:
    assert local_path(path) is None


def test_signing_in_never_leads_elsewhere(app: Flask, people: Personas) -> None:
    for path in ("//evil.example", "/\\evil.example", "https://evil.example/mes-roles"):
        client = Visitor(app)
        page = client.post("/connexion", email=people.stranger.email, password="garrigue-mistral-84", next=path)
        assert page.response.headers["Location"] == "/mes-roles"
