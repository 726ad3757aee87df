"""Public documents, and the two things one does with a tile or a banner: open it, put it away."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, abort, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.portal.archive import archive_of
from app.models import Account, PortalBanner
from app.queries.documents import content_of, document_line, listed_documents
from app.queries.tiles import tile_for
from app.usecases.banners import put_away
from app.usecases.tiles import count_click
from app.web.access import acting, current_actor, load_or_404, public, signed_in
from app.web.frame import COOKIE, MOST_REMEMBERED, put_away_here
from app.web.htmx import see_other, wants_fragment
from app.web.return_path import local_path
from app.web.security_headers import sandboxed

bp = Blueprint("portal", __name__)
REMEMBERED_FOR = 180 * 24 * 3600
"""Seconds a visitor's choice is kept: longer than banners last."""


@bp.get("/documents")
@public
def documents() -> str:
    return render_template("portal/documents.html", documents=listed_documents())


@bp.get("/documents/<uuid:document_id>")
@public
def document(document_id: uuid.UUID) -> Response:
    """The file, to keep, never to show: whatever it holds runs nowhere."""
    line = document_line(document_id) or abort(404)
    response = current_app.response_class(content_of(line.file_id), mimetype=line.format.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=line.file_name)
    response.set_etag(line.digest)
    sandboxed(response).make_conditional(request)
    return response


@bp.get("/documents/tous.zip")
@public
def every_document() -> Response:
    lines = listed_documents() or abort(404)
    response = current_app.response_class(archive_of(lines), mimetype="application/zip", direct_passthrough=True)
    response.headers.set("Content-Disposition", "attachment", filename="documents.zip")
    return sandboxed(response)


@bp.post("/applications/<uuid:tile_id>")
@signed_in
def open_tile(tile_id: uuid.UUID) -> BaseResponse:
    """Count, then go. To another site through a page of ours: `form-action` forbids a form to lead elsewhere."""
    actor = current_actor()
    tile = tile_for(actor, tile_id) or abort(404)
    count_click(acting(), load_or_404(Account, actor.account_id), tile=tile)
    return see_other(url_for("portal.leaving", tile_id=tile.id) if tile.external else tile.url)


@bp.get("/applications/<uuid:tile_id>")
@signed_in
def leaving(tile_id: uuid.UUID) -> Response:
    """Goes on to the other site by itself, and holds the link for whoever comes back."""
    tile = tile_for(current_actor(), tile_id) or abort(404)
    response = make_response(render_template("portal/leaving.html", tile=tile))
    if tile.external:
        response.headers["Refresh"] = f"0; url={tile.url}"
    return response


@bp.post("/bandeaux/<uuid:banner_id>/fermeture")
@signed_in
def close_banner(banner_id: uuid.UUID) -> BaseResponse:
    banner = load_or_404(PortalBanner, banner_id)
    put_away(acting(), load_or_404(Account, current_actor().account_id), banner=banner)
    if wants_fragment():
        return make_response(render_template("portal/_notices.html"))
    return _back(request.form.get("retour"))


@bp.get("/bandeaux/<uuid:banner_id>/fermeture")
@public
def close_banner_here(banner_id: uuid.UUID) -> BaseResponse:
    """For a visitor: remembered by their browser, not by us. A link, so that no page needs a session for it."""
    banner = load_or_404(PortalBanner, banner_id)
    response = _back(request.args.get("retour"))
    kept = [banner.id, *(each for each in put_away_here() if each != banner.id)][:MOST_REMEMBERED]
    response.set_cookie(
        COOKIE,
        ".".join(each.hex for each in kept),
        max_age=REMEMBERED_FOR,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def _back(path: str | None) -> BaseResponse:
    """To the page the banner was on."""
    return redirect(local_path(path) or url_for("search.home"), 303)
