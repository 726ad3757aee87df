"""The CPTS nearest to a commune that none serves: from its centroid to that of a commune of their zones (B-05)."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians
from typing import Any

import sqlalchemy as sa

from app import db
from app.domain.distances import Point, kilometres
from app.models import Commune, Establishment, Unit, UnitCommune
from app.queries.served_communes import serves

RINGS = (30.0, 120.0, 500.0)
"""Kilometres within which one looks, one after the other; nobody is near beyond the last."""
SHOWN = 3
KM_A_DEGREE = 111.2


@dataclass(frozen=True, slots=True)
class NearCpts:
    """`commune`: the nearest of its zone."""

    establishment: Establishment
    commune: str
    kilometres: float


def nearest_cpts(commune: Commune) -> list[NearCpts]:
    """The nearest first; [] when it has no centroid, or when nobody is near. At most four statements."""
    if commune.latitude is None or commune.longitude is None:
        return []
    here = (commune.latitude, commune.longitude)
    for reach in RINGS:
        found = _within(here, reach)
        if found:
            return _read(found)
    return []


def _within(here: Point, reach: float) -> dict[str, tuple[float, str]]:
    """FINESS → distance and name of the nearest commune of the zone, no further than `reach`."""
    tall = reach / KM_A_DEGREE
    wide = tall / max(cos(radians(here[0])), 0.01)
    rows: Any = db.session().execute(
        sa.select(Establishment.finess, Commune.name, Commune.latitude, Commune.longitude)
        .join(Unit, Unit.establishment_finess == Establishment.finess)
        .join(UnitCommune, UnitCommune.unit_id == Unit.id)
        .join(Commune, Commune.insee == UnitCommune.insee)
        .where(serves())
        .where(Commune.latitude.between(here[0] - tall, here[0] + tall))
        .where(Commune.longitude.between(here[1] - wide, here[1] + wide))
    )
    found: dict[str, tuple[float, str]] = {}
    for finess, name, latitude, longitude in rows:
        distance = kilometres(here, (latitude, longitude))
        if distance <= reach:
            found[finess] = min(found.get(finess, (distance, name)), (distance, name))
    return found


def _read(found: dict[str, tuple[float, str]]) -> list[NearCpts]:
    kept = sorted(found, key=lambda finess: (found[finess], finess))[:SHOWN]
    rows = db.session().scalars(sa.select(Establishment).where(Establishment.finess.in_(kept)))
    known = {row.finess: row for row in rows}
    return [NearCpts(known[finess], found[finess][1], found[finess][0]) for finess in kept]
