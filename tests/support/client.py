"""The visitor of the HTTP tests: goes through real pages and real forms, and looks at every answer it gets.

    client.sign_in(people.president)
    page = client.get("/etablissements/840021281/referents")
    page = client.submit("#nomination", nom="Durand", …)      # follows the 303
    page = client.submit("#nomination", nom="", status=422)
    client.htmx.get("/recherche?q=comtat")                    # a fragment, checked as one

Each answer: the expected status, the security headers, no fault of tests/support/html_rules.py.
"""

from __future__ import annotations

import contextvars
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlencode

import pyotp
import sqlalchemy as sa
from flask import Flask, g, has_app_context
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from app import clock, db
from app.credentials.sessions import Method, open_session
from app.models import Account
from app.web.security_headers import HEADERS
from app.web.sessions import SEEN
from tests.factories import PASSWORD, TOTP_SECRET
from tests.support.html_rules import fragment_faults, page_faults
from tests.support.page import Form, Page
from tests.support.swap import swapped

HTMX = {"HX-Request": "true"}
REDIRECTS = {301, 302, 303}
MOST_REDIRECTS = 5


class Somebody(Protocol):
    @property
    def email(self) -> str: ...


class Visitor:
    """One person's browser without JavaScript: a cookie jar and the page in front of them."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.browser = app.test_client()
        self.page: Page | None = None
        self.last_period = 0
        self.htmx = HtmxVisitor(self)

    def get(self, path: str, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Page:
        self.page = self.request("GET", path, status=status, headers=headers)
        return self.page

    def follow(self, page: Page) -> Page:
        """Goes where a redirect leads, through the next ones, to a page."""
        assert page.status in REDIRECTS, f"{page} is no redirect"
        for _ in range(MOST_REDIRECTS):
            page = Page(self._open(page.location, method="GET"))
            if page.status not in REDIRECTS:
                self.page = accepted(page, 200)
                return page
        raise AssertionError(f"redirects without end: {page}")

    def submit(
        self,
        form: str = "main form[method=post]",
        *,
        status: int | None = None,
        button: str | None = None,
        **fields: Any,
    ) -> Page:
        """Fills and sends a form of the page in front; the page that a redirect leads to, or the answer itself.

        `status`: of the first answer; by default 303 to a POST, 200 to a GET.
        """
        sent = self._send(self.current().form(form), fields, button, status)
        self.page = self.follow(sent) if sent.status in REDIRECTS else sent
        return self.page

    def post(self, path: str, *, status: int = 303, headers: Mapping[str, str] | None = None, **fields: Any) -> Page:
        """A POST that no page offers, with a valid token: what a forger with an account would send."""
        data = {"csrf_token": self.csrf_token(), **fields}
        return self.request("POST", path, status=status, data=data, headers=headers)

    def sign_in(self, somebody: Somebody, password: str = PASSWORD, *, secret: str = TOTP_SECRET) -> Page:
        self.get("/connexion")
        page = self.submit("main form[method=post]", email=somebody.email, password=password)
        return self.give_code(secret) if page.path == "/connexion/second-facteur" else page

    def give_code(self, secret: str = TOTP_SECRET) -> Page:
        """The code that the person's telephone shows; the next one when it has just served."""
        return self.submit("main form[action='/connexion/second-facteur']", code=self.app_code(secret))

    def app_code(self, secret: str = TOTP_SECRET) -> str:
        period = int(clock.now().timestamp()) // 30
        self.last_period = max(self.last_period + 1, period - 1)
        return pyotp.TOTP(secret).generate_otp(self.last_period)

    def enrol(self, password: str = PASSWORD) -> str:
        """A generator of codes, through the pages; its secret."""
        self.get("/mon-compte")
        page = self.submit("form[action='/mon-compte/codes/preparer']")
        secret = "".join(page.read("#secret").split())
        typed = {"mot_de_passe": password} if page.has("#generateur [name=mot_de_passe]") else {}
        self.submit("#generateur", status=200, code=self.app_code(secret), **typed)
        return secret

    def enter(self, somebody: Somebody) -> None:
        """Signed in, for a test that is about something else: the session that the form would have opened."""
        self.let_in(somebody)
        forget()

    def let_in(self, somebody: Somebody) -> None:
        """As `enter`; what the test has read stays read, and opens no transaction that the portal would wait for."""
        email = somebody.email  # read first: reading may open a transaction of the test's own
        settle()
        session_id = contextvars.Context().run(self._opened, email)
        with self.browser.session_transaction() as session:
            session.clear()
            session.update({"_user_id": session_id, "_fresh": True, SEEN: int(clock.now().timestamp())})

    def _opened(self, email: str) -> str:
        with self.app.app_context():
            account = db.session().scalars(sa.select(Account).where(Account.email == email)).one()
            opened = open_session(account, method=Method.PASSWORD_AND_CODE)
            db.session().commit()
            return opened.id

    def sign_out(self) -> Page:
        return self.follow(self.post("/deconnexion"))

    def current(self) -> Page:
        assert self.page is not None, "open a page first"
        return self.page

    def csrf_token(self) -> str:
        """As Flask-WTF would write it in a form of this session."""
        with self.browser.session_transaction() as session:
            raw = session.setdefault("csrf_token", "0" * 40)
        return str(URLSafeTimedSerializer(self.app.secret_key or "", salt="wtf-csrf-token").dumps(raw))

    def request(
        self,
        method: str,
        path: str,
        *,
        status: int,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        fragment: bool = False,
    ) -> Page:
        response = self._open(path, method=method, data=data, headers=headers)
        return accepted(Page(response), status, fragment=fragment)

    def _send(self, form: Form, fields: dict[str, Any], button: str | None, status: int | None) -> Page:
        data = form.filled(fields, button)
        if form.method == "get":
            return self.request("GET", with_query(form.action, data), status=status or 200)
        return self.request("POST", form.action, status=status or 303, data=data)

    def _open(self, path: str, **options: Any) -> TestResponse:
        """In a context of its own, as a server would: neither `g` nor the session of the test is shared."""
        settle()
        try:
            return contextvars.Context().run(lambda: self.browser.open(path, buffered=True, **options))
        finally:
            forget()


