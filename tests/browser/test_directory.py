"""The répertoire in Chromium, by the keyboard alone: expand, filter, keep at hand."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from app.search.index import rebuild
from tests import factories, personas
from tests.factories import PASSWORD
from tests.support.backends import SQLITE_ONLY
from tests.support.browser import OpenPage, overflow

pytestmark = [pytest.mark.browser, SQLITE_ONLY]


def test_a_keyboard_opens_filters_and_keeps_a_favourite(session: Session, open_page: OpenPage) -> None:
    people = personas.build(session)
    paris = factories.commune(session, "75056", "Paris", "75001", region="11")
    factories.establishment(session, "CPTS PARIS", commune=paris)
    rebuild(session)
    session.commit()
    finess = people.comtat.finess
    page = open_page(width=320)
    page.goto("/connexion?next=/repertoire")
    page.fill("[name=email]", people.stranger.email)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")

    page.locator("#signe-84").focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"#eg-{finess}")).to_be_visible()
    expect(page.locator("#signe-84")).to_be_focused()
    expect(page.locator("#signe-84")).to_have_attribute("aria-expanded", "true")
    page.locator(f"#signe-{finess}").focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"#uo-{people.comtat.unit.id}")).to_be_visible()
    expect(page.locator(f"#signe-{finess}")).to_be_focused()
    expect(page).to_have_url(re.compile(rf"dept=84&open={finess}$"))
    page.reload()
    expect(page.locator(f"#uo-{people.comtat.unit.id}")).to_be_visible()

    page.locator("#filtre").press_sequentially("venai")
    expect(page.locator("#tree mark").first).to_have_text("Venaissin")
    expect(page.locator("#tree")).not_to_contain_text("CPTS Grand Avignon")
    expect(page.locator("#filtre")).to_be_focused()
    assert overflow(page) == 0

    menu = page.locator(f"#eg-{finess} > .noeud summary")
    menu.focus()
    page.keyboard.press("Enter")
    keep = page.get_by_role("button", name="Ajouter aux favoris")
    expect(keep).to_be_visible()
    assert overflow(page) == 0
    keep.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("est dans vos favoris")
    expect(page.locator("#filtre")).to_have_value("venai")
    page.goto("/repertoire/favoris")
    expect(page.locator(f"#eg-{finess}")).to_be_visible()
