"""The open FINESS files (etalab cs1100501, 502 and 507, DOMAIN.md §6.2), a line at a time."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from typing import Any, TextIO

from app.domain.territories import DEPARTEMENTS
from bench.structures import FINESS_CODES, Address, Entity, Structure, Structures, keyed
from bench.structures import WIDEST_SHORT_NAME as WIDEST

DATE = "2026-05-12"
WEST, SOUTH, STEP, ACROSS = 250_000, 6_150_000, 80_000, 10
"""Lambert-93: départements are squares of eighty kilometres, ten across."""
METROPOLITAN = "1,ATLASANTE,96,BAN,EPSG:2154 RGF93 / Lambert-93 (Métropole)"
OVERSEAS = {
    "971": (640_000, 1_760_000, "1,ATLASANTE,96,BAN,EPSG:5490 RGAF09/UTM Zone 20N (Antilles)"),
    "972": (700_000, 1_610_000, "1,ATLASANTE,96,BAN,EPSG:5490 RGAF09/UTM Zone 20N (Antilles)"),
    "973": (300_000, 540_000, "1,ATLASANTE,96,BAN,EPSG:2972 RGFG95/UTM Zone 22N (Guyane)"),
    "974": (320_000, 7_640_000, "1,ATLASANTE,96,BAN,EPSG:2975 RGR92/UTM Zone 40S (Réunion)"),
    "976": (510_000, 8_580_000, "1,ATLASANTE,96,BAN,EPSG:4471 RGM04/UTM Zone 38S (Mayotte)"),
}


def write_entities(structures: Structures, file: TextIO) -> None:
    file.write(f"finess;etalab;110;{DATE}\n")
    _writer(file).writerows(_entity(entity) for entity in structures.every_entity())


def write_establishments(structures: Structures, file: TextIO) -> None:
    file.write(f"finess;etalab;111;{DATE}\n")
    _writer(file).writerows(_establishment(structure) for structure in structures.every())


def write_positions(structures: Structures, file: TextIO) -> None:
    """cs1100507: the establishments again, then where they are."""
    write_establishments(structures, file)
    rows = _writer(file)
    for structure in structures.every():
        x, y, source = _position(structure, structures)
        rows.writerow(("geolocalisation", structure.finess, f"{x:.1f}", f"{y:.1f}", source, DATE))


def write_zones(structures: Structures, file: TextIO) -> None:
    file.write("finess_eg,insee_code\n")
    file.writelines(f"{finess},{place.insee}\n" for finess, place in structures.every_zone())


def _writer(file: TextIO) -> Any:
    return csv.writer(file, delimiter=";", lineterminator="\n")


def _entity(entity: Entity) -> Sequence[str]:
    at = entity.address
    code, _, commune = _places(at)
    return (
        *("structureej", entity.finess, entity.name[:WIDEST].strip(), entity.name, ""),
        *(at.number, at.kind, at.street, at.repeat, "", "", commune, _routing(at), code, ""),
        *(at.phone, *entity.status, "", "", entity.siren, "8690F", entity.created_on),
    )


def _establishment(structure: Structure) -> Sequence[str]:
    at, category = structure.address, structure.category
    code, name, commune = _places(at)
    number = int(structure.finess[-6:-1])
    return (
        *("structureet", structure.finess, structure.entity, structure.name[:WIDEST].strip(), structure.name, "", ""),
        *(at.number, at.kind, at.street, at.repeat, "", commune, code, name, _routing(at), at.phone, ""),
        *(category.code, category.label, category.group, "", _siret(structure.siren, number), "8690F"),
        *("99", "Indéterminé", "9", "Non applicable", structure.opened_on, "", structure.updated_on, ""),
    )


def _places(at: Address) -> tuple[str, str, str]:
    """Département as FINESS writes it, its name, the three digits of the commune."""
    departement = at.place.departement
    commune = at.place.insee[2:]
    return FINESS_CODES.get(departement, departement), DEPARTEMENTS[departement].name.upper(), commune


def _routing(at: Address) -> str:
    name = at.place.name.upper().replace("-", " ").replace("’", " ")
    return f"{at.place.postcodes[0]} {name}"


def _siret(siren: str, number: int) -> str:
    return keyed(f"{siren}{number % 10_000:04d}")


def _position(structure: Structure, structures: Structures) -> tuple[float, float, str]:
    """Around the square of its commune, on the map of its département."""
    place = structure.address.place
    side = max(round(len(structures.territory.places[place.departement]) ** 0.5), 1)
    chance = random.Random(f"{structures.seed}/position/{structure.finess}")
    column, line = place.rank % side, place.rank // side
    if place.departement in OVERSEAS:
        x, y, source = OVERSEAS[place.departement]
        return x + 2_000 * (column + chance.random()), y + 2_000 * (line + chance.random()), source
    number = list(DEPARTEMENTS).index(place.departement)
    x, y = WEST + STEP * (number % ACROSS), SOUTH + STEP * (number // ACROSS)
    cell = STEP / (side + 1)
    return x + cell * (column + chance.random()), y + cell * (line + chance.random()), METROPOLITAN
