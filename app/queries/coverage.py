"""The communes of a region, who serves them, and what is drawn of them: four statements whatever their number."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app import db
from app.domain.coverage import Ground
from app.domain.territories import CITY_OF
from app.models import Commune, CommuneContour, CommunePostcode, Establishment, FormerCommune, Unit, UnitCommune
from app.queries.places import SHAPE, Shape
from app.queries.served_communes import serves


@dataclass(frozen=True, slots=True)
class Coverage:
    """`shapes`: of the grounds, and of a city whose arrondissements are not drawn; `whole`: those cities.

    `divided`: the names of the cities that count as their arrondissements.
    """

    grounds: list[Ground]
    shapes: dict[str, Shape]
    whole: dict[str, str]
    divided: list[str]


def read_coverage(region: str) -> Coverage:
    communes = db.session().execute(
        sa.select(*SHAPE, Commune.departement, Commune.parent_insee)
        .outerjoin(CommuneContour, CommuneContour.insee == Commune.insee)
        .where(Commune.region == region, Commune.ceased_at.is_(None))
    )
    rows: list[Any] = sorted(communes, key=lambda row: row.insee)
    servers = _servers(region)
    cities = {row.parent_insee for row in rows if row.parent_insee}
    grounds = [
        Ground(
            row.insee,
            row.name,
            row.departement,
            row.population,
            frozenset(servers.get(row.insee, set()) | servers.get(CITY_OF.get(row.insee, ""), set())),
        )
        for row in rows
        if row.insee not in cities
    ]
    shapes = {row.insee: Shape(*row[: len(SHAPE)]) for row in rows if row.path is not None}
    parts = {CITY_OF[insee] for insee in shapes if insee in CITY_OF}
    whole = {row.insee: row.name for row in rows if row.insee in cities & shapes.keys() - parts}
    shown = {code: one for code, one in shapes.items() if code not in cities or code in whole}
    return Coverage(grounds, shown, whole, [row.name for row in rows if row.insee in cities])


def postcodes_of(codes: Collection[str]) -> dict[str, list[str]]:
    rows = db.session().execute(
        sa.select(CommunePostcode.insee, CommunePostcode.postcode)
        .where(CommunePostcode.insee.in_(codes))
        .order_by(CommunePostcode.postcode)
    )
    found: dict[str, list[str]] = {}
    for insee, postcode in rows:
        found.setdefault(insee, []).append(postcode)
    return found


def _servers(region: str) -> dict[str, set[str]]:
    """Commune → CPTS whose zone holds it; a commune that was merged counts for the one of today."""
    rows = db.session().execute(
        sa.select(UnitCommune.insee, Establishment.finess)
        .join(Unit, Unit.id == UnitCommune.unit_id)
        .join(Establishment, Establishment.finess == Unit.establishment_finess)
        .join(Commune, Commune.insee == UnitCommune.insee)
        .where(serves(), Commune.region == region)
        .distinct()
    )
    merged = sa.select(FormerCommune.insee, FormerCommune.current_insee).join(
        Commune, Commune.insee == FormerCommune.insee
    )
    merged = merged.where(Commune.ceased_at.is_not(None), Commune.region == region)
    today: dict[str, set[str]] = {}
    for gone, now in db.session().execute(merged):
        today.setdefault(gone, set()).add(now)
    found: dict[str, set[str]] = {}
    for insee, finess in rows:
        for code in today.get(insee, {insee}):
            found.setdefault(code, set()).add(finess)
    return found
