"""What a request says to the database, and the same said again without the portal: the raw SQL of the same work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple
from unittest.mock import patch

import sqlalchemy as sa
from flask import Flask

from app.reader import Reader
from tests.support.statements import HOUSEKEEPING, first_word


class Said(NamedTuple):
    statement: str
    parameters: Any
    """As the driver takes them."""


class Heard(list[Said]):
    def note(self, statement: str, parameters: Any) -> None:
        """Housekeeping apart."""
        if first_word(statement) not in HOUSEKEEPING:
            self.append(Said(statement, parameters))


@contextmanager
def recording() -> Iterator[Heard]:
    """Every statement that reaches a driver meanwhile: through SQLAlchemy, on any engine, and through app/reader.py."""
    heard, ask = Heard(), Reader._ask

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        heard.note(statement, parameters)

    def hear_and_ask(reader: Reader, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        heard.note(sql, values)
        return ask(reader, sql, values)

    sa.event.listen(sa.Engine, "before_cursor_execute", hear)
    with patch.object(Reader, "_ask", hear_and_ask):
        try:
            yield heard
        finally:
            sa.event.remove(sa.Engine, "before_cursor_execute", hear)


class Raw:
    """Connections as the portal has them, without the portal, never in a transaction: that of readers for what they
    said, one of the driver alone for the rest."""

    def __init__(self, app: Flask) -> None:
        database = app.extensions["database"]
        self._wires, self._wire = database.wires, database.wires.take()
        self._pooled = database.engine.raw_connection()
        self._connection: Any = self._pooled.driver_connection
        self._is_postgresql = database.engine.dialect.name == "postgresql"
        if self._is_postgresql:
            self._connection.autocommit = True

    def say(self, again: Sequence[Said]) -> int:
        """Reads every row; how many there were."""
        cursor = self._connection.cursor()
        rows = 0
        for statement, parameters in again:
            if self._is_postgresql and isinstance(parameters, list | tuple):  # SQLAlchemy names them
                rows += len(self._wire.ask(statement, parameters))
            else:
                cursor.execute(statement, parameters)
                rows += len(cursor.fetchall()) if cursor.description else 0  # an UPDATE: a session notes that it lives
        cursor.close()
        return rows

    def close(self) -> None:
        """Back to the pool as it came."""
        self._wires.give_back(self._wire)
        if self._is_postgresql:
            self._connection.autocommit = False
        self._pooled.close()
