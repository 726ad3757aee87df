"""Passkeys in Chromium, with a virtual authenticator: added, used to sign in and to prove an act, never replayed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, CDPSession, Page, expect
from sqlalchemy.orm import Session

from app.models import Authentication, Nomination, Passkey, SignInSession
from tests import personas
from tests.factories import PASSWORD
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY
from tests.support.browser import OpenPage, accessibility_faults, page_opener

pytestmark = [pytest.mark.browser, pytest.mark.slow, SQLITE_ONLY]

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
KEY = "Se connecter avec une clé d’accès"


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


@pytest.fixture
def at_localhost(app: Flask, browser: Browser, live_server: str) -> Iterator[OpenPage]:
    """Keys are bound to a name, so the portal is opened by its name."""
    app.extensions["settings"].public_url = live_server
    with page_opener(browser, live_server.replace("127.0.0.1", "localhost")) as opener:
        yield opener


@pytest.fixture
def page(at_localhost: OpenPage) -> Page:
    opened = at_localhost()
    opened.device = device(opened)
    return opened


def device(page: Page) -> tuple[CDPSession, str]:
    """A device that holds keys, and answers for its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    return session, session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]


def signed_in(page: Page, people: Personas) -> None:
    page.goto("/connexion")
    page.locator("#email").fill(people.president.email)
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    page.wait_for_url(re.compile("/etablissements/"))


def with_key(page: Page, people: Personas) -> None:
    """Signed in, and a key added from the account."""
    signed_in(page, people)
    page.goto("/mon-compte")
    page.get_by_role("link", name="Ajouter une clé d’accès").click()
    page.locator("#mot_de_passe").fill(PASSWORD)
    page.get_by_role("button", name="Continuer").click()
    page.locator("#nom").fill("Téléphone")
    page.get_by_role("button", name="Créer la clé").click()
    expect(page.locator("h1")).to_have_text("Vos codes de secours")
    expect(page.locator("ol.codes-secours li")).to_have_count(10)


def sign_out(page: Page) -> None:
    page.goto("/mon-compte")
    page.locator(".compte details:not(.burger) summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.goto("/connexion")


def test_a_key_is_added_signs_in_and_proves_an_act(page: Page, people: Personas, session: Session) -> None:
    finess = people.comtat.finess
    with_key(page, people)
    assert accessibility_faults(page) == []
    sign_out(page)
    page.get_by_role("button", name=KEY).click()
    page.wait_for_url(re.compile("/etablissements/"))
    session.expire_all()
    opened = session.scalars(sa.select(SignInSession).where(SignInSession.ended_at.is_(None))).one()
    assert opened.strong
    assert opened.device == "Chrome, Linux"
    assert session.scalars(sa.select(Passkey)).one().sign_count > 0
    session.rollback()  # on SQLite the portal would wait for what the test holds

    page.goto(f"/etablissements/{finess}/referents")
    form = page.locator("#nomination")
    fields = {"nom": "Roumieux", "prenom": "Élise", "email": "elise@essai.example", "fonction": "Coordination"}
    for name, value in {**fields, "telephone": "06 39 98 00 02"}.items():
        form.locator(f"[name={name}]").fill(value)
    form.locator("[name=declaration]").check()
    form.get_by_role("button", name="Confirmer avec ma clé d’accès").click()
    expect(page.locator(".messages")).to_contain_text("Élise Roumieux reçoit un courriel")
    session.expire_all()
    nomination = session.scalars(sa.select(Nomination).where(Nomination.email == "elise@essai.example")).one()
    proof = session.get_one(Authentication, nomination.authentication_id)
    assert (proof.method, proof.act) == ("passkey", f"mandate:nominate_referent/{finess}")


def test_a_device_that_does_not_know_its_owner_opens_nothing(page: Page, people: Personas) -> None:
    with_key(page, people)
    sign_out(page)
    cdp, authenticator = page.device
    cdp.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    page.get_by_role("button", name=KEY).click()
    expect(page.locator("[data-cle-message]")).to_contain_text("Vérification abandonnée")
    assert "/connexion" in page.url


def test_an_answer_replayed_or_given_to_another_browser_is_refused(
    at_localhost: OpenPage, page: Page, people: Personas
) -> None:
    with_key(page, people)
    sign_out(page)
    page.watch.expect(422)
    with page.expect_request(lambda request: request.url.endswith("/connexion/cle")) as sent:
        page.get_by_role("button", name=KEY).click()
    page.wait_for_url(re.compile("/etablissements/"))
    answer = dict(sent.value.post_data_json or {})["appareil"]
    for browser in (page, at_localhost()):
        browser.watch.expect(422)
        browser.context.clear_cookies()
        browser.goto("/connexion")
        with browser.expect_response(lambda response: response.url.endswith("/connexion/cle/defi")):
            browser.evaluate(
                """async () => fetch("/connexion/cle/defi", {method: "POST", body: new URLSearchParams(
                    {csrf_token: document.querySelector("main [name=csrf_token]").value})})"""
            )
        browser.evaluate(
            """(answer) => { const form = document.querySelector("main form[method=post]");
                form.elements.appareil.value = answer; form.action = "/connexion/cle"; form.submit(); }""",
            answer,
        )
        expect(browser.locator("#resume-erreurs")).to_contain_text("n’est pas reconnue")


def test_under_an_address_or_without_a_script_there_is_no_button(
    open_page: OpenPage, at_localhost: OpenPage, people: Personas
) -> None:
    by_address, without_script = open_page(), at_localhost(javascript=False)
    for page in (by_address, without_script):
        page.goto("/connexion")
        expect(page.get_by_role("button", name=KEY)).to_have_count(0)
        signed_in(page, people)
