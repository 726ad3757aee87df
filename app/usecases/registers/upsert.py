"""Compare, then write: one SELECT, at most one INSERT and a few UPDATE a batch, the same on both engines.

None in a row, or a blank text, means that the register says nothing: what is stored stays. A digest of the lines behind
a row is kept as it is given, None too, and is no change of the row.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple, cast

import sqlalchemy as sa

from app import clock, db
from app.domain.import_report import Outcome
from app.models import Base
from app.usecases.registers import bulk
from app.usecases.registers.bulk import Values

Stored = Mapping[str, Any]
Settle = Callable[[Values, Stored], Values]
"""What of a new row holds against the stored one: an older register, a value checked by hand since."""
Key = tuple[Any, ...]


DIGESTS = ("register_digest", "position_digest")


class Written(NamedTuple):
    outcome: Outcome
    row: Values
    """As it is stored now; of a row just created, what was given and its `id`."""


def take_all(new: Values, _stored: Stored) -> Values:
    return new


def upsert(
    model: type[Base], rows: Sequence[Values], *, key: Sequence[str] = (), settle: Settle = take_all
) -> list[Outcome]:
    """Outcome of each row, in order. `key`: the columns that name a row, by default the primary key."""
    return [written.outcome for written in write(model, rows, key=key, settle=settle)]


def write(
    model: type[Base],
    rows: Sequence[Values],
    *,
    key: Sequence[str] = (),
    settle: Settle = take_all,
    under: Collection[Any] | None = None,
    met: Callable[[Stored], None] = lambda _row: None,
) -> list[Written]:
    """What became of each row, in order. All rows name the same columns.

    `under`: values of the first column of the key, when what is stored under others than those of the rows matters, or
    when nothing can be stored under some of these. `met`: told each row stored under them, before anything is written.
    """
    table = cast(sa.Table, model.__table__)
    primary = [column.name for column in table.primary_key]
    names = key or primary
    stored = _stored(table, names, {row[names[0]] for row in rows} if under is None else under)
    for found in stored.values():
        met(found)
    digests = [name for name in DIGESTS if rows and name in rows[0]]
    created: dict[Key, Values] = {}
    updated: dict[Key, Values] = {}
    outcomes = []
    for row in rows:
        place = tuple(row[name] for name in names)
        known = stored.get(place)
        if known is None:
            made = created[place] = _stamped(table, row)
            stored[place] = dict.fromkeys(table.c.keys()) | made
            outcomes.append(Written(Outcome.CREATED, made))
            continue
        settled = settle(row, known)
        told = {name: settled[name] for name in digests if name in settled and settled[name] != known[name]}
        news = {
            name: value
            for name, value in settled.items()
            if name not in DIGESTS
            and value not in (None, known[name])
            and not (isinstance(value, str) and not value.strip())
        }
        known.update(news | told)
        if place in created:
            created[place].update(news | told)
        elif news or told:
            change = _stamped(table, news) if news else {}
            updated.setdefault(place, {name: known[name] for name in primary}).update(change | told)
        outcomes.append(Written(Outcome.UPDATED if news else Outcome.UNCHANGED, created.get(place, known)))
    if created:
        _number(table, list(created.values()))
        bulk.insert(table, list(created.values()))
    if updated:
        bulk.update(table, list(updated.values()))
    return outcomes


def _stored(table: sa.Table, names: Sequence[str], wanted: Collection[Any]) -> dict[Key, Values]:
    """The rows of the batch as they are stored. Narrowed by the first column of the key, which is enough here."""
    statement = sa.select(table).where(bulk.among(table.c[names[0]], wanted))
    found = (dict(row) for row in db.session().execute(statement).mappings()) if wanted else ()
    return {tuple(row[name] for name in names): row for row in found}


def _number(table: sa.Table, rows: Sequence[Values]) -> None:
    """Gives each row its `id`, when the table numbers its rows."""
    column = table.autoincrement_column
    if column is not None and column.name not in rows[0]:
        for row, number in zip(rows, bulk.new_ids(table, len(rows)), strict=True):
            row[column.name] = number


def _stamped(table: sa.Table, values: Values) -> Values:
    return {**values, "updated_at": clock.now()} if "updated_at" in table.c else dict(values)
