"""Registering a CPTS, then who presides it, in Chromium with JavaScript: from the home page to the activation mail."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Locator, Page, expect
from sqlalchemy.orm import Session

from app.demo.registers import load_registers
from app.models import Request
from tests.browser.test_main_job import activated, protected
from tests.journeys.cast import PASSWORD, appoint_agent, deliver, opened
from tests.support.backends import SQLITE_ONLY
from tests.support.browser import OpenPage, overflow
from tests.support.mailbox import Mailbox

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FINESS, ENTITY = "840029995", "840029987"
COORDINATION, PRESIDENT = "coordination@essai.example", "paul.garnier@essai.example"
NewPage = Callable[[], Page]


@pytest.fixture
def somebody(app: Flask, session: Session, open_page: OpenPage) -> NewPage:
    """A person in front of their own narrow browser; the registers are loaded."""
    load_registers()
    session.commit()
    return lambda: open_page(width=390)


@pytest.fixture
def agent(app: Flask, somebody: NewPage) -> Page:
    page = activated(somebody(), appoint_agent(app))
    protected(page)
    return page


@SQLITE_ONLY
def test_a_new_cpts_is_asked_for_published_and_found(
    session: Session, somebody: NewPage, agent: Page, smtp: Mailbox
) -> None:
    visitor = somebody()
    visitor.watch.expect(422)
    visitor.goto("/")
    visitor.get_by_role("link", name="Référencer une nouvelle CPTS").click()
    fill(
        visitor.locator("#demande-cpts"),
        nom="CPTS du Pays d’Essai",
        finess=FINESS,
        telephone="04 65 71 99 10",
        adresse="12 rue du Stade",
        code_postal="84400",
        ville="Apt",
        zone="Apt\nMirabeau",
        aci_date="2025-03-12",
        email=COORDINATION,
    )
    visitor.get_by_label("Oui", exact=True).check()
    visitor.get_by_role("button", name="Envoyer ma demande").click()
    expect(visitor.locator("#resume-erreurs")).to_be_focused()
    visitor.locator("[name=choix]").last.check()
    visitor.get_by_role("button", name="Envoyer ma demande").click()
    visitor.wait_for_url(re.compile("/suivi/"))
    expect(visitor.locator("main")).to_contain_text("840029995")
    assert not overflow(visitor)

    decide(session, agent, "cpts")
    agent.locator("#finess_ej").fill(ENTITY)
    agent.get_by_role("button", name="Publier la page").click()
    expect(agent.get_by_role("link", name="Voir la page publiée")).to_be_visible()
    assert not overflow(agent)

    deliver()
    published = [mail for mail in smtp.to(COORDINATION) if "publiée" in mail.subject]
    assert f"/etablissements/{FINESS}" in published[0].text.split("Voir la page de la CPTS")[1].splitlines()[0]
    visitor.goto(f"/etablissements/{FINESS}")
    expect(visitor.locator("h1")).to_have_text("CPTS du Pays d’Essai")
    visitor.goto("/")
    visitor.locator("#q").fill("pays essai")
    expect(visitor.locator("#q-liste [role=option]").first).to_contain_text("Pays d’Essai")


@SQLITE_ONLY
def test_who_presides_asks_is_registered_and_activates(
    session: Session, somebody: NewPage, agent: Page, smtp: Mailbox
) -> None:
    president = somebody()
    president.goto("/demandes/presidence")
    president.locator("#cpts").press_sequentially("comtat")
    expect(president.locator("#cpts-liste [role=option]").first).to_be_visible()
    president.keyboard.press("ArrowDown")
    president.keyboard.press("Enter")
    expect(president.locator("#cpts")).to_have_value("CPTS du Comtat Venaissin (840021281)")
    assert president.url.endswith("/demandes/presidence")
    fill(
        president.locator("#demande-presidence"),
        prenom="Paul",
        nom="Garnier",
        email=PRESIDENT,
        telephone="06 39 98 00 42",
        rpps="10999790016",
    )
    president.locator("#profession").select_option("10")
    president.locator("#statut").check()
    president.get_by_role("button", name="Envoyer ma demande").click()
    president.wait_for_url(re.compile("/suivi/"))

    decide(session, agent, "presidency")
    agent.locator("#justificatif").fill("Procès-verbal du 12 septembre, rappel au numéro de la CPTS.")
    agent.locator("#mot_de_passe").fill(PASSWORD)
    agent.get_by_role("button", name="Enregistrer la présidence").click()
    expect(agent.locator("#toasts")).to_contain_text("La présidence de Paul Garnier est enregistrée.")

    deliver()
    (mail,) = [mail for mail in smtp.to(PRESIDENT) if "/invitations/" in mail.text]
    activated(president, opened(mail, "/invitations/"))
    president.goto("/etablissements/840021281")
    expect(president.locator("#gouvernance")).to_contain_text("Paul Garnier")


def fill(form: Locator, **values: str) -> None:
    for name, value in values.items():
        form.locator(f"#{name}").fill(value)


def decide(session: Session, agent: Page, kind: str) -> None:
    """In front of the one request of that kind."""
    asked = session.scalars(sa.select(Request.id).where(Request.kind == kind)).one()
    session.commit()
    agent.goto(f"/centre/demandes/{asked}")
