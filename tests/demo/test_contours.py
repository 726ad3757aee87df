"""The schematic map: right neighbours, identical borders, and the file is what the script draws."""

from __future__ import annotations

import csv
import json
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest

from bench import demo_contours

FILE = demo_contours.DATA / "contours.geojson"
Corner = tuple[float, float]
Side = tuple[Corner, Corner]


@pytest.fixture(scope="module")
def collection() -> dict[str, Any]:
    return json.loads(FILE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def communes() -> dict[str, dict[str, str]]:
    with (demo_contours.DATA / "communes.csv").open(encoding="utf-8", newline="") as lines:
        return {row["insee_code"]: row for row in csv.DictReader(lines)}


def rings(collection: dict[str, Any]) -> dict[str, list[Corner]]:
    return {
        feature["properties"]["code"]: [(x, y) for x, y in feature["geometry"]["coordinates"][0]]
        for feature in collection["features"]
    }


def contains(ring: list[Corner], x: float, y: float) -> bool:
    inside = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            inside = not inside
    return inside


def test_every_commune_but_divided_marseille_has_a_cell_around_its_centre(collection, communes):
    drawn = rings(collection)
    assert set(communes) - set(drawn) == {"13055"}
    for insee, ring in drawn.items():
        assert contains(ring, float(communes[insee]["longitude"]), float(communes[insee]["latitude"])), insee


def test_rings_are_closed_and_turn_counter_clockwise(collection):
    for insee, ring in rings(collection).items():
        assert ring[0] == ring[-1], insee
        assert sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) > 0, insee


def test_a_border_is_drawn_identically_by_its_two_communes(collection):
    sides: Counter[Side] = Counter()
    for ring in rings(collection).values():
        sides.update(side for side in pairwise(ring) if side[0] != side[1])
    assert max(sides.values()) == 1, "two cells cover the same ground"
    shared = sum((end, start) in sides for start, end in sides)
    assert shared > len(sides) / 2
    lonely = {start for start, end in sides if (end, start) not in sides}
    back = {end for start, end in sides if (end, start) not in sides}
    assert lonely == back, "the outer border of the drawing is not a set of closed lines"


def test_the_committed_file_is_what_the_script_draws(collection, communes):
    rows = [row for insee, row in communes.items() if insee != "13055"]
    assert demo_contours.draw(rows) == collection


def test_the_file_says_that_it_is_a_schematic_map_and_stays_small(collection):
    assert "carte schématique" in collection["name"]
    assert FILE.stat().st_size < 64 * 1024
