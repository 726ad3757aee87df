"""Communes, their former names, and contours whose shared borders stay identical."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from pathlib import Path

import pytest

from app.domain.import_report import ImportReport, Severity
from app.domain.registers import CommuneRow, ContourRow
from app.integrations.communes import contours
from app.integrations.communes.reader import read_communes, read_former
from app.integrations.registers.expansion import UnreadableFileError
from app.integrations.registers.source import inspect

FIXTURES = Path(__file__).parents[1] / "fixtures"
SHARED = Path("/work/shared/data")
HEADER = "insee_code,name,departement,region,postcodes,population,type,parent_insee\n"


def rejected(line: str) -> tuple[str, str]:
    report = ImportReport()
    assert list(read_communes([HEADER, line], report)) == []
    (note,) = report.samples[Severity.REJECTED]
    assert note.line == 2
    return note.reason, note.value


def test_communes_are_read():
    report = ImportReport()
    rows = {row.insee: row for row in read_communes(inspect(FIXTURES / "communes.csv").lines(), report)}
    assert (report.read, report.rejected, len(rows)) == (7, 0, 7)
    assert rows["13201"] == CommuneRow(
        line=3,
        insee="13201",
        name="Marseille 1er Arrondissement",
        departement="13",
        region="93",
        population=38000,
        kind="ARM",
        parent_insee="13055",
        postcodes=("13001",),
    )
    assert rows["2A004"].postcodes == ("20000", "20090")


@pytest.mark.parametrize(
    ("line", "reason", "value"),
    [
        ("8403,Carpentras,84,93,84200,1,COM,\n", "code commune invalide", "8403"),
        ("84031,,84,93,84200,1,COM,\n", "nom manquant", "84031"),
        ("84031,Carpentras,99,93,84200,1,COM,\n", "département ou région inconnus", "99, 93"),
        ("84031,Carpentras,84,00,84200,1,COM,\n", "département ou région inconnus", "84, 00"),
        ("84031,Carpentras,84,93,8420,1,COM,\n", "code postal invalide", "8420"),
        ("84031,Carpentras,84,93,84200,beaucoup,COM,\n", "population invalide", "beaucoup"),
        ("84031,Carpentras,84,93,84200,1,COMD,\n", "type de commune inconnu", "COMD"),
        ("84031,Carpentras\n", "ligne incomplète", "2 colonnes au lieu de 5"),
    ],
)
def test_impossible_line_is_rejected(line: str, reason: str, value: str):
    assert rejected(line) == (reason, value)


def test_semicolons_and_missing_optional_columns_are_accepted():
    lines = ["insee_code;name;departement;region;postcodes\n", '84031;"L\'Isle; dite";84;93;\n']
    (row,) = read_communes(lines, ImportReport())
    assert (row.name, row.kind, row.population, row.postcodes) == ("L'Isle; dite", "COM", None, ())


def test_former_communes_are_read():
    rows = list(read_former(inspect(FIXTURES / "communes-anciennes.csv").lines(), ImportReport()))
    assert [(row.insee, row.name, row.current_insee) for row in rows] == [
        ("84990", "Serres-lès-Carpentras", "84031"),
        ("84991", "Nulle-Part", "84999"),
    ]


# ── contours ────────────────────────────────────────────────────────────────


def collection(*features: dict[str, object]) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


def feature(code: str, *rings: list[tuple[float, float]]) -> dict[str, object]:
    return {
        "type": "Feature",
        "properties": {"code": code, "nom": code},
        "geometry": {"type": "Polygon", "coordinates": [list(ring) for ring in rings]},
    }


def wavy(x: float, y: float, dx: float, dy: float, steps: int = 40) -> list[tuple[float, float]]:
    """A line that wanders, so that simplifying it takes points away."""
    points = [(x + dx * i / steps, y + dy * i / steps) for i in range(steps)]
    return [(px + dy * 0.06 * math.sin(i), py + dx * 0.06 * math.sin(1.7 * i)) for i, (px, py) in enumerate(points)]


def circle(x: float, y: float, radius: float, steps: int = 60) -> list[tuple[float, float]]:
    angles = [2 * math.pi * i / steps for i in range(steps)]
    return [(x + radius * math.cos(angle), y + radius * math.sin(angle)) for angle in angles]


def drawn(content: str, report: ImportReport) -> list[ContourRow]:
    return list(contours.draw(contours.prepare(content, report), report, source="essai"))


def read(content: str) -> dict[str, ContourRow]:
    report = ImportReport()
    rows = {row.insee: row for row in drawn(content, report)}
    assert report.rejected == 0
    return rows


def outline(row: ContourRow) -> list[list[tuple[int, int]]]:
    """Absolute points of each ring of a path."""
    rings = []
    for part in row.path.split("M")[1:]:
        numbers = [int(number) for number in re.findall(r"-?\d+", part)]
        x, y = numbers[:2]
        ring = [(x, y)]
        for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x, y))
        rings.append(ring)
    return rings


def edges(rows: dict[str, ContourRow]) -> Counter[frozenset[tuple[int, int]]]:
    """How often each segment is drawn, whatever its direction."""
    counted: Counter[frozenset[tuple[int, int]]] = Counter()
    for row in rows.values():
        for ring in outline(row):
            counted.update(frozenset((ring[i - 1], point)) for i, point in enumerate(ring))
    return counted


@pytest.fixture
def neighbours() -> str:
    """Two communes side by side, one of them around an enclave that starts elsewhere and turns the other way."""
    middle = wavy(5.1, 44.0, 0.0, 0.1)
    west = [*wavy(5.0, 44.0, 0.1, 0.0), *middle, *wavy(5.1, 44.1, -0.1, 0.0), *wavy(5.0, 44.1, 0.0, -0.1)]
    east = [*reversed([*middle, (5.1, 44.1)]), *wavy(5.1, 44.0, 0.1, 0.0), *wavy(5.2, 44.0, 0.0, 0.1), (5.2, 44.1)]
    enclave = circle(5.05, 44.05, 0.02)
    hole = list(reversed(enclave[17:] + enclave[:17]))
    return collection(
        feature("84001", [*west, west[0]], [*hole, hole[0]]),
        feature("84002", [*east, east[0]]),
        feature("84003", [*enclave, enclave[0]]),
    )


def test_shared_borders_stay_identical(neighbours: str):
    rows = read(neighbours)
    west, east, enclave = (rows[code] for code in ("84001", "84002", "84003"))
    assert set(outline(west)[1]) == set(outline(enclave)[0])
    border = {point for point in outline(east)[0] if point in outline(west)[0]}
    assert len(border) > 5
    assert all(drawn in (1, 2) for drawn in edges(rows).values())
    inside = [edge for edge in edges(rows) if edge <= border or edge <= set(outline(enclave)[0])]
    assert {edges(rows)[edge] for edge in inside} == {2}


def test_paths_are_lighter_than_their_polygons(neighbours: str):
    rows = read(neighbours)
    assert len(outline(rows["84003"])[0]) < 60
    assert rows["84003"].path.startswith("M")
    assert rows["84003"].path.endswith("z")


def test_box_and_centre_are_those_of_the_commune(neighbours: str):
    row = read(neighbours)["84003"]
    xs, ys = zip(*outline(row)[0], strict=True)
    assert (row.x_min, row.x_max, row.y_min, row.y_max) == (min(xs), max(xs), min(ys), max(ys))
    assert (row.latitude, row.longitude) == pytest.approx((44.05, 5.05), abs=0.002)
    assert (row.x_centre, row.y_centre) == pytest.approx(contours.on_grid(row.longitude, row.latitude), abs=1)


def test_multipolygon_keeps_its_islands():
    islands = [[[*circle(5, 43, 0.02), (5.02, 43.0)]], [[*circle(5.2, 43, 0.02), (5.22, 43.0)]]]
    geometry = {"type": "MultiPolygon", "coordinates": islands}
    content = collection({"type": "Feature", "properties": {"code": "83069"}, "geometry": geometry})
    assert len(outline(read(content)["83069"])) == 2


@pytest.mark.parametrize(
    ("properties", "geometry", "reason"),
    [
        ({"code": "84"}, {"type": "Polygon", "coordinates": []}, "code commune invalide"),
        ({}, None, "contour absent ou illisible"),
        ({"code": "84031"}, None, "contour absent ou illisible"),
        ({"code": "84031"}, {"type": "Point", "coordinates": [5, 44]}, "contour absent ou illisible"),
        ({"code": "84031"}, {"type": "Polygon", "coordinates": [[["a", 1]]]}, "contour absent ou illisible"),
        (
            {"code": "84031"},
            {"type": "Polygon", "coordinates": [[[5, 44], [5, 44], [5, 44]]]},
            "contour absent ou illisible",
        ),
    ],
    ids=["code", "no code", "no geometry", "point", "text", "dot"],
)
def test_impossible_contour_is_rejected(properties: object, geometry: object, reason: str):
    report = ImportReport()
    content = collection({"type": "Feature", "properties": properties, "geometry": geometry})
    assert drawn(content, report) == []
    assert [note.reason for note in report.samples[Severity.REJECTED]] == [reason]


@pytest.mark.parametrize("content", ["", "{}", '{"type": "FeatureCollection"}', "insee_code,name\n"])
def test_file_of_another_kind_is_refused(content: str):
    with pytest.raises(UnreadableFileError, match="pas un fichier GeoJSON"):
        drawn(content, ImportReport())


def test_cut_file_is_refused(neighbours: str):
    with pytest.raises(UnreadableFileError, match="tronqué"):
        drawn(neighbours[: len(neighbours) // 2], ImportReport())


@pytest.mark.skipif(not SHARED.exists(), reason="les données de référence du projet ne sont pas sur cette machine")
def test_real_map_has_no_seam():
    """The six départements of PACA: 946 communes, no border drawn three times, and light enough for a page."""
    rows = read((SHARED / "communes-paca.geojson").read_text(encoding="utf-8"))
    assert len(rows) == 946
    assert max(edges(rows).values()) == 2
    assert sum(len(row.path) for row in rows.values()) / len(rows) < 220
