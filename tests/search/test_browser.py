"""Search in a real browser: typing, tabs, Back, suggestions by keyboard, accessibility."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from app.search.index import rebuild
from tests import personas
from tests.support.backends import SQLITE_ONLY
from tests.support.browser import OpenPage, accessibility_faults, overflow

pytestmark = [pytest.mark.browser, SQLITE_ONLY]
LINES = "article[data-resultat]"
STATES = ("/recherche", "/recherche?q=upega", "/recherche?q=contat", "/recherche?q=comtat avignon&elargir=mots")


@pytest.fixture(autouse=True)
def world(session: Session) -> None:
    personas.build(session)
    rebuild(session)
    session.commit()


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def test_typing_refreshes_results_title_and_address(page: Page) -> None:
    page.goto("/recherche")
    assert focused(page) == "q"
    page.keyboard.type("comtat")
    expect(page.locator(LINES)).to_have_count(2)
    expect(page).to_have_title(re.compile("2.résultats pour « comtat »"))
    expect(page).to_have_url(re.compile(r"/recherche\?q=comtat$"))
    expect(page.locator("#annonce")).to_have_text(re.compile("2.résultats"))
    assert focused(page) == "q"
    page.reload()
    expect(page.locator(LINES)).to_have_count(2)


def test_a_tab_keeps_the_question_and_back_restores_all(page: Page) -> None:
    page.goto("/recherche?q=comtat")
    page.click("[data-onglet=unites]")
    expect(page.locator(LINES)).to_have_count(1)
    expect(page.locator("[data-onglet=unites]")).to_have_attribute("aria-current", "page")
    assert focused(page) == "onglet-unites"
    page.fill("#q", "avignon")  # typing again stays in the tab
    expect(page).to_have_url(re.compile(r"q=avignon.*onglet=unites|onglet=unites.*q=avignon"))
    page.go_back()
    expect(page.locator(LINES)).to_have_count(2)


def test_sorting_and_widening_keep_the_focus_in_the_page(page: Page) -> None:
    page.goto("/recherche?q=cpts avignon grand")
    page.select_option("#tri", "nom")
    page.click("#trier")
    expect(page).to_have_url(re.compile("tri=nom"))
    assert focused(page) == "trier"
    page.click("text=Élargir la recherche")
    expect(page.locator(".jeton")).to_have_count(2)
    expect(page.locator(":focus")).to_have_count(1)
    page.click(".jeton__retrait >> nth=0")
    expect(page.locator(".jeton")).to_have_count(1)
    expect(page.locator(":focus")).to_have_count(1)


def test_suggestions_are_walked_with_the_keyboard(page: Page) -> None:
    page.goto("/")
    page.fill("#q", "carp")
    options = page.locator("#q-liste [role=option]")
    expect(options.first).to_contain_text("CPTS DU COMTAT VENAISSIN")
    expect(page.locator("#q")).to_have_attribute("aria-expanded", "true")
    assert accessibility_faults(page) == []
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#q")).to_have_attribute("aria-expanded", "false")
    assert focused(page) == "q"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/etablissements/840021281$"))


def test_the_last_suggestion_leads_to_all_results(page: Page) -> None:
    page.goto("/")
    page.fill("#q", "comtat")
    page.click(".suggestion--tout")
    expect(page).to_have_url(re.compile(r"/recherche\?q=comtat$"))
    expect(page.locator(LINES)).to_have_count(2)


def test_everything_works_without_javascript(open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto("/")
    page.fill("#q", "comtat")
    page.press("#q", "Enter")
    expect(page.locator(LINES)).to_have_count(2)
    page.click("[data-onglet=etablissements]")
    expect(page.locator(LINES)).to_have_count(1)
    page.click("summary:has-text('Plus d’infos')")
    expect(page.locator("dd", has_text="Carpentras")).to_be_visible()
    page.click(f"{LINES} h3 a")
    expect(page).to_have_url(re.compile("/etablissements/840021281$"))


def test_rarer_states_are_accessible_and_fit(open_page: OpenPage) -> None:
    visit(open_page(width=320), STATES)


def visit(page: Page, addresses: Iterable[str]) -> None:
    for address in addresses:
        page.goto(address)
        assert accessibility_faults(page) == [], address
        assert overflow(page) == 0, address
