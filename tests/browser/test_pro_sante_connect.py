"""In a real browser, between two real sites: there and back, an account opened, both sessions ended, data erased."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from app.journal.deliver import deliver_pending
from app.models import Account
from tests import factories, personas
from tests.support.backends import SQLITE_ONLY
from tests.support.browser import OpenPage, accessibility_faults
from tests.support.mailbox import Mailbox
from tests.support.psc import ProSanteConnect

pytestmark = [pytest.mark.browser, SQLITE_ONLY]
ADDRESS = "zoe.neuve@soins.example"


@pytest.fixture
def visitor(app: Flask, live_server: str, open_page: OpenPage, psc: ProSanteConnect) -> Iterator[Page]:
    """Zoé Neuve in front of the portal; the provider, another site, is expected to be visited, and asks who she is."""
    app.extensions["settings"].public_url = live_server
    names = {"family_name": "NEUVE", "given_name": "Zoé"}
    psc.expect(f"8{factories.new_rpps()}", asks=True, portal=live_server, **names)
    page = open_page()
    page.watch.expect(422)
    yield page
    page.watch.faults[:] = [fault for fault in page.watch.faults if psc.origin not in fault]


def identify(page: Page, link: str) -> None:
    page.get_by_role("link", name=link).click()
    page.get_by_role("link", name="Zoé NEUVE").click()


def test_a_professional_opens_an_account_leaves_and_has_it_erased(
    app: Flask, session: Session, visitor: Page, psc: ProSanteConnect, smtp: Mailbox
) -> None:
    personas.build(session)
    session.commit()
    page, before = visitor, len(psc.seen()["logout"])
    page.goto("/connexion")
    identify(page, "S’identifier avec Pro Santé Connect")
    expect(page.locator("h1")).to_have_text("Votre compte")
    assert accessibility_faults(page) == []
    page.locator("#email").fill(ADDRESS)
    page.get_by_role("button", name="Ouvrir un compte").click()
    page.wait_for_url("**/envoye")
    deliver(app, session)
    page.goto(urlsplit(smtp.only(ADDRESS).link("/confirmation/")).path)
    identify(page, "Ouvrir mon compte avec Pro Santé Connect")
    expect(page.locator("main .messages")).to_contain_text("Votre compte est ouvert")

    page.locator(".compte summary").first.click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url(lambda url: urlsplit(url).path == "/")
    expect(page.locator("main .messages")).to_contain_text("déconnecté du portail et de Pro Santé Connect")
    assert len(psc.seen()["logout"]) == before + 1

    page.goto("/connexion?next=/mon-compte/donnees/effacer")
    identify(page, "S’identifier avec Pro Santé Connect")
    ask_to_erase(page)
    identify(page, "Vérifier avec Pro Santé Connect")
    ask_to_erase(page)
    expect(page.locator("main .messages")).to_contain_text("vos données sont effacées")
    assert session.query(Account).filter_by(email=ADDRESS).one_or_none() is None


def ask_to_erase(page: Page) -> None:
    page.locator("#compris").check()
    page.get_by_role("button", name="Fermer mon compte et effacer").click()


def deliver(app: Flask, session: Session) -> None:
    session.commit()
    with app.app_context():
        while deliver_pending():
            pass
