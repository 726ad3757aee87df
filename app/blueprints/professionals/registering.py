"""Those in office register a professional themselves, or hand the coordinates over to the service centre."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.affiliations.blueprint import cpts_or_404
from app.blueprints.professionals.blueprint import bp
from app.blueprints.professionals.forms import ProfessionalForm
from app.credentials.links import tracking_token
from app.domain.errors import ImpossibleNow, Invalid
from app.models import Establishment
from app.policies.permissions import Permission
from app.queries.requests import open_units
from app.usecases.professionals import KnownProfessional, register_professional
from app.usecases.requests import submit_request
from app.web.access import acting, authorise, checked
from app.web.htmx import page_or_fragment, see_other
from app.web.limits import REGISTER, limited


@bp.get("/etablissements/<finess>/professionnels/nouveau")
@checked(Permission.AFFILIATION_CREATE)
def new(finess: str) -> Response:
    establishment = cpts_or_404(finess)
    authorise(Permission.AFFILIATION_CREATE, establishment)
    return _page(establishment, _form(establishment))


@bp.post("/etablissements/<finess>/professionnels/nouveau")
@checked(Permission.AFFILIATION_CREATE)
@limited(REGISTER)
def register(finess: str) -> BaseResponse:
    establishment = cpts_or_404(finess)
    authorise(Permission.AFFILIATION_CREATE, establishment)
    form = _form(establishment)
    if not form.validate_on_submit():
        return _page(establishment, form, status=422)
    try:
        return _hand_over(establishment, form) if form.transmettre.data else _create(establishment, form)
    except Invalid as error:
        form.refuse(error)
        return _page(establishment, form, status=422)
    except KnownProfessional as error:
        return _page(establishment, form, status=409, notice=str(error), known=True)
    except ImpossibleNow as error:
        return _page(establishment, form, status=409, notice=str(error))


def _create(establishment: Establishment, form: ProfessionalForm) -> BaseResponse:
    made = register_professional(acting(), establishment, wish=form.wish(), attach_known=bool(form.existant.data))
    name = f"{form.prenom.data} {form.nom.data}"
    flash(f"{name} est enregistré. Un courriel lui est envoyé à l’adresse de son compte.", "ok")
    return see_other(url_for("establishments.unit", unit_id=made.unit_id))


def _hand_over(establishment: Establishment, form: ProfessionalForm) -> BaseResponse:
    asked = submit_request(acting(), establishment, form.submission(), client_key=form.client_key)
    flash(
        f"Coordonnées transmises au centre de services\u00a0: demande {asked.number}. La personne en est informée.",
        "ok",
    )
    return see_other(url_for("requests.tracking", token=tracking_token(asked.id, asked.tracking_generation)))


def _form(establishment: Establishment) -> ProfessionalForm:
    """A CPTS without an open unit has nowhere to attach anybody: 404."""
    return ProfessionalForm(open_units(establishment.finess) or abort(404))


def _page(establishment: Establishment, form: ProfessionalForm, *, status: int = 200, **context: Any) -> Response:
    return page_or_fragment(
        "professionals/new.html",
        "professionals/_new.html",
        status=status,
        establishment=establishment,
        form=form,
        **context,
    )
