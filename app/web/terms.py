"""Whoever has not accepted the terms of now is led to them first; their own data stay within reach."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from app.domain.terms import TERMS_VERSION
from app.extensions import htmx
from app.web.access import current_actor, mark_of

View = TypeVar("View", bound=Callable[..., Any])


def before_terms(view: View) -> View:
    """A page that is open to whoever has not accepted the terms: they may leave with what is theirs."""
    view.before_terms = True  # type: ignore[attr-defined]
    return view


def terms_first(destination: str) -> str:
    """Where somebody who has just come in goes: there, by the terms when they have changed."""
    accepted = current_actor().terms_accepted
    return destination if accepted else url_for("personal_data.accept", next=destination)


def init_app(app: Flask) -> None:
    app.before_request(_lead_to_terms)
    app.jinja_env.globals["terms_version"] = TERMS_VERSION


def _lead_to_terms() -> Response | None:
    """GET: to the terms and back. Anything else: the page it was sent from is older than the terms."""
    mark = mark_of(current_app, request.endpoint)
    if mark is None or mark.kind == "public" or current_actor().terms_accepted:
        return None
    if getattr(current_app.view_functions[request.endpoint or ""], "before_terms", False):
        return None
    if htmx:
        return Response(status=204, headers={"HX-Redirect": url_for("personal_data.accept")})
    destination = request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else None
    return redirect(url_for("personal_data.accept", next=destination), 303)
