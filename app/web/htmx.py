"""Page or fragment: one view, one template included by the other (UI.md §2)."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

VARY = ("HX-Request", "HX-Target", "HX-History-Restore-Request")


def wants_fragment() -> bool:
    """True for an htmx swap; a history restore or a boosted link gets the whole page."""

    def sent(header: str) -> bool:
        return request.headers.get(header) == "true"

    return sent("HX-Request") and not sent("HX-History-Restore-Request") and not sent("HX-Boosted")


def page_or_fragment(page: str, fragment: str, *, status: int = 200, **context: Any) -> Response:
    """The whole page by default; its fragment for an htmx swap."""
    template = fragment if wants_fragment() else page
    return make_response(render_template(template, **context), status)


def see_other(url: str) -> BaseResponse:
    """303 after a POST; htmx follows it in place and receives the fragment of that URL."""
    return redirect(url, code=303)


def announce(response: Response, message: str) -> Response:
    """Makes screen readers say `message` after the swap (headers are ASCII, hence the JSON escapes)."""
    response.headers["HX-Trigger"] = json.dumps({"annonce": message})
    return response


def in_dialog(response: Response) -> Response:
    """Keeps an answer (a form in error) inside the dialog it came from."""
    response.headers["HX-Retarget"] = "#dialogue"
    response.headers["HX-Reswap"] = "innerHTML"
    return response
