"""What a reader of a dossier has in front of them, and what becomes of each field: pure.

Three values meet in a field: the published one when the dossier was opened (`base`), the published one now, the
proposed one. Only what would change what is published now is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.domain.sheets.catalogue import Box, Field
from app.domain.sheets.values import Values, canonical, changes, merge


class Decision(StrEnum):
    ACCEPT = "accept"
    RETURN = "return"
    KEEP = "keep"
    """What was published meanwhile stays; only where both sides changed the field."""


class Novelty(StrEnum):
    """Why a line is shown, or not, on a further reading."""

    NEW = "new"
    CHANGED = "changed"
    """Since the last reading."""
    RETURNED = "returned"
    """It was returned, and comes back as it was."""
    READ = "read"
    """It was read, not returned, and did not change."""


@dataclass(frozen=True, slots=True)
class Difference:
    """`result`: what would be published if the proposal is accepted. `conflict`: both sides changed it, differently."""

    field: Field
    base: Any
    published: Any
    proposed: Any
    result: Any
    conflict: bool = False

    @property
    def added(self) -> list[Any]:
        return [item for item in self.result or [] if item not in (self.published or [])]

    @property
    def removed(self) -> list[Any]:
        return [item for item in self.published or [] if item not in (self.result or [])]

    @property
    def is_list(self) -> bool:
        return isinstance(self.result, list) or isinstance(self.published, list)


def differences(
    box: Box, base: Mapping[str, Any] | None, published: Mapping[str, Any], proposed: Mapping[str, Any]
) -> list[Difference]:
    """Field by field, in the order of the box; what was published meanwhile and is proposed too is no difference."""
    merged, conflicts = merge(box, base, proposed, published)
    disputed = {conflict.field.key for conflict in conflicts}
    would = {**merged, **{key: proposed.get(key) for key in disputed}}
    return [
        Difference(
            change.field,
            (base or {}).get(change.field.key),
            change.before,
            proposed.get(change.field.key),
            change.after,
            change.field.key in disputed,
        )
        for change in changes(box, published, would)
    ]


def settle(
    box: Box, published: Mapping[str, Any], found: Iterable[Difference], decided: Mapping[str, Decision]
) -> tuple[Values, Values]:
    """(what is published, what is still proposed): the second differs by what is returned. `decided`: by field."""
    now, rest = dict(published), dict(published)
    for difference in found:
        key = difference.field.key
        decision = decided[key]
        if decision is not Decision.KEEP:
            rest[key] = difference.result
        if decision is Decision.ACCEPT:
            now[key] = difference.result
    return canonical(box, now), canonical(box, rest)


def novelty(reviewed: Mapping[str, Any] | None, key: str, proposed: Any, last: Decision | None) -> Novelty:
    """`reviewed`: the box as it was last read; `last`: what was decided of the field then."""
    if reviewed is None:
        return Novelty.NEW
    if reviewed.get(key) != proposed:
        return Novelty.CHANGED
    return Novelty.RETURNED if last is Decision.RETURN else Novelty.READ
