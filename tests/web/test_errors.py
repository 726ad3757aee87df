"""Error pages: what happened, what to do, who can; never a trace, never a lost search box."""

from __future__ import annotations

import logging
import re

import pytest
import sqlalchemy as sa
from flask import Flask, abort
from sqlalchemy.orm import Session

from app import db
from app.domain.errors import ImpossibleNow, Invalid, NotAllowed
from app.policies.permissions import Permission
from app.web.access import public
from tests import personas
from tests.support.backends import SQLITE_ONLY
from tests.support.client import Visitor

pytestmark = SQLITE_ONLY
RAISED: dict[str, Exception] = {
    "not-allowed": NotAllowed(Permission.MANDATE_NOMINATE_REFERENT),
    "unmarked": NotAllowed("route:unmarked"),
    "impossible": ImpossibleNow("Cette demande a déjà été traitée."),
    "invalid": Invalid({"motif": "Renseignez un motif."}),
    "database": sa.exc.OperationalError("SELECT 1", {}, Exception("secret host refused")),
    "bug": RuntimeError("secret detail"),
}


@pytest.fixture
def broken(app: Flask) -> Flask:
    """The portal with routes that fail, started as in production."""

    @app.get("/panne/<kind>")
    @public
    def fail(kind: str) -> str:
        if kind.isdigit():
            abort(int(kind))
        raise RAISED[kind]

    app.testing = False
    return app


@pytest.mark.parametrize("status", [400, 403, 404, 409, 410, 413, 429, 500, 503])
def test_each_status_has_its_page_with_a_search_and_a_way_to_get_help(
    broken: Flask, client: Visitor, status: int
) -> None:
    page = client.get(f"/panne/{status}", status=status)
    assert page.read(".erreur-page__code") == f"Erreur {status}"
    assert page.has("main form[role=search] input[name=q]")
    assert page.has("header form[role=search]")
    assert "aide@relais.example" in page.text
    assert page.response.headers["Cache-Control"] == "no-store"


def test_htmx_receives_the_fragment(broken: Flask, client: Visitor) -> None:
    fragment = client.htmx.get("/panne/impossible", status=409)
    assert fragment.one("#error h1")
    assert "déjà été traitée" in fragment.text


def test_a_refusal_names_the_action_and_who_can(broken: Flask, client: Visitor) -> None:
    page = client.get("/panne/not-allowed", status=403)
    assert "« Nommer un référent établissement »" in page.text
    assert page.read_all("main .puces li") == ["la présidence en exercice de cette CPTS"]
    assert "/aide/droits" in page.links()


def test_a_refusal_names_who_is_in_office_there_and_whom_to_ask(client: Visitor, session: Session) -> None:
    """The référent who may not nominate reads who may, and has a button to ask (B-24)."""
    people = personas.build(session)
    client.enter(people.other_president)
    page = client.get(f"/etablissements/{people.comtat.finess}/demandes", status=403)
    for persona in (people.president, people.referent, people.second_referent):
        assert persona.person.full_name in page.read("main")
    assert people.other_referent.person.full_name not in page.read("main")
    assert page.link("Joindre cette CPTS") == f"/etablissements/{people.comtat.finess}"
    contact = client.get(page.link("Demander au centre de services"))
    assert "Voir les demandes reçues par une CPTS" in contact.text


def test_a_refusal_outside_the_policy_says_no_more(broken: Flask, client: Visitor) -> None:
    assert not client.get("/panne/unmarked", status=403).has("main .puces")


def test_bad_input_says_which(broken: Flask, client: Visitor) -> None:
    assert "Renseignez un motif." in client.get("/panne/invalid", status=422).text


def test_a_bug_shows_a_reference_that_the_log_holds(
    broken: Flask, client: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        page = client.get("/panne/bug", status=500)
    reference = page.read(".reference")
    assert re.fullmatch(r"[0-9A-F]{8}", reference)
    assert reference in caplog.text
    assert "secret" not in page.html


def test_without_its_database_the_portal_still_answers(broken: Flask, client: Visitor) -> None:
    """Not even the header asks it anything."""
    with client.browser.session_transaction() as session:
        session["sid"] = "x"
    with broken.app_context():
        db.engine().dispose()
    broken.extensions["database"].engine = broken.extensions["database"].reading_engine = _Down()
    page = client.get("/panne/database", status=503)
    assert page.response.headers["Retry-After"] == "60"
    assert "secret" not in page.html


class _Down:
    dialect = type("dialect", (), {"name": "sqlite"})

    def connect(self, *_: object, **__: object) -> None:
        raise AssertionError("the error page asked the database")

    def dispose(self) -> None:
        """The fixture closes what it opened."""


def test_a_wrong_method_says_which_are_right(client: Visitor) -> None:
    page = client.request("DELETE", "/aide", status=405)
    assert "GET" in page.response.headers["Allow"]


def test_an_unknown_address_of_a_signed_in_person_keeps_their_frame(
    client: Visitor, session: Session, people_signed_in: str
) -> None:
    page = client.get("/nulle-part", status=404)
    assert people_signed_in in page.text


@pytest.fixture
def people_signed_in(client: Visitor, session: Session) -> str:
    people = personas.build(session)
    client.enter(people.president)
    return people.president.person.full_name
