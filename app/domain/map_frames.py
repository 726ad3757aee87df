"""The part of the national grid that the map of a zone shows: pure (UI.md §3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

WIDTH = 640
MARGIN = 0.05
RATIOS = (1.25, 2.4)
"""Narrowest and widest frame: neighbours fill what a long zone leaves free."""


class Bounds(Protocol):
    """The box of a contour on the grid."""

    @property
    def x_min(self) -> int: ...
    @property
    def y_min(self) -> int: ...
    @property
    def x_max(self) -> int: ...
    @property
    def y_max(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of the grid that is shown."""

    left: float
    top: float
    width: float
    height: float

    @property
    def scale(self) -> float:
        return WIDTH / self.width

    def meets(self, contour: Bounds) -> bool:
        right, bottom = self.left + self.width, self.top + self.height
        inside_x = contour.x_min < right and contour.x_max > self.left
        return inside_x and contour.y_min < bottom and contour.y_max > self.top

    def place(self, x: float, y: float) -> tuple[float, float]:
        return (x - self.left) * self.scale, (y - self.top) * self.scale


def frame_of(zone: Sequence[Bounds]) -> Frame:
    """The box of the zone, with a margin, widened to a readable ratio."""
    left, right = min(c.x_min for c in zone), max(c.x_max for c in zone)
    top, bottom = min(c.y_min for c in zone), max(c.y_max for c in zone)
    margin = max(right - left, bottom - top, 1) * MARGIN
    width, height = right - left + 2 * margin, bottom - top + 2 * margin
    framed_width = max(width, height * RATIOS[0])
    framed_height = max(height, framed_width / RATIOS[1])
    x, y = (left + right - framed_width) / 2, (top + bottom - framed_height) / 2
    return Frame(x, y, framed_width, framed_height)
