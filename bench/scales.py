"""How big a country is made: three scales, and parts of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from app.domain.territories import DEPARTEMENTS

PACA = ("04", "05", "06", "13", "83", "84")


@dataclass(frozen=True)
class Scale:
    """`units` and `listed` (people named publicly, each in a unit) are what no register gives: bench/load.py."""

    name: str
    departements: tuple[str, ...]
    communes: int
    entities: int
    establishments: int
    cpts: int
    units: int
    professionals: int
    listed: int

    def part(self, share: float) -> Self:
        """The same country with fewer of everything; never less than two CPTS a département."""
        fewest = 2 * len(self.departements)
        return replace(
            self,
            name=f"{self.name} × {share:g}",
            communes=max(round(self.communes * share), 2 * fewest),
            entities=max(round(self.entities * share), fewest),
            establishments=max(round(self.establishments * share), 2 * fewest),
            cpts=max(round(self.cpts * share), fewest),
            units=max(round(self.units * share), 2 * fewest),
            professionals=max(round(self.professionals * share), 1),
            listed=max(round(self.listed * share), 1),
        )


SCALES = {
    scale.name: scale
    for scale in (
        Scale("small", ("84",), 151, 600, 1_000, 8, 2_000, 7_000, 7_000),
        Scale("regional", PACA, 946, 6_000, 10_000, 62, 20_000, 60_000, 60_000),
        Scale("national", tuple(DEPARTEMENTS), 34_920, 60_000, 100_000, 860, 500_000, 1_500_000, 1_500_000),
    )
}
