"""The zone of a unit: a set of communes composed by orders (B-04), always stored as INSEE codes (RG_EXP_009).

Paris, Lyon and Marseille are in the registers as a city and as its arrondissements. A zone holds the city, or some of
its arrondissements, never both: the city stands for all of them. Adding never makes a zone smaller: an arrondissement
of a city that is there is there already, and a city that is added takes the place of its arrondissements.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.domain.territories import CITY_OF


class Kind(StrEnum):
    """What may be added at one stroke."""

    EPCI = "epci"
    CANTON = "canton"
    DEPARTEMENT = "departement"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {Kind.EPCI: "intercommunalité (EPCI)", Kind.CANTON: "canton", Kind.DEPARTEMENT: "département"}


@dataclass(frozen=True, slots=True)
class Composed:
    """A zone after an order, and what the order did. `added`, `already`, `covered`: each code that it names, once."""

    codes: frozenset[str]
    added: tuple[str, ...] = ()
    already: tuple[str, ...] = ()
    covered: tuple[str, ...] = ()
    """Arrondissements not added, because their city is in the zone."""
    absorbed: tuple[str, ...] = ()
    """Arrondissements that left because their city was added."""
    removed: tuple[str, ...] = ()


def settled(codes: Iterable[str]) -> frozenset[str]:
    """These codes as a zone: without the arrondissements of a city that is among them."""
    held = frozenset(codes)
    return frozenset(code for code in held if CITY_OF.get(code) not in held)


def add(zone: Iterable[str], order: Iterable[str]) -> Composed:
    before = settled(zone)
    wanted = list(dict.fromkeys(order))
    news = [code for code in wanted if code not in before]
    after = settled(before.union(news))
    return Composed(
        after,
        added=tuple(code for code in news if code in after),
        already=tuple(code for code in wanted if code in before and code in after),
        covered=tuple(code for code in news if code not in after),
        absorbed=tuple(sorted(before - after)),
    )


def remove(zone: Iterable[str], order: Iterable[str]) -> Composed:
    """What is there leaves; a city leaves with its arrondissements. To take one of them out of a city, divide it."""
    before, leaving = settled(zone), frozenset(order)
    gone = frozenset(code for code in before if code in leaving or CITY_OF.get(code) in leaving)
    return Composed(before - gone, removed=tuple(sorted(gone)))


def divide(zone: Iterable[str], city: str, parts: Iterable[str]) -> Composed:
    """The city replaced by those of its arrondissements that the register holds, so that some can be taken away."""
    before, own = settled(zone), frozenset(code for code in parts if CITY_OF.get(code) == city)
    if city not in before or not own:
        return Composed(before)
    return Composed((before - {city}) | own, added=tuple(sorted(own)), removed=(city,))


def replace(zone: Iterable[str], gone: str, successors: Iterable[str]) -> Composed:
    """A commune that exists no more, and those that it became part of."""
    before = frozenset(zone)
    if gone not in before:
        return Composed(before)
    composed = add(before - {gone}, successors)
    return Composed(composed.codes, composed.added, composed.already, composed.covered, composed.absorbed, (gone,))


ACI_SIZES = (40_000, 80_000, 175_000)
"""Inhabitants from which a CPTS is of size 2, 3, 4 (ACI of 20 June 2019)."""


def aci_size(population: int) -> int:
    """The size of a CPTS, 1 to 4, by the population of its zone."""
    return 1 + sum(population >= least for least in ACI_SIZES)
