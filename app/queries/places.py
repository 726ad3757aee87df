"""Communes, the zones that hold them, their contours."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app import db
from app.models import Commune, CommuneContour, CommunePostcode, Establishment, FormerCommune, UnitCommune
from app.queries.served_communes import cpts_of_commune, family


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


def zone(unit_ids: Collection[int]) -> Zone:
    """Communes where these units intervene, each once, with the contours that are known: one statement."""
    held = sa.select(UnitCommune.insee).where(UnitCommune.unit_id.in_(unit_ids))
    rows = (
        db.session()
        .execute(
            sa.select(*SHAPE)
            .outerjoin(CommuneContour, CommuneContour.insee == Commune.insee)
            .where(Commune.insee.in_(held))
            .order_by(Commune.name)
        )
        .all()
    )
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


@dataclass(frozen=True, slots=True)
class CommunePage:
    commune: Commune
    postcodes: list[str]
    former_names: list[str]
    parent: Commune | None
    arrondissements: list[Commune]
    cpts: Sequence[tuple[Establishment, int]]
    """With how many communes of its zone make it so: several for a city of which it holds arrondissements."""


def commune_page(insee: str) -> CommunePage | None:
    """The commune and the CPTS whose zone holds it, one of its arrondissements or one merged into it.

    None when it is unknown, or became part of another.
    """
    session = db.session()
    found = session.get(Commune, insee)
    if found is None or (found.ceased_at and successor_of(insee)):
        return None
    kin = _kin(found)
    postcodes = sa.select(CommunePostcode.postcode).where(CommunePostcode.insee == insee)
    former = sa.select(FormerCommune.name).where(FormerCommune.current_insee == insee, FormerCommune.name != found.name)
    return CommunePage(
        commune=found,
        postcodes=list(session.scalars(postcodes.order_by(CommunePostcode.postcode))),
        former_names=list(session.scalars(former.distinct().order_by(FormerCommune.name))),
        parent=next((relative for relative in kin if relative.insee == found.parent_insee), None),
        arrondissements=[relative for relative in kin if relative.parent_insee == insee],
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


def _kin(commune: Commune) -> Sequence[Commune]:
    """The arrondissements of a city, the city of an arrondissement."""
    relatives = sa.or_(Commune.parent_insee == commune.insee, Commune.insee == commune.parent_insee)
    return db.session().scalars(sa.select(Commune).where(relatives).order_by(Commune.insee)).all()


def successor_of(insee: str) -> str | None:
    """The commune that a former one belongs to now."""
    became = sa.select(FormerCommune.current_insee).where(FormerCommune.insee == insee)
    return db.session().scalar(became.where(FormerCommune.current_insee != insee).limit(1))


def _serving(insee: str) -> Sequence[tuple[Establishment, int]]:
    """The CPTS of the commune, by name: (establishment, how many communes of its zone make it so)."""
    held = cpts_of_commune(insee)
    rows = sa.select(Establishment).where(Establishment.finess.in_(held)).order_by(Establishment.name)
    return [(place, len(held[place.finess])) for place in db.session().scalars(rows)] if held else []
