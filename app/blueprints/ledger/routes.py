"""`/centre/registre-des-envois`: every state sent, its answer, how it differs from the one before; send it again."""

from __future__ import annotations

import json
import uuid

from flask import Blueprint, Response, flash, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.domain.errors import ImpossibleNow
from app.domain.identifiers import Finess, InvalidIdentifier
from app.domain.ledger import Fate
from app.models import LedgerMessage
from app.policies.permissions import Permission
from app.queries import ledger as queries
from app.usecases.ledger import send_again
from app.web.access import acting, authorise, checked, load_or_404
from app.web.htmx import page_or_fragment, see_other

bp = Blueprint("ledger", __name__)


@bp.get("/centre/registre-des-envois")
@checked(Permission.SERVICE_CENTRE_DESK)
def register() -> Response:
    authorise(Permission.SERVICE_CENTRE_DESK)
    consumers, asked = queries.known_consumers(), request.args
    fate = next((fate for fate in Fate if fate == asked.get("etat")), None)
    consumer = asked.get("plateforme") if asked.get("plateforme") in consumers else None
    finess = _finess(asked.get("finess", ""))
    found = queries.ledger(fate=fate, consumer=consumer, finess=finess, page=asked.get("page", 1, type=int))
    return page_or_fragment(
        "ledger/register.html",
        "ledger/_register.html",
        ledger=found,
        consumers=consumers,
        fates=list(Fate),
        fate=fate,
        consumer=consumer,
        finess=asked.get("finess", "")[:20],
    )


@bp.get("/centre/registre-des-envois/<uuid:message_id>")
@checked(Permission.SERVICE_CENTRE_DESK)
def message(message_id: uuid.UUID) -> Response:
    authorise(Permission.SERVICE_CENTRE_DESK)
    return _show(load_or_404(LedgerMessage, message_id))


@bp.post("/centre/registre-des-envois/<uuid:message_id>/renvoyer")
@checked(Permission.LEDGER_SEND_AGAIN)
def repeat(message_id: uuid.UUID) -> BaseResponse:
    sent = load_or_404(LedgerMessage, message_id)
    try:
        send_again(acting(), sent)
    except ImpossibleNow as error:
        return _show(sent, status=409, notice=str(error))
    flash("L’état part de nouveau. Cette page dira ce que la plateforme répond.", "ok")
    return see_other(url_for("ledger.register", finess=sent.establishment_finess, plateforme=sent.consumer))


def _show(shown: LedgerMessage, *, status: int = 200, notice: str | None = None) -> Response:
    return page_or_fragment(
        "ledger/message.html",
        "ledger/_message.html",
        status=status,
        line=queries.line_of(shown),
        changes=queries.changes_of(shown),
        text=json.dumps(json.loads(shown.payload), ensure_ascii=False, indent=2),
        notice=notice,
    )


def _finess(typed: str) -> str | None:
    """As people write it; what is no number finds nothing."""
    if not typed.strip():
        return None
    try:
        return Finess.parse(typed).value
    except InvalidIdentifier:
        return typed[:20]
