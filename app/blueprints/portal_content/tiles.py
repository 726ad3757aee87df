"""Tiles: list, new, corrected."""

from __future__ import annotations

import uuid

from flask import Response, flash, url_for
from werkzeug.wrappers import Response as BaseResponse

from app import db
from app.blueprints.portal_content.blueprint import bp, content_page
from app.blueprints.portal_content.forms import TileForm
from app.domain.errors import ImpossibleNow
from app.models import PortalTile
from app.policies.permissions import Permission
from app.queries.tiles import every_tile
from app.usecases.tiles import add_tile, change_tile
from app.web.access import acting, authorise, checked, load_or_404
from app.web.htmx import see_other


@bp.get("/centre/contenus/tuiles")
@checked(Permission.PORTAL_CONTENT_EDIT)
def tiles() -> Response:
    return content_page("tiles", tiles=every_tile())


@bp.get("/centre/contenus/tuiles/nouvelle")
@checked(Permission.PORTAL_CONTENT_EDIT)
def new_tile() -> Response:
    return _page(None, TileForm(formdata=None))


@bp.post("/centre/contenus/tuiles/nouvelle")
@checked(Permission.PORTAL_CONTENT_EDIT)
def create_tile() -> BaseResponse:
    authorise(Permission.PORTAL_CONTENT_EDIT)
    form = TileForm()
    if not form.validate_on_submit():
        return _page(None, form, 422)
    add_tile(acting(), None, words=form.tile())
    flash(f"La tuile « {form.libelle.data} » est enregistrée.", "ok")
    return see_other(url_for("portal_content.tiles"))


@bp.get("/centre/contenus/tuiles/<uuid:tile_id>")
@checked(Permission.PORTAL_CONTENT_EDIT)
def tile(tile_id: uuid.UUID) -> Response:
    found = load_or_404(PortalTile, tile_id)
    return _page(found, TileForm.of(found))


@bp.post("/centre/contenus/tuiles/<uuid:tile_id>")
@checked(Permission.PORTAL_CONTENT_EDIT)
def save_tile(tile_id: uuid.UUID) -> BaseResponse:
    authorise(Permission.PORTAL_CONTENT_EDIT)
    found = load_or_404(PortalTile, tile_id)
    form = TileForm.of(found)
    if not form.validate_on_submit():
        return _page(found, form, 422)
    try:
        change_tile(acting(), found, words=form.tile(), seen=form.seen)
    except ImpossibleNow as error:
        return _conflict(found, form, str(error))
    flash(f"La tuile « {form.libelle.data} » est enregistrée.", "ok")
    return see_other(url_for("portal_content.tiles"))


def _conflict(found: PortalTile, form: TileForm, sentence: str) -> Response:
    """The fresh row beside what was typed; the next submit is about the fresh version."""
    db.session().refresh(found)
    form.version.data = str(found.version)
    return _page(found, form, 409, conflict=sentence)


def _page(found: PortalTile | None, form: TileForm, status: int = 200, conflict: str = "") -> Response:
    return content_page("tile", status=status, tile=found, form=form, conflict=conflict)
