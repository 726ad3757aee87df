"""Forged requests: a token in each form (Flask-WTF), and what the browser says of where a POST comes from.

A form that cannot be taken (token too old, session over) is never lost: the answer shows what was typed, and offers to
send it again when the browser vouches that the form was ours.
"""

from __future__ import annotations

from flask import Flask, Response, current_app, make_response, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError

from app.extensions import csrf
from app.policies.actor import ANONYMOUS
from app.web.forms import PASSWORD_FIELDS
from app.web.htmx import wants_fragment

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OURS = frozenset({"same-origin", "none"})
NEVER_SHOWN = frozenset({"csrf_token", "version", "site_web", "ouvert", *PASSWORD_FIELDS})
LONGEST_SHOWN = 5000


def init_app(app: Flask) -> None:
    """The token is asked for here: Flask-WTF's own hook would look at each reading too."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.before_request(_refuse_forged)
    app.register_error_handler(CSRFError, _token_missing)


def kept_input(status: int, *, title: str, text: str, sign_in: bool = False) -> Response:
    """A page that explains and keeps what was typed, passwords apart; for htmx, the page on screen keeps it."""
    typed = [(name, value[:LONGEST_SHOWN]) for name, value in request.form.items(multi=True) if name not in NEVER_SHOWN]
    page = render_template(
        "errors/_error.html" if wants_fragment() else "errors/kept.html",
        status=status,
        title=title,
        text=text,
        typed=[(name, value) for name, value in typed if value.strip()],
        resend_to=request.path if _vouched() and not sign_in else None,
        sign_in=sign_in,
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _refuse_forged() -> Response | None:
    if request.method in READING_METHODS:
        return None
    if current_app.config["WTF_CSRF_ENABLED"]:
        csrf.protect(apply_exemptions=True)
    return _refuse_other_sites()


def _refuse_other_sites() -> Response | None:
    """A browser that says it comes from elsewhere is believed; one that says nothing is left to the token."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is None or site in OURS:
        return None
    return kept_input(
        403,
        title="Cet envoi vient d’un autre site",
        text="Rien n’a été enregistré. Ouvrez le portail et remplissez le formulaire depuis sa page.",
    )


def _token_missing(_error: CSRFError) -> Response:
    """Where the login has gone with the token, htmx is told so (401): its page keeps what was typed."""
    if wants_fragment() and current_user.actor is ANONYMOUS:
        return kept_input(
            401, title="Votre session a expiré", text="Reconnectez-vous, puis recommencez. Rien n’a été enregistré."
        )
    return kept_input(
        400,
        title="Cet envoi n’a pas été pris en compte",
        text="La page était ouverte depuis longtemps, ou vous vous êtes connecté entre-temps. Rien n’a été enregistré.",
    )


def _vouched() -> bool:
    return request.headers.get("Sec-Fetch-Site") == "same-origin"
