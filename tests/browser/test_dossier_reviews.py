"""A dossier in Chromium, from who fills it in to the public page: validated, returned in part, corrected, published."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from tests import personas
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY
from tests.support.browser import OpenPage, accessibility_faults, enter, overflow
from tests.support.dossiers import WHOLE_UNIT, publish_unit

pytestmark = [pytest.mark.browser, SQLITE_ONLY]
COMTAT = "/etablissements/840021281"
PHONE, EMAIL = "0-coordonnees-phone", "0-coordonnees-email"


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    publish_unit(built, WHOLE_UNIT)
    session.commit()
    return built


def fill_in(page: BrowserPage, dossier: str, **fields: str) -> None:
    """The contact details of the establishment; then all that is left is finalised, and sent."""
    page.goto(dossier)
    page.click("#fiches .arbre > li > a")
    page.click("#encadre-coordonnees a")
    for name, value in fields.items():
        page.fill(f"[name={name}]", value)
    page.click("[name=suite][value=finaliser]")
    page.goto(dossier)
    if page.locator("form[action$='/finaliser'] button").count():
        page.click("form[action$='/finaliser'] button")
    page.click("form[action$='/envoyer'] button")
    expect(page.locator("main")).to_contain_text("En attente de validation par la présidence")


def validate(page: BrowserPage, dossier: str) -> None:
    page.goto(f"{dossier}/valider")
    page.click("[name=action][value=valider]")
    expect(page.locator("main")).to_contain_text("En attente de validation par le centre de services")


def test_a_dossier_goes_from_the_referent_to_the_public_page(app: Flask, people: Personas, open_page: OpenPage) -> None:
    referent, president, agent, visitor = open_page(), open_page(width=390), open_page(), open_page()
    enter(referent, app, people.referent)
    enter(president, app, people.president)
    enter(agent, app, people.agent)

    referent.goto(f"/dossiers/nouveau?finess={people.comtat.finess}")
    referent.click("main form[method=post] button[type=submit]")
    expect(referent.locator("#fiches")).to_be_visible()
    dossier = referent.url.partition("?")[0]
    fill_in(referent, dossier, telephone="04 90 00 00 02", courriel="marie.dupont@perso.example")

    president.goto(f"{dossier}/valider")
    assert overflow(president) == 0
    assert accessibility_faults(president) == []
    validate(president, dossier)

    agent.goto("/centre/dossiers")
    agent.click("[data-dossier] h3 a")
    expect(agent.locator("[data-ligne]")).to_have_count(2)
    assert accessibility_faults(agent) == []
    agent.keyboard.press("j")
    expect(agent.locator(":focus")).to_have_id(f"titre-{PHONE}")
    agent.keyboard.press("a")
    expect(agent.locator(":focus")).to_have_id(f"titre-{EMAIL}")
    agent.keyboard.press("r")
    expect(agent.locator(":focus")).to_have_id(f"remarque-{EMAIL}")
    agent.keyboard.type("Ajoutez une adresse partagée, jamais celle d’une personne.")  # J, K, A, R are letters here
    agent.keyboard.press("Tab")
    agent.uncheck("[data-touches]")
    agent.locator(f"#titre-{PHONE}").focus()
    agent.keyboard.press("r")
    expect(agent.locator(f"[name='decision-{PHONE}'][value=accept]")).to_be_checked()
    visitor.goto(COMTAT)
    expect(visitor.locator("main")).not_to_contain_text("04 90 00 00 02")
    agent.click("[name=action][value=publier]")
    expect(agent.locator("main")).to_contain_text("1 modification publiée, 1 renvoyée à la CPTS")

    visitor.goto(COMTAT)
    expect(visitor.locator("main")).to_contain_text("04 90 00 00 02")
    expect(visitor.locator("main")).not_to_contain_text("marie.dupont")

    referent.goto(dossier)
    referent.click("#fiches .arbre > li > a")
    expect(referent.locator("#sheet")).to_contain_text("Ajoutez une adresse partagée, jamais celle d’une personne.")
    fill_in(referent, dossier, courriel="contact@cpts-comtat.example")
    validate(president, dossier)
    agent.goto(dossier.replace("/dossiers/", "/centre/dossiers/"))
    expect(agent.locator("[data-ligne]")).to_have_count(1)
    agent.click("[name=action][value=publier]")
    expect(agent.locator("main")).to_contain_text("dossier publié")
    visitor.goto(COMTAT)
    expect(visitor.locator("main")).to_contain_text("contact@cpts-comtat.example")
