"""Help pages: list, new, edited as drafts or published at once; every version can be read and taken up again."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.portal_content.blueprint import bp, content_page
from app.blueprints.portal_content.forms import HelpForm
from app.domain.errors import ImpossibleNow, Invalid
from app.domain.markup import anchor_of, read_markup
from app.domain.portal_content import PageState
from app.policies.permissions import Permission
from app.queries.help_pages import CHAPTERS, HelpPage, edited_pages, latest_version, version_of, versions
from app.usecases.help_pages import save_help_page
from app.web.access import acting, authorise, checked
from app.web.htmx import see_other

PREVIEW = "apercu"
STATES = {"brouillon": PageState.DRAFT, "publier": PageState.PUBLISHED, "retirer": PageState.WITHDRAWN}
"""Value of the button → state of the version it saves."""
SAID = {
    PageState.DRAFT: "Le brouillon est enregistré. Les lecteurs voient encore la version publiée.",
    PageState.PUBLISHED: "La page est publiée.",
    PageState.WITHDRAWN: "La page est retirée. Ses versions sont gardées.",
}
TAKEN = {"droits", "nouvelle"}
"""Addresses under /aide, or under its editor, that are not help pages."""


@bp.get("/centre/contenus/aide")
@checked(Permission.PORTAL_CONTENT_EDIT)
def help_pages() -> Response:
    return content_page("help_pages", pages=edited_pages())


@bp.get("/centre/contenus/aide/nouvelle")
@checked(Permission.PORTAL_CONTENT_EDIT)
def new_help_page() -> Response:
    return _page(None, HelpForm(formdata=None, version=0))


@bp.post("/centre/contenus/aide/nouvelle")
@checked(Permission.PORTAL_CONTENT_EDIT)
def create_help_page() -> BaseResponse:
    authorise(Permission.PORTAL_CONTENT_EDIT)
    form = HelpForm()
    if not form.validate_on_submit():
        return _page(None, form, 422)
    slug = anchor_of(form.titre.data or "")
    if slug in TAKEN or latest_version(slug) is not None:
        form.refuse(Invalid({"titre": "Une page d’aide a déjà ce titre. Choisissez-en un autre."}))
        return _page(None, form, 422)
    return _saved(None, slug, form, seen=0)


@bp.get("/centre/contenus/aide/<slug>")
@checked(Permission.PORTAL_CONTENT_EDIT)
def help_page(slug: str) -> Response:
    """The latest version, or the one of `?version=` to take up again."""
    latest = latest_version(slug) or abort(404)
    number = request.args.get("version", latest.number, type=int)
    shown = version_of(slug, number) if 0 <= number <= latest.number else None
    shown = shown or abort(404)
    form = HelpForm(formdata=None, titre=shown.title, chapo=shown.lead, texte=shown.body, version=latest.number)
    return _page(latest, form, taken_up=shown if shown.number != latest.number else None)


@bp.post("/centre/contenus/aide/<slug>")
@checked(Permission.PORTAL_CONTENT_EDIT)
def save_page(slug: str) -> BaseResponse:
    authorise(Permission.PORTAL_CONTENT_EDIT)
    latest = latest_version(slug) or abort(404)
    form = HelpForm()
    if not form.validate_on_submit():
        return _page(latest, form, 422)
    return _saved(latest, slug, form, seen=form.seen)


def _saved(latest: HelpPage | None, slug: str, form: HelpForm, *, seen: int) -> BaseResponse:
    """What the pressed button asks for: a look, or one more version."""
    pressed = request.form.get("suite", "")
    if pressed == PREVIEW:
        return _page(latest, form, preview=read_markup(form.texte.data or ""))
    state = STATES.get(pressed) or abort(400)
    if state is PageState.WITHDRAWN and slug in CHAPTERS:
        form.form_errors.append("Cette page est celle que des écrans ouvrent : modifiez-la plutôt que de la retirer.")
        return _page(latest, form, 422)
    try:
        save_help_page(acting(), None, slug=slug, words=form.page(), state=state, seen=seen)
    except ImpossibleNow as error:
        fresh = latest_version(slug)
        form.version.data = str(fresh.number if fresh else 0)
        return _page(fresh, form, 409, conflict=str(error))
    flash(SAID[state], "ok")
    return see_other(url_for("portal_content.help_page", slug=slug))


def _page(latest: HelpPage | None, form: HelpForm, status: int = 200, **context: Any) -> Response:
    return content_page(
        "help_page",
        status=status,
        latest=latest,
        form=form,
        ours=latest is not None and latest.slug in CHAPTERS,
        history=versions(latest.slug) if latest else [],
        **{"preview": None, "conflict": "", "taken_up": None, **context},
    )
