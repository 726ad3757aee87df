"""« C’est toujours exact », box by box; the rhythm of verifications; the national rule RE1.2 (B-18)."""

from __future__ import annotations

from flask import Response, flash, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.memory.blueprint import box_or_404, bp, cpts_or_404, unit_or_404
from app.blueprints.memory.forms import RhythmForm, SeenForm
from app.domain.errors import ImpossibleNow
from app.domain.freshness import Conformity, Rhythm
from app.domain.sheets.catalogue import BOXES
from app.models import Establishment
from app.policies.permissions import Permission
from app.queries.freshness import freshness_page
from app.queries.sheets import SheetRef
from app.usecases.freshness import choose_freshness_rhythm
from app.usecases.memory import confirm_box as confirm_one
from app.usecases.sheet_steps import StaleBoxes
from app.web.access import acting, authorise, checked
from app.web.htmx import page_or_fragment, see_other

MOVED = "Cet encadré a été modifié entre-temps. Relisez-le avant de dire qu’il est exact."


@bp.post("/etablissements/<finess>/encadres/<box>/confirmation")
@checked(Permission.ESTABLISHMENT_CONFIRM)
def confirm_box(finess: str, box: str) -> BaseResponse:
    return _confirm(cpts_or_404(finess), SheetRef(finess), box)


@bp.post("/unites/<int:unit_id>/encadres/<box>/confirmation")
@checked(Permission.ESTABLISHMENT_CONFIRM)
def confirm_unit_box(unit_id: int, box: str) -> BaseResponse:
    establishment, ref = unit_or_404(unit_id)
    return _confirm(establishment, ref, box)


@bp.get("/etablissements/<finess>/fraicheur")
@checked(Permission.MANDATE_READ_CHAIN)
def freshness(finess: str) -> Response:
    establishment = cpts_or_404(finess)
    authorise(Permission.MANDATE_READ_CHAIN, establishment)
    return _page(establishment, RhythmForm(formdata=None))


@bp.post("/etablissements/<finess>/fraicheur")
@checked(Permission.ESTABLISHMENT_CONFIRM)
def choose_rhythm(finess: str) -> BaseResponse:
    establishment, form = cpts_or_404(finess), RhythmForm()
    authorise(Permission.ESTABLISHMENT_CONFIRM, establishment)
    if not form.validate_on_submit() or form.rhythm is None:
        form.rythme.errors = ["Choisissez un rythme."]
        return _page(establishment, form, status=422)
    choose_freshness_rhythm(acting(), establishment, rhythm=form.rhythm)
    flash("Rythme enregistré.", "ok")
    return see_other(url_for("memory.freshness", finess=finess))


def _confirm(establishment: Establishment, ref: SheetRef, key: str) -> BaseResponse:
    authorise(Permission.ESTABLISHMENT_CONFIRM, establishment)
    box, form = box_or_404(ref, key), SeenForm()
    seen = form.version.data or ""
    if not form.validate_on_submit() or not seen.isdecimal():
        return _page(establishment, RhythmForm(formdata=None), status=422, notice="Relisez l’encadré, puis confirmez.")
    try:
        confirm_one(acting(), establishment, ref=ref, box=key, seen=int(seen))
    except StaleBoxes:
        return _page(establishment, RhythmForm(formdata=None), status=409, notice=MOVED)
    except ImpossibleNow as error:
        return _page(establishment, RhythmForm(formdata=None), status=409, notice=str(error))
    flash(f"Encadré « {box.label} » confirmé\u00a0: il est exact aujourd’hui.", "ok")
    page = (
        url_for("establishments.unit", unit_id=ref.unit_id, _anchor=key)
        if ref.unit_id
        else url_for("establishments.page", finess=ref.finess, _anchor=key)
    )
    return redirect(page, 303)


def _page(establishment: Establishment, form: RhythmForm, *, status: int = 200, notice: str = "") -> Response:
    """Every box with the date when it was verified, what the ROR says of it all, the rhythm."""
    read = freshness_page(establishment.finess)
    if form.rythme.data is None:
        form.rythme.data = str(read.rhythm)
    return page_or_fragment(
        "memory/freshness.html",
        "memory/_freshness.html",
        status=status,
        establishment=establishment,
        form=form,
        lines=[
            (ref, box, read.names.get(ref.key, ""), read.states.get((ref.key, box.key)), (ref, box.key) in read.asked)
            for ref in read.refs
            for box in BOXES[ref.kind]
        ],
        outlook=read.outlook,
        gap=Conformity.GAP,
        unverified=read.unverified,
        due=read.due,
        never=read.rhythm == Rhythm.NEVER,
        notice=notice,
    )
