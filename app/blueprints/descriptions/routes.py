"""« Modifier » on each box: a page without JavaScript, in place with htmx; drafts kept meanwhile; undone for a day."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, Response, flash, make_response, request
from werkzeug.wrappers import Response as BaseResponse

from app import clock
from app.blueprints.descriptions.conflict import (
    CHOOSE,
    Clash,
    choice_of,
    clash_of,
    disputed,
    seen_first,
    settle,
    undecided,
)
from app.blueprints.descriptions.forms import BoxForm
from app.blueprints.descriptions.forms.base import draft_of
from app.blueprints.descriptions.place import Place, box_url, place_or_404, sheet_page
from app.blueprints.descriptions.views import views_of
from app.domain.errors import ImpossibleNow, Invalid
from app.domain.sheets.catalogue import Field
from app.domain.sheets.words import WORDED, hours_words, lines_of
from app.models import Establishment, Revision
from app.policies.permissions import Permission
from app.queries.boxes import read_editing
from app.queries.descriptions import Watched, watched
from app.queries.nomenclatures import every_label
from app.queries.sheets import SheetRef, read_sheet
from app.usecases.descriptions import DESCRIBE_FIRST, UNDO_WITHIN, drop_draft, save_draft, undo_revision, update_box
from app.usecases.sheet_steps import StaleBoxes, Write
from app.web.access import acting, authorise, checked, current_actor, load_or_404
from app.web.french import lower_first, time_fr
from app.web.htmx import announce, page_or_fragment, see_other, wants_fragment
from app.web.return_path import local_path

bp = Blueprint("descriptions", __name__)
bp.add_app_template_filter(lines_of, "lines_of")
bp.add_app_template_filter(hours_words, "hours_words")
bp.add_app_template_global(UNDO_WITHIN, "undo_within")  # type: ignore[arg-type]
View = Callable[..., BaseResponse]
SAVED = "{box} : enregistré, et visible dès maintenant."
UNCHANGED = "{box} : rien n’a changé, l’information est confirmée."


def on_a_box(action: str = "", *, method: str = "GET") -> Callable[[View], View]:
    """The address of an act on a box of an establishment's sheet, and on one of a unit's."""

    def route(view: View) -> View:
        for sheet in ("/etablissements/<finess>", "/unites/<int:unit_id>"):
            bp.add_url_rule(f"{sheet}/encadres/<box>{action}", view.__name__, view, methods=[method])
        return view

    return route


@on_a_box()
@checked(Permission.ESTABLISHMENT_UPDATE)
def edit(box: str, finess: str | None = None, unit_id: int | None = None) -> BaseResponse:
    """The form, with what this person was typing there; `champ`: the input to begin with."""
    place = place_or_404(box, finess, unit_id)
    authorise(Permission.ESTABLISHMENT_UPDATE, place.establishment)
    read = read_editing(place.ref, box, account_id=current_actor().account_id)
    if not (place.always_editable or read.described):
        flash(DESCRIBE_FIRST, "attention")
        return see_other(place.page)
    kept, version = read.draft, read.watched.version
    seen, typed = (kept.base_version, [tuple(pair) for pair in kept.fields]) if kept else (version, None)
    form = place.form.of(read.values, place.ref, version=seen, typed=typed)
    return _form(place, form, kept=kept, outdated=seen != version, watch=read.watched)


@on_a_box(method="POST")
@checked(Permission.ESTABLISHMENT_UPDATE)
def save(box: str, finess: str | None = None, unit_id: int | None = None) -> BaseResponse:
    place = place_or_404(box, finess, unit_id)
    authorise(Permission.ESTABLISHMENT_UPDATE, place.establishment)
    if not place.editable:
        raise ImpossibleNow(DESCRIBE_FIRST)
    form = place.form.of(read_sheet(place.ref)[box], place.ref)
    if form.only_rearranged:
        return _form(place, form)
    if not form.validate_on_submit() or not form.is_complete():
        return _form(place, form, status=422)
    if missing := undecided(place):
        return _conflict(place, form, seen=seen_first(form.seen), missing=missing)
    try:
        values = settle(place, form.values)
        write = Write(place.ref, box, values, seen=form.seen, erase=form.erase)
        revision = update_box(acting(), place.establishment, write=write)
    except Invalid as error:
        form.refuse(error)
        return _form(place, form, status=422)
    except StaleBoxes:
        return _conflict(place, form, seen=form.seen)
    flash((SAVED if revision else UNCHANGED).format(box=place.box.label), "ok")
    return _to_the_view(place)


@on_a_box("/brouillon", method="POST")
@checked(Permission.ESTABLISHMENT_UPDATE)
def keep(box: str, finess: str | None = None, unit_id: int | None = None) -> BaseResponse:
    """Autosave: the answer is the sentence that the page shows. In front of a conflict, it is still to be settled."""
    place = place_or_404(box, finess, unit_id)
    form = place.form.of(read_sheet(place.ref)[box], place.ref)
    fields, seen = draft_of(request.form), seen_first(form.seen)
    save_draft(acting(), place.establishment, ref=place.ref, box=box, fields=fields, seen=seen)
    return _words(f"Brouillon enregistré à {time_fr(clock.now())}")


@on_a_box("/abandon", method="POST")
@checked(Permission.ESTABLISHMENT_UPDATE)
def drop(box: str, finess: str | None = None, unit_id: int | None = None) -> BaseResponse:
    """« Annuler » leads back to the page, « Reprendre la version enregistrée » to a fresh form."""
    place = place_or_404(box, finess, unit_id)
    drop_draft(acting(), place.establishment, ref=place.ref, box=box)
    return see_other(place.url("edit")) if request.form.get("reprendre") else _to_the_view(place)


@on_a_box("/presence")
@checked(Permission.ESTABLISHMENT_UPDATE)
def presence(box: str, finess: str | None = None, unit_id: int | None = None) -> BaseResponse:
    """Asked every 15 seconds by a form in front of somebody: it does not make their session last."""
    place = place_or_404(box, finess, unit_id)
    authorise(Permission.ESTABLISHMENT_UPDATE, place.establishment)
    return page_or_fragment(
        "descriptions/presence.html", "descriptions/_presence.html", **_watched(place, request.args.get("vu", ""))
    )


presence.quiet = True  # type: ignore[attr-defined]


@on_a_box("/vue")
@checked(Permission.ESTABLISHMENT_UPDATE)
def shown(box: str, finess: str | None = None, unit_id: int | None = None) -> BaseResponse:
    """The box as its page shows it, put back in place of its form; a browser without htmx gets the page."""
    place = place_or_404(box, finess, unit_id)
    authorise(Permission.ESTABLISHMENT_UPDATE, place.establishment)
    if not wants_fragment():
        return see_other(place.page)
    return announce(_view(place), f"{place.box.label} : affiché.")


@bp.post("/etablissements/<finess>/revisions/<uuid:revision_id>/annulation")
@checked(Permission.ESTABLISHMENT_UPDATE)
def undo(finess: str, revision_id: uuid.UUID) -> BaseResponse:
    """« Annuler » what was saved in the last 24 hours."""
    establishment: Establishment = load_or_404(Establishment, finess)
    revision: Revision = load_or_404(Revision, revision_id)
    sheet, box = (revision.boxes[0].sheet, revision.boxes[0].box) if revision.boxes else ("", "")
    ref = SheetRef(finess, int(sheet.removeprefix("uo-"))) if sheet.startswith("uo-") else SheetRef(finess)
    try:
        undo_revision(acting(), establishment, revision=revision)
    except (Invalid, ImpossibleNow) as error:
        if not wants_fragment() or not revision.boxes:
            raise ImpossibleNow(str(error)) from error
        flash(str(error), "attention")
        return _view(place_or_404(box, finess, ref.unit_id), status=409)
    flash("Modification annulée : les valeurs précédentes sont revenues.", "ok")
    return see_other(box_url(ref, box, "shown") if wants_fragment() else sheet_page(ref, box))


# ── answers ─────────────────────────────────────────────────────────────────


def _form(
    place: Place,
    form: BoxForm,
    *,
    status: int = 200,
    kept: Any = None,
    outdated: bool = False,
    clash: Clash | None = None,
    missing: Sequence[Field] = (),
    watch: Watched | None = None,
) -> Response:
    context: dict[str, Any] = {
        "undecided": [(f"choix-{field.key}", f"{field.label} : {lower_first(CHOOSE)}") for field in missing],
        "chosen": [] if clash else [(field.key, choice_of(field)) for field in disputed(place)],
        "place": place,
        "form": form,
        "kept": kept,
        "outdated": outdated,
        "clash": clash,
        "labels": every_label(*WORDED) if clash else {},
        "in_place": wants_fragment(),
        "begin_with": request.args.get("champ", "")[:60],
        "back": _back(),
        **_watched(place, form.version.data or "", watch),
    }
    return page_or_fragment("descriptions/edit.html", "descriptions/_edit.html", status=status, **context)


def _view(place: Place, *, status: int = 200) -> Response:
    """The box as its page shows it, with what was just done or refused."""
    boxes = views_of(place.establishment, [place.ref], insider=True)[place.ref]
    context = {"b": boxes[place.box.key], "boxes": boxes, "establishment": place.establishment, "unit": place.unit}
    view = "descriptions/_view.html"
    return page_or_fragment(view, view, status=status, told=True, **context)


def _conflict(place: Place, form: BoxForm, *, seen: int, missing: Sequence[Field] = ()) -> Response:
    """409: both versions; the form holds the two merged, and saves over the version that is now on the screen."""
    clash = clash_of(place, form.values, seen)
    known = read_sheet(place.ref)[place.box.key]
    fresh = place.form.showing(clash.merged, published=known, version=clash.state.version)
    return _form(place, fresh, status=422 if missing else 409, clash=clash, missing=missing)


def _watched(place: Place, seen: str, watch: Watched | None = None) -> dict[str, Any]:
    """Who else is typing there, and whether somebody saved since the version `seen`."""
    now = watch or watched(current_actor().account_id, place.ref.key, place.box.key)
    return {"place": place, "others": now.others, "seen": seen, "version": now.version}


def _to_the_view(place: Place) -> BaseResponse:
    return see_other(place.url("shown") if wants_fragment() else _back() or place.page)


def _back() -> str | None:
    """The page that opened the form, when it is not that of the sheet."""
    return local_path(request.values.get("retour"))


def _words(sentence: str) -> Response:
    response = make_response(sentence)
    response.mimetype = "text/plain"
    return response
