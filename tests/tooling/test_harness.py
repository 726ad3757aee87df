"""The kit itself, on the real portal: what would make other tests pass for nothing is tried here."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from app import clock, db
from tests.support.browser import OpenPage
from tests.support.client import Visitor
from tests.support.heard import Heard
from tests.support.time import FrozenClock


def test_the_visitor_reads_a_page(client: Visitor) -> None:
    page = client.get("/aide")
    assert "Aide" in page.h1


def test_the_visitor_notices_another_status(client: Visitor) -> None:
    with pytest.raises(AssertionError, match="404"):
        client.get("/nulle-part")


def test_both_clocks_stand_still_and_move_together(session: Session, frozen_clock: FrozenClock) -> None:
    for _ in range(2):
        session.rollback()
        told = session.scalar(sa.select(sa.cast(sa.func.relais_now(), sa.String)))
        assert clock.now() == frozen_clock.now
        assert str(told).startswith(frozen_clock.now.strftime("%Y-%m-%d %H:%M:%S"))
        frozen_clock.advance(days=3)


def test_each_test_has_its_own_database(app: Flask) -> None:
    with app.app_context():
        tables = set(sa.inspect(db.engine()).get_table_names())
    assert {"account", "mandate", "alembic_version"} <= tables


def test_what_only_sqlite_heard_is_told_by_its_function(client: Visitor, backend: str) -> None:
    heard = Heard()
    heard.listen()
    try:
        client.get("/communes/84031", status=404)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", heard.hear)
    told = heard.only_on_sqlite()
    assert ("queries/places.py:commune_page" in told) is (backend == "sqlite"), heard.by


@pytest.mark.browser
def test_the_browser_opens_a_page(page: Page) -> None:
    page.goto("/aide")
    assert "Aide" in page.title()


@pytest.mark.browser
def test_the_browser_notices_what_goes_wrong(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/aide")
    page.evaluate("console.error('oups')")
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.goto("/nulle-part")
    watch = page.watch
    told = "\n".join(watch.faults)
    watch.faults.clear()
    assert "oups" in told
    assert "Content Security Policy" in told
    assert "404 to GET" in told
