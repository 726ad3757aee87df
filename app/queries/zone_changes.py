"""Zones that name a commune which is none any more, and what may take its place (B-04)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from app import db
from app.models import Commune, Establishment, FormerCommune, Unit, UnitCommune

LONGEST_CHAIN = 10
"""Mergers one after the other, each of which changed the commune that a former one belongs to."""


@dataclass(frozen=True, slots=True)
class Place:
    insee: str
    name: str


@dataclass(frozen=True, slots=True)
class Replacement:
    """`gone` may be replaced by `successors`; without any, nobody knows what it became, and it can only leave."""

    unit_id: int
    unit: str
    finess: str
    gone: Place
    successors: tuple[Place, ...]


def replacements(finess: Collection[str] = (), *, unit_ids: Collection[int] = ()) -> list[Replacement]:
    """For the open units of these establishments, or for these units, by name of what ceased."""
    rows = (
        db.session()
        .execute(
            sa.select(Unit.id, Unit.name, Unit.establishment_finess, Commune.insee, Commune.name)
            .join(UnitCommune, UnitCommune.unit_id == Unit.id)
            .join(Commune, Commune.insee == UnitCommune.insee)
            .where(Commune.ceased_at.is_not(None), Unit.closed_on.is_(None))
            .where(sa.or_(Unit.establishment_finess.in_(finess), Unit.id.in_(unit_ids)))
            .order_by(Commune.name, Commune.insee, Unit.id)
        )
        .all()
    )
    became = successors({row[3] for row in rows})
    return [
        Replacement(unit_id, unit, place, Place(insee, name), became[insee])
        for unit_id, unit, place, insee, name in rows
    ]


def successors(ceased: Collection[str]) -> dict[str, tuple[Place, ...]]:
    """The communes of today that each of these became part of; none when no file said so."""
    found: dict[str, set[Place]] = {insee: set() for insee in ceased}
    pending = {insee: {insee} for insee in ceased}
    for _step in range(LONGEST_CHAIN):
        merged = _merged_into(set().union(*pending.values())) if pending else {}
        further: dict[str, set[str]] = {}
        for insee, current in pending.items():
            for place, living in (one for code in current for one in merged.get(code, ())):
                if living:
                    found[insee].add(place)
                else:
                    further.setdefault(insee, set()).add(place.insee)
        if not further:
            break
        pending = further
    return {insee: tuple(sorted(places, key=lambda one: (one.name, one.insee))) for insee, places in found.items()}


def holders(ceased: Collection[str]) -> dict[str, list[str]]:
    """Open establishments → those of these communes that the zone of one of their units names."""
    rows = db.session().execute(
        sa.select(Unit.establishment_finess, UnitCommune.insee)
        .join(UnitCommune, UnitCommune.unit_id == Unit.id)
        .join(Establishment, Establishment.finess == Unit.establishment_finess)
        .where(UnitCommune.insee.in_(ceased), Unit.closed_on.is_(None), Establishment.closed_on.is_(None))
        .distinct()
        .order_by(Unit.establishment_finess, UnitCommune.insee)
    )
    found: dict[str, list[str]] = {}
    for finess, insee in rows:
        found.setdefault(finess, []).append(insee)
    return found


def _merged_into(codes: Collection[str]) -> dict[str, list[tuple[Place, bool]]]:
    """Code → the commune that it belongs to by the last file, and whether that one still is a commune."""
    rows = db.session().execute(
        sa.select(FormerCommune.insee, Commune.insee, Commune.name, Commune.ceased_at)
        .join(Commune, Commune.insee == FormerCommune.current_insee)
        .where(FormerCommune.insee.in_(codes), FormerCommune.insee != FormerCommune.current_insee)
        .distinct()
    )
    found: dict[str, list[tuple[Place, bool]]] = {}
    for former, insee, name, ceased_at in rows:
        found.setdefault(former, []).append((Place(insee, name), ceased_at is None))
    return found
