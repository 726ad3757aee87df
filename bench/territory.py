"""Communes of a made-up country: real départements, invented communes, in the order of a map (neighbours follow)."""

from __future__ import annotations

import csv
import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TextIO

from app.domain.territories import DEPARTEMENTS
from bench.scales import Scale
from bench.words import Weighted, commune_name

COLUMNS = ("insee_code", "name", "departement", "region", "postcodes", "population", "type", "parent_insee")
FORMER_COLUMNS = ("insee_code", "name", "type", "parent_insee", "parent_name", "departement")
DIVIDED = {"75": ("Paris", 56, 101, 20), "69": ("Lyon", 123, 381, 9), "13": ("Marseille", 55, 201, 16)}
"""Cities of arrondissements, by département: name, end of the code, that of the first arrondissement, how many of them,
each with a post code."""
FORMER_AMONG = 14
"""One commune in so many has a former one in it, as in the COG."""
MOST_IN_DEPARTEMENT = {2: 999, 3: 99}
"""By the length of its code: what is left of the five characters of a commune."""
SHARING_A_POSTCODE = 4


@dataclass(frozen=True, slots=True)
class Place:
    """`rank`: the order of the communes of its département on the map. `weight`: its population."""

    insee: str
    name: str
    departement: str
    postcodes: tuple[str, ...]
    weight: int
    rank: int


class Territory:
    """The communes of a scale and a seed; the only thing that grows with a country and stays in memory."""

    def __init__(self, scale: Scale, seed: int) -> None:
        self.scale = scale
        self.seed = seed
        counts = shares(scale.communes, [ceiling(code) for code in scale.departements])
        self.places = {
            code: _places(code, count, random.Random(f"{seed}/communes/{code}"))
            for code, count in zip(scale.departements, counts, strict=True)
        }

    @cached_property
    def draws(self) -> dict[str, Weighted[Place]]:
        """By département, in proportion to population."""
        return {code: Weighted(some, [place.weight for place in some]) for code, some in self.places.items()}

    @cached_property
    def weights(self) -> list[int]:
        """Population of each département."""
        return [sum(place.weight for place in some) for some in self.places.values()]

    @cached_property
    def anywhere(self) -> Weighted[str]:
        return Weighted(list(self.places), self.weights)

    def write(self, file: TextIO) -> None:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for place in self.every():
            fixed = (place.departement, DEPARTEMENTS[place.departement].region)
            rows.writerow((place.insee, place.name, *fixed, "|".join(place.postcodes), place.weight, "COM", ""))
            for number, (insee, name) in enumerate(arrondissements(place)):
                weight = place.weight // len(place.postcodes)
                rows.writerow((insee, name, *fixed, place.postcodes[number], weight, "ARM", place.insee))

    def write_former(self, file: TextIO) -> None:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(FORMER_COLUMNS)
        for place, name in self.every_former():
            rows.writerow((place.insee, name, "COMD", place.insee, place.name, place.departement))

    def every(self) -> Iterator[Place]:
        return itertools.chain.from_iterable(self.places.values())

    def every_former(self) -> Iterator[tuple[Place, str]]:
        """Communes of today, and the name that a part of them bore; such a part keeps the code of its seat."""
        for place in self.every():
            if place.rank % FORMER_AMONG == 3:
                yield place, commune_name(random.Random(f"{self.seed}/former/{place.insee}"))


def arrondissements(place: Place) -> Iterator[tuple[str, str]]:
    """Codes and names: 13201 is « Marseille 1er Arrondissement »; none of a commune that is not divided."""
    name, _, first, count = DIVIDED.get(place.departement, ("", 0, 0, 0))
    if place.name == name:
        for number in range(count):
            order = "1er" if number == 0 else f"{number + 1}e"
            yield f"{place.departement}{first + number}", f"{name} {order} Arrondissement"


def ceiling(departement: str) -> int:
    return MOST_IN_DEPARTEMENT[len(departement)]


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """`total` in whole parts: one for everybody, the rest in proportion."""
    upto = [round((total - len(weights)) * met / sum(weights)) for met in itertools.accumulate(weights)]
    return [1 + end - start for start, end in itertools.pairwise([0, *upto])]


def _places(departement: str, count: int, chance: random.Random) -> list[Place]:
    ranks = list(range(1, count + 1))
    chance.shuffle(ranks)
    largest = chance.randint(40_000, 260_000)
    names = _names(chance)
    places = [
        Place(
            insee=_insee(departement, number),
            name=next(names),
            departement=departement,
            postcodes=_postcodes(departement, number, largest // rank),
            weight=round(largest / rank**0.85) + chance.randint(20, 400),
            rank=number,
        )
        for number, rank in enumerate(ranks)
    ]
    if departement in DIVIDED:
        _name_the_city(places)
    return places


def _insee(departement: str, number: int) -> str:
    """The codes of arrondissements are left free."""
    _, _, first, count = DIVIDED.get(departement, ("", 0, 1000, 0))
    end = number + 1 if number + 1 < first else number + 1 + count
    return f"{departement}{end:0{5 - len(departement)}d}"


def _name_the_city(places: list[Place]) -> None:
    """The largest commune becomes it; the one that has its code, if there is one, takes the code that is left."""
    city = max(places, key=lambda place: place.weight)
    name, end, _, count = DIVIDED[city.departement]
    code = f"{city.departement}{end:03d}"
    for at, place in enumerate(places):
        if place is city:
            codes = tuple(f"{place.departement}{number + 1:03d}" for number in range(count))
            places[at] = replace(place, insee=code, name=name, postcodes=codes)
        elif place.insee == code:
            places[at] = replace(place, insee=city.insee)


def _names(chance: random.Random) -> Iterator[str]:
    """Each once in its département, as in reality nearly everywhere."""
    met: set[str] = set()
    while True:
        name = commune_name(chance)
        if name not in met:
            met.add(name)
            yield name


def _postcodes(departement: str, number: int, population: int) -> tuple[str, ...]:
    """Neighbours share one; a town has several."""
    start = {"2A": "20", "2B": "20"}.get(departement, departement)
    digits = 5 - len(start)
    last = 10**digits
    first = number // SHARING_A_POSTCODE * 10 % last
    several = 1 + min(population // 60_000, 3)
    codes = {f"{start}{(first + step) % last:0{digits}d}" for step in range(several)}
    return tuple(sorted(codes))
