"""Open data, for any published document: what the schemas say is what is written; no formula; nobody."""

from __future__ import annotations

import copy
import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.open_records import ESTABLISHMENT_CHECKS, Parts, Record, record, zone_of
from app.domain.open_schemas import file_schema
from app.domain.open_tables import CPTS, TABLES, VERIFIED, ZONES, Column, Table, rows_of, table_schema
from app.web.csv_files import csv_lines
from tests.support import published_examples as examples
from tests.support.json_schema import faults
from tests.support.published_strategies import days, entities, establishments, names, places, texts, units

SCHEMA = file_schema("https://portail.example/donnees-ouvertes/schema.json")
RECORD = SCHEMA["properties"]["cpts"]["items"]
DATED = "2026-11-26T04:20:00Z"
VERIFIED_AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
SEEN = {("eg-840021281", "coordonnees"): VERIFIED_AT, (f"uo-{examples.UNIT.id}", "zone"): VERIFIED_AT}
FORMULA = set("=+-@\t\r\n＝＋－＠")
NAME = "zzcanarizz"


@st.composite
def records(draw: st.DrawFn) -> Record:
    told = draw(establishments)
    held = tuple(anonymous(one) for one in draw(st.lists(units(), max_size=2)))
    where = {f"uo-{one.id}": draw(places) for one in held if one.has_place}
    checks = {(f"eg-{told.finess}", "coordonnees"): VERIFIED_AT} | {(f"uo-{one.id}", "zone"): None for one in held}
    told = replace(
        told,
        health_project=draw(texts),
        pathways=tuple(draw(st.lists(names, max_size=2))),
        project_signed_on=draw(days),
    )
    page = f"https://portail.example/etablissements/{told.finess}"
    return record(Parts(anonymous(told), draw(st.none() | entities), held, where, checks, {}, page))


def anonymous(told: Any) -> Any:
    """With a name that nobody may read on each of its contacts."""
    return replace(told, contacts=tuple({**one, "name": NAME} for one in told.contacts))


def authored() -> Record:
    parts = (examples.ESTABLISHMENT, examples.ENTITY, (examples.UNIT,))
    return record(Parts(*parts, {}, SEEN, {}, "https://portail.example/etablissements/840021281"))


@settings(max_examples=25)
@given(records())
def test_any_record_is_what_the_published_schema_says_and_names_nobody(told: Record) -> None:
    assert faults(told, RECORD, SCHEMA) == []
    assert NAME not in json.dumps(told)


@settings(max_examples=25)
@given(records(), st.sampled_from(sorted(TABLES)))
def test_any_row_is_what_the_table_schema_says_and_no_cell_is_a_formula(told: Record, name: str) -> None:
    table = TABLES[name]
    read = in_a_spreadsheet(table, told)
    assert len(read) == (1 if table is CPTS else len(zone_of(told)))
    for row in read:
        assert [fault for column in table.columns for fault in cell_faults(column, row[column.name])] == []
        assert {cell.lstrip(" \u00a0\u202f\u200b\ufeff")[:1] for cell in row.values()} & (FORMULA - {"-"}) == set()
        assert all(is_number(cell) for cell in row.values() if cell.startswith("-"))
    assert len({tuple(row[key] for key in table.key) for row in read}) == len(read)


def in_a_spreadsheet(table: Table, told: Record) -> list[dict[str, str]]:
    text = "".join(csv_lines(table.header, rows_of(table, told, DATED))).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def cell_faults(column: Column, cell: str) -> list[str]:
    told = {"type": column.type, **({"pattern": column.pattern} if column.pattern else {})}
    if not cell:
        return [f"{column.name} is empty"] if column.required else []
    if column.type == "number":
        return [] if is_number(cell) else [f"{column.name}: {cell}"]
    if column.type == "integer":
        return faults(int(cell), told)
    if column.type in {"date", "datetime"}:
        return faults(cell, {"type": "string", "format": column.type.replace("datetime", "date-time")})
    return faults(cell.removeprefix("'"), told)


def is_number(cell: str) -> bool:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return True


def test_a_record_says_when_each_field_was_verified_and_when_anything_of_it_changed() -> None:
    told = authored()
    assert told["verifie_le"]["telephone"] == told["verifie_le"]["adresse"] == "2026-11-20T09:00:00Z"
    assert told["verifie_le"]["presentation"] is None
    assert told["unites"][0]["verifie_le"]["zone"] == "2026-11-20T09:00:00Z"
    metas = [one.meta for one in (examples.ESTABLISHMENT, examples.ENTITY, examples.UNIT) if one.meta]
    assert told["modifiee_le"] == max(one.updated_at for one in metas).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_zone_is_verified_when_every_unit_verified_it() -> None:
    told = authored()
    told["unites"].append({**copy.deepcopy(told["unites"][0]), "identifiant": 99})
    (row,) = in_a_spreadsheet(CPTS, told)
    assert row["zone_verifie_le"] == "2026-11-20T09:00:00Z"
    told["unites"][1]["verifie_le"]["zone"] = None
    (row,) = in_a_spreadsheet(CPTS, told)
    assert row["zone_verifie_le"] == ""


@pytest.mark.parametrize(
    ("break_it", "fault"),
    [
        (lambda told: told.pop("telephone"), "telephone is missing"),
        (lambda told: told.update(regulator_info="x"), "regulator_info is not described"),
        (lambda told: told["unites"][0].update(zone=None), "is no array"),
        (lambda told: told["position"].update(latitude=91), "is over 90"),
        (lambda told: told.update(ouverte_le="hier"), "is no date"),
        (lambda told: told.update(finess="84 002 128"), "is not ^"),
    ],
)
def test_the_schema_sees_what_is_wrong(break_it: Any, fault: str) -> None:
    told = authored()
    assert faults(told, RECORD, SCHEMA) == []
    break_it(told)
    assert any(fault in sentence for sentence in faults(told, RECORD, SCHEMA))


def test_a_table_schema_names_every_column_once_and_its_key() -> None:
    for table in (CPTS, ZONES):
        told = table_schema(table, "https://portail.example/donnees-ouvertes")
        names = [field["name"] for field in told["fields"]]
        assert names == table.header
        assert len(set(names)) == len(names)
        assert set(told["primaryKey"]) <= set(names)
        assert {"licence", "donnees_du"} <= set(names)


def test_every_field_whose_verification_is_known_has_its_column() -> None:
    assert VERIFIED.keys() == ESTABLISHMENT_CHECKS.keys()
