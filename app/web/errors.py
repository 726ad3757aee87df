"""Error pages: what happened, what to do, a search; a fragment for htmx (UI.md §6, page 8)."""

from __future__ import annotations

import secrets
import sqlite3
from dataclasses import dataclass

import psycopg
from flask import Flask, Response, current_app, make_response, render_template, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from app.domain.errors import ImpossibleNow, Invalid, NotAllowed
from app.web.frame import without_account
from app.web.htmx import wants_fragment
from app.web.refusals import Refusal, refusal_of

DatabaseAway = OperationalError
"""For a blueprint that tells it otherwise than with a page."""


@dataclass(frozen=True, slots=True)
class Message:
    title: str
    text: str


MESSAGES = {
    400: Message(
        "Cette demande n’a pas pu être lue",
        "La page est peut-être restée ouverte trop longtemps. Rechargez-la, puis recommencez.",
    ),
    401: Message("Votre session a expiré", "Reconnectez-vous pour continuer."),
    403: Message(
        "Vous n’avez pas le droit de faire cette action",
        "Cette page ou cette action est réservée à d’autres personnes.",
    ),
    404: Message(
        "Cette page n’existe pas ou a été déplacée",
        "Vérifiez l’adresse, ou cherchez la CPTS, la commune ou la personne qui vous intéresse.",
    ),
    405: Message(
        "Cette adresse ne s’ouvre pas ainsi",
        "Elle sert à envoyer un formulaire. Revenez à la page précédente et utilisez son bouton.",
    ),
    409: Message(
        "Ce n’est plus possible",
        "La situation a changé depuis que la page a été ouverte. Rechargez-la pour voir où elle en est.",
    ),
    410: Message("Cette page n’existe plus", "Ce qu’elle contenait a été retiré."),
    413: Message(
        "Cet envoi est trop volumineux",
        "Réduisez sa taille, puis recommencez. Un document compte au plus 5 Mo, les autres formulaires du texte seul.",
    ),
    422: Message("Une information est à corriger", "Revenez au formulaire pour la corriger, puis renvoyez-le."),
    429: Message("Trop de demandes d’affilée", "Patientez une minute, puis recommencez."),
    500: Message(
        "Une erreur est survenue de notre côté",
        "Rien n’a été perdu. Réessayez ; si l’erreur revient, donnez la référence ci-dessous au centre de services.",
    ),
    503: Message(
        "Le service est momentanément indisponible",
        "Réessayez dans quelques minutes. Ce qui était enregistré l’est toujours.",
    ),
}


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(NotAllowed, not_allowed)
    app.register_error_handler(ImpossibleNow, impossible_now)
    app.register_error_handler(Invalid, invalid)
    for away in (DatabaseAway, sqlite3.OperationalError, psycopg.OperationalError):  # db.reader() speaks to the driver
        app.register_error_handler(away, database_away)
    app.register_error_handler(Exception, unexpected)


def error_response(status: int, *, detail: str = "", refusal: Refusal | None = None, reference: str = "") -> Response:
    """The page of `status`, or its fragment for htmx. `detail` replaces the general sentence."""
    message = MESSAGES.get(status, MESSAGES[500])
    template = "errors/_error.html" if wants_fragment() else "errors/page.html"
    if status >= 500:
        without_account()
    page = render_template(
        template,
        status=status,
        title=message.title,
        text=detail or message.text,
        refusal=refusal,
        reference=reference,
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def http_error(error: HTTPException) -> Response:
    if error.response is not None:  # abort(response): the view chose its own answer
        return make_response(error.response)
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    response = error_response(status)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After", "WWW-Authenticate"}:
            response.headers[name] = value
    return response


def not_allowed(error: NotAllowed) -> Response:
    """403 naming the refused action, who may do it and whom to ask (B-24)."""
    refusal = refusal_of(error)
    if refusal is None:
        return error_response(403)
    return error_response(403, detail=f"L’action « {refusal.label} » ne vous est pas ouverte.", refusal=refusal)


def impossible_now(error: ImpossibleNow) -> Response:
    return error_response(409, detail=str(error))


def invalid(error: Invalid) -> Response:
    return error_response(422, detail=str(error))


def database_away(error: Exception) -> Response:
    current_app.logger.error("database unavailable at %s: %s", request.path, error)
    response = error_response(503)
    response.headers["Retry-After"] = "60"
    return response


def unexpected(error: Exception) -> Response:
    """500 with a reference that also stands in the log; debug and tests see the exception itself."""
    if current_app.debug or current_app.testing:
        raise error
    reference = secrets.token_hex(4).upper()
    current_app.logger.exception("error %s at %s %s", reference, request.method, request.path)
    return error_response(500, reference=reference)
