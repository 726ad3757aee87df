# ruff: noqa: S608  statements are joined from constant ones; values are always parameters
"""Reads without a session: constant statements on a connection of their own (wires.py), each of its own moment.

For what is asked at every keystroke. A statement said to SQLAlchemy costs as much again as the statement itself
(docs/performance.md), so these go to the database as they are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy.engine import Connection

LIST = "= ANY(?)"


@dataclass(frozen=True, slots=True)
class Query:
    """A SELECT in the words of each driver."""

    sqlite: str
    postgresql: str


def query(sql: str) -> Query:
    """`sql` is good for both engines; `?` stands for a value, `= ANY(?)` for a list of them."""
    return Query(
        sqlite=sql.replace(LIST, "IN (SELECT value FROM json_each(?))"),
        postgresql=sql.replace("%", "%%").replace("?", "%s"),
    )


Asked = tuple[Query, Sequence[Any]]
"""A statement and its values."""
Ask = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]
"""Says a statement to a database and brings its rows."""


def _told(values: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(tuple(value) if isinstance(value, list) else value for value in values)


@lru_cache(maxsize=64)
def _together(statements: tuple[Query, ...]) -> str:
    """One row; in it, of each statement, the rows as JSON."""
    parts = (f"(SELECT json_agg(part) FROM ({statement.postgresql}) part)" for statement in statements)
    return f"SELECT {', '.join(parts)}"


class Reader:
    """Rows are plain tuples. `dialect`: `sqlite` or `postgresql`. `kept`: what this process may keep of the database
    from one reader to the next; whoever keeps something there says as of which version."""

    def __init__(self, dialect: str, ask: Ask, kept: dict[str, Any]) -> None:
        self.dialect = dialect
        self.kept = kept
        self._is_sqlite = dialect == "sqlite"
        self._say = ask
        self._once: dict[Query, Any] = {}
        self._foreseen: dict[tuple[Query, tuple[Any, ...]], list[tuple[Any, ...]]] = {}

    @classmethod
    def within(cls, connection: Connection) -> Reader:
        """Reads what this transaction has written, and keeps nothing of it."""
        driver: Any = connection.connection.driver_connection
        cursor = driver.cursor()

        def ask(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
            found: list[tuple[Any, ...]] = cursor.execute(sql, values).fetchall()
            return found

        return cls(connection.dialect.name, ask, {})

    def foresee(self, *asked: Asked) -> None:
        """Asks a server in one message what is going to be asked; in this process a statement alone costs less.

        The columns of each statement bear different names.
        """
        if self._is_sqlite or not asked:
            return
        together = _together(tuple(statement for statement, _ in asked))
        (found,) = self._ask(together, [value for _, values in asked for value in values])
        for (statement, values), rows in zip(asked, found, strict=True):
            self._foreseen[statement, _told(values)] = [tuple(row.values()) for row in rows or ()]

    def rows(self, statement: Query, *values: Any) -> list[tuple[Any, ...]]:
        if self._foreseen:
            foreseen = self._foreseen.pop((statement, _told(values)), None)
            if foreseen is not None:
                return foreseen
        if self._is_sqlite:
            written = [json.dumps(value) if isinstance(value, list) else value for value in values]
            return self._ask(statement.sqlite, written)
        return self._ask(statement.postgresql, values)

    def _ask(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        return self._say(sql, values)

    def column(self, statement: Query, *values: Any) -> list[Any]:
        return [row[0] for row in self.rows(statement, *values)]

    def value(self, statement: Query, *values: Any) -> Any:
        """The first column of the one row."""
        return self.rows(statement, *values)[0][0]

    def once(self, statement: Query) -> Any:
        """The same, asked at the first time only."""
        if statement not in self._once:
            self._once[statement] = self.value(statement)
        return self._once[statement]
