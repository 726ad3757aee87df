"""The security headers are on every answer, whatever its status and whoever made it."""

from __future__ import annotations

import pytest
from flask import Flask

from app.web.access import public
from app.web.security_headers import HEADERS
from tests.support.backends import SQLITE_ONLY
from tests.support.client import Visitor

EXPECTED = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=()",
}


@SQLITE_ONLY
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/aide", 200),
        ("HEAD", "/aide", 200),
        ("GET", "/mes-roles", 303),
        ("GET", "/static/css/portail.css", 200),
        ("GET", "/static/absent.css", 404),
        ("GET", "/nulle-part", 404),
        ("POST", "/aide", 405),
        ("POST", "/connexion", 400),
        ("GET", "/aide%00", 404),
    ],
)
def test_an_answer_carries_the_headers(client: Visitor, method: str, path: str, status: int) -> None:
    answer = client._open(path, method=method)
    assert answer.status_code == status
    protected(answer.headers)


@SQLITE_ONLY
def test_an_unexpected_error_carries_the_headers(app: Flask, client: Visitor) -> None:
    @public
    def broken() -> str:
        raise RuntimeError("for the test")

    app.testing = False
    app.add_url_rule("/casse", "broken", broken)
    answer = client._open("/casse", method="GET")
    assert answer.status_code == 500
    assert "for the test" not in answer.get_data(as_text=True)
    protected(answer.headers)


def test_the_policy_allows_nothing_inline() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "*" not in policy
    for directive in ("script-src 'self'", "style-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert directive in policy


def protected(headers: object) -> None:
    for name, value in EXPECTED.items():
        assert value in headers.get(name, ""), name  # type: ignore[attr-defined]
