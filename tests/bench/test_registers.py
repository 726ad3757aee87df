"""Made-up registers: what the importers accept whole, the same bytes for the same seed, without growing in memory."""

from __future__ import annotations

import csv
import hashlib
import io
import tracemalloc
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.domain.identifiers import Finess, Rpps, luhn_is_valid
from app.models import Commune, Establishment, FormerCommune, LegalEntity, Professional, Unit, UnitCommune
from app.models.establishment import CPTS_CATEGORY
from bench.portal import imports
from bench.registers import (
    ENTITIES,
    ESTABLISHMENTS,
    PROFESSIONALS,
    registers,
    write_registers,
)
from bench.rpps_file import COLUMNS, Professionals
from bench.scales import SCALES
from bench.structures import Structures
from bench.territory import Territory, arrondissements, shares
from tests.support.backends import SQLITE_ONLY

FRANCE = SCALES["national"].part(0.001)
"""Every département, Corsica and overseas too; 404 establishments, 1,500 professionals."""
FIXTURE = Path(__file__).parents[1] / "fixtures" / "ps-libreacces.txt"
MIB = 2**20


def digests(seed: int) -> dict[str, str]:
    made = {}
    for name, write in registers(FRANCE, seed).items():
        text = io.StringIO()
        write(text)
        made[name] = hashlib.sha256(text.getvalue().encode()).hexdigest()
    return made


@SQLITE_ONLY
def test_importers_take_every_line_without_a_doubt(app: Flask, session: Session, tmp_path: Path) -> None:
    files = write_registers(FRANCE, tmp_path)
    report = tmp_path / "report.csv"
    for words in imports(files):
        told = app.test_cli_runner().invoke(args=["import", *map(str, words), "--report", str(report)])
        assert told.exit_code == 0, told.output
        assert len(report.read_text().splitlines()) == 1, report.read_text()[:500]  # its header alone

    def count(what: object, *where: sa.ColumnElement[bool]) -> int | None:
        return session.scalar(sa.select(sa.func.count()).select_from(what).where(*where))

    assert count(LegalEntity) == FRANCE.entities
    assert count(Establishment) == count(Establishment, Establishment.latitude.is_not(None)) == FRANCE.establishments
    assert count(Establishment, Establishment.category_code == CPTS_CATEGORY) == count(Unit) == FRANCE.cpts
    assert count(Professional) == FRANCE.professionals
    assert count(Commune, Commune.kind == "COM") == FRANCE.communes
    assert count(Commune, Commune.kind == "ARM", Commune.parent_insee.in_(("75056", "69123", "13055"))) == 20 + 9 + 16
    assert count(FormerCommune)
    assert count(sa.select(UnitCommune.unit_id).distinct().subquery()) == FRANCE.cpts, "each has a zone"


def test_a_seed_gives_the_same_bytes_and_another_one_others() -> None:
    first = digests(1)
    assert digests(1) == first
    assert not set(digests(2).values()) & set(first.values())


def test_every_number_has_its_key_and_is_given_once(tmp_path: Path) -> None:
    files = write_registers(FRANCE, tmp_path)
    with files[ENTITIES].open() as entities, files[ESTABLISHMENTS].open() as establishments:
        held = [row for row in csv.reader(entities, delimiter=";") if row[0] == "structureej"]
        places = [row for row in csv.reader(establishments, delimiter=";") if row[0] == "structureet"]
    numbers = [row[1] for row in (*held, *places)]
    assert len(numbers) == len(set(numbers)) == FRANCE.entities + FRANCE.establishments
    assert all(Finess.parse(number).key_is_valid for number in numbers)
    assert {row[2] for row in places} <= {row[1] for row in held}, "the entity of each establishment exists"
    assert all(luhn_is_valid(row[22]) for row in places), "SIRET"
    assert all(luhn_is_valid(row[20]) for row in held), "SIREN"
    with files[PROFESSIONALS].open() as lines:
        people = {line.split("|")[1] for line in lines if line.startswith("8|")}
    assert len(people) == FRANCE.professionals
    assert all(Rpps.parse(number).key_is_valid for number in people)


def test_the_columns_are_those_of_the_official_extraction() -> None:
    official = FIXTURE.read_text().splitlines()[0].rstrip("|").split("|")
    assert COLUMNS[: len(official)] == official
    assert len(COLUMNS) == 56


@pytest.mark.parametrize("scale", SCALES.values(), ids=lambda scale: scale.name)
def test_a_scale_holds_what_it_announces(scale: object) -> None:
    territory = Territory(scale, 1)
    structures = Structures(territory)
    assert len(structures) == scale.establishments
    assert sum(len(places) for places in territory.places.values()) == scale.communes
    codes = [code for place in territory.every() for code in (place.insee, *(one for one, _ in arrondissements(place)))]
    assert len(codes) == len(set(codes)), "of communes and arrondissements"
    assert sum(structures.cpts) == scale.cpts
    assert sum(structures.entities) == scale.entities
    served = {place.insee for _, place in structures.every_zone()}
    assert 0.9 * scale.communes < len(served) < scale.communes, "some communes have no CPTS"


def test_memory_does_not_grow_with_the_number_of_professionals() -> None:
    professionals = Professionals(Structures(Territory(FRANCE, 1)))
    peaks = []
    for many in (200, 2_000):
        professionals.count = many
        tracemalloc.start()
        assert sum(1 for _ in professionals.lines()) > many
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + MIB / 4, peaks


def test_shares_give_everybody_something_and_no_more_than_there_is() -> None:
    assert shares(11, [1, 1, 2]) == [3, 3, 5]
    assert shares(5, [1, 1000, 1]) == [1, 3, 1]
    assert sum(shares(34_920, list(range(1, 102)))) == 34_920
