"""A box taken up again as it was: what comes back, what stays whatever the past said; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.sheets.catalogue import Box, Field
from app.domain.sheets.values import Change, Values, changes, is_blank


@dataclass(frozen=True, slots=True)
class Restored:
    """`kept`: fields that the past would have emptied and that stay, since they are used downstream (B-03)."""

    values: Values
    changes: list[Change]
    kept: list[Field]


def taken_up(box: Box, now: Mapping[str, Any], then: Mapping[str, Any]) -> Restored:
    """What an official register gives or what is set once stays; so does what the past did not know of."""
    values, kept = dict(now), []
    for field in box.fields:
        if field.register or field.key not in then or (field.invariable and not is_blank(now.get(field.key))):
            continue
        if field.kept and is_blank(then[field.key]) and not is_blank(now.get(field.key)):
            kept.append(field)
            continue
        values[field.key] = then[field.key]
    return Restored(values, changes(box, now, values), kept)
