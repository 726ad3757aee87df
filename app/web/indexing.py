"""What search engines keep: the pages listed here, under one address each; everything else says « noindex ».

Pages that name professionals are not listed (SECURITY.md, case 17): people are found here, not by a robot's copy.
"""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Flask, Response, request

from app.settings import current_settings

TEXTS = ("rights", "referent_role", "understand", "legal", "privacy", "terms", "accessibility", "site_map", "contact")
ALONE = (
    "search.home",
    "directory.page",
    "communes.find",
    "communes.coverage",
    "portal.documents",
    "open_data.page",
    "fhir.guide",
    "pages.help",
    *(f"pages.{name}" for name in TEXTS),
    "registrations.cpts",
    "registrations.presidency",
    "professionals.account",
    "sas.account",
)
"""Pages of which there is one: the first file of the sitemap."""
INDEXED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(ALONE, ()),
    **dict.fromkeys(("directory.page", "communes.coverage"), ("dept",)),
    "pages.chapter": (),
    "establishments.page": (),
    "establishments.commune": (),
}
"""Endpoint → the parameters that make another page of it."""


def init_app(app: Flask) -> None:
    app.jinja_env.globals["canonical_url"] = canonical_url

    @app.after_request
    def keep_out(response: Response) -> Response:
        if request.endpoint != "static" and (response.status_code != 200 or request.endpoint not in INDEXED):
            response.headers["X-Robots-Tag"] = "noindex"
        return response


def canonical_url() -> str | None:
    """The one address of the page being shown; None when it is not for search engines."""
    kept = INDEXED.get(request.endpoint or "")
    if kept is None:
        return None
    query = urlencode([(name, request.args[name]) for name in kept if request.args.get(name)])
    return current_settings().public_address(request.path) + (f"?{query}" if query else "")
