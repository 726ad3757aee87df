"""The frame and the public pages in Chromium: readable at every width and theme, usable with the keyboard alone."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from app.models import CommuneContour, UnitCommune
from tests import factories, personas
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY
from tests.support.browser import WIDTHS, OpenPage, enter, overflow

pytestmark = [pytest.mark.browser, SQLITE_ONLY]
EG = "/etablissements/840021281"
TEXT_SPACING = "* {line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important}"
SPACE_TEXT = (
    """css => {const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets = [sheet]}"""
)
SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, input, select, summary')].filter(e => {
  const box = e.getBoundingClientRect();
  const shown = box.width && box.height && getComputedStyle(e).display !== 'inline' && !e.closest('.evitement');
  return shown && (box.width < 24 || box.height < 24) && !['checkbox', 'radio'].includes(e.type);
}).map(e => e.outerHTML.slice(0, 80))"""
FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const box = e.getBoundingClientRect();
  const marked = [e, e.closest('.entree')].filter(Boolean);  // a card is one link: it is what is outlined
  return {name: e.id || e.textContent.trim().slice(0, 30),
          outlined: marked.some(box => getComputedStyle(box).outlineStyle !== 'none'),
          seen: box.bottom > 0 && box.top < innerHeight};
}"""


@pytest.fixture
def people(session: Session) -> Personas:
    """A zone of ten communes, with its map."""
    people = personas.build(session)
    for number in range(10):
        commune = factories.commune(session, f"8460{number}", f"Commune {number}")
        session.add(UnitCommune(unit_id=people.comtat.unit.id, insee=commune.insee))
        side = {"x_min": 30 * number, "y_min": 0, "x_max": 30 * number + 30, "y_max": 40}
        middle = {"x_centre": 30.0 * number + 15, "y_centre": 20.0}
        path = f"M{30 * number} 0l30 0 0 40 -30 0z"
        session.add(CommuneContour(insee=commune.insee, path=path, source="IGN", **side, **middle))
    session.commit()
    return people


def test_public_pages_can_be_pressed_and_hold_spaced_text(people: Personas, open_page: OpenPage) -> None:
    """Targets of 24 px, text spaced as WCAG 1.4.12 has it; test_every_page.py does the rest."""
    page = open_page()
    unit = f"/unites/{people.comtat.unit.id}"
    for path in (EG, unit, "/communes/84031", "/repertoire", "/aide", "/aide/droits", "/contact", "/accessibilite"):
        page.goto(path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            expect(page.locator("main")).to_be_visible()
            assert page.evaluate(SMALL_TARGETS) == [], f"{path}, {width} px"
        page.evaluate(SPACE_TEXT, TEXT_SPACING)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert overflow(page) <= 0, f"{path} with spaced text, {width} px"


def test_the_page_holds_when_text_is_doubled(people: Personas, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(EG)
    page.evaluate(SPACE_TEXT, "html {font-size: 200%}")
    assert overflow(page) <= 0


def test_the_header_stays_on_one_line_whoever_is_there(app: Flask, people: Personas, open_page: OpenPage) -> None:
    page = open_page()
    for somebody in (None, people.president, people.agent):
        if somebody:
            page.context.clear_cookies()
            enter(page, app, somebody)
        page.goto("/aide")
        tops = page.locator(".entete__barre > :visible").evaluate_all(
            "all => all.map(e => e.getBoundingClientRect()).map(b => b.top + b.height / 2)"
        )
        assert max(tops) - min(tops) < 12, somebody


@pytest.mark.parametrize("path", [EG, "/repertoire", "/aide"])
def test_the_keyboard_reaches_everything_and_shows_where_it_is(
    people: Personas, open_page: OpenPage, path: str
) -> None:
    page = open_page()
    page.goto(path)
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS)["name"] == "Aller au contenu"
    for _ in range(60):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus is None:
            break
        assert focus["outlined"], focus
        assert focus["seen"], focus
    page.goto(path)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"


def test_menus_close_with_escape_and_give_the_focus_back(people: Personas, open_page: OpenPage) -> None:
    page = open_page(width=390)
    page.goto("/aide")
    page.locator(".burger summary").press("Enter")
    expect(page.locator(".burger nav a").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".burger nav a").first).to_be_hidden()
    assert page.evaluate("document.activeElement.parentElement.className").endswith("burger")


def test_the_list_of_communes_is_searched_in_the_page(people: Personas, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(EG)
    page.click("#zone summary")
    page.fill("#communes-filtre", "pernes les")
    expect(page.locator("#communes li:visible")).to_have_count(1)
    expect(page.locator("#communes-filtre-statut")).to_have_text("1 sur 12")
    page.fill("#communes-filtre", "")
    expect(page.locator("#communes li:visible")).to_have_count(12)


def test_without_a_script_everything_is_there(app: Flask, people: Personas, open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto(EG)
    expect(page.locator("[data-imprimer]")).to_be_hidden()
    expect(page.locator("#communes-filtre")).to_be_hidden()
    page.click("#zone summary")
    expect(page.locator("#communes li:visible")).to_have_count(12)
    page.fill("header input[name=q]", "comtat")
    page.click("header form[role=search] button")
    page.wait_for_url("**/recherche?q=comtat")
    enter(page, app, people.president)
    page.goto(EG)
    page.click("#coordonnees form button")
    expect(page.locator(".messages")).to_contain_text("Coordonnées confirmées.")


def test_a_page_stays_within_its_weight(people: Personas, open_page: OpenPage) -> None:
    """UI.md §10, before compression: at most 8 requests, 1,000 nodes, and no byte from elsewhere (Watch)."""
    page = open_page(width=390)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(EG, wait_until="networkidle")
    assert len(requests) <= 8, requests
    assert page.evaluate("document.querySelectorAll('*').length") <= 1000
