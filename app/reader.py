"""Reads without a session: constant statements on a connection of the pool, each of its own moment (autocommit).

For what is asked at every keystroke. A statement said to SQLAlchemy costs as much again as the statement itself
(docs/performance.md), so these go to the driver as they are.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
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


class Reader:
    """Rows are plain tuples. `dialect`: `sqlite` or `postgresql`. `kept`: what this process may keep of the database
    from one reader to the next; whoever keeps something there says as of which version."""

    def __init__(self, dialect: str, driver_connection: Any, kept: dict[str, Any]) -> None:
        self.dialect = dialect
        self.kept = kept
        self._is_sqlite = dialect == "sqlite"
        self._cursor = driver_connection.cursor()
        self._once: dict[Query, Any] = {}

    @classmethod
    def within(cls, connection: Connection) -> Reader:
        """Reads what this transaction has written, and keeps nothing of it."""
        return cls(connection.dialect.name, connection.connection.driver_connection, {})

    def rows(self, statement: Query, *values: Any) -> list[tuple[Any, ...]]:
        if self._is_sqlite:
            told = [json.dumps(value) if isinstance(value, list) else value for value in values]
            self._cursor.execute(statement.sqlite, told)
        else:
            self._cursor.execute(statement.postgresql, values)
        found: list[tuple[Any, ...]] = self._cursor.fetchall()
        return found

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
