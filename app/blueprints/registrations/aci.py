"""The date of the ACI, given later: by who asked, from the tracking link, or by an agent (S-054)."""

from __future__ import annotations

import uuid

from flask import Response, abort, flash, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.registrations.blueprint import bp
from app.blueprints.registrations.forms import AciForm
from app.credentials.links import resolve_tracking
from app.domain.errors import ImpossibleNow, Invalid
from app.domain.requests import Kind, Status
from app.models import Request
from app.policies.permissions import Permission
from app.usecases.registrations import NOT_AWAITED, give_aci, record_aci
from app.web.access import acting, authorise, checked, current_actor, load_or_404, public
from app.web.htmx import page_or_fragment, see_other
from app.web.limits import PUBLIC_FORM, limited

GIVEN = "Date enregistrée. La demande attend maintenant une décision du centre de services."


@bp.get("/suivi/<token>/aci")
@public
def aci(token: str) -> Response:
    followed = _followed(token)
    return _page(followed, AciForm(), url_for("registrations.give", token=token), _tracking(token))


@bp.post("/suivi/<token>/aci")
@limited(PUBLIC_FORM)
@public
def give(token: str) -> BaseResponse:
    followed, form, back = _followed(token), AciForm(), _tracking(token)
    action = url_for("registrations.give", token=token)
    if not form.validate_on_submit() or form.aci_date.day is None:
        return _page(followed, form, action, back, status=422)
    try:
        give_aci(acting(holding=followed), followed, signed_on=form.aci_date.day, proof=form.aci_reference.data)
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(followed, form, action, back, status=422)
    except ImpossibleNow as refusal:
        return _page(followed, form, action, back, status=409, notice=str(refusal))
    flash(GIVEN, "ok")
    return see_other(back)


@bp.get("/demandes/<uuid:request_id>/aci")
@checked(Permission.REQUEST_DECIDE)
def aci_at_the_desk(request_id: uuid.UUID) -> Response:
    asked = _asked(request_id)
    authorise(Permission.REQUEST_DECIDE, asked)
    return _page(asked, AciForm(), url_for("registrations.record", request_id=asked.id), _desk(asked))


@bp.post("/demandes/<uuid:request_id>/aci")
@checked(Permission.REQUEST_DECIDE)
def record(request_id: uuid.UUID) -> BaseResponse:
    asked, form = _asked(request_id), AciForm()
    authorise(Permission.REQUEST_DECIDE, asked)
    action, back = url_for("registrations.record", request_id=asked.id), _desk(asked)
    if not form.validate_on_submit() or form.aci_date.day is None:
        return _page(asked, form, action, back, status=422)
    try:
        record_aci(acting(), asked, signed_on=form.aci_date.day, proof=form.aci_reference.data)
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(asked, form, action, back, status=422)
    except ImpossibleNow as refusal:
        return _page(asked, form, action, back, status=409, notice=str(refusal))
    flash("Date de signature de l’ACI enregistrée. La demande peut être acceptée.", "ok")
    return see_other(back)


# ── steps ───────────────────────────────────────────────────────────────────


def _followed(token: str) -> Request:
    followed = resolve_tracking(token)
    if followed is None or followed.kind != Kind.CPTS:
        abort(404)
    authorise(Permission.REQUEST_FOLLOW, followed, actor=current_actor().holding(followed))
    return followed


def _asked(request_id: uuid.UUID) -> Request:
    found: Request = load_or_404(Request, request_id)
    if found.kind != Kind.CPTS:
        abort(404)
    return found


def _tracking(token: str) -> str:
    return url_for("requests.tracking", token=token)


def _desk(asked: Request) -> str:
    return url_for("service_centre.request_page", request_id=asked.id)


def _page(
    asked: Request, form: AciForm, action: str, back: str, *, status: int = 200, notice: str | None = None
) -> Response:
    """409 when nothing is awaited any more: the page says so and leads back."""
    awaited = asked.status == Status.ACI_AWAITED
    if not awaited and notice is None:
        status, notice = 409, NOT_AWAITED
    response = page_or_fragment(
        "registrations/aci.html",
        "registrations/_aci.html",
        status=status,
        asked=asked,
        form=form,
        action=action,
        back=back,
        awaited=awaited,
        notice=notice,
    )
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    return response
