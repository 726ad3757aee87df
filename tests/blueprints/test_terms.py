"""A new version of the terms is accepted before going on, once, and its date is kept (S-078)."""

from __future__ import annotations

import hashlib

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.domain.terms import TERMS_VERSION
from app.models import JournalEntry
from tests import personas
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY
from tests.support.client import HTMX, Visitor
from tests.support.time import FrozenClock

PAGE = "/conditions/accepter"
TEXTS = {"2026-11": "a578c374b0e87340"}
"""Digest of the text of each version."""


@pytest.fixture
def people(session: Session) -> Personas:
    made = personas.build(session)
    for persona in made.everyone().values():
        persona.account.terms_version, persona.account.terms_accepted_at = "2020-01", None
    session.commit()
    return made


def test_somebody_accepts_the_new_terms_and_goes_where_they_were_going(
    client: Visitor, session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    page = client.sign_in(people.president)
    assert page.path.startswith(PAGE)
    assert "engagent leur parole" in page.text
    client.submit("main form[method=post]", status=422)
    page = client.submit("main form[method=post]", accepte="y")
    assert page.path == f"/etablissements/{people.comtat.finess}"
    account = people.president.account
    session.refresh(account)
    assert (account.terms_version, account.terms_accepted_at) == (TERMS_VERSION, clock.now())
    entry = session.scalars(sa.select(JournalEntry).where(JournalEntry.event == "account.terms_accepted")).one()
    assert entry.actor == f"account:{account.id}"
    assert f"version {TERMS_VERSION}" in client.get("/mon-compte").text


def test_the_page_that_was_asked_for_opens_after_the_terms(client: Visitor, people: Personas) -> None:
    client.enter(people.stranger)
    page = client.follow(client.get("/mes-roles", status=303))
    assert page.path == f"{PAGE}?next=/mes-roles"
    assert client.submit("main form[method=post]", accepte="y").path == "/mes-roles"


def test_nothing_is_done_before_the_terms_are_accepted(client: Visitor, session: Session, people: Personas) -> None:
    client.enter(people.stranger)
    listed = people.stranger.person.listed
    assert client.post("/mon-compte/affichage", affiche="").location.startswith(PAGE)
    session.refresh(people.stranger.person)
    assert people.stranger.person.listed == listed


def test_htmx_is_led_to_the_terms_as_a_whole_page(client: Visitor, people: Personas) -> None:
    client.enter(people.stranger)
    answer = client.get("/mes-roles", headers=HTMX, status=204)
    assert answer.response.headers["HX-Redirect"] == PAGE


def test_public_pages_and_leaving_need_no_terms(client: Visitor, people: Personas) -> None:
    client.enter(people.stranger)
    client.get("/repertoire")
    client.get("/mon-compte/donnees")
    client.get("/mon-compte/donnees/effacer")
    client.post("/deconnexion")


def test_another_version_than_the_one_shown_is_not_accepted(
    client: Visitor, session: Session, people: Personas
) -> None:
    client.enter(people.stranger)
    client.get(PAGE)
    client.submit("main form[method=post]", status=422, accepte="y", version="2020-01")
    session.refresh(people.stranger.account)
    assert people.stranger.account.terms_version == "2020-01"


def test_the_terms_accepted_are_not_asked_again(client: Visitor, people: Personas) -> None:
    client.enter(people.stranger)
    client.get(PAGE)
    client.submit("main form[method=post]", accepte="y")
    client.sign_out()
    assert client.sign_in(people.stranger).path == "/mes-roles"


@SQLITE_ONLY
def test_a_new_text_is_a_new_version(app: Flask) -> None:
    """Change TERMS_VERSION with the text, and write its digest here."""
    source, _, _ = app.jinja_env.loader.get_source(app.jinja_env, "terms/text.html")
    assert TEXTS[TERMS_VERSION] == hashlib.sha256(source.encode()).hexdigest()[:16]
