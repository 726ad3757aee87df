"""« Liste des dossiers collaboratifs », and opening one (S-099, S-104 to S-107)."""

from __future__ import annotations

from flask import Response, flash, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.affiliations.blueprint import cpts_or_404
from app.blueprints.dossiers.blueprint import bp
from app.blueprints.dossiers.forms import OpeningForm
from app.domain.dossiers import default_name
from app.domain.errors import ImpossibleNow, Invalid
from app.models import Establishment
from app.policies.permissions import Permission
from app.queries.accounts import managed_establishments
from app.queries.dossiers import dossiers_of, open_dossier_of
from app.usecases.dossiers import open_dossier
from app.web.access import acting, authorise, checked, current_actor, signed_in
from app.web.htmx import page_or_fragment, see_other
from app.web.names import name_fr

CLOSED_ONES = "termines"
"""Value of `?etat=` that shows those published or abandoned."""


@bp.get("/dossiers")
@signed_in
def mine() -> Response:
    open_ones = request.args.get("etat") != CLOSED_ONES
    actor = current_actor()
    return page_or_fragment(
        "dossiers/list.html",
        "dossiers/_dossiers.html",
        dossiers=dossiers_of(actor, open_ones=open_ones, page=request.args.get("page", 1, type=int)),
        open_ones=open_ones,
        places=managed_establishments({mandate.establishment_finess for mandate in actor.mandates}),
    )


@bp.get("/dossiers/nouveau")
@checked(Permission.DOSSIER_CREATE)
def new() -> BaseResponse:
    """The form, or the way to the dossier that is open already."""
    establishment = cpts_or_404(request.args.get("finess", ""))
    authorise(Permission.DOSSIER_CREATE, establishment)
    name = default_name(name_fr(establishment.name))
    return _page(establishment, OpeningForm(formdata=None, nom=name, finess=establishment.finess))


@bp.post("/dossiers/nouveau")
@checked(Permission.DOSSIER_CREATE)
def create() -> BaseResponse:
    form = OpeningForm()
    establishment = cpts_or_404(form.finess.data or "")
    authorise(Permission.DOSSIER_CREATE, establishment)
    if not form.validate_on_submit():
        return _page(establishment, form, status=422)
    try:
        dossier = open_dossier(acting(), establishment, name=form.nom.data or "")
    except Invalid as error:
        form.refuse(error)
        return _page(establishment, form, status=422)
    except ImpossibleNow:
        return _page(establishment, form, status=409)
    flash("Dossier ouvert. Rien n’est visible du public avant sa publication.", "ok")
    return see_other(url_for("dossiers.page", dossier_id=dossier.id))


def _page(establishment: Establishment, form: OpeningForm, *, status: int = 200) -> Response:
    return page_or_fragment(
        "dossiers/new.html",
        "dossiers/_new.html",
        status=status,
        establishment=establishment,
        form=form,
        open_one=open_dossier_of(establishment.finess),
    )
