"""The boxes of a CPTS as its pages show them: values, versions, words of the codes, what may be undone."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from app import clock
from app.domain.sheets.values import Values
from app.domain.sheets.words import WORDED
from app.models import BoxDraft
from app.queries.descriptions import (
    UNDO_PART,
    WATCH_PARTS,
    Undoable,
    Watched,
    undoable_of,
    watched_of,
    watching,
)
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


@dataclass(frozen=True, slots=True)
class Editing:
    """What the form of a box begins with. `draft`: a row of BoxDraft, of whoever edits; `watched`: the others."""

    values: Values
    described: bool
    draft: Any
    watched: Watched


_EDITING = Together(
    **SHEET_PARTS,
    described=DESCRIBED_PART,
    draft=sa.select(BoxDraft.base_version, BoxDraft.fields, BoxDraft.saved_at).where(
        BoxDraft.account_id == sa.bindparam("account_id"),
        BoxDraft.sheet == sa.bindparam("sheet"),
        BoxDraft.box == sa.bindparam("box"),
    ),
    **WATCH_PARTS,
)


def read_editing(ref: SheetRef, box: str, *, account_id: uuid.UUID | None) -> Editing:
    """One statement."""
    rows = _EDITING.read(**asked([ref]), **watching(account_id, ref.key, box), finess=ref.finess)
    draft = rows["draft"][0] if rows["draft"] else None
    return Editing(sheets_of([ref], rows)[ref][box], bool(rows["described"]), draft, watched_of(rows))
