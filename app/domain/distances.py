"""Kilometres between two points, as the crow flies; pure."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

EARTH = 6371.0
Point = tuple[float, float]
"""Latitude and longitude, in degrees."""


def kilometres(one: Point, other: Point) -> float:
    lat1, lon1, lat2, lon2 = map(radians, (*one, *other))
    chord = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH * asin(sqrt(chord))
