"""The passport of a field: where its value comes from, since when, until when, what for (B-17)."""

from __future__ import annotations

from flask import Response, abort

from app.blueprints.memory.blueprint import box_or_404, bp, cpts_or_404, sees_names, sees_values, unit_or_404
from app.blueprints.memory.presentation import ROLES, SOURCES
from app.domain.freshness import next_check
from app.domain.sheets.words import lines_of
from app.models import Establishment
from app.queries.passports import field_origin, read_passport
from app.queries.sheets import BoxState, SheetRef
from app.web.access import public
from app.web.htmx import page_or_fragment
from app.working_days import day_of


@bp.get("/etablissements/<finess>/encadres/<box>/<field>/passeport")
@public
def passport(finess: str, box: str, field: str) -> Response:
    return _passport(cpts_or_404(finess), SheetRef(finess), box, field)


@bp.get("/unites/<int:unit_id>/encadres/<box>/<field>/passeport")
@public
def unit_passport(unit_id: int, box: str, field: str) -> Response:
    establishment, ref = unit_or_404(unit_id)
    return _passport(establishment, ref, box, field)


def _passport(establishment: Establishment, ref: SheetRef, key: str, name: str) -> Response:
    box = box_or_404(ref, key)
    field = next((each for each in box.fields if each.key == name), None) or abort(404)
    insider = sees_values(establishment)
    if field.restricted and not insider:
        abort(404)
    known = read_passport(ref, box, name, insider=insider)
    origin, state = field_origin(ref, box, name), known.state
    if ref.unit_id is None and key == "coordonnees" and state.verified_at is None:
        state = BoxState(state.version, state.updated_at, state.updated_by, establishment.verified_at)
    verified = day_of(state.verified_at) if state.verified_at else None
    return page_or_fragment(
        "memory/passport.html",
        "memory/_passport.html",
        establishment=establishment,
        ref=ref,
        box=box,
        field=field,
        lines=lines_of(field, known.value, known.labels),
        origin=origin,
        source=SOURCES.get(origin.source, "") if origin else "Registre officiel",
        role=ROLES.get(origin.role or "", "") if origin else "",
        insider=insider,
        author=origin.author if origin and sees_names(establishment) else None,
        verified=verified,
        next_check=next_check(verified, known.rhythm, since=verified) if verified else None,
        receivers=field.receivers,
    )
