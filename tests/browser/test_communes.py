"""« Quelle est ma CPTS ? » in Chromium: from home, a commune with a typo, its page, the plaque of the CPTS."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from app.search.index import rebuild
from tests import personas
from tests.support.backends import SQLITE_ONLY
from tests.support.browser import OpenPage, overflow

pytestmark = [pytest.mark.browser, SQLITE_ONLY]


def test_a_misspelt_commune_leads_to_its_page_and_to_the_plaque(session: Session, open_page: OpenPage) -> None:
    people = personas.build(session)
    rebuild(session)
    session.commit()
    page = open_page(width=320)
    page.goto("/")
    page.get_by_role("link", name=re.compile("Quelle est ma CPTS")).click()
    field = page.get_by_role("combobox", name="Commune, code postal ou adresse")
    field.press_sequentially("Carpantras")
    expect(page.locator("#q-liste [role=option]")).to_contain_text("Carpentras")
    expect(page.locator("#q-statut")).to_contain_text("1 suggestion")
    field.press("ArrowDown")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"/communes/84031$"))
    assert overflow(page) == 0
    page.get_by_role("link", name="CPTS du Comtat Venaissin").click()
    plaque = page.get_by_role("link", name="Plaque à afficher")
    expect(plaque).to_be_visible()
    answer = page.request.get(str(plaque.get_attribute("href")))
    assert answer.headers["content-type"] == "application/pdf"
    assert people.comtat.finess in answer.url
