"""Banners: list, new, corrected."""

from __future__ import annotations

import uuid

from flask import Response, flash, url_for
from werkzeug.wrappers import Response as BaseResponse

from app import clock, db
from app.blueprints.portal_content.blueprint import bp, content_page
from app.blueprints.portal_content.forms import BannerForm
from app.domain.errors import ImpossibleNow, Invalid
from app.models import PortalBanner
from app.policies.permissions import Permission
from app.queries.banners import every_banner
from app.usecases.banners import add_banner, change_banner
from app.web.access import acting, authorise, checked, load_or_404
from app.web.htmx import see_other
from app.working_days import day_of


@bp.get("/centre/contenus/bandeaux")
@checked(Permission.PORTAL_CONTENT_EDIT)
def banners() -> Response:
    return content_page("banners", all_banners=every_banner(), today=day_of(clock.now()))


@bp.get("/centre/contenus/bandeaux/nouveau")
@checked(Permission.PORTAL_CONTENT_EDIT)
def new_banner() -> Response:
    return _page(None, BannerForm(formdata=None, du=day_of(clock.now())))


@bp.post("/centre/contenus/bandeaux/nouveau")
@checked(Permission.PORTAL_CONTENT_EDIT)
def create_banner() -> BaseResponse:
    authorise(Permission.PORTAL_CONTENT_EDIT)
    form = BannerForm()
    if not form.validate_on_submit():
        return _page(None, form, 422)
    try:
        add_banner(acting(), None, words=form.banner())
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(None, form, 422)
    flash("Le bandeau est enregistré.", "ok")
    return see_other(url_for("portal_content.banners"))


@bp.get("/centre/contenus/bandeaux/<uuid:banner_id>")
@checked(Permission.PORTAL_CONTENT_EDIT)
def banner(banner_id: uuid.UUID) -> Response:
    found = load_or_404(PortalBanner, banner_id)
    return _page(found, BannerForm.of(found))


@bp.post("/centre/contenus/bandeaux/<uuid:banner_id>")
@checked(Permission.PORTAL_CONTENT_EDIT)
def save_banner(banner_id: uuid.UUID) -> BaseResponse:
    authorise(Permission.PORTAL_CONTENT_EDIT)
    found = load_or_404(PortalBanner, banner_id)
    form = BannerForm.of(found)
    if not form.validate_on_submit():
        return _page(found, form, 422)
    try:
        change_banner(acting(), found, words=form.banner(), seen=form.seen)
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(found, form, 422)
    except ImpossibleNow as error:
        return _conflict(found, form, str(error))
    flash("Le bandeau est enregistré.", "ok")
    return see_other(url_for("portal_content.banners"))


def _conflict(found: PortalBanner, form: BannerForm, sentence: str) -> Response:
    """The fresh row beside what was typed; the next submit is about the fresh version."""
    db.session().refresh(found)
    form.version.data = str(found.version)
    return _page(found, form, 409, conflict=sentence)


def _page(found: PortalBanner | None, form: BannerForm, status: int = 200, conflict: str = "") -> Response:
    return content_page("banner", status=status, banner=found, form=form, conflict=conflict)
