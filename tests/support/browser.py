"""Real pages in a real Chromium. Whatever goes wrong unasked fails the test: a console or CSP error, an exception in a
script, a 4xx or 5xx answer that the test did not announce, a request to another host."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)

from tests.support.client import Somebody, Visitor
from tests.support.postgres import unavailable
from tools.chromium import FLAGS, find

HTTP_ERROR_NOISE = (
    "Failed to load resource: the server responded with a status of",  # Chromium's
    "Response Status Error Code",  # htmx's
)
"""Said of answers that on_response judges."""
WIDTHS = (320, 390, 1280)
PATIENCE = 15_000
"""Milliseconds: a machine with more work than cores is slow, not wrong."""


@contextmanager
def chromium() -> Iterator[Browser]:
    path = find()
    if path is None:
        unavailable("No Chromium on this machine: `python tools/chromium.py --install` adds Debian's as root.")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Watch:
    """What went wrong in one browser context. `expected`: the statuses ≥ 400 that the test provokes."""

    origin: str
    expected: set[int] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def expect(self, *statuses: int) -> None:
        self.expected.update(statuses)

    def attach(self, context: BrowserContext) -> None:
        context.on("console", self.on_console)
        context.on("weberror", lambda error: self.faults.append(f"script error: {error.error}"))
        context.on("response", self.on_response)
        context.on("request", self.on_request)

    def on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(HTTP_ERROR_NOISE):
            self.faults.append(f"console {message.type}: {message.text}")

    def on_response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.faults.append(f"{response.status} to {response.request.method} {response.url}")

    def on_request(self, request: Request) -> None:
        if f"{urlsplit(request.url).scheme}://{urlsplit(request.url).netloc}" != self.origin:
            self.faults.append(f"request leaves the portal: {request.url}")


OpenPage = Callable[..., Page]


@contextmanager
def page_opener(browser: Browser, origin: str) -> Iterator[OpenPage]:
    """`open_page(width=390, scheme="dark", javascript=False)` → a page in its own context, watched until the end.

    `page.watch` is its Watch.
    """
    opened: list[tuple[BrowserContext, Watch]] = []

    def open_page(*, width: int = 1280, scheme: str = "light", javascript: bool = True, **options: Any) -> Page:
        context = browser.new_context(
            base_url=origin,
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=javascript,
            locale="fr-FR",
            timezone_id="Europe/Paris",
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(PATIENCE)
        watch = Watch(origin)
        watch.attach(context)
        opened.append((context, watch))
        page = context.new_page()
        page.watch = watch
        return page

    try:
        yield open_page
    finally:
        for context, _ in opened:
            context.close()
    faults = [fault for _, watch in opened for fault in watch.faults]
    assert not faults, "in the browser:\n  " + "\n  ".join(faults)


def enter(page: Page, app: Flask, somebody: Somebody) -> None:
    """Signed in, for a test that is about something else (test_main_job.py goes through the form): the cookie that the
    form would have given."""
    visitor = Visitor(app)
    visitor.let_in(somebody)
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = visitor.browser.get_cookie(name)
    assert cookie is not None
    page.context.add_cookies([{"name": name, "value": cookie.value, "url": page.watch.origin}])


def accessibility_faults(page: Page, **options: Any) -> list[str]:
    """What axe finds, a line each: rule, help, first element."""
    violations = Axe().run(page, options=options or None).response["violations"]
    return [f"{v['id']}: {v['help']} ({v['nodes'][0]['target']}, {len(v['nodes'])} times)" for v in violations]


def overflow(page: Page) -> int:
    """Pixels that stick out to the right of the window: 0 when nothing scrolls sideways."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width
