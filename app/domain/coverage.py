"""Which communes are served by a CPTS, by several, or by none, counted by département; pure.

Paris, Lyon and Marseille count as their arrondissements, of which a zone may hold some.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Service(StrEnum):
    SERVED = "served"
    SHARED = "shared"
    WHITE = "white"


@dataclass(frozen=True, slots=True)
class Ground:
    """A commune or an arrondissement. `servers`: FINESS of the CPTS whose zone holds it, or its city."""

    insee: str
    name: str
    departement: str
    population: int | None
    servers: frozenset[str] = frozenset()

    @property
    def service(self) -> Service:
        if not self.servers:
            return Service.WHITE
        return Service.SERVED if len(self.servers) == 1 else Service.SHARED


@dataclass(frozen=True, slots=True)
class Count:
    """`served` holds the `shared`: those that several serve. `unknown`: communes whose population nobody gave."""

    communes: int
    served: int
    shared: int
    population: int
    population_served: int
    unknown: int

    @property
    def white(self) -> int:
        return self.communes - self.served

    @property
    def percent(self) -> int | None:
        """Of the population, served; 100 only when everybody is. None when no population is known."""
        return 100 * self.population_served // self.population if self.population else None


def count(grounds: Iterable[Ground]) -> Count:
    known = list(grounds)
    served = [ground for ground in known if ground.servers]
    return Count(
        communes=len(known),
        served=len(served),
        shared=sum(ground.service is Service.SHARED for ground in served),
        population=sum(ground.population or 0 for ground in known),
        population_served=sum(ground.population or 0 for ground in served),
        unknown=sum(ground.population is None for ground in known),
    )


def by_departement(grounds: Sequence[Ground]) -> dict[str, list[Ground]]:
    """In the order of the codes."""
    found: dict[str, list[Ground]] = {code: [] for code in sorted({ground.departement for ground in grounds})}
    for ground in grounds:
        found[ground.departement].append(ground)
    return found
