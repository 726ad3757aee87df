"""Fixtures of every test. The kit behind them is in tests/support/, rows come from factories and personas."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from jinja2 import BytecodeCache, FileSystemBytecodeCache
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from app import db
from app.settings import Settings
from tests.support import postgres, scratch
from tests.support.backends import on_both_engines
from tests.support.browser import OpenPage, chromium, page_opener
from tests.support.client import Visitor
from tests.support.databases import PostgresTemplate, SqliteTemplate
from tests.support.heard import Heard
from tests.support.live import serve
from tests.support.mailbox import Mailbox, open_mailbox
from tests.support.portals import Portals
from tests.support.psc import ProSanteConnect, running
from tests.support.time import FrozenClock, frozen

# The trust chain's state machine is marked `prove`: 200 runs of 50 steps here, 5,000 in `make prove`.
SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile(
    "ci", max_examples=200, stateful_step_count=50, deadline=None, print_blob=True, suppress_health_check=SLOW_IS_FINE
)
settings.register_profile("prove", settings.get_profile("ci"), max_examples=5_000)
settings.load_profile("ci")


def pytest_configure(config: pytest.Config) -> None:
    """A terminated run still ends its servers, as an interrupted one does."""
    heard = Heard()
    heard.listen()
    config.pluginmanager.register(heard)
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _own_environment() -> Iterator[None]:
    """Settings of the developer's shell or .env do not reach the tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name in Settings.model_fields:
            patch.delenv(name.upper(), raising=False)
        patch.setitem(Settings.model_config, "env_file", None)
        yield


# ── databases ───────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def sqlite_template() -> Iterator[SqliteTemplate]:
    with scratch.folder("sqlite") as folder:
        yield SqliteTemplate(folder)


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[PostgresTemplate]:
    with postgres.server() as url:
        template = PostgresTemplate(url)
        yield template
        template.close()


backend = on_both_engines
"""`sqlite` or `postgres`; a test for one of them says tests.support.backends.SQLITE_ONLY or POSTGRES_ONLY."""


@pytest.fixture
def template(backend: str, request: pytest.FixtureRequest) -> SqliteTemplate | PostgresTemplate:
    """Where databases come from: `template.copy()` migrated, `template.empty()` not."""
    chosen: SqliteTemplate | PostgresTemplate = request.getfixturevalue(f"{backend}_template")
    return chosen


@pytest.fixture
def database_url(template: SqliteTemplate | PostgresTemplate) -> Iterator[str]:
    """A migrated, empty database for this test alone."""
    with template.copy() as url:
        yield url


# ── the application ─────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def compiled_templates() -> Iterator[BytecodeCache]:
    """Templates are compiled once for the run, not once for each test's application."""
    with scratch.folder("templates") as folder:
        yield FileSystemBytecodeCache(str(folder))


@pytest.fixture(scope="session")
def portals(mailbox: Mailbox, compiled_templates: BytecodeCache) -> Portals:
    return Portals(mailbox, compiled_templates)


@pytest.fixture
def app(database_url: str, portals: Portals, tmp_path: Path) -> Iterator[Flask]:
    """The portal on its own database, sending its mails to the test's server. Errors reach the test."""
    with portals.on(database_url, tmp_path) as made:
        yield made


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """The session of the test itself. The visitor commits it before each request and never shares it."""
    with app.app_context():
        yield db.session()


@pytest.fixture
def client(app: Flask) -> Visitor:
    return Visitor(app)


@pytest.fixture
def frozen_clock(app: Flask) -> Iterator[FrozenClock]:
    """Stops the portal's and the database's time; `advance(days=1)`, `move_to(moment)`."""
    with app.app_context():
        engine = db.engine()
    with frozen(engine) as clock:
        yield clock


# ── the world outside ───────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Mailbox]:
    with open_mailbox() as opened:
        yield opened


@pytest.fixture
def smtp(mailbox: Mailbox) -> Mailbox:
    """The mails that this test received on a real socket."""
    mailbox.clear()
    return mailbox


@pytest.fixture(scope="session")
def psc_process() -> Iterator[ProSanteConnect]:
    with running() as provider:
        yield provider


@pytest.fixture
def psc(app: Flask, psc_process: ProSanteConnect) -> ProSanteConnect:
    """Pro Santé Connect, which the portal of this test knows: `psc.expect("899700218896")` says who comes."""
    settings: Settings = app.extensions["settings"]
    for name, value in psc_process.settings.items():
        setattr(settings, name, value)
    return psc_process


@pytest.fixture
def live_server(app: Flask) -> Iterator[str]:
    """Origin of the portal on a real socket."""
    with serve(app) as origin:
        yield origin


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def open_page(browser: Browser, live_server: str) -> Iterator[OpenPage]:
    """`open_page(width=390, scheme="dark", javascript=False)`."""
    with page_opener(browser, live_server) as opener:
        yield opener


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page()
