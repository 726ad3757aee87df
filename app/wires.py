"""Connections of readers alone, kept open from one reader to the next: each statement is of its own moment, and none
can write.

The pool of SQLAlchemy asks a server whether it is there before each use, and its driver works longer on a small
statement than the statement takes. Here a statement is prepared once for each connection, planned once, then sent as
one message; a connection that was lost is made again and asked again, once: what only reads may be said twice.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Protocol

import psycopg
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGresult

Rows = list[tuple[Any, ...]]
MOST_IDLE = 8
POSTGRES = "-c default_transaction_read_only=on -c plan_cache_mode=force_generic_plan -c enable_seqscan=off"
"""To plan a join of four tables takes PostgreSQL twenty times as long as to run it, so it is planned once, whatever the
values; and for tables that may fill up later, so by their indexes."""


class Wire(Protocol):
    def ask(self, sql: str, values: Sequence[Any], /) -> Rows: ...

    def close(self) -> None: ...


class Wires:
    """The idle ones, the last used first. `make` opens one."""

    def __init__(self, make: Callable[[], Wire]) -> None:
        self._make = make
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._idle: list[Wire] = []
        self._lent: set[Wire] = set()

    def take(self) -> Wire:
        if self._process != os.getpid():  # forked: what is open belongs to the other process, which goes on using it
            self._others = self._idle
            self._begin()
        try:
            wire = self._idle.pop()
        except IndexError:
            wire = self._make()
        self._lent.add(wire)
        return wire

    def give_back(self, wire: Wire) -> None:
        if wire in self._lent and len(self._idle) < MOST_IDLE:
            self._lent.discard(wire)
            self._idle.append(wire)
        else:
            self._lent.discard(wire)
            wire.close()

    def close(self) -> None:
        """Those that are lent are closed when they come back."""
        idle, self._idle, self._lent = self._idle, [], set()
        for wire in idle:
            wire.close()


class SqliteWire:
    def __init__(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA query_only=ON")
        self._connection = connection
        self._cursor = connection.cursor()

    def ask(self, sql: str, values: Sequence[Any]) -> Rows:
        self._cursor.execute(sql, values)
        return self._cursor.fetchall()

    def close(self) -> None:
        self._connection.close()


class PostgresWire:
    """Speaks to libpq itself. Statements are written for psycopg (`%s`); values are text, numbers, lists of them."""

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self._open()

    def _open(self) -> None:
        self._connection: psycopg.Connection[Any] = self._connect()
        self._server = self._connection.pgconn
        self._loads = Transformer(self._connection)
        self._prepared: dict[str, bytes] = {}

    def ask(self, sql: str, values: Sequence[Any]) -> Rows:
        written = [_written(value) for value in values]
        try:
            result = self._execute(sql, written)
        except psycopg.OperationalError:
            if self._server.status == ConnStatus.OK:  # it took too long: it would again
                raise
            self.close()
            self._open()
            result = self._execute(sql, written)
        self._loads.set_pgresult(result)
        return self._loads.load_rows(0, result.ntuples, tuple)

    def _execute(self, sql: str, values: list[bytes]) -> PGresult:
        name = self._prepared.get(sql) or self._prepare(sql)
        return _good(self._server.exec_prepared(name, values), ExecStatus.TUPLES_OK)

    def _prepare(self, sql: str) -> bytes:
        name = b"r%d" % len(self._prepared)
        _good(self._server.prepare(name, _numbered(sql)), ExecStatus.COMMAND_OK)
        self._prepared[sql] = name
        return name

    def close(self) -> None:
        self._connection.close()


def _good(result: PGresult, status: ExecStatus) -> PGresult:
    if result.status != status:
        error = error_from_result(result, encoding="utf-8")
        raise error if error.sqlstate else psycopg.OperationalError(str(error))  # without a code: nobody answered
    return result


def _written(value: Any) -> bytes:
    """As PostgreSQL reads it, whatever the type of the place."""
    text = str(value) if isinstance(value, (str, int)) else f"{{{','.join(map(_element, value))}}}"
    if "\0" in text:  # libpq would end the text there
        raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return text.encode()


def _element(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


@lru_cache(maxsize=256)
def _numbered(sql: str) -> bytes:
    first, *others = sql.split("%s")
    numbered = first + "".join(f"${at}{part}" for at, part in enumerate(others, 1))
    return numbered.replace("%%", "%").encode()
