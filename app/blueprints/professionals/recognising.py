"""« C’est vous ? » : the page of the link mailed to the account whose RPPS number is in a request (B-09)."""

from __future__ import annotations

from flask import Response, abort, flash, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.professionals.blueprint import bp
from app.blueprints.professionals.forms import RecognitionForm
from app.credentials.links import resolve_recognition, tracking_token
from app.domain.errors import ImpossibleNow
from app.domain.masking import masked
from app.domain.requests import Kind, is_pending
from app.models import Account, Request
from app.usecases.recognitions import recognise_request
from app.usecases.requests import Submission, submit_request
from app.web.access import acting, public
from app.web.htmx import page_or_fragment, see_other
from app.web.limits import PUBLIC_FORM, limited

NOT_MINE = "Mon numéro RPPS figure dans une demande qui n’est pas la mienne"


@bp.get("/c-est-vous/<token>")
@public
def recognise(token: str) -> Response:
    asked, _ = _known(token)
    return _page(token, asked)


@bp.post("/c-est-vous/<token>")
@limited(PUBLIC_FORM)
@public
def answer_recognition(token: str) -> BaseResponse:
    (asked, account), form = _known(token), RecognitionForm()
    if not form.validate_on_submit() or not (form.moi.data or form.autre.data):
        return _page(token, asked, status=422)
    if form.autre.data:
        return _disown(asked, account)
    try:
        recognise_request(acting(holding=asked), asked, account_id=account.id)
    except ImpossibleNow as error:
        return _page(token, asked, status=409, notice=str(error))
    flash("Cette demande est la vôtre\u00a0: une fois acceptée, elle rejoindra votre compte.", "ok")
    return _follow(asked)


def _disown(asked: Request, account: Account) -> BaseResponse:
    """The service centre looks into it; the request itself goes its way meanwhile, its deciders see it."""
    ticket = submit_request(
        acting(),
        asked.establishment,
        Submission(
            kind=Kind.HELP,
            email=account.email,
            rpps=asked.rpps,
            subject=NOT_MINE,
            message=f"Demande {asked.number}\u00a0: la personne dont le compte porte ce numéro RPPS ne l’a pas faite.",
            details={"demande": asked.number},
        ),
        client_key=asked.id,
    )
    flash(f"Le centre de services est prévenu\u00a0: demande {ticket.number}. Voici son suivi.", "ok")
    return _follow(ticket)


def _follow(request: Request) -> BaseResponse:
    return see_other(url_for("requests.tracking", token=tracking_token(request.id, request.tracking_generation)))


def _known(token: str) -> tuple[Request, Account]:
    return resolve_recognition(token) or abort(404)


def _page(token: str, asked: Request, *, status: int = 200, notice: str | None = None) -> Response:
    response = page_or_fragment(
        "professionals/recognise.html",
        "professionals/_recognise.html",
        status=status,
        asked=asked,
        token=token,
        given=masked(asked.email),
        open=is_pending(asked.status) and asked.person_id is None,
        notice=notice,
    )
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    return response
