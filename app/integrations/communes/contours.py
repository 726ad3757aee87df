"""Commune polygons turned once into small SVG paths whose shared borders stay identical (UI.md §3).

Points are put on an integer 50 m grid, rings are cut into arcs where three communes (or two and the outside) meet, and
each arc is simplified alone, in one direction: both neighbours get the same line.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from app.domain.import_report import ImportReport
from app.domain.registers import ContourRow
from app.integrations.registers.expansion import UnreadableFileError
from app.integrations.registers.lines import LineRejected
from app.integrations.registers.values import insee

GRID = 50.0
LATITUDE_0, LONGITUDE_0 = 46.5, 3.0
METRES_PER_DEGREE_OF_LATITUDE = 110_574
METRES_PER_DEGREE_OF_LONGITUDE = 111_320
"""At the equator."""
TOLERANCE = 1.6
"""In grid steps: 80 m."""
LARGEST_FILE = 256 * 2**20

NO_GEOMETRY = "contour absent ou illisible"
TOO_SMALL = "contour trop petit pour être dessiné"

Point = tuple[int, int]
Ring = list[Point]


class Map(NamedTuple):
    """The polygons of a file on the grid, and the points where their arcs meet."""

    rings: dict[str, list[Ring]]
    ranks: dict[str, int]
    nodes: set[Point]


def prepare(content: str, report: ImportReport) -> Map:
    """Reads a GeoJSON feature collection whose features carry `code`. The long part: no transaction should wait."""
    rings: dict[str, list[Ring]] = {}
    ranks: dict[str, int] = {}
    for rank, feature in enumerate(features(content), 1):
        report.read += 1
        try:
            code, outline = insee(str(feature["properties"]["code"])), _rings(feature["geometry"])
        except LineRejected as rejected:
            report.reject(rank, rejected.reason, rejected.value)
        except (KeyError, TypeError, ValueError, IndexError, OverflowError):
            report.reject(rank, NO_GEOMETRY, str(feature)[:80])
        else:
            rings.setdefault(code, []).extend(outline)
            ranks.setdefault(code, rank)
    return Map(rings, ranks, _nodes(rings))


def draw(prepared: Map, report: ImportReport, *, source: str) -> Iterator[ContourRow]:
    """One row a commune."""
    for code, outline in prepared.rings.items():
        rank = prepared.ranks[code]
        simplified = [ring for ring in (_simplified(ring, prepared.nodes) for ring in outline) if len(ring) > 2]
        if _area(simplified) == 0:
            report.reject(rank, TOO_SMALL, code)
            continue
        yield _row(rank, code, simplified, source)


def features(content: str) -> Iterator[dict[str, Any]]:
    """Features decoded one at a time: the whole tree of a national file would weigh ten times its text."""
    decoder = json.JSONDecoder()
    start = content.find('"features"')
    start = content.find("[", start) if start >= 0 else -1
    if start < 0 or "FeatureCollection" not in content:
        raise UnreadableFileError("Ce n’est pas un fichier GeoJSON de contours (« FeatureCollection » attendue).")
    place = start + 1
    while True:
        while content[place : place + 1] in {" ", "\n", "\r", "\t", ","}:
            place += 1
        if content[place : place + 1] == "]":
            return
        try:
            feature, place = decoder.raw_decode(content, place)
        except (json.JSONDecodeError, RecursionError):
            raise UnreadableFileError("Le fichier GeoJSON est tronqué ou abîmé.") from None
        yield feature if isinstance(feature, dict) else {}


def on_grid(longitude: float, latitude: float) -> Point:
    """Local equirectangular projection corrected by latitude: enough at the scale of a CPTS."""
    east = (longitude - LONGITUDE_0) * METRES_PER_DEGREE_OF_LONGITUDE * math.cos(math.radians(latitude))
    return round(east / GRID), round((LATITUDE_0 - latitude) * METRES_PER_DEGREE_OF_LATITUDE / GRID)


def from_grid(x: float, y: float) -> tuple[float, float]:
    """Latitude and longitude (WGS84) of a place of the grid."""
    latitude = LATITUDE_0 - y * GRID / METRES_PER_DEGREE_OF_LATITUDE
    east = x * GRID / (METRES_PER_DEGREE_OF_LONGITUDE * math.cos(math.radians(latitude)))
    return round(latitude, 6), round(LONGITUDE_0 + east, 6)


def _rings(geometry: dict[str, Any]) -> list[Ring]:
    """Open rings on the grid, without repeated points."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    gridded = ([on_grid(float(point[0]), float(point[1])) for point in ring] for rings in polygons for ring in rings)
    kept = [[point for i, point in enumerate(ring) if point != ring[i - 1]] for ring in gridded]
    kept = [ring for ring in kept if len(ring) > 2]
    if not kept:
        raise LineRejected(NO_GEOMETRY)
    return kept


