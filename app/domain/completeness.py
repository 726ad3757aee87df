"""What a CPTS should say about itself, and what is still missing: from the catalogue of sheets (§2.12, S-142); pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.sheets.catalogue import BOXES, SheetKind
from app.domain.sheets.values import Values, is_blank

TOGETHER = {
    "street": ("Adresse postale", ("street", "postcode", "city")),
    "min_age": ("Âges pris en charge", ("min_age", "min_age_unit", "max_age", "max_age_unit")),
}
"""One piece of information that several fields hold, under the first of them."""
ESSENTIAL = {(SheetKind.EG, "phone"), (SheetKind.EG, "street"), (SheetKind.UO, "communes")}
"""Without them, the SAS does not show the CPTS (S-142)."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One piece of information; without an essential one the SAS cannot use the page.

    `box`, `key`: the very field that says it; `link`: the way to it, for who may fill it in.
    """

    label: str
    given: bool
    essential: bool = False
    detail: str = ""
    box: str = ""
    key: str = ""
    link: str = ""

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
        """100 only when nothing is missing."""
        return 100 * self.given // len(self.items) if self.items else 0

    @property
    def checklist(self) -> list[tuple[str, str, str]]:
        """(state, label, detail) of what is given."""
        return [(item.state, item.label, item.detail) for item in self.items if item.given]

    @property
    def missing(self) -> list[Expected]:
        """What blocks first."""
        return sorted((item for item in self.items if not item.given), key=lambda item: not item.essential)

    @property
    def blocked(self) -> bool:
        return any(item.state == "bloque" for item in self.items)

    @property
    def tone(self) -> str:
        """Of the gauge: `ok`, `attention`, `erreur`."""
        if self.blocked:
            return "erreur"
        return "attention" if self.missing else "ok"


def expected_of(kind: SheetKind, sheet: Mapping[str, Values]) -> list[Expected]:
    """Each mandatory or expected piece of information of a sheet, in the order of the catalogue."""
    apart = {key for _, keys in TOGETHER.values() for key in keys[1:]}
    return [
        Expected(
            TOGETHER.get(field.key, (field.label, ()))[0],
            not any(
                is_blank(sheet.get(box.key, {}).get(key)) for key in TOGETHER.get(field.key, ("", (field.key,)))[1]
            ),
            essential=(kind, field.key) in ESSENTIAL,
            box=box.key,
            key=field.key,
        )
        for box in BOXES[kind]
        for field in box.fields
        if (field.required or field.expected) and (field.key not in apart or box.key not in ("coordonnees", "public"))
    ]
