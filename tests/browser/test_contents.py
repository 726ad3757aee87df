"""Tiles, banners and hostile texts in Chromium, under the content policy that it really applies."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.models import PortalBannerDismissal, PortalTile, PortalTileClick
from app.working_days import day_of
from tests import personas
from tests.blueprints.portal_content.test_banners import banner
from tests.blueprints.portal_content.test_hostile_text import PAYLOADS
from tests.blueprints.portal_content.test_tiles import tile
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY
from tests.support.browser import OpenPage, enter

pytestmark = [pytest.mark.browser, SQLITE_ONLY]
ELSEWHERE = "https://avis.example/accueil"


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


@pytest.mark.parametrize("javascript", [True, False])
def test_a_tile_leads_to_the_other_site_and_counts(
    app: Flask, session: Session, people: Personas, open_page: OpenPage, javascript: bool
) -> None:
    """`form-action 'self'` is kept: it is our own page that moves on, with or without a script."""
    made = tile(session, "Avis", url=ELSEWHERE)
    session.commit()
    page = open_page(javascript=javascript)
    page.route(f"{ELSEWHERE}*", lambda route: route.fulfill(body="<title>Ailleurs</title>", content_type="text/html"))
    enter(page, app, people.professional)
    page.goto("/")
    page.get_by_role("button", name="Avis").click()
    page.wait_for_url(ELSEWHERE)
    assert page.title() == "Ailleurs"
    page.watch.faults[:] = [fault for fault in page.watch.faults if ELSEWHERE not in fault]
    session.rollback()
    assert session.scalars(select(PortalTileClick.count).where(PortalTileClick.tile_id == made.id)).all() == [1]


def lasting(session: Session, text: str) -> None:
    today = day_of(clock.now())
    banner(session, text, starts_on=today, ends_on=today + timedelta(days=1))
    session.commit()


def test_a_closed_banner_goes_at_once_and_the_focus_is_not_lost(
    app: Flask, session: Session, people: Personas, open_page: OpenPage
) -> None:
    lasting(session, "Premier message")
    lasting(session, "Second message")
    page = open_page()
    enter(page, app, people.professional)
    page.goto("/mes-roles")
    for left in (1, 0):
        page.locator(".bandeau__fermer").first.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".bandeau")).to_have_count(left)
        expect(page.locator(":focus")).to_have_count(1)
    assert page.url.endswith("/mes-roles")
    page.reload()
    expect(page.locator(".bandeau")).to_have_count(0)
    session.rollback()
    assert len(session.scalars(select(PortalBannerDismissal)).all()) == 2


def test_a_visitor_closes_a_banner_without_a_script(session: Session, open_page: OpenPage) -> None:
    lasting(session, "Premier message")
    page = open_page(javascript=False)
    page.goto("/comprendre")
    page.get_by_role("link", name="Masquer le message : Premier message").click()
    page.wait_for_url(lambda url: url.endswith("/comprendre"))
    expect(page.locator(".bandeau")).to_have_count(0)
    assert [cookie["name"] for cookie in page.context.cookies()] == ["bandeaux"]


def test_nothing_that_is_typed_runs(app: Flask, session: Session, people: Personas, open_page: OpenPage) -> None:
    """No request but those expected, `window.pwned` unset (SECURITY.md, case 19)."""
    for payload in PAYLOADS:
        tile(session, payload[:80], text=payload, url="/aide")
        lasting(session, payload)
    page = open_page()
    enter(page, app, people.professional)
    for path in ("/", "/mes-roles", f"/applications/{session.scalars(select(PortalTile.id)).first()}"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.pwned") is None
    expect(page.locator(".bandeau")).to_have_count(len(PAYLOADS))
