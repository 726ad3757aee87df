"""What a CPTS should say about itself, and what is still missing (SEED-IDF; SAS contract: phone, address, zone)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Expected:
    """One piece of information; without an essential one the SAS cannot use the page."""

    label: str
    given: bool
    essential: bool = False
    detail: str = ""

    @property
    def state(self) -> str:
        """`ok`, `manque` (to complete) or `bloque` (essential and missing)."""
        if self.given:
            return "ok"
        return "bloque" if self.essential else "manque"


@dataclass(frozen=True, slots=True)
class Completeness:
    items: tuple[Expected, ...]

    @property
    def given(self) -> int:
        return sum(item.given for item in self.items)

    @property
    def percent(self) -> int:
        return round(100 * self.given / len(self.items)) if self.items else 0

    @property
    def checklist(self) -> list[tuple[str, str, str]]:
        """(state, label, detail) of each."""
        return [(item.state, item.label, item.detail) for item in self.items]

    @property
    def missing(self) -> list[str]:
        return [item.label for item in self.items if not item.given]

    @property
    def blocked(self) -> bool:
        return any(item.state == "bloque" for item in self.items)

    @property
    def tone(self) -> str:
        """Of the gauge: `ok`, `attention`, `erreur`."""
        if self.blocked:
            return "erreur"
        return "attention" if self.missing else "ok"
