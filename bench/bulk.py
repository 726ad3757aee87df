"""Many rows straight into the tables of a scratch database, past its guards: COPY on PostgreSQL, executemany on SQLite.

It is not how the portal writes. Triggers (guards, marks) and foreign keys are away meanwhile, so what is inserted is
right by construction, and nothing is journalled.
"""

from __future__ import annotations

import hashlib
import itertools
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import psycopg

BATCH = 20_000
SQLITE = "sqlite:///"
Line = Sequence[Any]


class Bulk(Protocol):
    def read(self, statement: str, *values: Any) -> list[Any]:
        """Rows; `?` stands for a value."""

    def run(self, statement: str) -> None: ...

    def write(self, table: str, columns: str, rows: Iterable[Line]) -> None:
        """`columns`: names with a comma between them. Ids of people are hexadecimal, moments as `ago` writes them."""

    def number_from_here(self, table: str) -> None:
        """The next id that the database gives follows the largest one."""

    def indexes_of(self, table: str) -> list[tuple[str, str]]:
        """Name and statement of those that no constraint needs."""


class _Postgres:
    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection

    def read(self, statement: str, *values: Any) -> list[Any]:
        return self.connection.execute(statement.replace("?", "%s").encode(), values).fetchall()

    def run(self, statement: str) -> None:
        self.connection.execute(statement.encode())

    def write(self, table: str, columns: str, rows: Iterable[Line]) -> None:
        with self.connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN".encode()) as copy:
            for row in rows:
                copy.write_row(row)

    def indexes_of(self, table: str) -> list[tuple[str, str]]:
        return self.read(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ? AND NOT EXISTS"
            " (SELECT 1 FROM pg_constraint WHERE conindid = quote_ident(indexname)::regclass)",
            table,
        )

    def number_from_here(self, table: str) -> None:
        self.run(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")  # noqa: S608


class _Sqlite:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def read(self, statement: str, *values: Any) -> list[Any]:
        return self.connection.execute(statement, values).fetchall()

    def run(self, statement: str) -> None:
        self.connection.execute(statement)

    def write(self, table: str, columns: str, rows: Iterable[Line]) -> None:
        marks = ",".join("?" * len(columns.split(",")))
        self.connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608

    def indexes_of(self, table: str) -> list[tuple[str, str]]:
        return self.read(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql > ''", table
        )

    def number_from_here(self, table: str) -> None:
        """It does by itself."""


@contextmanager
def unguarded(url: str) -> Iterator[Bulk]:
    """One transaction on that database, whose guards are back afterwards. `url`: sqlite:///path, or that of a role of
    PostgreSQL which is a superuser."""
    if url.startswith(SQLITE):
        yield from _unguarded_sqlite(url.removeprefix(SQLITE))
        return
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET timezone = 'UTC'")
        yield _Postgres(connection)


def _unguarded_sqlite(path: str) -> Iterator[Bulk]:
    """A file that nobody else has open: what happens to it when this is interrupted does not matter."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-1000000", "foreign_keys=OFF"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN IMMEDIATE")
    triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    yield _Sqlite(connection)
    for _, statement in triggers:
        connection.execute(statement)
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()


@contextmanager
def unindexed(bulk: Bulk, *tables: str) -> Iterator[None]:
    """An index is made faster of a full table than a row at a time."""
    found = [one for table in tables for one in bulk.indexes_of(table)]
    for name, _ in found:
        bulk.run(f"DROP INDEX {name}")
    yield
    for _, statement in found:
        bulk.run(statement)


def settle(url: str) -> None:
    """What the housekeeping of PostgreSQL would have done by and by; SQLite has none, and its file is whole."""
    if url.startswith(SQLITE):
        with closing(sqlite3.connect(url.removeprefix(SQLITE))) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


def batched(rows: Iterable[Any]) -> Iterator[list[Any]]:
    source = iter(rows)
    while some := list(itertools.islice(source, BATCH)):
        yield some


def ago(days: int = 0) -> str:
    """A moment as both databases read it."""
    return (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%d %H:%M:%S.%f")


def digest(text: str) -> str:
    """32 hexadecimal digits: an id that depends on nothing but the text."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
