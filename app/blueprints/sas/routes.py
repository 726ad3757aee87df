"""`/sas/compte`, and the welcome mail sent again."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, flash, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from app import db
from app.blueprints.requests.presentation import DETAILS
from app.blueprints.sas.forms import SasAccountForm
from app.credentials.links import tracking_token
from app.domain.requests import Kind
from app.models import Establishment, Request
from app.policies.permissions import Permission
from app.settings import current_settings
from app.usecases.requests import submit_request
from app.usecases.sas_accounts import send_sas_welcome_again
from app.web.access import acting, checked, current_actor, load_or_404, public, storable
from app.web.htmx import page_or_fragment, see_other
from app.web.limits import ASK, limited
from app.web.request_forms import known_of_the_actor

bp = Blueprint("sas", __name__)
DETAILS[Kind.SAS_ACCOUNT] = {"profil": "Vous êtes", "territoire": "Territoire"}


@bp.get("/sas/compte")
@public
def account() -> Response:
    place = _cpts(request.args)
    territory = {"territoire": place.departement} if place else {}
    return _page(SasAccountForm(**known_of_the_actor(), **territory), place)


@bp.post("/sas/compte")
@limited(ASK)
@public
def ask() -> BaseResponse:
    form, place = SasAccountForm(), _cpts(request.form)
    if not form.validate_on_submit():
        return _page(form, place, status=422)
    sent = submit_request(acting(), place, form.submission(), client_key=form.client_key)
    flash(f"Demande {sent.number} envoyée. Un accusé de réception part à votre adresse, avec ce lien.", "ok")
    return see_other(url_for("requests.tracking", token=tracking_token(sent.id, sent.tracking_generation)))


@bp.post("/demandes/<uuid:request_id>/bienvenue")
@checked(Permission.REQUEST_HANDLE)
def welcome_again(request_id: uuid.UUID) -> BaseResponse:
    asked: Request = load_or_404(Request, request_id)
    send_sas_welcome_again(acting(), asked)
    flash(f"Le courriel de bienvenue est renvoyé à {asked.full_name}.", "ok")
    return see_other(url_for("service_centre.request_page", request_id=asked.id))


def _cpts(source: MultiDict[str, str]) -> Establishment | None:
    """The CPTS one comes from, else the only one that one manages."""
    managed = {mandate.establishment_finess for mandate in current_actor().mandates}
    finess = source.get("finess") or (next(iter(managed)) if len(managed) == 1 else "")
    return db.session().get(Establishment, finess) if finess and storable(finess) else None


def _page(form: SasAccountForm, place: Establishment | None, *, status: int = 200) -> Response:
    return page_or_fragment(
        "sas/account.html",
        "sas/_sas_account.html",
        status=status,
        form=form,
        establishment=place,
        mailto=form.mailto(current_settings().support_email),
    )
