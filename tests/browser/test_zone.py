"""A zone composed in Chromium, by the keyboard alone: found while typing, added, searched, taken away, saved."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from app.models import UnitCommune
from app.search.index import rebuild
from tests import factories, personas
from tests.support.backends import SQLITE_ONLY
from tests.support.browser import enter
from tests.support.grid import square

pytestmark = [pytest.mark.browser, SQLITE_ONLY]


def test_a_president_composes_a_zone_with_the_keyboard(app: Flask, page: BrowserPage, session: Session) -> None:
    people = personas.build(session)
    for place, (insee, name) in enumerate(
        (("84031", "Carpentras"), ("84088", "Pernes-les-Fontaines"), ("84080", "Monteux"))
    ):
        square(session, place, 0, insee, name)
    for number in range(10):
        factories.commune(session, f"8490{number}", f"Ventoux {number}")
        session.add(UnitCommune(unit_id=people.comtat.unit.id, insee=f"8490{number}"))
    rebuild(session)
    unit = people.comtat.unit.id
    session.commit()
    enter(page, app, people.president)
    page.goto(f"/unites/{unit}/encadres/zone")
    page.focus("#commune")
    page.keyboard.type("monte")
    expect(page.locator("#commune-liste [role=option]")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#commune")).to_have_value("Monteux (84080)")
    page.keyboard.press("Enter")
    expect(page.locator("#zone-total")).to_contain_text("13 communes")
    expect(page.locator("#zone-total")).to_contain_text("1 commune ajoutée")
    expect(page.locator("#commune")).to_be_focused()
    expect(page.locator("figure.carte figcaption")).to_contain_text("1 commune ajoutée")
    page.fill("#communes-filtre", "pernes")
    expect(page.locator("#communes-cases li:visible")).to_have_count(1)
    page.locator("#communes-cases li:visible input").press("Space")
    page.locator("main").get_by_role("button", name="Enregistrer").press("Enter")
    expect(page.locator("main")).to_contain_text("enregistré, et visible dès maintenant")
    zone = sa.select(UnitCommune.insee).where(UnitCommune.unit_id == unit)
    held = set(session.scalars(zone))
    assert {"84031", "84080"} <= held
    assert "84088" not in held
