"""Codes and labels of the nomenclatures (NOS, DOMAIN.md §4): those loaded, else those that come with Relais."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app import clock
from app.models import NomenclatureCode
from app.queries.together import Together
from app.working_days import day_of

AUTHORED = Path(__file__).parents[1] / "nomenclatures" / "ror.csv"
UNIT_TYPES, ACTIVITIES, CARE_MODES, ACTIVITY_FIELDS = "TRE_R244", "TRE_R211", "TRE_R213", "TRE_R227"
NATURES, FUNCTIONS, CHANNELS, LEVELS = "TRE_R287", "TRE_R251", "TRE_R200", "TRE_R283"
HOURS_TYPES, AGE_UNITS = "TRE_R252", "UCUM"


@dataclass(frozen=True, slots=True)
class Code:
    system: str
    code: str
    label: str
    valid_from: date | None = None
    valid_to: date | None = None
    parent_code: str | None = None

    def valid(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


@lru_cache
def authored() -> tuple[Code, ...]:
    """Written by us from the published tables, small; `flask import nomenclatures FILE` replaces a system."""
    with AUTHORED.open(encoding="utf-8", newline="") as lines:
        return tuple(
            Code(
                row["system"],
                row["code"],
                row["label"],
                date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
                date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
                row["parent_code"] or None,
            )
            for row in csv.DictReader(lines)
        )


def codes_of(*systems: str) -> dict[str, dict[str, str]]:
    """System → code → label of the codes valid today, in the order of the table: one statement."""
    return codes_and_labels(*systems)[0]


def codes_and_labels(*systems: str) -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]]]:
    """The codes valid today, as `codes_of`, and all of them, as `every_label`: one statement for both."""
    rows = _CODES.read(systems=systems)["codes"]
    return valid_of(systems, rows), labels_of(systems, rows)


def every_label(*systems: str) -> dict[str, dict[str, str]]:
    """The same with the codes that are over: what was published keeps its words."""
    return labels_of(systems, _CODES.read(systems=systems)["codes"])


def valid_of(systems: Iterable[str], rows: Iterable[Any]) -> dict[str, dict[str, str]]:
    """As `labels_of`, of the codes valid today."""
    today = day_of(clock.now())
    return {
        system: {code.code: code.label for code in found if code.valid(today)}
        for system, found in _codes(systems, rows).items()
    }


def labels_of(systems: Iterable[str], rows: Iterable[Any]) -> dict[str, dict[str, str]]:
    """System → code → label, of the rows of `CODES_PART` for these systems."""
    return {system: {code.code: code.label for code in found} for system, found in _codes(systems, rows).items()}


CODES_PART = (
    sa.select(
        NomenclatureCode.system,
        NomenclatureCode.code,
        NomenclatureCode.label,
        NomenclatureCode.valid_from,
        NomenclatureCode.valid_to,
        NomenclatureCode.parent_code,
    )
    .where(NomenclatureCode.system.in_(sa.bindparam("systems", expanding=True)))
    .order_by(NomenclatureCode.code)
)
_CODES = Together(codes=CODES_PART)


def _codes(systems: Iterable[str], rows: Iterable[Any]) -> dict[str, list[Code]]:
    read: dict[str, list[Code]] = {system: [] for system in systems}
    for row in rows:
        read[row.system].append(Code(*row))
    for system, found in read.items():
        if not found:
            found.extend(code for code in authored() if code.system == system)
    return read
