"""Counts and shows what a block of code says to the database."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa

from app.reader import Reader

READING = ("SELECT", "WITH", "VALUES", "EXPLAIN", "SHOW")
HOUSEKEEPING = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")
WRITING = re.compile(r"\b(INSERT|UPDATE|DELETE|TRUNCATE|ALTER|CREATE|DROP)\b", re.IGNORECASE)


class Statements(list[str]):
    def counted(self) -> list[str]:
        """Without what opens and closes transactions."""
        return [said for said in self if first_word(said) not in HOUSEKEEPING]

    def writes(self) -> list[str]:
        return [said for said in self.counted() if first_word(said) not in READING or hides_a_write(said)]


def first_word(statement: str) -> str:
    return statement.split(None, 1)[0].upper()


def hides_a_write(statement: str) -> bool:
    """A CTE that writes, a SELECT … FOR UPDATE."""
    return WRITING.search(statement) is not None


@contextmanager
def recorded(engine: sa.Engine) -> Iterator[Statements]:
    """Every statement of every connection of the engine, its derived engines included; and what readers ask."""
    statements = Statements()
    ask = Reader._ask

    def asked(reader: Reader, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        statements.append(sql)
        return ask(reader, sql, values)

    def record(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    sa.event.listen(engine, "before_cursor_execute", record)
    try:
        with patch.object(Reader, "_ask", asked):
            yield statements
    finally:
        sa.event.remove(engine, "before_cursor_execute", record)
