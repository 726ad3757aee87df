"""Whatever goes wrong under /fhir is told as an OperationOutcome, never as a page."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request
from flask_limiter import RateLimitExceeded
from werkzeug.exceptions import HTTPException

from app.blueprints.fhir.answers import Refused, refusal
from app.domain.fhir_values import BadSearch
from app.web import errors
from app.web.limits import seconds_to_wait

CODES = {404: "not-found", 405: "not-supported", 413: "too-long", 429: "throttled"}


def register(bp: Blueprint) -> None:
    bp.register_error_handler(Refused, _refused)
    bp.register_error_handler(BadSearch, _bad_search)
    bp.register_error_handler(RateLimitExceeded, _too_many)
    bp.register_error_handler(errors.DatabaseAway, _database_away)
    bp.register_error_handler(HTTPException, _http_error)
    bp.register_error_handler(Exception, _unexpected)
    for status in (404, 405):
        bp.app_errorhandler(status)(_unrouted)


def _refused(error: Refused) -> Response:
    response = refusal(error.status, error.code, error.text)
    if error.wait:
        response.headers["Retry-After"] = str(error.wait)
    return response


def _bad_search(error: BadSearch) -> Response:
    return refusal(400, error.code, str(error), parameter=error.parameter)


def _too_many(_error: RateLimitExceeded) -> Response:
    response = refusal(429, "throttled", "Trop de demandes d’affilée. Attendez, ou prenez tout avec $export.")
    response.headers["Retry-After"] = str(seconds_to_wait())
    return response


def _database_away(error: errors.DatabaseAway) -> Response:
    current_app.logger.error("database unavailable at %s: %s", request.path, error)
    response = refusal(503, "transient", "Le service est momentanément indisponible. Réessayez dans une minute.")
    response.headers["Retry-After"] = "60"
    return response


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    message = errors.MESSAGES.get(status, errors.MESSAGES[500])
    response = refusal(status, CODES.get(status, "processing"), f"{message.title}. {message.text}")
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> Response:
    if current_app.debug or current_app.testing:
        raise error
    current_app.logger.exception("error at %s %s", request.method, request.path)
    return refusal(500, "exception", "Une erreur est survenue de notre côté. Réessayez plus tard.")


def _unrouted(error: HTTPException) -> Response:
    """No view was found: only the address says whose it is."""
    if not f"{request.path}/".startswith("/fhir/"):
        return errors.http_error(error)
    if error.code == 405:
        response = refusal(405, "not-supported", "Ce serveur se lit seulement (GET), ou se cherche par POST _search.")
        response.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
        return response
    return refusal(404, "not-found", "Cette adresse n’existe pas. Ce que ce serveur sait faire : /fhir/metadata.")
