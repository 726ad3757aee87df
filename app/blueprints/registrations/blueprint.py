from __future__ import annotations

from flask import Blueprint, flash, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.credentials.links import tracking_token
from app.models import Request
from app.web.htmx import see_other

bp = Blueprint("registrations", __name__)


def sent(request: Request) -> BaseResponse:
    """To the tracking page, with the number."""
    flash(
        f"Demande {request.number} envoyée. Un accusé de réception part à votre adresse, avec le lien de cette page.",
        "ok",
    )
    return see_other(url_for("requests.tracking", token=tracking_token(request.id, request.tracking_generation)))
