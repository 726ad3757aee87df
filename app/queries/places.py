"""Communes, the zones that hold them, their contours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa

from app import db
from app.models import Commune, CommuneContour, CommunePostcode, Establishment, FormerCommune, Unit, UnitCommune
from app.queries.served_communes import family, serves
from app.queries.together import Together


@dataclass(frozen=True, slots=True)
class ZoneCommune:
    insee: str
    name: str
    population: int | None


@dataclass(frozen=True, slots=True)
class Shape:
    """A commune and its contour: what app.web.zone_map asks for."""

    insee: str
    name: str
    population: int | None
    path: str
    x_min: int
    y_min: int
    x_max: int
    y_max: int
    x_centre: float
    y_centre: float
    source: str


SHAPE = (
    Commune.insee,
    Commune.name,
    Commune.population,
    CommuneContour.path,
    CommuneContour.x_min,
    CommuneContour.y_min,
    CommuneContour.x_max,
    CommuneContour.y_max,
    CommuneContour.x_centre,
    CommuneContour.y_centre,
    CommuneContour.source,
)


@dataclass(frozen=True, slots=True)
class Zone:
    communes: list[ZoneCommune]
    shapes: list[Shape]


def zone_part(units: sa.Select[int]) -> sa.Select[*tuple[Any, ...]]:
    """Communes where these units intervene, each once, with the contours that are known; `zone_of` reads the rows."""
    held = sa.select(UnitCommune.insee).where(UnitCommune.unit_id.in_(units))
    joined = sa.select(*SHAPE).outerjoin(CommuneContour, CommuneContour.insee == Commune.insee)
    return joined.where(Commune.insee.in_(held)).order_by(Commune.name)


def zone_of(rows: Sequence[Any]) -> Zone:
    communes = [ZoneCommune(*row[:3]) for row in rows]
    return Zone(communes, [Shape(*row) for row in rows if row.path is not None])


def shapes_within(left: float, top: float, right: float, bottom: float) -> list[Shape]:
    """Contours that meet a box of the grid."""
    rows = db.session().execute(
        sa.select(*SHAPE)
        .join(CommuneContour, CommuneContour.insee == Commune.insee)
        .where(
            CommuneContour.x_min < right,
            CommuneContour.x_max > left,
            CommuneContour.y_min < bottom,
            CommuneContour.y_max > top,
            Commune.ceased_at.is_(None),
        )
    )
    return [Shape(*row) for row in rows]


class Kin(Protocol):
    """The city of an arrondissement, an arrondissement of a city."""

    insee: str
    name: str


@dataclass(frozen=True, slots=True)
class CommunePage:
    commune: Commune
    postcodes: list[str]
    former_names: list[str]
    parent: Kin | None
    arrondissements: list[Kin]
    cpts: Sequence[tuple[Establishment, int]]
    """With how many communes of its zone make it so: several for a city of which it holds arrondissements."""


_HERE = sa.bindparam("insee", type_=sa.String())
_COMMUNE = Together(
    postcodes=sa.select(CommunePostcode.postcode)
    .where(CommunePostcode.insee == _HERE)
    .order_by(CommunePostcode.postcode),
    former=sa.select(FormerCommune.name)
    .where(FormerCommune.current_insee == _HERE, FormerCommune.name != sa.bindparam("name"))
    .group_by(FormerCommune.name)
    .order_by(FormerCommune.name),
    kin=sa.select(Commune.insee, Commune.name, Commune.parent_insee)
    .where(sa.or_(Commune.parent_insee == _HERE, Commune.insee == sa.bindparam("parent")))
    .order_by(Commune.insee),
)


def commune_page(insee: str) -> CommunePage | None:
    """The commune and the CPTS whose zone holds it, one of its arrondissements or one merged into it.

    None when it is unknown, or became part of another.
    """
    found = db.session().get(Commune, insee)
    if found is None or (found.ceased_at and successor_of(insee)):
        return None
    rows = _COMMUNE.read(insee=insee, parent=found.parent_insee, name=found.name)
    return CommunePage(
        commune=found,
        postcodes=[row.postcode for row in rows["postcodes"]],
        former_names=[row.name for row in rows["former"]],
        parent=next((relative for relative in rows["kin"] if relative.insee == found.parent_insee), None),
        arrondissements=[relative for relative in rows["kin"] if relative.parent_insee == insee],
        cpts=_serving(insee),
    )


def covering(insee: str) -> list[str]:
    """The communes whose presence in a zone says that the zone serves this one, as its page tells; [] when unknown."""
    session = db.session()
    found = session.get(Commune, insee)
    if found is None or found.ceased_at:
        successor = successor_of(insee)
        found = session.get(Commune, successor) if successor else found
    return list(session.scalars(family(found.insee))) if found else []


def successor_of(insee: str) -> str | None:
    """The commune that a former one belongs to now."""
    became = sa.select(FormerCommune.current_insee).where(FormerCommune.insee == insee)
    return db.session().scalar(became.where(FormerCommune.current_insee != insee).limit(1))


def _serving(insee: str) -> Sequence[tuple[Establishment, int]]:
    """The CPTS of the commune, by name: (establishment, how many communes of its zone make it so)."""
    rows = sa.select(Establishment, sa.func.count(UnitCommune.insee.distinct()))
    rows = rows.join(Unit, Unit.establishment_finess == Establishment.finess)
    rows = rows.join(UnitCommune, UnitCommune.unit_id == Unit.id).where(UnitCommune.insee.in_(family(insee)), serves())
    grouped = rows.group_by(Establishment.finess).order_by(Establishment.name)
    return [(place, communes) for place, communes in db.session().execute(grouped)]
