"""One portal with the demonstration, one Chromium and one window a person and a width, for all the pages looked at."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask, abort
from playwright.sync_api import Browser, Page

from app import create_app, db
from app.web.access import public
from tests.browser.addresses import addresses
from tests.browser.places import VISITOR
from tests.support.browser import OpenPage, enter, page_opener
from tests.support.databases import SqliteTemplate
from tests.support.live import serve

Window = Callable[[str, int], Page]


@dataclass(frozen=True)
class Known:
    """Somebody of the demonstration."""

    email: str


@pytest.fixture(scope="package")
def demo(sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A portal that holds the demonstration. Tests look at it and send forms that are refused: nothing changes."""
    with sqlite_template.copy() as url:
        made = create_app(
            database_url=url,
            secret_key="a secret of the tests, long enough to be accepted",
            instance_path=tmp_path_factory.mktemp("instance"),
            rate_limits=False,
        )
        made.add_url_rule("/panne/<int:status>", "fail", fail)
        result = made.test_cli_runner().invoke(args=["demo"])
        assert result.exit_code == 0, result.output
        yield made
        with made.app_context():
            db.engine().dispose()


@pytest.fixture(scope="package")
def demo_addresses(demo: Flask) -> dict[str, str]:
    """Where the demonstration keeps what has no fixed address."""
    with demo.app_context():
        return addresses()


@pytest.fixture(scope="package")
def demo_server(demo: Flask) -> Iterator[str]:
    with serve(demo) as origin:
        yield origin


@pytest.fixture
def open_demo(browser: Browser, demo_server: str) -> Iterator[OpenPage]:
    """As `open_page`, in front of the demonstration, with an empty cache."""
    with page_opener(browser, demo_server) as opener:
        yield opener


@pytest.fixture(scope="package")
def windows(browser: Browser, demo: Flask, demo_server: str) -> Iterator[Window]:
    """One page a person and a width, for all the tests that look at the demonstration."""
    with page_opener(browser, demo_server) as open_page:

        @functools.cache
        def opened(who: str, width: int) -> Page:
            page = open_page(width=width)
            if who != VISITOR:
                enter(page, demo, Known(who))
            return page

        yield opened


@pytest.fixture
def window(windows: Window) -> Iterator[Window]:
    """`window(email, 390)`: the one page of that person at that width. It is emptied when the test is over: what a page
    asks every few seconds would be answered by the clock of another test. What went wrong is this test's fault."""
    used: set[Page] = set()

    def opened(who: str, width: int) -> Page:
        page = windows(who, width)
        used.add(page)
        return page

    yield opened
    for page in used:
        page.goto("about:blank")
    faults = [fault for page in used for fault in page.watch.faults]
    for page in used:
        page.watch.faults.clear()
    assert not faults, "in the browser:\n  " + "\n  ".join(faults)


@public
def fail(status: int) -> Any:
    """Answers with the error page of `status`."""
    abort(status)
