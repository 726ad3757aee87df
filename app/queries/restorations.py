"""What restoring a box, or a whole day, would change: shown first, then written as it was shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.sheets.catalogue import Box, find_box
from app.domain.sheets.restoration import Restored, taken_up
from app.queries.past import sheets_at
from app.queries.sheets import SheetRef, box_states, read_sheets


@dataclass(frozen=True, slots=True)
class Back:
    """A box and what restoring it changes. `version`: of what is published now."""

    ref: SheetRef
    box: Box
    restored: Restored
    version: int


def restoration(finess: str, until: datetime, *, sheet: str = "", box: str = "") -> list[Back]:
    """Of each box that differs from what it was before `until`; one box alone when named. Closed units stay so."""
    past = [each for each in sheets_at(finess, until) if each.open_now and sheet in {"", each.ref.key}]
    refs = [each.ref for each in past]
    now, states = read_sheets(refs), box_states(refs)
    found = []
    for each in past:
        for key, then in each.boxes.items():
            description = find_box(each.ref.kind, key)
            if description is None or box not in {"", key}:
                continue
            restored = taken_up(description, now[each.ref][key], then)
            state = states.get((each.ref.key, key))
            found.append(Back(each.ref, description, restored, state.version if state else 0))
    return [back for back in found if back.restored.changes]


def fingerprint(backs: Sequence[Back]) -> str:
    """What somebody had in front of them: the boxes that would change, and their versions."""
    return " ".join(f"{back.ref.key}/{back.box.key}={back.version}" for back in backs)
