"""Values of a box as plain JSON, in one canonical form, so that equal is `==`; differences and merges by field."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.sheets.catalogue import Box, Field
from app.domain.zones import settled

Values = dict[str, Any]
"""Field key → str, int, float, bool, None, or a list (codes sorted; contacts and hours as dicts, in their order)."""


@dataclass(frozen=True, slots=True)
class Change:
    """A field whose value is not the same before and after."""

    field: Field
    before: Any
    after: Any

    @property
    def added(self) -> list[Any]:
        """Of a list: what is new, in its order."""
        return [item for item in self.after or [] if item not in (self.before or [])]

    @property
    def removed(self) -> list[Any]:
        return [item for item in self.before or [] if item not in (self.after or [])]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Both sides changed the field since `base`, differently."""

    field: Field
    base: Any
    theirs: Any
    mine: Any


def canonical(box: Box, values: Mapping[str, Any]) -> Values:
    """Exactly the fields of the box: texts trimmed, "" and [] as None, sets sorted, zones settled."""
    return {field.key: _canonical(field, values.get(field.key)) for field in box.fields}


def is_blank(value: Any) -> bool:
    """Nothing said. False and 0 say something."""
    return value is None or value == "" or value == []


def changes(box: Box, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[Change]:
    """Field by field, in the order of the box. Without `before`, what is said at all."""
    told = before or {}
    return [
        Change(field, told.get(field.key), after.get(field.key))
        for field in box.fields
        if not _same(told.get(field.key), after.get(field.key))
    ]


def refused_blanks(box: Box, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> dict[str, str]:
    """B-03: each field used downstream that would lose its value, with the sentence that says so."""
    return {
        change.field.key: change.field.kept
        for change in changes(box, before, after)
        if change.field.kept and is_blank(change.after) and not is_blank(change.before)
    }


def erased(box: Box, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[Field]:
    """Fields that hold a value, may lose it, and would: the person must say so."""
    return [
        change.field
        for change in changes(box, before, after)
        if not change.field.kept and is_blank(change.after) and not is_blank(change.before)
    ]


def merge(
    box: Box, base: Mapping[str, Any] | None, mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> tuple[Values, list[Conflict]]:
    """Put what `mine` changes since `base` on top of `theirs`; where both changed a field, theirs and a conflict.

    Sets never conflict: what each added and removed adds up.
    """
    known = base or {}
    merged, conflicts = dict(theirs), []
    for field in box.fields:
        was, my, their = known.get(field.key), mine.get(field.key), theirs.get(field.key)
        if _same(my, was) or _same(my, their):
            continue
        if field.gathers:
            merged[field.key] = sorted(
                (set(their or []) | (set(my or []) - set(was or []))) - (set(was or []) - set(my or []))
            )
        elif _same(their, was):
            merged[field.key] = my
        else:
            conflicts.append(Conflict(field, was, their, my))
    return merged, conflicts


def pick(values: Mapping[str, Any], keys: Collection[str]) -> Values:
    return {key: values[key] for key in keys if key in values}


def _same(one: Any, other: Any) -> bool:
    return one == other or (is_blank(one) and is_blank(other))


def _canonical(field: Field, value: Any) -> Any:
    if isinstance(value, str):
        return value.strip() or None
    if field.key == "communes":
        return sorted(settled(value or []))
    if field.gathers:
        return sorted(set(value or []))
    if isinstance(value, (list, tuple)):
        return list(value) or None
    return value
