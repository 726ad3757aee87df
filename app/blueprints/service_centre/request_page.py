"""`/centre/demandes/<id>`: read it, take it, annotate it, write to who asks, remind those who decide."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import Response, abort, flash, request
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.service_centre.blueprint import bp
from app.blueprints.service_centre.deciding import decided
from app.blueprints.service_centre.decision_page import NOTE, WRITE, Refused, address, show
from app.blueprints.service_centre.forms import NoteForm, WordForm
from app.domain.errors import ImpossibleNow
from app.models import Request
from app.policies.permissions import Permission
from app.queries.desk_request import asked_request
from app.usecases.handling import annotate_request, release_request, remind_deciders, take_request
from app.usecases.requests import write_message
from app.web.access import acting, as_uuid, authorise, checked, load_or_404
from app.web.forms import PortalForm
from app.web.htmx import see_other


@bp.get("/centre/demandes/<uuid:request_id>")
@checked(Permission.SERVICE_CENTRE_DESK)
def request_page(request_id: uuid.UUID) -> Response:
    authorise(Permission.SERVICE_CENTRE_DESK)
    return show(asked_request(request_id) or abort(404))


@bp.post("/centre/demandes/<uuid:request_id>/prise-en-charge")
@checked(Permission.REQUEST_HANDLE)
def take(request_id: uuid.UUID) -> BaseResponse:
    asked, seen = load_or_404(Request, request_id), request.form.get("vu", "")
    holder = as_uuid(seen) if seen else None
    return _handled(asked, lambda: take_request(acting(), asked, seen=holder), "Vous vous chargez de cette demande.")


@bp.post("/centre/demandes/<uuid:request_id>/liberation")
@checked(Permission.REQUEST_HANDLE)
def release(request_id: uuid.UUID) -> BaseResponse:
    asked = load_or_404(Request, request_id)
    return _handled(asked, lambda: release_request(acting(), asked), "La demande est rendue à la file.")


@bp.post("/centre/demandes/<uuid:request_id>/relance")
@checked(Permission.REQUEST_HANDLE)
def remind_one(request_id: uuid.UUID) -> BaseResponse:
    asked = load_or_404(Request, request_id)
    return _handled(asked, lambda: remind_deciders(acting(), asked), "Rappel envoyé à ceux qui décident.")


@bp.post("/centre/demandes/<uuid:request_id>/note")
@checked(Permission.REQUEST_HANDLE)
def annotate(request_id: uuid.UUID) -> BaseResponse:
    asked, form = load_or_404(Request, request_id), NoteForm()
    return decided(
        asked,
        NOTE,
        form,
        lambda: annotate_request(acting(), asked, text=form.note.data or ""),
        done="Note ajoutée. Seul le centre de services la voit.",
        permission=Permission.REQUEST_HANDLE,
    )


@bp.post("/centre/demandes/<uuid:request_id>/message")
@checked(Permission.SERVICE_CENTRE_DESK)
def write(request_id: uuid.UUID) -> BaseResponse:
    """Agents only: those in office write from the tracking of their CPTS, who asks from theirs."""
    asked, form = load_or_404(Request, request_id), WordForm()
    authorise(Permission.SERVICE_CENTRE_DESK)
    return decided(
        asked,
        WRITE,
        form,
        lambda: write_message(acting(), asked, message=form.message.data or "", to_requester=True),
        done="Message envoyé.",
        permission=Permission.REQUEST_WRITE,
    )


def _handled(asked: Request, act: Callable[[], None], done: str) -> BaseResponse:
    try:
        act()
    except ImpossibleNow as error:
        return show(asked, Refused("", PortalForm(), 409, notice=str(error)))
    flash(done, "ok")
    return see_other(address(asked))