class HtmxVisitor:
    """The same browser with htmx: asks for fragments, and puts them where htmx would."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    def get(self, path: str, *, status: int = 200) -> Page:
        return self.visitor.request("GET", path, status=status, headers=HTMX, fragment=True)

    def post(self, path: str, *, status: int = 200, **fields: Any) -> Page:
        data = {"csrf_token": self.visitor.csrf_token(), **fields}
        return self._follow(self.visitor.request("POST", path, status=status, data=data, headers=HTMX, fragment=True))

    def submit(self, form: str, *, status: int = 200, button: str | None = None, **fields: Any) -> Page:
        """Sends a form of the page in front as htmx would, and swaps the answer into that page."""
        page = self.visitor.current()
        filled = page.form(form)
        address = str(filled.tag.get("hx-post") or filled.action)
        data = filled.filled(fields, button)
        answer = self.visitor.request("POST", address, status=status, data=data, headers=HTMX, fragment=True)
        return self._swap(page, form, self._follow(answer))

    def click(self, css: str, *, status: int = 200) -> Page:
        """Follows the hx-get of one element of the page in front, and swaps the answer into that page."""
        page = self.visitor.current()
        return self._swap(page, css, self.get(str(page.one(css)["hx-get"]), status=status))

    def _follow(self, answer: Page) -> Page:
        """XMLHttpRequest follows redirects by itself, with the same headers."""
        return self.get(answer.location) if answer.status in REDIRECTS else answer

    def _swap(self, page: Page, css: str, answer: Page) -> Page:
        page.soup = swapped(page.soup, page.one(css), answer)
        return page


def accepted(page: Page, status: int, *, fragment: bool = False) -> Page:
    """The page, when it has the status, the headers and no fault."""
    method = page.response.request.method
    assert page.status == status, f"{page} to {method}, {status} expected: {page.text[:300]}"
    check(page, fragment=fragment)
    return page


def check(page: Page, *, fragment: bool) -> None:
    for name in HEADERS:
        assert name in page.response.headers, f"{page} has no {name}"
    if page.response.mimetype != "text/html" or page.status in REDIRECTS or not page.html:
        return
    faults = fragment_faults(page.html, page.soup) if fragment else page_faults(page.html, page.soup)
    assert not faults, f"{page}:\n  " + "\n  ".join(faults)


def settle() -> None:
    """What the test arranged is committed before the visitor comes in."""
    if has_app_context() and "db_session" in g:
        db.session().commit()


def forget() -> None:
    """What the test had read may have changed meanwhile."""
    if has_app_context() and "db_session" in g:
        db.session().expire_all()


def with_query(action: str, data: Mapping[str, list[str]]) -> str:
    return f"{action.partition('?')[0]}?{urlencode(data, doseq=True)}"
