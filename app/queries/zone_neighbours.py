"""A zone being composed, beside those of other CPTS: what is there, who serves it already, what it leaves out (B-04).

Three statements, whatever the number of communes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app import db
from app.domain.borders import Side, sides, surrounded
from app.domain.map_frames import frame_of
from app.domain.territories import CITY_OF
from app.models import Commune, CommuneContour, CommunePostcode, Establishment, Unit, UnitCommune
from app.queries.places import SHAPE, Shape, shapes_within
from app.queries.served_communes import serves
from app.search.normalise import normalise

PARTS_OF: dict[str, frozenset[str]] = {
    city: frozenset(part for part, whole in CITY_OF.items() if whole == city) for city in CITY_OF.values()
}
REACH = 300
"""15 km on the grid, around what the map shows: as far as communes that nobody serves are looked for."""
_POSTCODES = (
    sa.select(sa.func.aggregate_strings(CommunePostcode.postcode, " "))
    .where(CommunePostcode.insee == Commune.insee)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class ZonePlace:
    insee: str
    name: str
    departement: str
    population: int | None
    ceased: bool
    """It is no commune any more: what it became part of takes its place."""
    postcodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Server:
    """Another CPTS whose zone holds a commune, or the city or an arrondissement of it."""

    finess: str
    name: str


@dataclass(frozen=True, slots=True)
class Overlap:
    place: ZonePlace
    servers: tuple[Server, ...]


@dataclass(frozen=True, slots=True)
class Hole:
    """`enclosed` by this zone alone; otherwise nobody serves it, between this zone and others."""

    insee: str
    name: str
    population: int | None
    enclosed: bool
    servers: tuple[Server, ...] = ()


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    places: list[ZonePlace]
    shapes: list[Shape]
    """Of the zone, those that are drawn."""
    around: list[Shape]
    overlaps: list[Overlap]
    holes: list[Hole]

    @property
    def population(self) -> int:
        return sum(place.population or 0 for place in self.places if not place.ceased)


def neighbourhood(codes: Collection[str], finess: str) -> Neighbourhood:
    """Of this zone of the CPTS `finess`, which may not be written yet."""
    places, shapes = _places(codes)
    around = []
    if shapes:
        frame = frame_of(shapes)
        right, bottom = frame.left + frame.width, frame.top + frame.height
        around = shapes_within(frame.left - REACH, frame.top - REACH, right + REACH, bottom + REACH)
    servers = served_by({*codes, *(shape.insee for shape in around)}, but=finess)
    overlaps = [Overlap(place, servers[place.insee]) for place in places if place.insee in servers]
    return Neighbourhood(places, shapes, around, overlaps, _holes(codes, shapes, around, servers))


def served_by(codes: Collection[str], *, but: str) -> dict[str, tuple[Server, ...]]:
    """The CPTS that serve each of these communes, those of nobody left out: one statement.

    Who serves a city serves its arrondissements; who serves an arrondissement serves a part of the city.
    """
    if not codes:
        return {}
    kin = {code: {code, *PARTS_OF.get(code, ()), *([CITY_OF[code]] if code in CITY_OF else ())} for code in codes}
    wanted = {one for family in kin.values() for one in family}
    rows = db.session().execute(
        sa.select(UnitCommune.insee, Establishment.finess, Establishment.name)
        .join(Unit, Unit.id == UnitCommune.unit_id)
        .join(Establishment, Establishment.finess == Unit.establishment_finess)
        .where(UnitCommune.insee.in_(wanted), Establishment.finess != but)
        .where(serves())
        .distinct()
    )
    holders: dict[str, set[Server]] = {}
    for insee, place, name in rows:
        holders.setdefault(insee, set()).add(Server(place, name))
    found = {code: set().union(*(holders.get(one, set()) for one in family)) for code, family in kin.items()}
    return {code: tuple(sorted(who, key=lambda one: (one.name, one.finess))) for code, who in found.items() if who}


# ── reading ─────────────────────────────────────────────────────────────────


def _places(codes: Collection[str]) -> tuple[list[ZonePlace], list[Shape]]:
    """By name; codes that no register knows are left out."""
    if not codes:
        return [], []
    statement = (
        sa.select(*SHAPE, Commune.departement, Commune.ceased_at, _POSTCODES.label("postcodes"))
        .outerjoin(CommuneContour, CommuneContour.insee == Commune.insee)
        .where(Commune.insee.in_(codes))
    )
    rows: list[Any] = sorted(db.session().execute(statement), key=lambda row: (normalise(row.name), row.insee))
    return [_place(row) for row in rows], [Shape(*row[: len(SHAPE)]) for row in rows if row.path is not None]


def _place(row: Any) -> ZonePlace:
    codes = tuple(sorted((row.postcodes or "").split()))
    return ZonePlace(row.insee, row.name, row.departement, row.population, row.ceased_at is not None, codes)


# ── holes ───────────────────────────────────────────────────────────────────


def _holes(
    codes: Collection[str], shapes: list[Shape], around: list[Shape], servers: dict[str, tuple[Server, ...]]
) -> list[Hole]:
    """Communes that this zone encloses, then those that nobody serves between it and the zones of others."""
    drawn = _drawn_once({shape.insee: shape for shape in (*around, *shapes)}, codes)
    own = {insee: sides(shape.path) for insee, shape in drawn.items()}
    zone = _with_parts(codes) & own.keys()
    enclosed = {insee for group in surrounded(zone, own) for insee in group}
    served = zone | {insee for insee in own if insee in servers}
    border: set[Side] = set().union(*(own[insee] for insee in zone))
    gaps = {
        insee
        for group in surrounded(served, own)
        if any(own[insee] & border for insee in group)
        for insee in group - enclosed
    }
    found = [_hole(drawn[insee], servers, enclosed=insee in enclosed) for insee in enclosed | gaps]
    return sorted(found, key=lambda hole: (not hole.enclosed, normalise(hole.name), hole.insee))


def _hole(shape: Shape, servers: dict[str, tuple[Server, ...]], *, enclosed: bool) -> Hole:
    return Hole(shape.insee, shape.name, shape.population, enclosed, servers.get(shape.insee, ()))


def _drawn_once(drawn: dict[str, Shape], codes: Collection[str]) -> dict[str, Shape]:
    """A city and its arrondissements cover the same ground: the city when the zone holds it, else its parts."""
    parts = {CITY_OF[insee] for insee in drawn if insee in CITY_OF}
    return {
        insee: shape
        for insee, shape in drawn.items()
        if (CITY_OF[insee] not in codes if insee in CITY_OF else insee in codes or insee not in parts)
    }


def _with_parts(codes: Iterable[str]) -> set[str]:
    """The zone, and each city of which it holds a part, for a map that draws the city and not its parts."""
    held = set(codes)
    return held | {CITY_OF[insee] for insee in held if insee in CITY_OF}
