"""The commune widget in the page of a town hall, as the open data page gives it to copy."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from tests import personas
from tests.support.backends import SQLITE_ONLY
from tests.support.browser import OpenPage, accessibility_faults
from tests.support.live import serve
from tests.support.publishing import make_shown, project

pytestmark = [pytest.mark.browser, SQLITE_ONLY]


def test_a_town_hall_copies_the_code_and_its_site_shows_the_cpts_without_a_script(
    app: Flask, session: Session, live_server: str, open_page: OpenPage
) -> None:
    """Another origin, 320 px, no JavaScript; the keyboard goes into the frame. Any other page stays out of frames."""
    app.extensions["settings"].public_url = live_server
    people = personas.build(session)
    make_shown(session, people.comtat.unit)
    project(session)
    code = open_page()
    code.goto("/donnees-ouvertes")
    snippet = code.locator("pre").inner_text().replace("84007", "84031")
    other = f'<iframe src="{live_server}/communes/84031" title="Une autre page"></iframe>'
    site = Flask("town hall")
    site.add_url_rule("/", "home", lambda: f'<!doctype html><html lang="fr"><title>Mairie</title>{snippet}{other}')
    with serve(site) as origin:
        town = open_page(width=320, javascript=False)
        town.goto(origin)
        look(town, live_server)


def look(town: Page, portal: str) -> None:
    frame = town.frame_locator(f"iframe[src='{portal}/widget/commune/84031']")
    expect(frame.locator("h2")).to_contain_text("CPTS du Comtat Venaissin")
    link = town.get_by_role("link", name="Trouver la CPTS")
    expect(link).to_have_attribute("href", f"{portal}/communes/84031")
    link.focus()
    town.keyboard.press("Tab")
    expect(frame.get_by_role("link", name="CPTS du Comtat Venaissin")).to_be_focused()
    refused = [fault for fault in town.watch.faults if "frame-ancestors" in fault]
    assert len(refused) == 1
    town.watch.faults.clear()  # the site of the town hall is not the portal


def test_the_widget_is_sound_for_everybody(session: Session, open_page: OpenPage) -> None:
    people = personas.build(session)
    session.commit()
    for scheme in ("light", "dark"):
        page = open_page(width=320, scheme=scheme)
        for path in (f"/widget/commune/{people.comtat.communes[0].insee}", "/widget/commune/99999"):
            page.watch.expect(404)
            page.goto(path)
            assert accessibility_faults(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
