"""Several small reads in one statement: a page pays one round trip for all the short lists it shows.

The parts are joined by UNION ALL. A column takes the first free slot of its type, so that the statement is as wide as
its widest part, not as their sum; each part keeps its own order, limit included.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from app import db

Parts = dict[str, sa.Select[*tuple[Any, ...]]]
Slot = tuple[type[sa.types.TypeEngine[Any]], int]
PART, RANK = "part", "rank"
_NULL: sa.ColumnElement[Any] = sa.literal_column("NULL")


class Together:
    """Made once, at import: `PAGE = Together(units=select, officers=select)`; what varies is a `bindparam`.

    Parts select columns, each with a name and a type, never whole entities.
    """

    def __init__(self, **parts: sa.Select[*tuple[Any, ...]]) -> None:
        subqueries = {name: _ranked(part).subquery(name) for name, part in parts.items()}
        placed = {name: _placed(columns) for name, columns in subqueries.items()}
        slots = {slot: _type(column) for of_one in placed.values() for slot, column in of_one.items()}
        self._makers = [_maker(name, placed[name], list(slots)) for name in parts]
        self._names = tuple(parts)
        self.statement = sa.union_all(
            *(_selected(at, subqueries[name], placed[name], slots) for at, name in enumerate(parts))
        ).order_by(PART, RANK)

    def read(self, **parameters: Any) -> dict[str, list[Any]]:
        """Rows of each part, as named tuples. Sees what the session has not written yet, as its own queries do."""
        session = db.session()
        if session.autoflush:
            session.flush()
        found: dict[str, list[Any]] = {name: [] for name in self._names}
        lists = list(found.values())
        for row in session.execute(self.statement, parameters):
            lists[row[0]].append(self._makers[row[0]](row))
        return found


def _ranked(part: sa.Select[*tuple[Any, ...]]) -> sa.Select[*tuple[Any, ...]]:
    """With its own order as a number: the union would not keep it."""
    order = part._order_by_clauses
    rank = sa.func.row_number().over(order_by=list(order)) if order else sa.literal_column("0", sa.Integer)
    return part.add_columns(rank.label(RANK))


def _placed(part: sa.Subquery) -> dict[Slot, sa.ColumnElement[Any]]:
    taken: dict[type[sa.types.TypeEngine[Any]], int] = {}
    found: dict[Slot, sa.ColumnElement[Any]] = {}
    for column in part.c:
        if column.key != RANK:
            kind = type(_type(column))
            taken[kind] = taken.get(kind, 0) + 1
            found[kind, taken[kind]] = column
    return found


def _type(column: sa.ColumnElement[Any]) -> sa.types.TypeEngine[Any]:
    """Texts of all lengths share their slots."""
    return sa.Text() if isinstance(column.type, sa.String) else column.type


def _selected(
    at: int,
    part: sa.Subquery,
    placed: dict[Slot, sa.ColumnElement[Any]],
    slots: dict[Slot, sa.types.TypeEngine[Any]],
) -> sa.Select[*tuple[Any, ...]]:
    """A part of the union. What it does not have is null: typed in the first part, which gives PostgreSQL the types of
    the columns, and bare in the others."""
    columns = [
        (placed[slot] if slot in placed else sa.cast(sa.null(), type_) if at == 0 else _NULL).label(f"s{number}")
        for number, (slot, type_) in enumerate(slots.items())
    ]
    return sa.select(sa.literal_column(str(at), sa.Integer).label(PART), part.c[RANK].label(RANK), *columns)


def _maker(name: str, placed: dict[Slot, sa.ColumnElement[Any]], slots: list[Slot]) -> Callable[[Any], Any]:
    fields = namedtuple(name, [str(column.key) for column in placed.values()])  # type: ignore[misc]  # noqa: PYI024
    places = [slots.index(slot) + 2 for slot in placed]
    if len(places) == 1:
        return lambda row: fields._make((row[places[0]],))
    pick = itemgetter(*places)
    return lambda row: fields._make(pick(row))
