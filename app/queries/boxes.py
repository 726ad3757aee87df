"""The boxes of a CPTS as its pages show them: values, versions, words of the codes, what may be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app import clock
from app.domain.sheets.words import WORDED
from app.queries.descriptions import UNDO_PART, Undoable, undoable_of
from app.queries.nomenclatures import CODES_PART, labels_of
from app.queries.sheets import (
    DESCRIBED_PART,
    SHEET_PARTS,
    STATES_PART,
    BoxState,
    Sheet,
    SheetRef,
    asked,
    sheets_of,
    states_of,
)
from app.queries.together import Together

_SHOWN = Together(**SHEET_PARTS, states=STATES_PART, codes=CODES_PART)
_KEPT = Together(**SHEET_PARTS, states=STATES_PART, codes=CODES_PART, undo=UNDO_PART, described=DESCRIBED_PART)


@dataclass(frozen=True, slots=True)
class Boxes:
    """`undos`, `described`: for those who keep the pages, else empty."""

    sheets: dict[SheetRef, Sheet]
    states: dict[tuple[str, str], BoxState]
    labels: dict[str, dict[str, str]]
    undos: dict[tuple[str, str], Undoable]
    described: bool


def read_boxes(refs: Sequence[SheetRef], *, undo_within: timedelta | None = None) -> Boxes:
    """Of one CPTS: one statement. `undo_within`: given for those who keep the pages."""
    wanted: dict[str, Any] = {**asked(refs), "systems": WORDED}
    if undo_within is None:
        rows = _SHOWN.read(**wanted)
    else:
        rows = _KEPT.read(**wanted, undo_since=clock.now() - undo_within, finess=refs[0].finess)
    return Boxes(
        sheets_of(refs, rows),
        states_of(rows["states"]),
        labels_of(WORDED, rows["codes"]),
        undoable_of(rows.get("undo", ())),
        bool(rows.get("described")),
    )
