"""What JavaScript adds must not lose anything: double clicks, an expired session, the Back button, weight."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, Response, expect
from sqlalchemy.orm import Session

from tests import factories, personas
from tests.factories import PASSWORD
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY
from tests.support.browser import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.slow]

INBOX = "/etablissements/840021281/demandes"
MOST_BYTES, MOST_REQUESTS, MOST_NODES = 70_000, 8, 1_000


@pytest.fixture
def people(app: Flask, session: Session) -> Personas:
    built = personas.build(session)
    factories.affiliation_request(session, built.comtat.unit)
    session.commit()
    return built


@pytest.fixture
def inbox(people: Personas, open_page: OpenPage) -> Page:
    """The référent in front of one request."""
    page = open_page(width=390)
    page.goto("/connexion")
    page.locator("#email").fill(people.referent.email)
    page.locator("#password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Se connecter").click()
    page.wait_for_url(lambda url: "/connexion" not in url)
    page.goto(INBOX)
    return page


@SQLITE_ONLY
def test_a_double_click_on_accept_sends_once(inbox: Page) -> None:
    sent: list[str] = []
    inbox.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    inbox.locator("article[data-demande]").get_by_role("button", name="Accepter").dblclick()
    expect(inbox.locator("article[data-demande]")).to_have_count(0)
    expect(inbox.locator("#toasts")).to_contain_text("acceptée")
    assert len(sent) == 1, sent


@SQLITE_ONLY
def test_an_expired_session_keeps_what_was_typed(inbox: Page) -> None:
    inbox.watch.expect(401)
    inbox.locator("article[data-demande]").get_by_role("link", name="Refuser").click()
    inbox.locator("#dialogue [name=motif]").fill("Votre cabinet est à Apt.")
    inbox.context.clear_cookies()
    inbox.locator("#dialogue").get_by_role("button", name="Refuser la demande").click()
    expect(inbox.locator("#session-expiree")).to_be_visible()
    expect(inbox.locator("#dialogue [name=motif]")).to_have_value("Votre cabinet est à Apt.")
    inbox.locator("#session-expiree [data-fermer-dialogue]").click()
    expect(inbox.locator("#session-expiree")).to_be_hidden()
    expect(inbox.locator("#dialogue")).to_be_visible()


@SQLITE_ONLY
def test_somebody_else_decided_first(inbox: Page, people: Personas, session: Session) -> None:
    """The card shows who; nothing is lost, nothing is done twice."""
    inbox.watch.expect(403, 404, 409)
    other = inbox.context.new_page()
    other.goto(INBOX)
    other.locator("article[data-demande]").get_by_role("button", name="Accepter").click()
    expect(other.locator("article[data-demande]")).to_have_count(0)
    inbox.locator("article[data-demande]").get_by_role("button", name="Accepter").click()
    expect(inbox.locator("article[data-demande] [role=alert]")).to_be_visible()
    expect(inbox.locator("article[data-demande]")).to_contain_text(people.referent.person.full_name)
    expect(inbox.locator("article[data-demande]").get_by_role("button", name="Accepter")).to_have_count(0)


def test_back_after_tabs_restores_the_whole_page(window: Callable[[str, int], Page]) -> None:
    page = window("", 1280)
    page.goto("/recherche?q=comtat")
    page.evaluate("window.samePage = true")
    everything = page.locator("#results").inner_text()
    page.locator("[data-onglet=unites]").click()
    expect(page.locator("[data-onglet=unites]")).to_have_attribute("aria-current", "page")
    page.wait_for_url("**onglet=unites*")
    assert page.evaluate("window.samePage") is True
    page.go_back()
    page.wait_for_url(lambda url: "onglet" not in url)
    expect(page.locator("[data-onglet=tous]")).to_have_attribute("aria-current", "page")
    expect(page.locator("header.entete")).to_be_visible()
    expect(page.locator("#pied")).to_be_visible()
    expect(page.locator("#results")).to_have_text(everything, use_inner_text=True)


def test_the_skip_link_leads_to_the_content(window: Callable[[str, int], Page]) -> None:
    page = window("", 390)
    page.goto("/aide")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#contenu")).to_be_focused()


@pytest.mark.parametrize("path", ["/", "/recherche?q=comtat", "/recherche?q=cpts", "/etablissements/840021281"])
def test_a_cold_page_keeps_to_its_budget(open_demo: OpenPage, path: str) -> None:
    """UI.md §10, as a reverse proxy sends it: text is compressed, the rest is as it is."""
    page = open_demo(width=390)
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 – Playwright wraps functions only
    page.goto(path, wait_until="networkidle")
    sizes = {answer.url: len(gzip.compress(answer.body())) for answer in answers}
    assert sum(sizes.values()) <= MOST_BYTES, sizes
    assert len(answers) <= MOST_REQUESTS, list(sizes)
    nodes = page.evaluate("document.querySelectorAll('*').length")
    assert nodes <= MOST_NODES, nodes
