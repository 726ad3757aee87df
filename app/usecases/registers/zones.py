"""Intervention zones of the CPTS units."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from app import clock, db
from app.domain.import_report import Outcome
from app.domain.registers import ZoneRow
from app.domain.territories import CITY_OF
from app.models import Commune, Establishment, Unit, UnitCommune
from app.models.establishment import CPTS_UNIT_TYPE
from app.usecases.registers.bulk import Values
from app.usecases.registers.run import Import, known

UNKNOWN_ESTABLISHMENT = "établissement inconnu"
NO_CPTS_UNIT = "établissement sans unité CPTS"
UNKNOWN_COMMUNE = "commune inconnue"
HELD_IN_PARTS = "ville dont la zone tient déjà des arrondissements"
CEASED = "commune qui n’existe plus, gardée : son remplacement sera proposé"


def write_zones(run: Import, rows: Sequence[ZoneRow]) -> None:
    """Adds communes to the zone of each CPTS unit; never takes one away. A city holds its arrondissements."""
    establishments = known(Establishment.finess, {row.finess for row in rows})
    communes = known(Commune.insee, {row.insee for row in rows})
    ceased = set(db.session().scalars(sa.select(Commune.insee).where(Commune.ceased_at.is_not(None))))
    units = _cpts_units(establishments)
    served = _zones(set(units.values()))
    added: list[Values] = []
    for row in rows:
        reason = _why_not(row, establishments, units, communes, served)
        if reason:
            run.report.reject(row.line, *reason)
            continue
        unit = units[row.finess]
        city = CITY_OF.get(row.insee, "")
        place = (unit, city if (unit, city) in served else row.insee)
        if row.insee in ceased:
            run.report.warn(row.line, CEASED, row.insee)
        run.report.count(Outcome.UNCHANGED if place in served else Outcome.CREATED)
        if place not in served:
            run.before.zone(row.finess, place[0], (insee for unit, insee in served if unit == place[0]))
            served.add(place)
            added.append({"unit_id": place[0], "insee": place[1]})
            run.touched.establishments.add(row.finess)
    if added:
        grown = {row["unit_id"] for row in added}
        db.session().execute(sa.insert(UnitCommune), added)
        db.session().execute(sa.update(Unit).where(Unit.id.in_(grown)).values(updated_at=clock.now()))


def _why_not(
    row: ZoneRow,
    establishments: set[str],
    units: dict[str, int],
    communes: set[str],
    served: set[tuple[int, str]],
) -> tuple[str, str] | None:
    if row.finess not in establishments:
        return UNKNOWN_ESTABLISHMENT, row.finess
    if row.finess not in units:
        return NO_CPTS_UNIT, row.finess
    if row.insee not in communes:
        return UNKNOWN_COMMUNE, row.insee
    if row.insee in CITY_OF.values() and any(
        unit == units[row.finess] and CITY_OF.get(insee) == row.insee for unit, insee in served
    ):
        return HELD_IN_PARTS, row.insee
    return None


def _cpts_units(establishments: set[str]) -> dict[str, int]:
    """The open CPTS unit of each establishment, the oldest one should there be several."""
    statement = (
        sa.select(Unit.establishment_finess, sa.func.min(Unit.id))
        .where(Unit.establishment_finess.in_(establishments), Unit.type_code == CPTS_UNIT_TYPE)
        .where(Unit.closed_on.is_(None))
        .group_by(Unit.establishment_finess)
    )
    return dict(db.session().execute(statement).all())


def _zones(units: set[int]) -> set[tuple[int, str]]:
    statement = sa.select(UnitCommune.unit_id, UnitCommune.insee).where(UnitCommune.unit_id.in_(units))
    return {(unit_id, insee) for unit_id, insee in db.session().execute(statement)}
