"""The map of a zone, from contours alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.web.zone_map import ALL_LABELS, WIDTH, frame_of, zone_map


@dataclass(frozen=True)
class Square:
    """A commune of one square kilometre (20 × 20 steps of 50 m), `x`, `y` steps from the origin."""

    insee: str
    name: str
    x_min: int
    y_min: int
    population: int | None = 1000
    side: int = 20
    source: str = "IGN"

    @property
    def path(self) -> str:
        return f"M{self.x_min} {self.y_min}l{self.side} 0 0 {self.side} -{self.side} 0z"

    @property
    def x_max(self) -> int:
        return self.x_min + self.side

    @property
    def y_max(self) -> int:
        return self.y_min + self.side

    @property
    def x_centre(self) -> float:
        return self.x_min + self.side / 2

    @property
    def y_centre(self) -> float:
        return self.y_min + self.side / 2


A = Square("84031", "Carpentras", 0, 0, population=30000)
B = Square("84088", "Pernes", 20, 0)
NEXT = Square("84080", "Monteux", -20, 0)
FAR = Square("84007", "Avignon", 2000, 2000)


def test_without_contours_there_is_no_map() -> None:
    assert zone_map([]) is None


def test_each_commune_of_the_zone_is_drawn_once_and_neighbours_in_the_frame_are_the_background() -> None:
    drawn = zone_map([A, B], [A, B, NEXT, FAR])
    assert drawn is not None
    assert drawn.inside == (A.path, B.path)
    assert drawn.outside == NEXT.path


def test_the_frame_holds_the_zone_with_a_margin_and_a_readable_ratio() -> None:
    for zone in (
        [A],
        [A, B],
        [Square("1", "x", 0, 20 * n) for n in range(9)],
        [Square("1", "x", 20 * n, 0) for n in range(9)],
    ):
        frame = frame_of(zone)
        assert frame.left < min(c.x_min for c in zone) <= max(c.x_max for c in zone) < frame.left + frame.width
        assert frame.top < min(c.y_min for c in zone) <= max(c.y_max for c in zone) < frame.top + frame.height
        assert 1.2 < frame.width / frame.height < 2.5


def test_the_seat_is_marked_and_named_first() -> None:
    drawn = zone_map([B, A], seat="84031", place="Vaucluse (84)")
    assert drawn is not None
    assert (drawn.labels[0].text, drawn.labels[0].kind) == ("Carpentras", "siege")
    assert drawn.seat is not None
    assert 0 < drawn.seat[0] < WIDTH
    assert 0 < drawn.seat[1] < drawn.height
    assert drawn.description == "2 communes, siège à Carpentras, Vaucluse (84)."


def test_a_seat_outside_the_zone_is_not_marked() -> None:
    drawn = zone_map([B], [A], seat="84031")
    assert drawn is not None
    assert drawn.seat is None
    assert drawn.description == "La commune de Pernes."


def test_labels_stay_inside_and_do_not_overlap() -> None:
    zone = [Square(str(n), f"Commune longue {n}", 20 * (n % 8), 20 * (n // 8), population=n) for n in range(64)]
    drawn = zone_map(zone)
    assert drawn is not None
    assert 4 <= len(drawn.labels) <= ALL_LABELS
    boxes = []
    for label in drawn.labels:
        half = len(label.text) * 6.6 / 2
        assert half <= label.x <= WIDTH - half
        assert 0 < label.y < drawn.height
        boxes.append((label.x - half, label.y - 9, label.x + half, label.y + 9))
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def test_unknown_populations_are_no_trouble_and_sources_are_said_once() -> None:
    drawn = zone_map([replace(A, population=None), replace(B, source="Relais, carte schématique"), NEXT])
    assert drawn is not None
    assert drawn.sources == ("IGN", "Relais, carte schématique")
