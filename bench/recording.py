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


class Cursor:
    """A cursor of the driver that notes what it is told."""

    def __init__(self, cursor: Any, heard: Heard) -> None:
        self._cursor = cursor
        self._heard = heard

    def execute(self, statement: str, parameters: Any = ()) -> Any:
        self._heard.note(statement, parameters)
        return self._cursor.execute(statement, parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


@contextmanager
def recording() -> Iterator[Heard]:
    """Every statement that reaches a driver meanwhile: through SQLAlchemy, on any engine, and through app/reader.py."""
    heard, opened = Heard(), Reader.__init__

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        heard.note(statement, parameters)

    def open_and_hear(reader: Reader, *given: Any) -> None:
        opened(reader, *given)
        reader._cursor = Cursor(reader._cursor, heard)

    sa.event.listen(sa.Engine, "before_cursor_execute", hear)
    with patch.object(Reader, "__init__", open_and_hear):
        try:
            yield heard
        finally:
            sa.event.remove(sa.Engine, "before_cursor_execute", hear)


class Raw:
    """A connection of the driver alone, prepared as the portal's are, never in a transaction."""

    def __init__(self, app: Flask) -> None:
        self._pooled = app.extensions["database"].engine.raw_connection()
        self._connection: Any = self._pooled.driver_connection
        self._is_postgresql = app.extensions["database"].engine.dialect.name == "postgresql"
        if self._is_postgresql:
            self._connection.autocommit = True

    def say(self, again: Sequence[Said]) -> int:
        """Reads every row; how many there were."""
        cursor = self._connection.cursor()
        rows = 0
        for statement, parameters in again:
            cursor.execute(statement, parameters)
            rows += len(cursor.fetchall())
        cursor.close()
        return rows

    def close(self) -> None:
        """Back to the pool as it came."""
        if self._is_postgresql:
            self._connection.autocommit = False
        self._pooled.close()
