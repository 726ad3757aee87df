"""Compare, then write: one SELECT, at most one INSERT and one UPDATE a batch, the same on both engines.

None in a row, or a blank text, means that the register says nothing: what is stored stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app import clock, db
from app.domain.import_report import Outcome
from app.models import Base

Values = dict[str, Any]
Stored = Mapping[str, Any]
Settle = Callable[[Values, Stored], Values]
"""What of a new row holds against the stored one: an older register, a value checked by hand since."""
Key = tuple[Any, ...]


def take_all(new: Values, _stored: Stored) -> Values:
    return new


def upsert(
    model: type[Base], rows: Sequence[Values], *, key: Sequence[str] = (), settle: Settle = take_all
) -> list[Outcome]:
    """Outcome of each row, in order. `key`: the columns that name a row, by default the primary key."""
    table = model.__table__
    primary = [column.name for column in table.primary_key]
    names = key or primary
    stored = _stored(table, names, rows)
    created: dict[Key, Values] = {}
    updated: dict[Key, Values] = {}
    outcomes = []
    for row in rows:
        place = tuple(row[name] for name in names)
        known = stored.get(place)
        if known is None:
            stored[place] = created[place] = _stamped(table, row)
            outcomes.append(Outcome.CREATED)
            continue
        news = {
            name: value
            for name, value in settle(row, known).items()
            if value not in (None, known[name]) and not (isinstance(value, str) and not value.strip())
        }
        known.update(news)
        if news and place not in created:
            updated.setdefault(place, {name: known[name] for name in primary}).update(_stamped(table, news))
        outcomes.append(Outcome.UPDATED if news else Outcome.UNCHANGED)
    session = db.session()
    if created:
        session.execute(sa.insert(model), list(created.values()))
    if updated:
        session.execute(sa.update(model), list(updated.values()))
    return outcomes


def _stored(table: sa.FromClause, names: Sequence[str], rows: Sequence[Values]) -> dict[Key, Values]:
    """The rows of the batch as they are stored. Narrowed by the first column of the key, which is enough here."""
    first = table.c[names[0]]
    statement = sa.select(table).where(first.in_({row[names[0]] for row in rows}))
    found = (dict(row) for row in db.session().execute(statement).mappings()) if rows else ()
    return {tuple(row[name] for name in names): row for row in found}


def _stamped(table: sa.FromClause, values: Values) -> Values:
    return {**values, "updated_at": clock.now()} if "updated_at" in table.c else dict(values)
