"""`/etablissements/<finess>/historique/reprise`: a box, or every box, published again as it was (B-16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Response, abort, flash, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app import clock
from app.blueprints.memory.blueprint import bp, cpts_or_404
from app.blueprints.memory.forms import RestoreForm
from app.blueprints.memory.presentation import field_lines
from app.domain.errors import ImpossibleNow, Invalid
from app.domain.sheets.catalogue import SheetKind, find_box
from app.models import Establishment, Revision
from app.policies.permissions import Permission
from app.queries.history import labels_for, unit_names
from app.queries.past import end_of, revision_before, revision_numbered
from app.queries.restorations import Back, fingerprint, restoration
from app.usecases.memory import restore
from app.usecases.sheet_steps import StaleBoxes
from app.web.access import LARGEST_KEY, acting, authorise, checked
from app.web.french import date_fr, datetime_fr
from app.web.htmx import page_or_fragment, see_other
from app.web.names import name_fr
from app.working_days import day_of

MOVED = "La fiche a été modifiée entre-temps. Voici ce que la reprise changerait maintenant."


@dataclass(frozen=True)
class Asked:
    """What is to come back: as published by the revision `number`, or as it was on `day`; one box, or all of them."""

    number: int | None
    day: date | None
    sheet: str
    box: str

    @property
    def query(self) -> dict[str, str]:
        when = {"publication": str(self.number)} if self.number else {"au": self.day.isoformat() if self.day else ""}
        what = {"fiche": self.sheet, "encadre": self.box} if self.box else {}
        return when | what


@bp.get("/etablissements/<finess>/historique/reprise")
@checked(Permission.ESTABLISHMENT_UPDATE)
def restoring(finess: str) -> BaseResponse:
    establishment = cpts_or_404(finess)
    authorise(Permission.ESTABLISHMENT_UPDATE, establishment)
    if not request.args:
        return see_other(url_for("memory.history", finess=finess))
    return _page(establishment, _asked(), RestoreForm(formdata=None))


@bp.post("/etablissements/<finess>/historique/reprise")
@checked(Permission.ESTABLISHMENT_UPDATE)
def restored(finess: str) -> BaseResponse:
    establishment, form = cpts_or_404(finess), RestoreForm()
    authorise(Permission.ESTABLISHMENT_UPDATE, establishment)
    asked = _asked()
    if not form.validate_on_submit():
        return _page(establishment, asked, form, status=422)
    until, source = _moment(establishment, asked)
    try:
        revision = restore(
            acting(),
            establishment,
            until=until,
            seen=form.version.data or "",
            reason=form.motif.data or "",
            sheet=asked.sheet,
            box=asked.box,
            restores_id=source.id if source else None,
        )
    except Invalid as error:
        return _page(establishment, asked, form, status=422, refused=list(error.fields.values()))
    except StaleBoxes:
        return _page(establishment, asked, form, status=409, notice=MOVED)
    except ImpossibleNow as error:
        return _page(establishment, asked, form, status=409, notice=str(error))
    flash(f"Version reprise\u00a0: c’est la publication n° {revision.number}, visible de tous.", "ok")
    return see_other(url_for("memory.history", finess=finess))


def _page(
    establishment: Establishment,
    asked: Asked,
    form: RestoreForm,
    *,
    status: int = 200,
    notice: str = "",
    refused: list[str] | None = None,
) -> Response:
    """What would change, now; the next submit is about what this page shows."""
    until, source = _moment(establishment, asked)
    backs = restoration(establishment.finess, until, sheet=asked.sheet, box=asked.box)
    labels = labels_for([values for back in backs for values in _both(back)])
    units = unit_names(establishment.finess)
    form.version.data = fingerprint(backs)
    return page_or_fragment(
        "memory/restore.html",
        "memory/_restore.html",
        status=status,
        establishment=establishment,
        form=form,
        action=f"{url_for('memory.restored', finess=establishment.finess)}?{urlencode(asked.query)}",
        when=date_fr(asked.day) if asked.day else datetime_fr(source.at) if source else "",
        boxes=[
            (
                f"{name_fr(units[back.ref.key])}\u00a0: {back.box.label}" if back.ref.key in units else back.box.label,
                [field_lines(change, labels) for change in back.restored.changes],
                back.restored.kept,
            )
            for back in backs
        ],
        one=bool(asked.box),
        notice=notice,
        refused=refused or [],
    )


def _both(back: Back) -> list[dict[str, Any]]:
    return [
        {change.field.key: change.before for change in back.restored.changes},
        {change.field.key: change.after for change in back.restored.changes},
    ]


def _asked() -> Asked:
    """404 when the address names no publication, no day that has come, no box."""
    number = request.args.get("publication", type=int)
    try:
        day = date.fromisoformat(request.args["au"]) if "au" in request.args else None
    except ValueError:
        abort(404)
    sheet, box = request.args.get("fiche", ""), request.args.get("encadre", "")
    if (number is None) == (day is None) or (day and day > day_of(clock.now())) or bool(sheet) != bool(box):
        abort(404)
    if sheet and (sheet[:3] not in {"eg-", "uo-"} or find_box(SheetKind(sheet[:2]), box) is None):
        abort(404)
    return Asked(number, day, sheet, box)


def _moment(establishment: Establishment, asked: Asked) -> tuple[datetime, Revision | None]:
    """The instant before which the state is taken, and the publication that made it."""
    finess = establishment.finess
    if asked.day is not None:
        until = end_of(asked.day)
        return until, revision_before(finess, until, sheet=asked.sheet, box=asked.box)
    number = asked.number or 0
    source = (revision_numbered(finess, number) if 0 < number <= LARGEST_KEY else None) or abort(404)
    return source.at + timedelta(microseconds=1), source
