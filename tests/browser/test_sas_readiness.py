"""The phone of a unit is gone: the card is red, its button opens that field, mended in place it is green (B-01)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from app.models import Contact, Telecom
from tests import personas
from tests.support.backends import SQLITE_ONLY
from tests.support.browser import OpenPage, enter
from tests.support.publishing import make_shown

pytestmark = [pytest.mark.browser, pytest.mark.slow, SQLITE_ONLY]


def test_a_phone_lost_in_the_database_is_mended_in_place_and_the_card_turns_green(
    app: Flask, session: Session, open_page: OpenPage
) -> None:
    people = personas.build(session)
    make_shown(session, people.comtat.unit)
    session.execute(sa.delete(Telecom))
    session.execute(sa.delete(Contact))
    session.commit()
    page, path = open_page(width=390), f"/etablissements/{people.comtat.finess}/sas"
    enter(page, app, people.president)
    page.goto(path)
    expect(page.locator("[data-regle=phone]")).to_contain_text(
        "Le téléphone de l’unité manque : le régulateur ne verra aucun numéro."
    )
    expect(page.locator("#preview .carte-sas")).to_have_count(0)
    page.locator("[data-regle=phone]").get_by_role("link").click()
    number = page.locator("[id='contacts-0-telecoms-0-valeur']")
    expect(number).to_be_focused()
    number.fill("04 65 71 01 10")
    page.locator("[id='contacts-0-nature']").select_option("06")
    page.locator("[id='contacts-0-niveau']").select_option("1")
    page.locator("[id='contacts-0-telecoms-0-niveau']").select_option("1")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator("#readiness[data-pret=oui]")).to_contain_text("Les régulateurs voient votre CPTS")
    expect(page.locator("#preview .carte-sas")).to_contain_text("04 65 71 01 10")
    expect(page.locator("#atelier .alerte--ok")).to_contain_text("enregistré")
    assert page.url.endswith(path), "without leaving the page"
