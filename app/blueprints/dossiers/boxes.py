"""A box of a sheet of a dossier: its form, saved complete or not, in the order of the guide (S-110, S-115)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import Response, abort, flash, make_response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app import clock
from app.blueprints.descriptions.conflict import (
    CHOOSE,
    Clash,
    choice_of,
    clash_between,
    disputed,
    seen_first,
    undecided,
    yielded,
)
from app.blueprints.descriptions.forms import FORMS, BoxForm
from app.blueprints.descriptions.forms.base import draft_of
from app.blueprints.dossiers.blueprint import bp, dossier_or_404
from app.blueprints.dossiers.pages import frame
from app.blueprints.dossiers.presentation import SheetView, next_box, views_of
from app.blueprints.dossiers.sheets import sheet_page, view_or_404
from app.domain.errors import Invalid
from app.domain.sheets.catalogue import Box, Field, find_box
from app.domain.sheets.values import Values, pick
from app.domain.sheets.words import WORDED
from app.models import Dossier
from app.models.establishment import CPTS_UNIT_TYPE
from app.policies.permissions import Permission
from app.queries.descriptions import Pen, others_editing, pen_of
from app.queries.dossier_sheets import Proposed, ProposedBox, proposed_of
from app.queries.dossiers import proposed_at
from app.queries.nomenclatures import every_label
from app.queries.sheets import BoxState, SheetRef
from app.usecases.dossier_drafts import drop_typed, keep_typed
from app.usecases.dossier_sheets import TYPE_FIRST, NotFinal, StaleBox, draft_key, finalise_sheet, save_box
from app.web.access import acting, checked, current_actor
from app.web.french import lower_first, time_fr
from app.web.htmx import page_or_fragment, see_other

ACTIONS = {
    "edit": "box",
    "save": "save_in_box",
    "keep": "keep_in_box",
    "drop": "drop_in_box",
    "presence": "presence_in_box",
}
LATER, NEXT, FINAL = "plus-tard", "suivant", "finaliser"
"""Values of the button `suite`: what comes after saving."""
CPTS_CHOICES = {"type_code": CPTS_UNIT_TYPE, "activity_field_code": "05", "care_mode_code": "58"}
"""What is chosen at first in a new unit of a CPTS (S-116): its type, « Ville », « Suivi de parcours »."""


@dataclass(frozen=True)
class Place:
    """A box that somebody edits in a sheet of a dossier."""

    dossier: Dossier
    views: list[SheetView]
    view: SheetView
    box: Box

    @property
    def sheet(self) -> Proposed:
        return self.view.sheet

    @property
    def row(self) -> ProposedBox:
        return self.sheet.boxes[self.box.key]

    @property
    def form(self) -> type[BoxForm]:
        return FORMS[self.sheet.kind, self.box.key]

    @property
    def ref(self) -> SheetRef:
        return SheetRef(self.dossier.establishment_finess, self.sheet.unit_id)

    @property
    def template(self) -> str:
        return f"{self.sheet.kind}_{self.box.key}.html"

    @cached_property
    def first_values(self) -> Values:
        """What the form shows at first: what is proposed, and in a new unit of a CPTS its usual choices."""
        if self.box.key != "offre" or not self.dossier.establishment.is_cpts:
            return self.row.values
        return self.row.values | {key: self.row.values.get(key) or usual for key, usual in CPTS_CHOICES.items()}

    def url(self, action: str, **query: Any) -> str:
        """As the templates of descriptions/ ask for them."""
        endpoint = f"dossiers.{ACTIONS.get(action, action)}"
        which: dict[str, Any] = {"dossier_id": self.dossier.id, "sheet_id": self.sheet.id, "box": self.box.key}
        return url_for(endpoint, **which, **query)


@bp.get("/dossiers/<uuid:dossier_id>/fiches/<uuid:sheet_id>/encadres/<box>")
@checked(Permission.DOSSIER_WRITE)
def box(dossier_id: uuid.UUID, sheet_id: uuid.UUID, box: str) -> BaseResponse:
    """The form, with what this person was typing there."""
    place = _place_or_404(dossier_id, sheet_id, box)
    if place.sheet.untyped and box != "offre":
        flash(TYPE_FIRST, "attention")
        return see_other(url_for("dossiers.box", dossier_id=dossier_id, sheet_id=sheet_id, box="offre"))
    pen = _pen(place)
    kept = pen.kept
    seen, typed = (kept.base_version, [(str(k), str(v)) for k, v in kept.typed]) if kept else (place.row.version, None)
    form = place.form.of(place.first_values, place.ref, version=seen, published=place.row.base or {}, typed=typed)
    return _form(place, form, pen=pen)


@bp.post("/dossiers/<uuid:dossier_id>/fiches/<uuid:sheet_id>/encadres/<box>")
@checked(Permission.DOSSIER_WRITE)
def save_in_box(dossier_id: uuid.UUID, sheet_id: uuid.UUID, box: str) -> BaseResponse:
    """« Enregistrer et continuer plus tard » refuses nothing that is only incomplete (S-110)."""
    place = _place_or_404(dossier_id, sheet_id, box)
    form = place.form.of(place.row.values, place.ref, published=place.row.base or {})
    if form.only_rearranged:
        return _form(place, form)
    if not form.validate_on_submit():
        return _form(place, form, status=422)
    if missing := undecided(place):
        return _conflict(place, form, seen=seen_first(form.seen), missing=missing)
    try:
        values = form.values | pick(place.row.values, yielded(place))
        save_box(acting(), place.dossier, sheet_id=sheet_id, box=box, values=values, seen=form.seen, erase=form.erase)
    except Invalid as error:
        form.refuse(error)
        return _form(place, form, status=422)
    except StaleBox:
        return _conflict(place, form, seen=form.seen)
    return _after(place, request.form.get("suite", LATER))


@bp.post("/dossiers/<uuid:dossier_id>/fiches/<uuid:sheet_id>/encadres/<box>/brouillon")
@checked(Permission.DOSSIER_WRITE)
def keep_in_box(dossier_id: uuid.UUID, sheet_id: uuid.UUID, box: str) -> BaseResponse:
    """Autosave: the answer is the sentence that the page shows. In front of a conflict, it is still to be settled."""
    place = _place_or_404(dossier_id, sheet_id, box)
    form = place.form.of(place.row.values, place.ref, published=place.row.base or {})
    fields, seen = draft_of(request.form), seen_first(form.seen)
    keep_typed(acting(), place.dossier, sheet_id=sheet_id, box=box, fields=fields, seen=seen)
    return _words(f"Brouillon enregistré à {time_fr(clock.now())}")


@bp.post("/dossiers/<uuid:dossier_id>/fiches/<uuid:sheet_id>/encadres/<box>/abandon")
@checked(Permission.DOSSIER_WRITE)
def drop_in_box(dossier_id: uuid.UUID, sheet_id: uuid.UUID, box: str) -> BaseResponse:
    """« Annuler » leads back to the sheet, « Reprendre la version enregistrée » to a fresh form."""
    place = _place_or_404(dossier_id, sheet_id, box)
    drop_typed(acting(), place.dossier, sheet_id=sheet_id, box=box)
    return see_other(place.url("edit") if request.form.get("reprendre") else place.view.url)


@bp.get("/dossiers/<uuid:dossier_id>/fiches/<uuid:sheet_id>/encadres/<box>/presence")
@checked(Permission.DOSSIER_WRITE)
def presence_in_box(dossier_id: uuid.UUID, sheet_id: uuid.UUID, box: str) -> BaseResponse:
    """Asked every 15 seconds by a form in front of somebody: it does not make their session last."""
    place = _place_or_404(dossier_id, sheet_id, box)
    others = others_editing(current_actor().account_id, draft_key(sheet_id), box)
    watched = _watched(place, request.args.get("vu", ""), others)
    return page_or_fragment("dossiers/presence.html", "descriptions/_presence.html", **watched)


presence_in_box.quiet = True  # type: ignore[attr-defined]


# ── steps ───────────────────────────────────────────────────────────────────


def _place_or_404(dossier_id: uuid.UUID, sheet_id: uuid.UUID, box: str) -> Place:
    dossier = dossier_or_404(dossier_id, Permission.DOSSIER_WRITE)
    views = views_of(dossier, proposed_of(dossier))
    view = view_or_404(views, sheet_id)
    known = find_box(view.sheet.kind, box)
    if known is None or (view.sheet.kind, box) not in FORMS:
        abort(404)
    return Place(dossier, views, view, known)


def _form(
    place: Place,
    form: BoxForm,
    *,
    status: int = 200,
    pen: Pen | None = None,
    clash: Clash | None = None,
    missing: Sequence[Field] = (),
) -> Response:
    """`pen`: when the form was opened; without one, what was sent is what it holds."""
    kept, held = pen.kept if pen else None, pen or _pen(place)
    context: dict[str, Any] = {
        **frame(place.dossier, place.views, tips=held.tips),
        **_watched(place, form.version.data or "", held.others),
        "undecided": [(f"choix-{field.key}", f"{field.label} : {lower_first(CHOOSE)}") for field in missing],
        "chosen": [] if clash else [(field.key, choice_of(field)) for field in disputed(place)],
        "view": place.view,
        "form": form,
        "kept": kept,
        "outdated": bool(kept and kept.base_version != place.row.version),
        "clash": clash,
        "labels": every_label(*WORDED) if clash else {},
        "following": next_box(place.view, place.box.key),
    }
    return page_or_fragment("dossiers/box.html", "dossiers/_box.html", status=status, **context)


def _after(place: Place, what: str) -> BaseResponse:
    """Where each button leads once the box is saved."""
    label, dossier, sheet_id = place.box.label, place.dossier, place.sheet.id
    if what == FINAL:
        try:
            finalise_sheet(acting(), dossier, sheet_id=sheet_id)
        except NotFinal:
            flash(f"{label} : enregistré.", "ok")
            return sheet_page(dossier, sheet_id, refused=True, status=422)
        flash("Fiche finalisée.", "ok")
        return see_other(place.view.url)
    flash(f"{label} : enregistré.", "ok")
    view = next(one for one in views_of(dossier, proposed_of(dossier)) if one.sheet.id == sheet_id)
    following = next_box(view, place.box.key) if what == NEXT else None
    if following is not None:
        return see_other(url_for("dossiers.box", dossier_id=dossier.id, sheet_id=sheet_id, box=following.key))
    return see_other(f"{place.view.url}#encadre-{place.box.key}")


def _conflict(place: Place, form: BoxForm, *, seen: int, missing: Sequence[Field] = ()) -> Response:
    """409: both versions, field by field; the form holds the two merged, over the version now on the screen (B-14)."""
    fresh = _place_or_404(place.dossier.id, place.sheet.id, place.box.key)
    row, base = fresh.row, proposed_at(place.sheet.id, place.box.key, seen)
    state = BoxState(row.version, row.updated_at, row.updated_by)
    clash = clash_between(place.box, base, form.values, row.values, state=state, seen=seen)
    shown = place.form.showing(clash.merged, place.ref, published=row.base or {}, version=row.version)
    return _form(fresh, shown, status=422 if missing else 409, clash=clash, missing=missing)


def _pen(place: Place) -> Pen:
    return pen_of(current_actor().account_id, draft_key(place.sheet.id), place.box.key)


def _watched(place: Place, seen: str, others: list[str]) -> dict[str, Any]:
    """Who else is typing there, and whether somebody saved since the version `seen`."""
    return {"place": place, "others": others, "seen": seen, "version": place.row.version}


def _words(sentence: str) -> Response:
    response = make_response(sentence)
    response.mimetype = "text/plain"
    return response
