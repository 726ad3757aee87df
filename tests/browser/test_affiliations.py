"""The rattachement pages in Chromium: focus never lost, text never lost, one POST a click, axe without a finding."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from app.models import Request, RequestEvent
from tests import factories, personas
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY
from tests.support.browser import OpenPage, accessibility_faults, enter, overflow

pytestmark = [pytest.mark.browser, SQLITE_ONLY]

ASK = "/etablissements/840021281/rattachement"
INBOX = "/etablissements/840021281/demandes"


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


def asked(session: Session, people: Personas, name: str, **values: Any) -> Request:
    request = factories.affiliation_request(session, people.comtat.unit, given_name=name, **values)
    session.add(
        RequestEvent(request_id=request.id, at=request.submitted_at, kind="submitted", author_name=request.full_name)
    )
    session.commit()
    return request


def focused(page: BrowserPage) -> str:
    text: str = page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")
    return " ".join(text.split())


def card(request: Request) -> str:
    return f"#demande-{request.id}"


def test_focus_follows_each_decision_to_the_end_of_the_list(
    app: Flask, session: Session, people: Personas, open_page: OpenPage
) -> None:
    first, second = asked(session, people, "Anna"), asked(session, people, "Basile")
    page = open_page()
    enter(page, app, people.referent)
    page.goto(INBOX)
    page.click(f"{card(first)} button:has-text('Accepter')")
    expect(page.locator(card(first))).to_have_count(0)
    expect(page.locator("#toasts")).to_contain_text("Demande de Anna Olivier acceptée.")
    expect(page.locator("#compteur-demandes")).to_contain_text("1")
    expect(page.locator(":focus")).to_contain_text("Basile")
    page.watch.expect(422)
    page.click(f"{card(second)} a:has-text('Refuser')")
    expect(page.locator("#motif")).to_be_focused()
    page.click("#dialogue button[type=submit]")
    expect(page.locator("#dialogue .message-erreur")).to_contain_text("Indiquez le motif")
    page.fill("#motif", "Hors territoire.")
    page.click("#dialogue button[type=submit]")
    expect(page.locator(card(second))).to_have_count(0)
    expect(page.locator("#dialogue")).not_to_be_visible()
    expect(page.locator("#demandes-vide")).to_be_visible()
    expect(page.locator("#titre-demandes")).to_be_focused()


def test_escape_gives_focus_back_to_what_opened_the_dialog(
    app: Flask, session: Session, people: Personas, open_page: OpenPage
) -> None:
    request = asked(session, people, "Anna")
    page = open_page()
    enter(page, app, people.referent)
    page.goto(INBOX)
    page.click(f"{card(request)} a:has-text('Demander une précision')")
    expect(page.locator("#message")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#dialogue")).not_to_be_visible()
    assert focused(page).startswith("Demander une précision")


def test_a_decision_taken_elsewhere_keeps_the_words_on_screen(
    app: Flask, session: Session, people: Personas, open_page: OpenPage
) -> None:
    request = asked(session, people, "Anna")
    page, other = open_page(), open_page(javascript=False)
    enter(page, app, people.referent)
    enter(other, app, people.president)
    page.goto(INBOX)
    page.click(f"{card(request)} a:has-text('Demander une précision')")
    page.fill("#message", "Où exercez-vous ?")
    other.goto(f"/demandes/{request.id}/refuser")
    other.fill("#motif", "Hors territoire.")
    other.click("main form[method=post] button[type=submit]")
    expect(other.locator("main")).to_contain_text("Demande de Anna Olivier refusée.")
    page.watch.expect(409)
    page.click("#dialogue button[type=submit]")
    expect(page.locator("#dialogue")).to_contain_text(people.president.person.full_name)
    expect(page.locator("#saisie-gardee")).to_have_value("Où exercez-vous ?")
    page.keyboard.press("Escape")
    page.click(f"{card(request)} button:has-text('Accepter')")
    expect(page.locator(card(request))).to_contain_text(f"Refusée par {people.president.person.full_name}")


def test_a_double_click_is_one_post(app: Flask, session: Session, people: Personas, open_page: OpenPage) -> None:
    request = asked(session, people, "Anna")
    page = open_page()
    posts: list[str] = []
    page.on("request", lambda sent: posts.append(sent.url) if sent.method == "POST" else None)
    enter(page, app, people.referent)
    page.goto(INBOX)
    page.dblclick(f"{card(request)} button:has-text('Accepter')")
    expect(page.locator(card(request))).to_have_count(0)
    assert len([url for url in posts if url.endswith("/accepter")]) == 1


@pytest.mark.parametrize("javascript", [True, False])
def test_a_professional_asks_from_any_browser(
    session: Session, people: Personas, open_page: OpenPage, javascript: bool
) -> None:
    page = open_page(width=390, javascript=javascript)
    page.watch.expect(422)
    page.goto(ASK)
    page.click("main form[method=post] button[type=submit]")
    expect(page.locator("#resume-erreurs")).to_contain_text("Renseignez votre nom.")
    values = {"prenom": "Thomas", "nom": "Perrin", "email": "t.perrin@soins.example", "telephone": "06 39 98 00 42"}
    for field, value in values.items():
        page.fill(f"#{field}", value)
    page.select_option("#profession", "10")
    page.fill("#rpps", "109 997 100 14")
    page.click("main form[method=post] button[type=submit]")
    page.wait_for_url("**/suivi/*")
    expect(page.locator("main")).to_contain_text("Votre demande est envoyée.")


def test_dialogs_and_long_words_are_accessible_and_do_not_scroll_sideways(
    app: Flask, session: Session, people: Personas, open_page: OpenPage
) -> None:
    """What the demonstration of test_every_page.py does not hold."""
    request = asked(session, people, "Anna-Véronique-Philippine", rpps="10999710014", message="Bonjour\n" + "x" * 60)
    factories.unit(session, people.comtat.establishment, name="Télémédecine et équipe mobile du Comtat")
    session.commit()
    page = open_page(width=320, scheme="dark")
    page.watch.expect(422)
    faults: dict[str, list[str]] = {}

    def look(name: str) -> None:
        found = accessibility_faults(page) + [f"{overflow(page)} px too wide"] * (overflow(page) > 0)
        if found:
            faults[name] = found

    page.goto(ASK)
    look("two units to choose from")
    enter(page, app, people.referent)
    page.goto(INBOX)
    look("inbox")
    page.click(f"{card(request)} a:has-text('Refuser')")
    expect(page.locator("#motif")).to_be_focused()
    look("dialog")
    page.click("#dialogue button[type=submit]")
    expect(page.locator("#dialogue .message-erreur")).to_be_visible()
    look("dialog in error")
    page.goto(f"{INBOX}?etat=refusees")
    look("empty tab")
    assert faults == {}
