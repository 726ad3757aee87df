"""Response headers, the same on every route, status and static file (SECURITY.md §3.3)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask
from werkzeug.wrappers import Response as BaseResponse

from app.web.htmx import VARY

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

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
VARY_ALWAYS = ", ".join(VARY)


def init_app(app: Flask) -> None:
    always = tuple(HEADERS.items())
    if app.extensions["settings"].https:
        always = (*always, ("Strict-Transport-Security", TRANSPORT_SECURITY))
    app.wsgi_app = protected(app.wsgi_app, always, app.config["SESSION_COOKIE_NAME"])  # type: ignore[method-assign, assignment]


def protected(answer: WSGIApplication, always: tuple[tuple[str, str], ...], session_cookie: str) -> WSGIApplication:
    """`always` on whatever is answered, unless the view chose another value for one of them; and what caches may do."""
    held = re.compile(rf"(^|;\s*){re.escape(session_cookie)}=")

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            chosen = dict(headers)
            headers = [pair for pair in headers if pair[0] != "Vary"]
            headers += (pair for pair in always if pair[0] not in chosen)
            headers.append(("Vary", f"{chosen['Vary']}, {VARY_ALWAYS}" if "Vary" in chosen else VARY_ALWAYS))
            if "Cache-Control" not in chosen:
                # Whoever holds a session leaves nothing in the browser; other pages are revalidated. The cookie is
                # looked at, not the session: reading that would make every answer vary on it.
                is_held = held.search(environ.get("HTTP_COOKIE", ""))
                headers.append(("Cache-Control", "no-store" if is_held else "no-cache"))
            return start_response(status, headers, *error)

        return answer(environ, start)

    return application


def sandboxed(response: Answer) -> Answer:
    """What somebody sent us: should a browser show it after all, it runs nothing and is of no origin (case 38)."""
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def shared(response: Answer) -> Answer:
    """Public data, for the scripts of any other site: it is the same for everybody."""
    response.headers.update(SHARED)
    return response


def framed(response: Answer) -> Answer:
    """A page that any site may show in a frame: it holds no form, and nothing in it acts (case 25)."""
    response.headers.update(FRAMED)
    return response
