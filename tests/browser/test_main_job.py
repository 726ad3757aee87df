"""The main job in Chromium with JavaScript: narrow on SQLite, wide on PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect
from sqlalchemy.orm import Session

from app import clock
from app.credentials.codes import code_at
from app.demo.registers import load_registers
from tests.journeys.cast import (
    AGENT,
    CPTS,
    FINESS,
    INBOX,
    KARIM,
    MARGAUX,
    NAME,
    PASSWORD,
    PRESIDENT,
    REFERENT,
    THOMAS,
    Character,
    appoint_agent,
    deliver,
    nomination,
    opened,
    presidency,
    rattachement,
    run,
)
from tests.support.backends import POSTGRES, SQLITE_ONLY
from tests.support.browser import OpenPage, overflow
from tests.support.mailbox import Mailbox

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NewPage = Callable[[], Page]


@pytest.fixture
def registers(session: Session) -> None:
    load_registers()
    session.commit()


@pytest.mark.parametrize(
    ("backend", "width"), [("sqlite", 390), pytest.param("postgres", 1280, marks=POSTGRES.marks)], indirect=["backend"]
)
def test_from_a_search_to_an_attached_professional(
    app: Flask, registers: None, smtp: Mailbox, open_page: OpenPage, width: int
) -> None:
    def somebody() -> Page:
        """A person in front of their own browser."""
        return open_page(width=width)

    unit = find(somebody())
    registered_president(app, somebody(), smtp)
    president = activated(somebody(), opened(smtp.only(PRESIDENT.email), "/invitations/"))
    nominate(president)
    deliver()
    referent = accept_nomination(somebody(), opened(smtp.only(REFERENT.email), "/invitations/"))

    trackings = {who: ask(somebody(), who) for who in (THOMAS, MARGAUX, KARIM)}
    deliver()
    assert opened(smtp.only(THOMAS.email), "/suivi/") == trackings[THOMAS]

    referent.goto(INBOX)
    accept_inline(referent, THOMAS, then=MARGAUX, left=2)
    visitor = somebody()
    visitor.goto(unit)
    expect(visitor.locator("#professionnels")).to_contain_text(THOMAS.full_name)
    decided_meanwhile(president, referent)
    refuse_in_the_dialog(referent, MARGAUX)
    ask_in_the_dialog(referent, KARIM)
    deliver()
    assert "Votre cabinet est à Apt" in smtp.latest(MARGAUX.email).text
    visitor.goto(trackings[MARGAUX])
    expect(visitor.locator("#frise")).to_contain_text("Votre cabinet est à Apt")

    answer(visitor, opened(smtp.latest(KARIM.email), "/suivi/"))
    president.goto(INBOX)
    expect(card(president, KARIM)).to_contain_text("12 rue des Halles")
    accept_inline(president, KARIM, then=None, left=0)

    thomas = activated(somebody(), opened(smtp.latest(THOMAS.email), "/invitations/"))
    thomas.goto("/mes-roles")
    expect(thomas.locator("#rattachements")).to_contain_text(NAME)
    who_decided(president, THOMAS, REFERENT)
    assert all(overflow(page) == 0 for page in (president, referent, visitor, thomas))
    run(app, "journal", "verify")


@SQLITE_ONLY
def test_the_same_without_javascript(app: Flask, registers: None, smtp: Mailbox, open_page: OpenPage) -> None:
    def somebody() -> Page:
        return open_page(width=390, javascript=False)

    visitor = somebody()
    visitor.goto("/")
    submit_search(visitor, "comtat venaisin")
    visitor.locator(f"[data-id='{FINESS}'] h3 a").click()
    expect(visitor.locator("h1")).to_have_text(NAME)

    registered_president(app, somebody(), smtp)
    president = activated(somebody(), opened(smtp.only(PRESIDENT.email), "/invitations/"))
    nominate(president)
    deliver()
    referent = accept_nomination(somebody(), opened(smtp.only(REFERENT.email), "/invitations/"))
    tracking = ask(visitor, THOMAS)
    referent.goto(INBOX)
    card(referent, THOMAS).get_by_role("button", name="Accepter").click()
    expect(referent.locator(".messages")).to_contain_text(f"Demande de {THOMAS.full_name} acceptée")
    expect(card(referent, THOMAS)).to_have_count(0)
    visitor.goto(tracking)
    expect(visitor.locator("#frise")).to_contain_text(REFERENT.full_name)


# ── 1. find ─────────────────────────────────────────────────────────────────


def find(page: Page) -> str:
    """The suggestions by keyboard alone, then the unit and a commune."""
    page.goto("/")
    field, options = page.locator("#q"), page.locator("#q-liste [role=option]")
    field.press_sequentially("comtat venaisin", delay=20)
    expect(options.first).to_have_attribute("data-href", CPTS)
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#q-statut")).to_contain_text("suggestion")

    field.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", options.first.get_attribute("id") or "")
    field.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    expect(field).to_be_focused()
    field.press("Escape")
    expect(page.locator("#q-liste")).to_be_hidden()
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("comtat venaisin")

    field.press("ArrowDown")
    field.press("Enter")
    page.wait_for_url(f"**{CPTS}")
    expect(page.locator("h1")).to_have_text(NAME)
    page.goto("/")
    submit_search(page, "84200")
    expect(page.locator("article[data-resultat]").first).to_have_attribute("data-id", FINESS)
    page.goto("/")
    submit_search(page, FINESS)
    page.wait_for_url(f"**{CPTS}")

    page.locator("#zone summary").click()
    page.locator("#zone input[data-filtre]").fill("carpen")
    expect(page.locator("#zone [data-filtrable]:visible")).to_have_count(1)
    page.locator("#unites h3 a").click()
    expect(page.locator("#professionnels")).to_contain_text("Aucun professionnel rattaché")
    return page.evaluate("location.pathname")


def submit_search(page: Page, text: str) -> None:
    page.locator("#q").fill(text)
    page.locator("main form[role=search] button").click()


# ── 2. register, activate ───────────────────────────────────────────────────


def registered_president(app: Flask, agent: Page, smtp: Mailbox) -> None:
    activated(agent, appoint_agent(app))
    protected(agent)
    agent.goto(f"/centre/presidences/nouvelle?finess={FINESS}")
    fill(agent.locator("#presidence"), presidency(PRESIDENT))
    agent.get_by_role("button", name="Enregistrer la présidence").click()
    expect(agent.locator("#presidence")).to_contain_text(PRESIDENT.full_name)
    expect(agent.locator(".messages")).to_be_visible()
    deliver()
    assert AGENT.full_name not in smtp.only(PRESIDENT.email).text


def activated(page: Page, link: str) -> Page:
    """Opens the account, then signs in with what was chosen."""
    page.goto(link)
    identity = page.locator("#identifiant").input_value()
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Activer mon compte").click()
    expect(page.locator(".messages")).to_contain_text("Votre compte est activé")
    page.locator(".compte details:not(.burger) summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.goto("/connexion")
    page.locator("#email").fill(identity)
    page.locator("#password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Se connecter").click()
    page.wait_for_url(lambda url: "/connexion" not in url)
    return page


def protected(agent: Page) -> None:
    """Led to add a second factor before anything of the service centre opens."""
    agent.goto("/centre")
    expect(agent.locator("h1")).to_have_text("Mon compte")
    agent.get_by_role("button", name="Ajouter un générateur de codes").click()
    secret = "".join(agent.locator("#secret").inner_text().split())
    agent.locator("#code").fill(code_at(secret, clock.now()))
    agent.locator("#mot_de_passe").fill(PASSWORD)
    agent.get_by_role("button", name="Mettre en service").click()
    expect(agent.locator("h1")).to_have_text("Vos codes de secours")


# ── 3. nominate, accept ─────────────────────────────────────────────────────


def nominate(president: Page) -> None:
    """A mistake first: the summary takes the focus, what was typed stays; then the chain shows the nomination."""
    president.watch.expect(422)
    president.goto(f"{CPTS}/referents")
    form = president.locator("#nomination")
    fill(form, {**nomination(REFERENT), "telephone": "12"})
    form.get_by_role("button", name="Nommer").click()
    expect(president.locator("#resume-erreurs")).to_be_focused()
    expect(form.locator("[name=fonction]")).to_have_value("Coordinatrice")
    form.locator("[name=telephone]").fill("04 65 71 00 12")
    form.get_by_role("button", name="Nommer").click()
    expect(president.locator("#referents [data-nomination]")).to_contain_text("Invitation envoyée")
    expect(president.get_by_text("reçoit un courriel pour accepter ou décliner")).to_be_visible()
    assert overflow(president) == 0


def accept_nomination(page: Page, link: str) -> Page:
    page.goto(link)
    expect(page.locator("#nomination")).to_contain_text(PRESIDENT.full_name)
    page.locator("#password").fill(PASSWORD)
    page.locator("[name=reponse][value=accepter]").click()
    page.wait_for_url(lambda url: "/invitations/" not in url)
    page.goto("/mes-roles")
    expect(page.locator(f"[data-role=referent][data-etablissement='{FINESS}']")).to_contain_text(PRESIDENT.full_name)
    return page


# ── 4. ask ──────────────────────────────────────────────────────────────────


def ask(page: Page, who: Character) -> str:
    page.goto(CPTS)
    page.locator("main").get_by_role("link", name="Demander mon rattachement").click()
    fill(page.locator("#ask form"), rattachement(who))
    page.get_by_role("button", name="Envoyer ma demande").click()
    page.wait_for_url("**/suivi/*")
    expect(page.locator("#tracking")).to_contain_text("en attente d’une décision")
    expect(page.locator("#decideurs")).to_contain_text(REFERENT.full_name)
    return page.evaluate("location.pathname")


# ── 5. decide ───────────────────────────────────────────────────────────────


def card(page: Page, who: Character) -> Locator:
    return page.locator("article[data-demande]", has_text=who.full_name)


def accept_inline(page: Page, who: Character, *, then: Character | None, left: int) -> None:
    """No page load: the card leaves, a toast says it, the tab counts anew, the focus goes to the neighbour."""
    page.evaluate("window.samePage = true")
    card(page, who).get_by_role("button", name="Accepter").click()
    expect(card(page, who)).to_have_count(0)
    expect(page.locator("#toasts")).to_contain_text(f"Demande de {who.full_name} acceptée")
    expect(page.locator("[data-onglet=a-traiter]")).to_have_attribute("data-total", str(left))
    expect(page.locator("#compteur-demandes")).to_have_text(re.compile(rf"^{left}\b") if left else re.compile("^0"))
    if then:
        expect(card(page, then).get_by_role("button", name="Accepter")).to_be_focused()
    else:
        expect(page.locator("#titre-demandes")).to_be_focused()
        expect(page.locator("#demandes-vide")).to_be_visible()
    assert page.evaluate("window.samePage") is True
    page.locator("#toasts [data-fermer-toast]").click()
    expect(page.locator("#toasts .toast")).to_have_count(0)


def decided_meanwhile(president: Page, referent: Page) -> None:
    """Everyone sees who decided: a tab brings the accepted ones, and changes the address."""
    president.goto(INBOX)
    expect(card(president, THOMAS)).to_have_count(0)
    who_decided(president, THOMAS, REFERENT)
    president.go_back()
    expect(president.locator("[data-onglet=a-traiter]")).to_have_attribute("aria-current", "page")
    expect(president.locator("header.entete")).to_be_visible()


def who_decided(page: Page, asker: Character, decider: Character) -> None:
    page.locator("[data-onglet=acceptees]").click()
    page.wait_for_url("**etat=acceptees")
    expect(card(page, asker)).to_contain_text(f"par {decider.full_name}")
    expect(page.locator("[data-onglet=acceptees]")).to_be_focused()


def refuse_in_the_dialog(page: Page, who: Character) -> None:
    """Escape gives the focus back; without a motive the dialog says so; with one the card leaves."""
    dialog, opener = page.locator("#dialogue"), card(page, who).get_by_role("link", name="Refuser")
    opener.click()
    expect(dialog.locator("[name=motif]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()

    opener.click()
    page.watch.expect(422)
    dialog.get_by_role("button", name="Refuser la demande").click()
    expect(dialog.locator("[name=motif]")).to_have_attribute("aria-invalid", "true")
    dialog.locator("[name=motif]").fill("Votre cabinet est à Apt : adressez-vous à sa CPTS.")
    dialog.get_by_role("button", name="Refuser la demande").click()
    expect(dialog).to_be_hidden()
    expect(card(page, who)).to_have_count(0)
    expect(page.locator("#toasts")).to_contain_text("refusée")
    expect(card(page, KARIM).get_by_role("button", name="Accepter")).to_be_focused()


def ask_in_the_dialog(page: Page, who: Character) -> None:
    card(page, who).get_by_role("link", name="Demander une précision").click()
    dialog = page.locator("#dialogue")
    expect(dialog.locator("[name=message]")).to_be_focused()
    dialog.locator("[name=message]").fill("À quelle adresse exercez-vous ?")
    dialog.get_by_role("button", name="Envoyer la question").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("[data-onglet=en-attente]")).to_have_attribute("data-total", "1")
    expect(page.locator("#titre-demandes")).to_be_focused()


def answer(page: Page, tracking: str) -> None:
    page.goto(tracking)
    expect(page.locator("#tracking")).to_contain_text("À quelle adresse exercez-vous ?")
    page.locator("#repondre [name=message]").fill("12 rue des Halles, à Carpentras.")
    page.get_by_role("button", name="Envoyer ma réponse").click()
    expect(page.locator("#frise")).to_contain_text("12 rue des Halles")


def fill(form: Locator, values: dict[str, Any]) -> None:
    for name, value in values.items():
        control = form.locator(f"[name={name}]")
        if value is True:
            control.check()
        elif control.evaluate("e => e.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
