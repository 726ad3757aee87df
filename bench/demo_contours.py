"""Draw the schematic map of the demonstration: one Voronoi cell per commune, from its centroid.

Run once, by hand, when the list of communes changes:  .venv/bin/python bench/demo_contours.py
It is not geography: it is a drawing with the right neighbours, in a file small enough to be committed
(app/demo/data/contours.geojson, « carte schématique »). Borders are identical on both sides by construction: a
corner is the circumcentre of its three sites, computed once. The open country around the communes is held back by
ghost sites, which get no cell.
"""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "app" / "demo" / "data"
SOURCE = "Relais, carte schématique : cellules calculées autour du centre de chaque commune"
KM_PER_DEGREE = 110.574
MIDDLE_LATITUDE = 44.0
EAST = KM_PER_DEGREE * math.cos(math.radians(MIDDLE_LATITUDE))
GHOST_STEP, GHOST_GAP, MARGIN = 3.0, 8.0, 25.0  # km

Point = tuple[float, float]
Corner = tuple[int, int, int]


def main() -> None:
    communes = [row for row in _rows(DATA / "communes.csv") if not _divided(row)]
    collection = draw(communes)
    target = DATA / "contours.geojson"
    target.write_text(_dump(collection), encoding="utf-8")
    print(f"{target.name} : {len(communes)} communes, {target.stat().st_size / 1024:.0f} kio")


def draw(communes: list[dict[str, str]]) -> dict[str, Any]:
    """GeoJSON collection in the form that `flask import communes --contours` reads."""
    sites = [_plane(float(row["longitude"]), float(row["latitude"])) for row in communes]
    everyone = sites + ghosts(sites)
    features = []
    for index, row in enumerate(communes):
        ring = [_degrees(circumcentre(*(everyone[site] for site in corner))) for corner in cell(index, everyone)]
        geometry = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
        properties = {"code": row["insee_code"], "nom": row["name"]}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return {"type": "FeatureCollection", "name": SOURCE, "features": features}


def ghosts(sites: list[Point]) -> list[Point]:
    """Sites of a staggered grid in the open country: nearer than MARGIN to a commune, farther than GHOST_GAP."""
    found = []
    west, south = min(x for x, _ in sites) - MARGIN, min(y for _, y in sites) - MARGIN
    columns = int((max(x for x, _ in sites) + MARGIN - west) / GHOST_STEP)
    lines = int((max(y for _, y in sites) + MARGIN - south) / GHOST_STEP)
    for line in range(lines + 1):
        for column in range(columns + 1):
            point = (west + (column + line % 2 / 2) * GHOST_STEP, south + line * GHOST_STEP)
            if GHOST_GAP < min(math.dist(point, site) for site in sites) < MARGIN:
                found.append(point)
    return found


def cell(own: int, sites: list[Point]) -> list[Corner]:
    """Corners of the cell of one site, counter-clockwise, each named by the three sites it is equidistant from."""
    centre = sites[own]
    polygon: list[tuple[Point, int]] = [  # a corner, and the site behind the side that leaves it
        ((centre[0] + dx * MARGIN * 2, centre[1] + dy * MARGIN * 2), -1)
        for dx, dy in ((1, -1), (1, 1), (-1, 1), (-1, -1))
    ]
    for other in sorted(range(len(sites)), key=lambda index: math.dist(centre, sites[index]))[1:]:
        if math.dist(centre, sites[other]) / 2 > max(math.dist(centre, corner) for corner, _ in polygon):
            break
        polygon = _clip(polygon, centre, sites[other], other)
    sides = [side for _, side in polygon]
    if -1 in sides:
        raise ValueError(f"the cell of site {own} is open: more ghost sites are needed")
    return [_corner(own, before, after) for before, after in zip([sides[-1], *sides], sides, strict=False)]


def _clip(polygon: list[tuple[Point, int]], centre: Point, rival: Point, name: int) -> list[tuple[Point, int]]:
    """The part of the polygon nearer to the centre than to the rival."""
    kept: list[tuple[Point, int]] = []
    for (start, side), (end, _) in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        inside, outside = _lead(start, centre, rival), _lead(end, centre, rival)
        if inside >= 0:
            kept.append((start, side))
        if (inside >= 0) != (outside >= 0):
            share = inside / (inside - outside)
            crossing = (start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1]))
            kept.append((crossing, name if inside >= 0 else side))
    return kept


def _lead(point: Point, centre: Point, rival: Point) -> float:
    """Positive when the point is nearer to the centre than to the rival."""
    return math.dist(point, rival) ** 2 - math.dist(point, centre) ** 2


def circumcentre(a: Point, b: Point, c: Point) -> Point:
    (bx, by), (cx, cy) = (b[0] - a[0], b[1] - a[1]), (c[0] - a[0], c[1] - a[1])
    twice = 2 * (bx * cy - by * cx)
    b2, c2 = bx * bx + by * by, cx * cx + cy * cy
    return a[0] + (cy * b2 - by * c2) / twice, a[1] + (bx * c2 - cx * b2) / twice


def _corner(own: int, before: int, after: int) -> Corner:
    low, middle, high = sorted((own, before, after))
    return low, middle, high


def _plane(longitude: float, latitude: float) -> Point:
    return longitude * EAST, latitude * KM_PER_DEGREE


def _degrees(point: Point) -> list[float]:
    return [round(point[0] / EAST, 4), round(point[1] / KM_PER_DEGREE, 4)]


def _divided(row: dict[str, str]) -> bool:
    """Marseille as a whole: its arrondissement is drawn instead."""
    return row["insee_code"] == "13055"


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _dump(collection: dict[str, Any]) -> str:
    """One feature a line: a change of one commune is readable in a diff."""
    head = json.dumps({"type": collection["type"], "name": collection["name"]}, ensure_ascii=False)[:-1]
    features = (json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in collection["features"])
    lines = ",\n".join(features)
    return f'{head}, "features": [\n{lines}\n]}}\n'


if __name__ == "__main__":
    main()
