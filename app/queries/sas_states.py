"""The state of each CPTS for the SAS: a bounded number of statements whatever their number."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from app import clock, db
from app.domain.readiness_facts import Facts, UnitFacts
from app.domain.sas_states import SasState
from app.models import Commune, Establishment, Unit, UnitCommune
from app.queries.participations import effectors_of
from app.queries.sheets import Sheet, SheetRef, read_sheets
from app.working_days import day_of


def read_states(finess_codes: Collection[str], *, known: Mapping[SheetRef, Sheet] | None = None) -> dict[str, SasState]:
    """Of each of these establishments that exists, a CPTS or no longer one: at most twelve statements.

    `known`: their sheets, whole and with those of all their open units, when they have just been read: five.
    """
    wanted = list(finess_codes)
    places = _establishments(wanted)
    units = _open_units(wanted)
    refs = [*map(SheetRef, places), *(ref for of_one in units.values() for ref in of_one)]
    sheets = known if known is not None else read_sheets(refs) if refs else {}
    current, ceased = _communes([ref.unit_id for of_one in units.values() for ref in of_one])
    taking_part = effectors_of(wanted)
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


def _establishments(finess_codes: Iterable[str]) -> dict[str, Any]:
    rows = db.session().execute(
        sa.select(Establishment.finess, Establishment.category_code, Establishment.closed_on).where(
            Establishment.finess.in_(finess_codes)
        )
    )
    return {row.finess: row for row in rows}


def _open_units(finess_codes: Iterable[str]) -> dict[str, dict[SheetRef, Any]]:
    """FINESS → its units, with the day when something of each last changed, in the order in which they are sent."""
    rows = db.session().execute(
        sa.select(Unit.establishment_finess, Unit.id, Unit.updated_at)
        .where(Unit.establishment_finess.in_(finess_codes), Unit.closed_on.is_(None))
        .order_by(Unit.id)
    )
    found: dict[str, dict[SheetRef, Any]] = {}
    for finess, unit_id, updated_at in rows:
        found.setdefault(finess, {})[SheetRef(finess, unit_id)] = updated_at
    return found


def _communes(unit_ids: Iterable[int | None]) -> tuple[frozenset[str], dict[str, str]]:
    """The communes that their zones name: codes of those of today, code → name of those that ceased to be."""
    held = sa.select(UnitCommune.insee).where(UnitCommune.unit_id.in_(unit_ids))
    rows = db.session().execute(
        sa.select(Commune.insee, Commune.name, Commune.ceased_at).where(Commune.insee.in_(held))
    )
    current, ceased = set(), {}
    for insee, name, ceased_at in rows:
        if ceased_at is None:
            current.add(insee)
        else:
            ceased[insee] = name
    return frozenset(current), ceased
