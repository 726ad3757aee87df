"""Counts and shows what a block of code says to the database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

READING = re.compile(
    r"\s*(SELECT|WITH|VALUES|EXPLAIN|SHOW|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|PRAGMA query_only)\b", re.IGNORECASE
)
HOUSEKEEPING = re.compile(r"\s*(BEGIN|COMMIT|ROLLBACK|PRAGMA)\b", re.IGNORECASE)


class Statements(list[str]):
    def writes(self) -> list[str]:
        return [statement for statement in self if not READING.match(statement)]

    def counted(self) -> list[str]:
        """Without what opens and closes transactions."""
        return [statement for statement in self if not HOUSEKEEPING.match(statement)]


@contextmanager
def recorded(engine: sa.Engine) -> Iterator[Statements]:
    """Every statement of every connection of the engine, its derived engines included."""
    statements = Statements()

    def record(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    sa.event.listen(engine, "before_cursor_execute", record)
    try:
        yield statements
    finally:
        sa.event.remove(engine, "before_cursor_execute", record)
