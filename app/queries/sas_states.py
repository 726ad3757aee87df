"""The state of each CPTS for the SAS: one statement whatever their number."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from app import clock
from app.domain.readiness_facts import Facts, UnitFacts
from app.domain.sas_states import SasState
from app.models import Commune, Establishment, Unit, UnitCommune
from app.queries.participations import EFFECTOR_PARTS, effectors_of
from app.queries.sheets import ASKED_FINESS, Sheet, SheetRef, sheet_parts, sheets_of
from app.queries.together import Parts, Together
from app.working_days import day_of

_OPEN_UNITS = sa.select(Unit.id).where(Unit.establishment_finess.in_(ASKED_FINESS), Unit.closed_on.is_(None))
_OWN_PARTS: Parts = {
    "places": sa.select(Establishment.finess, Establishment.category_code, Establishment.closed_on).where(
        Establishment.finess.in_(ASKED_FINESS)
    ),
    "open_units": _OPEN_UNITS.with_only_columns(Unit.establishment_finess, Unit.id, Unit.updated_at).order_by(Unit.id),
    "named": sa.select(Commune.insee, Commune.name, Commune.ceased_at).where(
        Commune.insee.in_(sa.select(UnitCommune.insee).where(UnitCommune.unit_id.in_(_OPEN_UNITS)))
    ),
    **EFFECTOR_PARTS,
}
_BESIDE_SHEETS = Together(**_OWN_PARTS)
_WHOLE = Together(**_OWN_PARTS, **sheet_parts(_OPEN_UNITS))


def read_states(finess_codes: Collection[str], *, known: Mapping[SheetRef, Sheet] | None = None) -> dict[str, SasState]:
    """Of each of these establishments that exists, a CPTS or no longer one: one statement.

    `known`: their sheets, whole and with those of all their open units, when they have just been read.
    """
    if not finess_codes:
        return {}
    read = _WHOLE if known is None else _BESIDE_SHEETS
    rows = read.read(finess_codes=list(finess_codes), today=day_of(clock.now()))
    places = {row.finess: row for row in rows["places"]}
    units: dict[str, dict[SheetRef, Any]] = {}
    for finess, unit_id, updated_at in rows["open_units"]:
        units.setdefault(finess, {})[SheetRef(finess, unit_id)] = updated_at
    refs = [*map(SheetRef, places), *(ref for of_one in units.values() for ref in of_one)]
    sheets = sheets_of(refs, rows) if known is None else known
    current = frozenset(row.insee for row in rows["named"] if row.ceased_at is None)
    ceased = {row.insee: row.name for row in rows["named"] if row.ceased_at is not None}
    taking_part = effectors_of(rows)
    return {
        finess: SasState(
            _facts(
                place,
                sheets,
                units.get(finess, {}),
                current=current,
                ceased=ceased,
                effectors=len(taking_part.get(finess, ())),
            ),
            tuple(taking_part.get(finess, ())),
        )
        for finess, place in places.items()
    }


def _facts(
    place: Any,
    sheets: Mapping[SheetRef, Sheet],
    units: dict[SheetRef, Any],
    *,
    current: frozenset[str],
    ceased: dict[str, str],
    effectors: int,
) -> Facts:
    return Facts(
        finess=place.finess,
        category=place.category_code,
        closed_on=place.closed_on,
        sheet=sheets[SheetRef(place.finess)],
        units=tuple(UnitFacts(ref.unit_id or 0, sheets[ref], day_of(at)) for ref, at in units.items() if ref in sheets),
        today=day_of(clock.now()),
        current=current,
        ceased=ceased,
        effectors=effectors,
    )
