"""Page or fragment: one view, one template included by the other (UI.md §2)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

VARY = ("HX-Request", "HX-Target", "HX-History-Restore-Request")


def wants_fragment() -> bool:
    """True for an htmx swap; a history restore or a boosted link gets the whole page."""

    return asks_fragment(request.environ)


def asks_fragment(environ: Mapping[str, Any]) -> bool:
    return (
        environ.get("HTTP_HX_REQUEST") == "true"
        and environ.get("HTTP_HX_HISTORY_RESTORE_REQUEST") != "true"
        and environ.get("HTTP_HX_BOOSTED") != "true"
    )


def page_or_fragment(page: str, fragment: str, *, status: int = 200, **context: Any) -> Response:
    """The whole page by default; its fragment for an htmx swap."""
    template = fragment if wants_fragment() else page
    return make_response(render_template(template, **context), status)


def see_other(url: str) -> BaseResponse:
    """303 after a POST; htmx follows it in place and receives the fragment of that URL."""
    return redirect(url, code=303)


def announce(response: Response, message: str) -> Response:
    """Makes screen readers say `message` after the swap."""
    response.headers["HX-Trigger"] = announced(message)
    return response


@lru_cache(maxsize=256)
def announced(message: str) -> str:
    """The header that `announce` sets: ASCII, hence the JSON escapes."""
    return json.dumps({"annonce": message})


def in_dialog(response: Response) -> Response:
    """Keeps an answer (a form in error) inside the dialog it came from."""
    response.headers["HX-Retarget"] = "#dialogue"
    response.headers["HX-Reswap"] = "innerHTML"
    return response
