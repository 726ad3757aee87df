"""`/dossiers/<id>`: the dossier, its name, its units, sending it; the other routes are on the same blueprint."""

from __future__ import annotations

import uuid

from flask import Response, flash, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.accounts.roles import own_account
from app.blueprints.dossiers import boxes, documents, opening, sheets  # noqa: F401 – their routes
from app.blueprints.dossiers.blueprint import bp, dossier_or_404
from app.blueprints.dossiers.forms import DetailsForm, UnitsForm
from app.blueprints.dossiers.pages import dossier_page
from app.domain.dossiers import DossierStatus
from app.domain.errors import ImpossibleNow, Invalid
from app.policies.permissions import Permission
from app.usecases.dossier_drafts import choose_tips
from app.usecases.dossier_sheets import add_units, finalise_sheets
from app.usecases.dossiers import cancel_dossier, save_details, submit_dossier, take_back
from app.web.access import acting, checked, signed_in
from app.web.forms import PortalForm
from app.web.french import plural
from app.web.htmx import see_other
from app.web.names import name_fr
from app.web.return_path import local_path

SENT = {
    DossierStatus.TO_APPROVE: "Dossier envoyé à la présidence. Personne n’y écrit tant qu’elle n’a pas répondu.",
    DossierStatus.TO_REVIEW: "Dossier validé et envoyé au centre de services. Il est figé jusqu’à sa réponse.",
}


@bp.get("/dossiers/<uuid:dossier_id>")
@checked(Permission.DOSSIER_READ)
def page(dossier_id: uuid.UUID) -> Response:
    return dossier_page(dossier_or_404(dossier_id))


@bp.post("/dossiers/<uuid:dossier_id>/nom")
@checked(Permission.DOSSIER_WRITE)
def save(dossier_id: uuid.UUID) -> BaseResponse:
    """Its name and its notes (S-126)."""
    dossier = dossier_or_404(dossier_id, Permission.DOSSIER_WRITE)
    form = DetailsForm()
    if not form.validate_on_submit():
        return dossier_page(dossier, details=form, status=422)
    try:
        save_details(acting(), dossier, name=form.nom.data or "", notes=form.notes.data, seen=form.seen)
    except Invalid as error:
        form.refuse(error)
        return dossier_page(dossier, details=form, status=422)
    except ImpossibleNow as error:
        form.version.data = str(dossier.version)
        return dossier_page(dossier, details=form, told=str(error), status=409)
    flash("Nom et notes enregistrés.", "ok")
    return _back(dossier_id)


@bp.post("/dossiers/<uuid:dossier_id>/unites")
@checked(Permission.DOSSIER_WRITE)
def create_units(dossier_id: uuid.UUID) -> BaseResponse:
    """« Créer des unités », from 1 to 20 at once (S-113)."""
    dossier = dossier_or_404(dossier_id, Permission.DOSSIER_WRITE)
    form = UnitsForm()
    if not form.validate_on_submit():
        return dossier_page(dossier, units=form, status=422)
    try:
        named = name_fr(dossier.establishment.name)
        added = add_units(acting(), dossier, number=form.nombre.number, named=named)
    except Invalid as error:
        form.refuse(error)
        return dossier_page(dossier, units=form, status=422)
    flash(f"{plural(len(added), 'unité créée', 'unités créées')}. Choisissez d’abord le type de chacune.", "ok")
    if len(added) == 1:
        return see_other(url_for("dossiers.box", dossier_id=dossier_id, sheet_id=added[0], box="offre"))
    return _back(dossier_id)


@bp.post("/dossiers/<uuid:dossier_id>/finaliser")
@checked(Permission.DOSSIER_WRITE)
def finalise(dossier_id: uuid.UUID) -> BaseResponse:
    """« Finaliser les fiches »: those that can be, and what is missing in the others (S-125)."""
    dossier = dossier_or_404(dossier_id, Permission.DOSSIER_WRITE)
    made = finalise_sheets(acting(), dossier)
    done = [name_fr(sheet.title) for sheet in made.done]
    if made.failing:
        return dossier_page(dossier, finalised=done, status=422)
    flash("Toutes les fiches sont finalisées." if done else "Toutes les fiches étaient déjà finalisées.", "ok")
    return _back(dossier_id)


@bp.post("/dossiers/<uuid:dossier_id>/envoyer")
@checked(Permission.DOSSIER_SUBMIT)
def submit(dossier_id: uuid.UUID) -> BaseResponse:
    """« Envoyer en validation » (S-127)."""
    dossier = dossier_or_404(dossier_id, Permission.DOSSIER_SUBMIT)
    try:
        flash(SENT[submit_dossier(acting(), dossier)], "ok")
    except ImpossibleNow as error:
        return dossier_page(dossier, told=str(error), status=409)
    return _back(dossier_id)


@bp.post("/dossiers/<uuid:dossier_id>/reprendre")
@checked(Permission.DOSSIER_SUBMIT)
def reopen(dossier_id: uuid.UUID) -> BaseResponse:
    """Taken back while the presidency has not answered."""
    dossier = dossier_or_404(dossier_id, Permission.DOSSIER_SUBMIT)
    try:
        take_back(acting(), dossier)
    except ImpossibleNow as error:
        return dossier_page(dossier, told=str(error), status=409)
    flash("Dossier repris : vous pouvez de nouveau y écrire.", "ok")
    return _back(dossier_id)


@bp.route("/dossiers/<uuid:dossier_id>/abandonner", methods=["GET", "POST"])
@checked(Permission.DOSSIER_CANCEL)
def cancel(dossier_id: uuid.UUID) -> BaseResponse:
    """GET asks for a confirmation: what was written is kept, and never published."""
    dossier = dossier_or_404(dossier_id, Permission.DOSSIER_CANCEL)
    form = PortalForm()
    if form.validate_on_submit():
        try:
            cancel_dossier(acting(), dossier)
        except ImpossibleNow as error:
            return dossier_page(dossier, told=str(error), status=409)
        flash("Dossier abandonné. Rien n’en est publié.", "ok")
        return see_other(url_for("dossiers.mine"))
    return Response(render_template("dossiers/cancel.html", dossier=dossier), form.status)


@bp.get("/dossiers/<uuid:dossier_id>/aide")
@checked(Permission.DOSSIER_READ)
def ask_help(dossier_id: uuid.UUID) -> BaseResponse:
    """A message to the service centre that carries the dossier: the request shows it with its errors (S-132)."""
    dossier = dossier_or_404(dossier_id)
    about = f"Dossier « {dossier.name[:120]} », {DossierStatus(dossier.status).label}"
    where = url_for("dossiers.page", dossier_id=dossier_id)
    return see_other(
        url_for("pages.contact", sujet="dossier", finess=dossier.establishment_finess, depuis=where, q=about)
    )


@bp.post("/mon-compte/infobulles")
@signed_in
def tips() -> BaseResponse:
    """« Afficher les infobulles », or hide them, on every screen of this person (S-120)."""
    account, _ = own_account()
    choose_tips(acting(), account, shown=request.form.get("afficher") == "1")
    return see_other(local_path(request.form.get("retour")) or url_for("dossiers.mine"))


def _back(dossier_id: uuid.UUID) -> BaseResponse:
    return see_other(url_for("dossiers.page", dossier_id=dossier_id))
