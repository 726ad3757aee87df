"""The files of open data, written piece by piece: JSON, GeoJSON, CSV. Licence, source and date are inside each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from app.blueprints.open_data.scope import Scope
from app.domain.open_records import Record, stamp
from app.domain.open_tables import CPTS, LICENCE, LICENCE_CODE, LICENCE_URL, TABLES, Row, rows_of
from app.queries.open_data import Edition
from app.settings import current_settings
from app.web.csv_files import csv_lines

Writer = Callable[[Iterable[Record], Scope, Edition], Iterator[str]]
ELSEWHERE = {"latitude", "longitude", "licence", "donnees_du"}
"""Columns that a feature does not repeat: its geometry and its collection say them."""


def source() -> str:
    return f"{current_settings().portal_name}, {current_settings().region_name}"


def address(path: str) -> str:
    """Absolute: files are read far from here."""
    return current_settings().public_address(path)


def json_file(records: Iterable[Record], scope: Scope, edition: Edition) -> Iterator[str]:
    head = {**_about(scope, edition), "schema": address("/donnees-ouvertes/schema.json")}
    return _collection(head, "cpts", records)


def geojson_file(records: Iterable[Record], scope: Scope, edition: Edition) -> Iterator[str]:
    """RFC 7946. A CPTS whose position is unknown is there, unlocated; zones are INSEE codes, not drawings."""
    head = {"type": "FeatureCollection", **_about(scope, edition)}
    return _collection(head, "features", (_feature(one, edition) for one in records))


def csv_file(table: str) -> Writer:
    def write(records: Iterable[Record], _scope: Scope, edition: Edition) -> Iterator[str]:
        chosen, dated = TABLES[table], stamp(edition.dated)
        return csv_lines(chosen.header, (row for one in records for row in rows_of(chosen, one, dated)))

    return write


def _about(scope: Scope, edition: Edition) -> dict[str, Any]:
    return {
        "licence": {"code": LICENCE_CODE, "nom": LICENCE, "url": LICENCE_URL},
        "source": source(),
        "donnees_du": stamp(edition.dated),
        "perimetre": scope.told,
    }


def _feature(told: Record, edition: Edition) -> dict[str, Any]:
    point = told["position"]
    cells = zip(CPTS.header, CPTS.cells(Row(told, stamp(edition.dated))), strict=True)
    return {
        "type": "Feature",
        "id": told["finess"],
        "geometry": {"type": "Point", "coordinates": [point["longitude"], point["latitude"]]} if point else None,
        "properties": {name: cell for name, cell in cells if name not in ELSEWHERE},
    }


def _collection(head: dict[str, Any], name: str, items: Iterable[dict[str, Any]]) -> Iterator[str]:
    """An object whose last member is a list that is never held whole."""
    yield f"{_json(head)[:-1]},{_json(name)}:[\n"
    before = ""
    for item in items:
        yield before + _json(item)
        before = ",\n"
    yield "\n]}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
