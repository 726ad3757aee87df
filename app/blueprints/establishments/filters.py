"""How the public pages write a position, a list of communes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeVar

from jinja2 import Environment

from app.models import Establishment
from app.queries.places import ZoneCommune
from app.web.french import date_fr, sort_key

Named = TypeVar("Named", bound=ZoneCommune)


def register(env: Environment) -> None:
    for function in (coordinates_fr, position_fr):
        env.filters[function.__name__] = function
    env.filters["sort_by_name"] = sort_by_name
    env.filters["sort_words"] = sort_words
    env.filters["first_ones"] = first_ones
    env.filters["day_fr"] = day_fr


def coordinates_fr(place: Establishment) -> str:
    """`44,0553° N, 5,0489° E`: about ten metres."""
    return position_fr(place.latitude or 0.0, place.longitude or 0.0)


def position_fr(latitude: float, longitude: float) -> str:
    north, east = "N" if latitude >= 0 else "S", "E" if longitude >= 0 else "O"
    return f"{abs(latitude):.4f}° {north}, {abs(longitude):.4f}° {east}".replace(".", ",")


def sort_by_name(communes: Iterable[Named]) -> list[Named]:
    """In the order of a dictionary: accents do not count, which no database agrees on."""
    return sorted(communes, key=lambda commune: sort_key(commune.name))


def sort_words(words: Iterable[str]) -> list[str]:
    return sorted(words, key=sort_key)


def first_ones(names: Iterable[str], most: int) -> str:
    """`Bédoin, Caromb et 22 autres`."""
    told: Sequence[str] = list(names)
    left = len(told) - most
    if left > 1:
        return f"{', '.join(told[:most])} et {left} autres"
    return f"{', '.join(told[:-1])} et {told[-1]}" if len(told) > 1 else "".join(told)


def day_fr(text: str) -> str:
    """`2026-07-01` → 1er juillet 2026."""
    return date_fr(date.fromisoformat(text))
