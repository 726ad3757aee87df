"""What the pages of one's own factors answer: back to the account, a page of its own, or recovery codes shown once."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, render_template, url_for
from werkzeug.wrappers import Response

from app.usecases.factors import Enrolled
from app.web import sessions
from app.web.htmx import see_other

SECOND_FACTOR = "second-facteur"


def own_page(template: str | None = None, status: int = 200, **context: Any) -> Response:
    """That page, kept by no cache; without one, the account's, at its second factors."""
    if template is None:
        return see_other(url_for("accounts.account", _anchor=SECOND_FACTOR))
    return sessions.unkept(make_response(render_template(template, **context), status))


def enrolled(made: Enrolled, sentence: str) -> Response:
    """The session goes on under its new id."""
    sessions.start(made.session_id)
    flash(sentence, "ok")
    if made.recovery_codes:
        return own_page("accounts/recovery_codes.html", codes=made.recovery_codes, first=True)
    return own_page()
