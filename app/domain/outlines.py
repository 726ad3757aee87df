"""The outline of many communes at once, small enough for the map of a region; pure.

Neighbours share the very same sides (app/integrations/communes/contours.py): a side that two of them have is inside.
Points are put on a coarser grid first, the same for everybody, so that neighbours still share theirs.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate, pairwise

Point = tuple[int, int]
Side = tuple[Point, Point]
STEP = 8
"""400 m: less than a point of a map 640 points wide of a region 250 km wide."""


def outline(paths: Iterable[str], step: int = STEP) -> str:
    """One path around all of these, holes included (fill-rule evenodd); "" when they are too small to be drawn."""
    left: set[Side] = set()
    for path in paths:
        left ^= coarse_sides(path, step)
    return "".join(map(_drawn, _rings(left)))


@lru_cache(maxsize=4096)
def coarse_sides(path: str, step: int = STEP) -> frozenset[Side]:
    """The sides of an SVG path made of `M x y l dx dy … z` rings, its points put on the grid."""
    found: set[Side] = set()
    for ring in path.replace("-", " -").replace("l", " ").replace("z", "").split("M")[1:]:
        steps = [int(number) for number in ring.split()]
        points = [
            (round(x / step) * step, round(y / step) * step)
            for x, y in zip(accumulate(steps[::2]), accumulate(steps[1::2]), strict=True)
        ]
        for one, other in zip(points, points[1:] + points[:1], strict=True):
            if one != other:
                found ^= {(one, other) if one < other else (other, one)}
    return frozenset(found)


def _rings(sides: set[Side]) -> Iterable[list[Point]]:
    """Sides put end to end. Every point has an even number of them, so that each walk comes back where it began."""
    near: dict[Point, list[Point]] = {}
    for one, other in sorted(sides):
        near.setdefault(one, []).append(other)
        near.setdefault(other, []).append(one)
    for start, ways in near.items():
        while ways:
            ring, at = [start], start
            while True:
                to = near[at].pop()
                near[to].remove(at)
                if to == start:
                    break
                ring.append(to)
                at = to
            yield _without_straight(ring)


def _without_straight(ring: list[Point]) -> list[Point]:
    """Without the points that lie on a straight line between their neighbours."""
    kept: list[Point] = []
    for before, here, after in zip(ring[-1:] + ring[:-1], ring, ring[1:] + ring[:1], strict=True):
        turn = (here[0] - before[0]) * (after[1] - here[1]) - (here[1] - before[1]) * (after[0] - here[0])
        if turn:
            kept.append(here)
    return kept


def _drawn(ring: list[Point]) -> str:
    if len(ring) < 3:
        return ""
    steps = [f"{to[0] - here[0]}{_signed(to[1] - here[1])}" for here, to in pairwise(ring)]
    line = "".join(step if step.startswith("-") else f" {step}" for step in steps).strip()
    return f"M{ring[0][0]}{_signed(ring[0][1])}l{line}z"


def _signed(number: int) -> str:
    """After another number: a minus sign is a separator of its own."""
    return str(number) if number < 0 else f" {number}"
