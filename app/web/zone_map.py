"""Assembles the map of a zone from stored commune paths: pure, no I/O (UI.md §3).

Paths are stored on an integer 50 m grid. They are sent as they are, inside one scaled group; labels live outside that
group, in the map's own units, so that their size does not depend on the extent of the zone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.map_frames import WIDTH, Bounds, Frame, frame_of

MAIN_LABELS = 4
ALL_LABELS = 9
CHARACTER, LINE = 6.6, 18.0  # a label's footprint at 12.5 px
MAIN_SCALE = 1.8  # main labels keep room to be read on a phone


class Contour(Bounds, Protocol):
    """A row of `commune_contour` joined with its commune."""

    @property
    def insee(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def population(self) -> int | None: ...
    @property
    def path(self) -> str: ...
    @property
    def x_centre(self) -> float: ...
    @property
    def y_centre(self) -> float: ...
    @property
    def source(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Label:
    x: int
    y: int
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Marks:
    """Communes to tell apart, by INSEE code: by a pattern and in words, never by colour alone."""

    added: Collection[str] = ()
    removed: Collection[str] = ()
    shared: Collection[str] = ()
    """Of the zone, and already served by another CPTS."""
    holes: Collection[str] = ()
    """Not of the zone, and enclosed by it, or served by nobody between it and others."""


@dataclass(frozen=True, slots=True)
class Marked:
    """`kind`: of the pattern and its legend."""

    kind: str
    words: str
    path: str


@dataclass(frozen=True, slots=True)
class ZoneMap:
    width: int
    height: int
    scale: float
    transform: str
    inside: tuple[str, ...]
    outside: str
    labels: tuple[Label, ...]
    seat: tuple[int, int] | None
    sources: tuple[str, ...]
    description: str
    marked: tuple[Marked, ...] = ()


def zone_map(
    zone: Sequence[Contour],
    neighbours: Iterable[Contour] = (),
    *,
    seat: str | None = None,
    place: str = "",
    marks: Marks | None = None,
) -> ZoneMap | None:
    """The map of `zone`, or None when no contour is known (the page then shows the list alone).

    `neighbours` may be any contours around: those outside the frame are left out. `seat` is the INSEE code of the
    establishment's commune; `place` completes the description ("dans le Vaucluse").
    """
    if not zone:
        return None
    frame = frame_of(zone)
    codes = {c.insee for c in zone}
    around = [c for c in neighbours if c.insee not in codes and frame.meets(c)]
    marked = tuple(_marked([*zone, *around], marks)) if marks else ()
    marker = next((c for c in zone if c.insee == seat), None)
    height = round(frame.height * frame.scale)
    return ZoneMap(
        width=WIDTH,
        height=height,
        scale=frame.scale,
        transform=f"scale({frame.scale:.4f}) translate({-frame.left:.1f} {-frame.top:.1f})",
        inside=tuple(c.path for c in zone),
        outside="".join(c.path for c in around),
        labels=tuple(_labels(zone, frame, marker, height)),
        seat=_rounded(*frame.place(marker.x_centre, marker.y_centre)) if marker else None,
        sources=tuple(sorted({c.source for c in zone})),
        description=" ".join([_description(zone, marker, place), *(f"{mark.words}." for mark in marked)]),
        marked=marked,
    )


def _marked(drawn: Sequence[Contour], marks: Marks) -> Iterator[Marked]:
    """One path a kind; what is not drawn is not counted here, tables say it all."""
    told = (
        ("ajout", marks.added, "commune ajoutée", "communes ajoutées"),
        ("retrait", marks.removed, "commune retirée", "communes retirées"),
        ("partage", marks.shared, "commune déjà servie par une autre CPTS", "communes déjà servies par une autre CPTS"),
        ("trou", marks.holes, "commune laissée de côté", "communes laissées de côté"),
    )
    for kind, codes, one, many in told:
        paths = [contour.path for contour in drawn if contour.insee in codes]
        if paths:
            yield Marked(kind, f"{len(paths)} {one if len(paths) == 1 else many}", "".join(paths))


Box = tuple[float, float, float, float]


def _labels(zone: Sequence[Contour], frame: Frame, marker: Contour | None, height: int) -> Iterator[Label]:
    """Names that do not overlap: the seat, then the biggest communes. The first ones are kept on a phone."""
    taken: list[Box] = []
    ordered = sorted(zone, key=lambda c: (c is not marker, -(c.population or 0), c.name))
    for contour in ordered:
        main = len(taken) < MAIN_LABELS
        x, y = frame.place(contour.x_centre, contour.y_centre)
        if contour is marker:
            y += LINE
        size = MAIN_SCALE if main else 1.0
        half = len(contour.name) * CHARACTER * size / 2
        x = min(max(x, half + 4), WIDTH - half - 4)
        y = min(max(y, LINE), height - LINE / 2)
        box = (x - half, y - LINE * size / 2, x + half, y + LINE * size / 2)
        if half * 2 > WIDTH or any(_overlap(box, other) for other in taken):
            continue
        taken.append(box)
        kind = "siege" if contour is marker else "principal" if main else ""
        yield Label(round(x), round(y + 4), contour.name, kind)
        if len(taken) == ALL_LABELS:
            return


def _overlap(a: Box, b: Box) -> bool:
    return not (a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1])


def _rounded(x: float, y: float) -> tuple[int, int]:
    return round(x), round(y)


def _description(zone: Sequence[Contour], marker: Contour | None, place: str) -> str:
    count = f"{len(zone)} communes" if len(zone) > 1 else f"La commune de {zone[0].name}"
    around = f", siège à {marker.name}" if marker and len(zone) > 1 else ""
    return f"{count}{around}{', ' + place if place else ''}."
