"""One import command: its report, its limits, what it touched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import sqlalchemy as sa

from app import db
from app.domain.import_report import ImportReport, Outcome
from app.models import Base
from app.usecases.registers import bulk
from app.usecases.registers.bulk import Values
from app.usecases.registers.memory import Before

TOO_LONG = "valeur trop longue, coupée"

Watch = Callable[[Iterable[Any], str, int], Iterable[Any]]
"""Passes items through, told what is done with them and how many there are: a progress bar."""


def unwatched(items: Iterable[Any], _doing: str, _total: int) -> Iterable[Any]:
    return items


@dataclass(slots=True)
class Touched:
    """What the search has to index again, once, at the end."""

    communes: bool = False
    ceased: set[str] = field(default_factory=set)
    """Communes that are none any more, since this import."""
    establishments: set[str] = field(default_factory=set)
    rpps: set[str] = field(default_factory=set)
    """Of professionals whom the portal knows as persons."""


class SeenIds:
    """Which integer keys were met: one bit each, so that a national register fits in a few hundred kilobytes."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def __contains__(self, number: int) -> bool:
        byte, bit = divmod(number, 8)
        return byte < len(self._bits) and bool(self._bits[byte] >> bit & 1)

    def __bool__(self) -> bool:
        return bool(self._bits)

    def add(self, number: int) -> None:
        byte, bit = divmod(number, 8)
        if byte >= len(self._bits):
            self._bits.extend(bytes(byte + 1 - len(self._bits)))
        self._bits[byte] |= 1 << bit

    def without(self, others: SeenIds) -> Iterator[int]:
        """Those that are not among the others, in order."""
        for byte, bits in enumerate(self._bits):
            left = bits & ~(others._bits[byte] if byte < len(others._bits) else 0)
            yield from (8 * byte + bit for bit in range(8) if left >> bit & 1)


@dataclass(slots=True)
class Import:
    report: ImportReport
    category: str | None = None
    """Keep the establishments of this FINESS category only."""
    legal_entities_limited: bool = False
    """Keep the legal entities that an establishment names only."""
    touched: Touched = field(default_factory=Touched)
    before: Before = field(default_factory=Before)
    again: bool = False
    """Read every line, also those that say what they said last time."""
    professionals: SeenIds = field(default_factory=SeenIds)
    """Those that the file gave so far."""
    unread: SeenIds = field(default_factory=SeenIds)
    """Of these, those whose lines say what they said last time."""
    activities: SeenIds = field(default_factory=SeenIds)
    """The same of activities, of the people whose lines were read."""
    held_activities: SeenIds = field(default_factory=SeenIds)
    """Those that the same people had."""
    changing: set[tuple[str, str]] = field(default_factory=set)
    """Objects of which a line was found that is to be read: a later one is read too, whatever it says."""
    changing_professionals: SeenIds = field(default_factory=SeenIds)
    groupings: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """Communes that the file gives to each grouping it names."""
    doubtful_groupings: set[tuple[str, str]] = field(default_factory=set)
    """Those with a rejected line: which communes they lost is not known."""
    epci_of: dict[str, str] = field(default_factory=dict)
    communes: dict[str, str] = field(default_factory=dict)
    """Communes of the file → their département."""
    codes: dict[str, set[str]] = field(default_factory=dict)
    """Nomenclatures of the file → the codes it gives."""

    def tally(self, outcomes: Iterable[Outcome]) -> None:
        for outcome in outcomes:
            self.report.count(outcome)

    def values(self, model: type[Base], row: Any, *, without: tuple[str, ...] = ()) -> Values:
        """The row by column name; a text longer than its column is cut, and said."""
        names = [name for name in row.__slots__ if name != "line" and name not in without]
        values = {name: getattr(row, name) for name in names}
        for name, longest in _lengths(model):
            value = values.get(name)
            if isinstance(value, str) and len(value) > longest:
                self.report.warn(row.line, TOO_LONG, value)
                values[name] = value[:longest]
        return values


@cache
def _lengths(model: type[Base]) -> list[tuple[str, int]]:
    """Columns of bounded text, and how much they hold."""
    columns = ((column.name, getattr(column.type, "length", None)) for column in model.__table__.columns)
    return [(name, length) for name, length in columns if length]


def known(column: Any, values: set[str]) -> set[str]:
    """Those of `values` that the column holds."""
    return set(db.session().scalars(sa.select(column).where(bulk.among(column, values)))) if values else set()
