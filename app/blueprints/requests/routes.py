"""The tracking page: state, timeline, answer, cancel. The link shows; a POST acts (SECURITY.md, case 15)."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.requests.forms import AnswerForm
from app.credentials.links import resolve_tracking
from app.domain.errors import ImpossibleNow, Invalid
from app.domain.requests import Status, is_pending
from app.models import Request
from app.policies.permissions import Permission
from app.queries.actors import deciders
from app.queries.requests import accepted_unit, delay_of
from app.usecases.affiliations import answer_information, cancel_request
from app.web.access import acting, authorise, current_actor, public
from app.web.htmx import page_or_fragment, see_other
from app.web.limits import PUBLIC_FORM, limited

bp = Blueprint("requests", __name__)


@bp.after_request
def keep_private(response: Response) -> Response:
    """The address is a key: no robot indexes the page, no browser keeps it."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/suivi/<token>")
@public
def tracking(token: str) -> Response:
    return _page(token, _followed(token), AnswerForm())


@bp.post("/suivi/<token>/reponse")
@limited(PUBLIC_FORM)
@public
def answer(token: str) -> BaseResponse:
    followed, form = _followed(token), AnswerForm()
    if not form.validate_on_submit():
        return _page(token, followed, form, status=422)
    try:
        answer_information(acting(holding=followed), followed, message=form.message.data or "")
    except Invalid as error:
        form.refuse(error)
        return _page(token, followed, form, status=422)
    except ImpossibleNow as error:
        return _page(token, followed, form, status=409, notice=str(error), typed=form.message.data)
    flash("Votre réponse est transmise. La demande attend de nouveau une décision.", "ok")
    return see_other(url_for("requests.tracking", token=token))


@bp.get("/suivi/<token>/annulation")
@public
def cancel(token: str) -> Response:
    followed = _followed(token)
    if not is_pending(followed.status):
        return _page(token, followed, AnswerForm(), status=409, notice=_closed(followed))
    return page_or_fragment("requests/cancel.html", "requests/_cancel.html", asked=followed, token=token)


@bp.post("/suivi/<token>/annulation")
@limited(PUBLIC_FORM)
@public
def confirm_cancel(token: str) -> BaseResponse:
    followed = _followed(token)
    try:
        cancel_request(acting(holding=followed), followed)
    except ImpossibleNow:
        return _page(token, followed, AnswerForm(), status=409, notice=_closed(followed))
    flash("Votre demande est annulée. Un message vous le confirme.", "ok")
    return see_other(url_for("requests.tracking", token=token))


def _followed(token: str) -> Request:
    """The request of this link. A wrong, altered or revoked one is 404, like a page that never was."""
    followed = resolve_tracking(token) or abort(404)
    authorise(Permission.REQUEST_FOLLOW, followed, actor=current_actor().holding(followed))
    return followed


def _closed(followed: Request) -> str:
    return f"Il n’y a plus rien à annuler\u00a0: la demande est {Status(followed.status).label}."


def _page(
    token: str,
    followed: Request,
    form: AnswerForm,
    *,
    status: int = 200,
    notice: str | None = None,
    typed: str | None = None,
) -> Response:
    finess = followed.finess
    return page_or_fragment(
        "requests/tracking.html",
        "requests/_tracking.html",
        status=status,
        asked=followed,
        state=Status(followed.status),
        pending=is_pending(followed.status),
        unit=accepted_unit(followed) or followed.unit,
        deciders=deciders(finess, asking=followed.email_key),
        delay=delay_of(finess),
        token=token,
        form=form,
        notice=notice,
        typed=typed,
    )
