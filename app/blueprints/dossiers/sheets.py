"""A sheet of a dossier: its boxes in the guided order, what is missing, finalising it (S-108 to S-112)."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, abort, flash, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.dossiers.blueprint import bp, dossier_or_404, sheet_or_404
from app.blueprints.dossiers.pages import frame
from app.blueprints.dossiers.presentation import SheetView, views_of
from app.blueprints.dossiers.words import labels_for
from app.domain.sheets.catalogue import BOXES
from app.models import Dossier
from app.policies.permissions import Permission
from app.queries.dossier_sheets import proposed_of
from app.usecases.dossier_sheets import PUBLISHED_STAYS, NotFinal, finalise_sheet, remove_unit
from app.web.access import acting, checked
from app.web.forms import PortalForm
from app.web.htmx import page_or_fragment, see_other, wants_fragment
from app.web.names import name_fr


@bp.get("/dossiers/<uuid:dossier_id>/fiches/<uuid:sheet_id>")
@checked(Permission.DOSSIER_READ)
def sheet(dossier_id: uuid.UUID, sheet_id: uuid.UUID) -> Response:
    dossier = dossier_or_404(dossier_id)
    return sheet_page(dossier, sheet_id)


@bp.post("/dossiers/<uuid:dossier_id>/fiches/<uuid:sheet_id>/finaliser")
@checked(Permission.DOSSIER_WRITE)
def finalise_one(dossier_id: uuid.UUID, sheet_id: uuid.UUID) -> BaseResponse:
    """« Finaliser la fiche » (S-111): green, or what is missing with the way to each field."""
    dossier = dossier_or_404(dossier_id, Permission.DOSSIER_WRITE)
    sheet_or_404(dossier, sheet_id)
    try:
        finalise_sheet(acting(), dossier, sheet_id=sheet_id)
    except NotFinal:
        return sheet_page(dossier, sheet_id, refused=True, status=422)
    if not wants_fragment():
        flash("Fiche finalisée.", "ok")
    return see_other(url_for("dossiers.sheet", dossier_id=dossier_id, sheet_id=sheet_id))


@bp.route("/dossiers/<uuid:dossier_id>/fiches/<uuid:sheet_id>/retirer", methods=["GET", "POST"])
@checked(Permission.DOSSIER_WRITE)
def remove(dossier_id: uuid.UUID, sheet_id: uuid.UUID) -> BaseResponse:
    """A unit that is not published leaves the dossier, after a confirmation."""
    dossier = dossier_or_404(dossier_id, Permission.DOSSIER_WRITE)
    found = sheet_or_404(dossier, sheet_id)
    form = PortalForm()
    if form.validate_on_submit():
        remove_unit(acting(), dossier, sheet_id=sheet_id)
        flash(f"Unité retirée du dossier : {name_fr(found.title)}.", "ok")
        return see_other(url_for("dossiers.page", dossier_id=dossier_id))
    if not found.new:
        flash(PUBLISHED_STAYS, "attention")
        return see_other(url_for("dossiers.sheet", dossier_id=dossier_id, sheet_id=sheet_id))
    return Response(render_template("dossiers/remove.html", dossier=dossier, sheet=found), form.status)


def sheet_page(dossier: Dossier, sheet_id: uuid.UUID, *, refused: bool = False, status: int = 200) -> Response:
    """`refused`: finalising was asked, and what is missing is said first."""
    views = views_of(dossier, proposed_of(dossier))
    view = view_or_404(views, sheet_id)
    context: dict[str, Any] = frame(dossier, views)
    return page_or_fragment(
        "dossiers/sheet.html",
        "dossiers/_sheet.html",
        status=status,
        **context,
        view=view,
        boxes=BOXES[view.sheet.kind],
        labels=labels_for([view.sheet]),
        refused=refused,
        swapped=wants_fragment(),
    )


def view_or_404(views: list[SheetView], sheet_id: uuid.UUID) -> SheetView:
    return next((view for view in views if view.sheet.id == sheet_id), None) or abort(404)
