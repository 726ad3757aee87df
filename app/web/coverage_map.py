"""The map of the communes that are served, in a region or a département: outlines, not a path a commune; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from app.domain.coverage import Ground, Service
from app.domain.map_frames import WIDTH, Frame, frame_of
from app.domain.outlines import outline
from app.domain.territories import CITY_OF
from app.web.french import plural
from app.web.zone_map import Contour, Label, Marked, ZoneMap

CHARACTER = 12.0
"""Half a main label is half this a letter wide: it stays in the frame on a phone as well."""


def coverage_map(
    grounds: Sequence[Ground], shapes: Mapping[str, Contour], names: Mapping[str, str], place: str
) -> ZoneMap | None:
    """None when no contour is known. `names`: of the départements, written on the map."""
    drawn = dict(_drawn(grounds, shapes))
    if not drawn:
        return None
    frame = frame_of([shapes[code] for code in drawn])
    served = [ground for ground in drawn.values() if ground.servers]
    marked = tuple(_marked(drawn, shapes))
    return ZoneMap(
        width=WIDTH,
        height=round(frame.height * frame.scale),
        scale=frame.scale,
        transform=f"scale({frame.scale:.4f}) translate({-frame.left:.1f} {-frame.top:.1f})",
        inside=tuple(outline(shapes[code].path for code in codes) for codes in _by_departement(drawn, served=True)),
        outside=outline(shapes[code].path for code, ground in drawn.items() if not ground.servers),
        labels=tuple(_labels(drawn, shapes, names, frame)),
        seat=None,
        sources=tuple(sorted({shapes[code].source for code in drawn})),
        description=" ".join(
            [f"{place} : {plural(len(served), 'commune servie', 'communes servies')}."]
            + [f"{mark.words}." for mark in marked]
        ),
        marked=marked,
    )


def _drawn(grounds: Sequence[Ground], shapes: Mapping[str, Contour]) -> Iterator[tuple[str, Ground]]:
    """Code of a contour → what it tells. A city drawn whole is served when one of its arrondissements is."""
    for ground in sorted(grounds, key=lambda one: len(one.servers)):
        city = CITY_OF.get(ground.insee)
        if ground.insee in shapes:
            yield ground.insee, ground
        elif city in shapes and city is not None:
            yield city, ground


def _marked(drawn: Mapping[str, Ground], shapes: Mapping[str, Contour]) -> Iterator[Marked]:
    told = (
        (Service.SHARED, "partage", "commune servie par plusieurs CPTS", "communes servies par plusieurs CPTS"),
        (Service.WHITE, "trou", "commune sans CPTS", "communes sans CPTS"),
    )
    for service, kind, one, many in told:
        codes = [code for code, ground in drawn.items() if ground.service is service]
        if codes:
            yield Marked(kind, plural(len(codes), one, many), outline(shapes[code].path for code in codes))


def _labels(
    drawn: Mapping[str, Ground], shapes: Mapping[str, Contour], names: Mapping[str, str], frame: Frame
) -> Iterator[Label]:
    """The name of each département in the middle of what is drawn of it."""
    for codes in _by_departement(drawn):
        name = names[drawn[codes[0]].departement]
        x = sum(shapes[code].x_centre for code in codes) / len(codes)
        y = sum(shapes[code].y_centre for code in codes) / len(codes)
        left, top = frame.place(x, y)
        half = len(name) * CHARACTER / 2
        yield Label(round(min(max(left, half), WIDTH - half)), round(top), name, "principal")


def _by_departement(drawn: Mapping[str, Ground], *, served: bool = False) -> list[list[str]]:
    found: dict[str, list[str]] = {}
    for code, ground in drawn.items():
        if ground.servers or not served:
            found.setdefault(ground.departement, []).append(code)
    return [found[departement] for departement in sorted(found)]
