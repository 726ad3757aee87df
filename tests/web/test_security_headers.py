"""What a browser may keep, and for how long; every route's headers are walked in tests/consistency/test_headers.py."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app import create_app
from tests import personas
from tests.support.backends import SQLITE_ONLY
from tests.support.client import Visitor

pytestmark = SQLITE_ONLY
CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}


def test_the_policy_allows_nothing_inline_and_nobody_else(client: Visitor) -> None:
    sent = client.get("/aide").response.headers["Content-Security-Policy"]
    assert dict(rule.strip().split(" ", 1) for rule in sent.split(";")) == CSP


def test_a_public_page_is_revalidated_and_a_private_one_is_not_kept(client: Visitor, session: Session) -> None:
    assert client.get("/aide").response.headers["Cache-Control"] == "no-cache"
    client.enter(personas.build(session).stranger)
    assert client.get("/aide").response.headers["Cache-Control"] == "no-store"


def test_answers_vary_on_what_htmx_asks(client: Visitor) -> None:
    vary = client.get("/aide").response.headers["Vary"]
    assert {"HX-Request", "HX-Target", "HX-History-Restore-Request"} <= {name.strip() for name in vary.split(",")}


@pytest.mark.parametrize(("public_url", "insisted"), [("https://relais.example", True), ("http://x.example", False)])
def test_https_is_insisted_on_only_where_it_is_served(
    database_url: str, public_url: str, insisted: bool, tmp_path: str
) -> None:
    made = create_app(database_url=database_url, public_url=public_url, instance_path=tmp_path, secret_key="k" * 40)
    assert ("Strict-Transport-Security" in made.test_client().get("/aide").headers) is insisted