def _nodes(rings: dict[str, list[Ring]]) -> set[Point]:
    """Points whose neighbours are not the same in every ring that passes there."""
    neighbours: dict[Point, tuple[Point, Point]] = {}
    nodes: set[Point] = set()
    for ring in (ring for outline in rings.values() for ring in outline):
        for i, point in enumerate(ring):
            before, after = ring[i - 1], ring[(i + 1) % len(ring)]
            pair = (before, after) if before < after else (after, before)
            if neighbours.setdefault(point, pair) != pair:
                nodes.add(point)
    return nodes


def _simplified(ring: Ring, nodes: set[Point]) -> Ring:
    """A ring without any node (an enclave) starts at its smallest point, so that both sides cut it alike."""
    start = next((i for i, point in enumerate(ring) if point in nodes), ring.index(min(ring)))
    closed = [*ring[start:], *ring[:start], ring[start]]
    result: Ring = []
    arc = [closed[0]]
    for point in closed[1:]:
        arc.append(point)
        if point in nodes:
            result += _simplified_arc(arc)[:-1]
            arc = [point]
    if len(arc) > 1:
        result += _simplified_arc(arc)[:-1]
    return result


def _simplified_arc(arc: Ring) -> Ring:
    """Douglas-Peucker, always in the same direction."""
    backwards = arc[::-1]
    if arc <= backwards:
        return _douglas_peucker(arc)
    return _douglas_peucker(backwards)[::-1]


def _douglas_peucker(points: Ring) -> Ring:
    keep = {0, len(points) - 1}
    pending = [(0, len(points) - 1)]
    while pending:
        first, last = pending.pop()
        distance, furthest = max(
            ((_distance(points[i], points[first], points[last]), i) for i in range(first + 1, last)),
            default=(0.0, 0),
        )
        if distance > TOLERANCE:
            keep.add(furthest)
            pending += [(first, furthest), (furthest, last)]
    return [points[i] for i in sorted(keep)]


def _distance(point: Point, start: Point, end: Point) -> float:
    (x, y), (x1, y1), (x2, y2) = point, start, end
    length = math.hypot(x2 - x1, y2 - y1)
    if length == 0:
        return math.hypot(x - x1, y - y1)
    return abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length


def _row(rank: int, code: str, rings: Sequence[Ring], source: str) -> ContourRow:
    xs = [x for ring in rings for x, _ in ring]
    ys = [y for ring in rings for _, y in ring]
    x_centre, y_centre = _centroid(rings)
    latitude, longitude = from_grid(x_centre, y_centre)
    return ContourRow(
        line=rank,
        insee=code,
        path=_path(rings),
        x_min=min(xs),
        y_min=min(ys),
        x_max=max(xs),
        y_max=max(ys),
        x_centre=round(x_centre, 1),
        y_centre=round(y_centre, 1),
        latitude=latitude,
        longitude=longitude,
        source=source,
    )


def _path(rings: Iterable[Ring]) -> str:
    """Relative line commands, as short as SVG allows."""
    parts = []
    for ring in rings:
        steps = " ".join(f"{x - ring[i][0]} {y - ring[i][1]}" for i, (x, y) in enumerate(ring[1:]))
        parts.append(f"M{ring[0][0]} {ring[0][1]}l{steps}z")
    return "".join(parts).replace(" -", "-")


def _area(rings: Iterable[Ring]) -> int:
    """Twice the area; holes turn the other way and count against it."""
    return sum(_cross(ring[i - 1], point) for ring in rings for i, point in enumerate(ring))


def _centroid(rings: Sequence[Ring]) -> tuple[float, float]:
    x_sum = y_sum = 0
    for before, point in ((ring[i - 1], point) for ring in rings for i, point in enumerate(ring)):
        weight = _cross(before, point)
        x_sum += (before[0] + point[0]) * weight
        y_sum += (before[1] + point[1]) * weight
    scale = 3 * _area(rings)
    return x_sum / scale, y_sum / scale


def _cross(a: Point, b: Point) -> int:
    return a[0] * b[1] - b[0] * a[1]
