"""What search engines keep: the pages listed here, under one address each; everything else says « noindex ».

Pages that name professionals are not listed (SECURITY.md, case 17): people are found here, not by a robot's copy.
"""

from __future__ import annotations

from flask import Flask, Response, request

from app.domain.territories import DEPARTEMENTS
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
INDEXED = {*ALONE, "pages.chapter", "establishments.page", "establishments.commune"}
BY_DEPARTEMENT = {"directory.page", "communes.coverage"}
"""Of these, a page for each `?dept=`."""


def init_app(app: Flask) -> None:
    app.jinja_env.globals["canonical_url"] = canonical_url

    @app.after_request
    def keep_out(response: Response) -> Response:
        endpoint, headers = request.endpoint, response.headers
        kept = endpoint == "static" or (response.status_code == 200 and endpoint in INDEXED)
        if not kept and not headers.getlist("X-Robots-Tag"):
            headers.add("X-Robots-Tag", "noindex")
        return response


def canonical_url() -> str | None:
    """The one address of the page being shown; None when it is not for search engines."""
    if request.endpoint not in INDEXED:
        return None
    departement = request.args.get("dept", "") if request.endpoint in BY_DEPARTEMENT else ""
    query = f"?dept={departement}" if departement in DEPARTEMENTS else ""
    return current_settings().public_address(request.path + query)
