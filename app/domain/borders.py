"""Which communes a zone surrounds, told from the sides that drawn contours share; pure.

Contours come from one drawing, in which neighbours share the very same sides (app/integrations/communes/contours.py).
A side that one commune alone has is a coast, a frontier or the edge of what is drawn: nothing is said to be surrounded
there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import accumulate

Side = tuple[int, int, int, int]


def sides(path: str) -> frozenset[Side]:
    """The straight lines of an SVG path made of `M x y l dx dy … z` rings, whichever way they are drawn."""
    found: set[Side] = set()
    for ring in path.replace("-", " -").replace("l", " ").replace("z", "").split("M")[1:]:
        steps = [int(number) for number in ring.split()]
        points = list(zip(accumulate(steps[::2]), accumulate(steps[1::2]), strict=True))
        found.update(
            one + other if one < other else other + one
            for one, other in zip(points, points[1:] + points[:1], strict=True)
        )
    return frozenset(found)


def surrounded(inside: Collection[str], drawn: Mapping[str, Iterable[Side]]) -> list[frozenset[str]]:
    """Groups of communes not in `inside`, each wholly enclosed by communes that are: none of their sides is open."""
    owners: dict[Side, list[str]] = {}
    for code, own in drawn.items():
        for side in own:
            owners.setdefault(side, []).append(code)
    near: dict[str, set[str]] = {code: set() for code in drawn if code not in inside}
    opened = set()
    for codes in owners.values():
        if len(codes) == 1:
            opened.add(codes[0])
        for code in codes:
            if code in near:
                near[code].update(other for other in codes if other in near and other != code)
    return [group for group in _groups(near) if not group & opened]


def _groups(near: Mapping[str, set[str]]) -> list[frozenset[str]]:
    """Those that touch each other, directly or through others."""
    groups, seen = [], set()
    for code in near:
        if code in seen:
            continue
        group, pending = {code}, [code]
        while pending:
            new = near[pending.pop()] - group
            group |= new
            pending += new
        seen |= group
        groups.append(frozenset(group))
    return groups
