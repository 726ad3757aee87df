"""What the rules of the ROR find in sheets that are proposed, with the codes they ask for, in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

import sqlalchemy as sa

from app.domain.sheets.catalogue import SheetKind
from app.domain.sheets.rules import Codes, Finding, sheet_findings
from app.domain.sheets.values import Values
from app.domain.sheets.words import WORDED
from app.models import Commune
from app.queries.nomenclatures import (
    ACTIVITIES,
    ACTIVITY_FIELDS,
    CARE_MODES,
    CODES_PART,
    UNIT_TYPES,
    labels_of,
    valid_of,
)
from app.queries.together import Together


class Sheet(Protocol):
    """What is asked of a sheet to look at it."""

    @property
    def kind(self) -> SheetKind: ...
    @property
    def values(self) -> Mapping[str, Values]: ...


S = TypeVar("S", bound=Sheet)


def findings_of(sheets: Iterable[S], codes: Codes | None = None) -> dict[S, list[Finding]]:
    """All that is found in each, what only warns too: one statement, none with `codes` (`Words.valid`)."""
    looked_at = list(sheets)
    known = words_for(sheet.values.get("zone") for sheet in looked_at).valid if codes is None else codes
    return {sheet: sheet_findings(sheet.kind, sheet.values, known) for sheet in looked_at}


def blocking_of(sheets: Iterable[S]) -> dict[S, list[Finding]]:
    """What keeps each from being final, and from being published."""
    return {sheet: [finding for finding in found if finding.blocking] for sheet, found in findings_of(sheets).items()}


@dataclass(frozen=True, slots=True)
class Words:
    """`labels`: of every code that sheets may name, communes included; `valid`: those that the rules accept today."""

    labels: dict[str, dict[str, str]]
    valid: dict[str, dict[str, str]]


CHECKED = (UNIT_TYPES, ACTIVITIES, CARE_MODES, ACTIVITY_FIELDS)
_WORDS = Together(
    codes=CODES_PART,
    communes=sa.select(Commune.insee, Commune.name).where(Commune.insee.in_(sa.bindparam("insees", expanding=True))),
)


def words_for(zones: Iterable[Values | None]) -> Words:
    """With the communes that these zones name and that exist: one statement."""
    named = {insee for zone in zones for insee in (zone or {}).get("communes") or []}
    rows = _WORDS.read(systems=WORDED, insees=list(named))
    communes = {"COG": {row.insee: row.name for row in rows["communes"]}}
    valid = valid_of(WORDED, rows["codes"])
    checked = {system: valid[system] for system in CHECKED}
    return Words(labels_of(WORDED, rows["codes"]) | communes, checked | communes if named else checked)
