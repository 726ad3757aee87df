"""The forms of accounts, SAS, messages and corrections in Chromium: chosen, filled in, sent, followed."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from app.models import Request
from app.search.index import rebuild
from tests import personas
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY
from tests.support.browser import OpenPage, enter

pytestmark = [pytest.mark.browser, SQLITE_ONLY]

CPTS = "/etablissements/840021281"
READER = "lectrice@voisin.example"


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    rebuild(session)
    session.commit()
    return built


def press(page: BrowserPage, name: str) -> None:
    page.locator("main").get_by_role("button", name=name).click()


def follow(page: BrowserPage, name: str) -> None:
    page.locator("main").get_by_role("link", name=name).first.click()


def number_of(session: Session, kind: str) -> str:
    """The number of the one request of that kind. The transaction ends: the portal would wait for it."""
    waiting = sa.select(Request.number).where(Request.kind == kind, Request.status == "submitted")
    found = session.scalars(waiting).one()
    session.rollback()
    return found


def test_a_professional_finds_the_cpts_corrects_a_mistake_and_follows(
    page: BrowserPage, session: Session, people: Personas
) -> None:
    page.watch.expected = {422}
    page.goto("/demandes/compte")
    page.fill("#cpts", "pernes")
    press(page, "Chercher")
    press(page, "Continuer")
    page.fill("#prenom", "Thomas")
    page.fill("#nom", "Perrin")
    page.fill("#email", "thomas.perrin@soins.example")
    page.fill("#telephone", "06 39 98 00 42")
    page.select_option("#profession", "70")
    page.fill("#rpps", "10999710015")
    press(page, "Envoyer ma demande")
    expect(page.locator("#resume-erreurs")).to_be_focused()
    assert page.input_value("#prenom") == "Thomas"
    page.fill("#rpps", "8 10999710014")
    press(page, "Envoyer ma demande")
    page.wait_for_url("**/suivi/**")
    expect(page.locator("main")).to_contain_text(number_of(session, "affiliation"))
    expect(page.locator("#rappel")).to_contain_text("10999710014")
    expect(page.locator("#deja-un-compte")).to_be_visible()


def test_a_correction_goes_from_a_reader_to_the_page(
    app: Flask, open_page: OpenPage, session: Session, people: Personas
) -> None:
    referent, reader = open_page(), open_page()
    enter(referent, app, people.referent)
    reader.goto(CPTS)
    follow(reader, "Proposer une correction : téléphone standard")
    reader.fill("#telephone", "04 65 71 99 77")
    reader.fill("#pourquoi", "Affiché sur la porte.")
    reader.fill("#email", READER)
    press(reader, "Proposer cette correction")
    reader.wait_for_url("**/suivi/**")
    expect(reader.locator("main")).to_contain_text(number_of(session, "correction"))
    referent.goto(f"{CPTS}/corrections")
    press(referent, "Appliquer")
    expect(referent.locator("main")).to_contain_text("Correction appliquée")
    reader.goto(CPTS)
    expect(reader.locator("#coordonnees")).to_contain_text("04 65 71 99 77")


def test_a_president_registers_a_professional(
    app: Flask, page: BrowserPage, session: Session, people: Personas
) -> None:
    page.watch.expected = {409}
    enter(page, app, people.president)
    page.goto(CPTS)
    follow(page, "Enregistrer un professionnel")
    page.fill("#prenom", "Olivier")
    page.fill("#nom", "Tessier")
    page.fill("#email", "autre@soins.example")
    page.fill("#telephone", "06 39 98 00 42")
    page.select_option("#profession", "60")
    page.fill("#rpps", people.stranger.person.rpps or "")
    page.fill("#fonction", "Infirmier libéral")
    press(page, "Créer le compte et rattacher")
    expect(page.get_by_role("alert")).to_contain_text("a déjà un compte")
    press(page, "Rattacher le compte existant")
    page.wait_for_url(f"**/unites/{people.comtat.unit.id}")
    expect(page.locator("#professionnels")).to_contain_text("Olivier Tessier")


def test_messages_reports_and_sas_accounts_are_sent_without_a_script(
    open_page: OpenPage, session: Session, people: Personas
) -> None:
    page = open_page(width=390, javascript=False)
    page.goto("/contact?sujet=connexion")
    page.fill("#message", "Je ne reçois pas le lien.")
    page.fill("#email", READER)
    press(page, "Envoyer mon message")
    expect(page.locator("main")).to_contain_text(number_of(session, "help"))
    page.goto("/recherche?q=xyzxyz")
    follow(page, "Signalez le problème")
    page.fill("#message", "Ma CPTS manque.")
    page.fill("#email", READER)
    press(page, "Envoyer mon signalement")
    expect(page.locator("main")).to_contain_text(number_of(session, "report"))
    page.goto("/sas/compte?finess=840021281")
    for field, text in {"nom": "Marchal", "prenom": "Sophie", "telephone": "01 22 33 44 55", "email": READER}.items():
        page.fill(f"#{field}", text)
    press(page, "Envoyer ma demande")
    expect(page.locator("main")).to_contain_text(number_of(session, "sas_account"))
