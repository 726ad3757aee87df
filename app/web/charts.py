"""A bar chart as plain geometry: the template draws it in SVG, a table says the same beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 18, 30
SPACING = 0.3
"""Part of each group left empty between two of them."""
TICKS = 4
CROWDED = 14
"""Groups beyond which the values are no longer written on the bars, nor every label under them."""


@dataclass(frozen=True, slots=True)
class Bar:
    series: int
    x: float
    y: float
    width: float
    height: float
    value: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Mark:
    """A label of an axis, and where it stands."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    names: Sequence[str]
    bars: list[Bar]
    levels: list[Mark]
    groups: list[Mark]
    values_shown: bool
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    base: int = HEIGHT - BOTTOM
    right: int = WIDTH - RIGHT


def bar_chart(labels: Sequence[str], series: Sequence[tuple[str, Sequence[float | None]]]) -> Chart:
    """A group of bars for each label, a bar for each series; nothing where a value is None."""
    top = _round_top(max((value or 0 for _, values in series for value in values), default=0))
    group = (WIDTH - LEFT - RIGHT) / max(1, len(labels))
    width = group * (1 - SPACING) / max(1, len(series))
    bars = [
        _bar(rank, LEFT + group * (place + SPACING / 2) + width * rank, width, value, top)
        for rank, (_, values) in enumerate(series)
        for place, value in enumerate(values)
        if value is not None
    ]
    crowded = len(labels) > CROWDED
    return Chart(
        names=[name for name, _ in series],
        bars=bars,
        levels=[Mark(_height(top * step / TICKS, top), f"{top * step / TICKS:g}") for step in range(TICKS + 1)],
        groups=[
            Mark(round(LEFT + group * (place + 0.5), 1), label)
            for place, label in enumerate(labels)
            if not crowded or place % 2 == 0
        ],
        values_shown=not crowded,
    )


def _bar(series: int, x: float, width: float, value: float, top: float) -> Bar:
    y = _height(value, top)
    return Bar(series, round(x, 1), y, round(width * 0.9, 1), round(HEIGHT - BOTTOM - y, 1), value)


def _height(value: float, top: float) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top, 1)


def _round_top(highest: float) -> float:
    """The least of 4, 8, 12, 20, 40, 80, 120… above the highest value: its quarters are round."""
    unit = 4.0
    while True:
        for factor in (1, 2, 3, 5):
            if unit * factor >= highest:
                return unit * factor
        unit *= 10
