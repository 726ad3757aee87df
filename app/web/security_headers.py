"""Response headers, the same on every route, status and static file (SECURITY.md §3.3)."""

from __future__ import annotations

from typing import TypeVar

from flask import Flask, Response, current_app, g, request
from werkzeug.wrappers import Response as BaseResponse

from app.web.htmx import VARY

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "publickey-credentials-get=(self), publickey-credentials-create=(self), "
        "camera=(), microphone=(), geolocation=()"
    ),
}
Answer = TypeVar("Answer", bound=BaseResponse)
TRANSPORT_SECURITY = "max-age=31536000; includeSubDomains"
SANDBOX = f"{CONTENT_SECURITY_POLICY}; sandbox"
SHARED = {"Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Origin": "*"}
FRAMED = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", "frame-ancestors *"),
    "Cross-Origin-Resource-Policy": "cross-origin",
}
FOREVER = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    https = app.extensions["settings"].https

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers[name] = value
        if g.get("sandboxed"):
            response.headers["Content-Security-Policy"] = SANDBOX
        response.headers.update(g.get("opened", {}))
        if https:
            response.headers["Strict-Transport-Security"] = TRANSPORT_SECURITY
        response.vary.update(VARY)
        response.headers.setdefault("Cache-Control", _cache_control())
        if request.endpoint == "static" and "v" in request.args:
            response.headers["Cache-Control"] = FOREVER
        return response


def sandboxed(response: Response) -> Response:
    """What somebody sent us: should a browser show it after all, it runs nothing and is of no origin (case 38)."""
    g.sandboxed = True
    return response


def shared(response: Answer) -> Answer:
    """Public data, for the scripts of any other site: it is the same for everybody."""
    g.opened = SHARED
    return response


def framed(response: Answer) -> Answer:
    """A page that any site may show in a frame: it holds no form, and nothing in it acts (case 25)."""
    g.opened = FRAMED
    return response


def _cache_control() -> str:
    """Whoever holds a session leaves nothing in the browser; other pages are revalidated.

    Looks at the cookie, not at the session: reading that would make every answer vary on it.
    """
    held = current_app.config["SESSION_COOKIE_NAME"] in request.cookies
    return "no-store" if held else "no-cache"
