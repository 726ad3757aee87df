"""Engine, session and the rules of each database; nobody else makes a session.

GET and HEAD requests run in a READ ONLY transaction (PostgreSQL) or with `query_only` (SQLite): a page cannot write.
Everything else starts with BEGIN IMMEDIATE on SQLite, so that two writers queue instead of losing an update
(SECURITY.md, decision 4).
"""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app, g, has_request_context, request
from sqlalchemy import String, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

from app import clock, wires
from app.reader import Reader
from app.wires import PostgresWire, SqliteWire, Wire, Wires

_SPACES = str.maketrans("-’'", "   ")
_ACCENTED, _PLAIN = "àâäçéèêëîïôöùûüÀÂÄÇÉÈÊËÎÏÔÖÙÛÜ-’''", "aaaceeeeiioouuuaaaceeeeiioouuu   "
_UUID_PARTS = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
SQLITE_TIME = "%Y-%m-%d %H:%M:%S.%f"
READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SQLITE: dict[str, Any] = {"timeout": 10}
POSTGRES: dict[str, Any] = {
    "connect_timeout": 5,
    "options": "-c statement_timeout=15s -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s -c timezone=UTC",
}


class Database:
    """The engine of one application and its session factory."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self.reading_engine = self.engine.execution_options(read_only=True, postgresql_readonly=True)
        self.wires = Wires(partial(_wire, self.engine))
        event.listen(self.engine, "engine_disposed", lambda _engine: self.wires.close())
        self.kept: dict[str, Any] = {}

    def session(self, *, read_only: bool) -> Session:
        return Session(self.reading_engine if read_only else self.engine, expire_on_commit=False)


def init_app(app: Flask, url: str) -> None:
    app.extensions["database"] = Database(url)
    app.teardown_appcontext(_close)


def session() -> Session:
    """The session of the current application context, opened at first use, rolled back and closed at its end."""
    if "db_session" not in g:
        reading = has_request_context() and request.method in READING_METHODS
        g.db_session = _database().session(read_only=reading)
    current: Session = g.db_session
    return current


def reader() -> Reader:
    """Reads of the current context that need no transaction, each of its own moment; given back at its end."""
    if "db_reader" not in g:
        database = _database()
        g.db_wire = wire = database.wires.take()
        g.db_reader = Reader(database.engine.dialect.name, wire.ask, database.kept)
    found: Reader = g.db_reader
    return found


def write_on_return() -> None:
    """For the one GET that writes: the return of an identity provider, which the `state` of this browser protects.

    What this request has read so far is let go. A test keeps it to that one route.
    """
    opened = g.pop("db_session", None)
    if opened is not None:
        opened.close()
    g.db_session = _database().session(read_only=False)


def read_only() -> None:
    """For the POST that only reads (a search of FHIR whose parameters are in a form): as a GET, it cannot write."""
    opened = g.pop("db_session", None)
    if opened is not None:
        opened.close()
    g.db_session = _database().session(read_only=True)


def hold_still() -> None:
    """What this request reads from here on is of one moment, however long it takes: a file, chunk after chunk.

    On SQLite a reading transaction always is.
    """
    current = session()
    current.rollback()
    if dialect_name() == "postgresql":
        current.connection(execution_options={"isolation_level": "REPEATABLE READ"})


@contextmanager
def one_transaction() -> Iterator[Connection]:
    """Commits made in this block are savepoints of one transaction: what is written is whole or is not at all.

    For a story told by many use cases (demo data). Raises RuntimeError when a session is open already.
    """
    if "db_session" in g:
        raise RuntimeError("a session is open: one_transaction comes first")
    with engine().begin() as connection:
        g.db_session = Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
        try:
            yield connection
        finally:
            g.pop("db_session").close()


def expect_growth() -> None:
    """For a transaction that fills tables. PostgreSQL keeps the plan of a prepared statement: made while a table is
    empty, it reads the whole of it each time once it is full."""
    if dialect_name() == "postgresql":
        session().execute(sa.text("SET LOCAL plan_cache_mode = force_custom_plan"))


def engine() -> Engine:
    return _database().engine


def dialect_name() -> str:
    """`sqlite` or `postgresql`."""
    return engine().dialect.name


def make_engine(url: str) -> Engine:
    """Engine with this house's connection rules. Times out instead of hanging."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        made = sa.create_engine(parsed, connect_args=SQLITE)
        event.listen(made, "connect", _prepare_sqlite)
        event.listen(made, "begin", _begin_sqlite)
        return made
    parsed = parsed.set(drivername="postgresql+psycopg")
    return sa.create_engine(parsed, pool_pre_ping=True, connect_args=POSTGRES)


def _wire(engine: Engine) -> Wire:
    """A connection of a reader's own, by the rules above."""
    arguments, named = engine.dialect.create_connect_args(engine.url)
    if engine.dialect.name == "sqlite":
        connection: Any = engine.dialect.connect(*arguments, **{**named, **SQLITE})
        _prepare_sqlite(connection, None)
        return SqliteWire(connection)
    own = {**named, **POSTGRES, "options": f"{POSTGRES['options']} {wires.POSTGRES}", "autocommit": True}
    return PostgresWire(partial(engine.dialect.connect, *arguments, **own))


def _database() -> Database:
    database: Database = current_app.extensions["database"]
    return database


def _close(_error: BaseException | None) -> None:
    opened = g.pop("db_session", None)
    if opened is not None:
        opened.close()
    if g.pop("db_reader", None) is not None:
        _database().wires.give_back(g.pop("db_wire"))


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, by us
    connection.create_function("relais_now", 0, _sqlite_now)
    connection.create_function("relais_unaccent", 1, unaccented, deterministic=True)
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",
        "busy_timeout=10000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _sqlite_now() -> str:
    return sqlite_time(clock.now())


def sqlite_time(value: datetime) -> str:
    """UTC text as SQLite stores it, comparable as text."""
    return value.astimezone(UTC).strftime(SQLITE_TIME)


def unaccented(text: str | None) -> str:
    """Lower case without accents; a hyphen or an apostrophe is a space."""
    spread = unicodedata.normalize("NFKD", (text or "").lower())
    return "".join(char for char in spread if not unicodedata.combining(char)).translate(_SPACES)


class Unaccented(FunctionElement[str]):
    """`unaccented` of a column, said to each database; French letters only on PostgreSQL."""

    inherit_cache = True
    type = String()


@compiles(Unaccented, "sqlite")
def _unaccented_by_sqlite(element: Unaccented, compiler: Any, **options: Any) -> str:
    return f"relais_unaccent({compiler.process(element.clauses, **options)})"


@compiles(Unaccented, "postgresql")
def _unaccented_by_postgresql(element: Unaccented, compiler: Any, **options: Any) -> str:
    column = compiler.process(element.clauses, **options)
    return f"translate(lower(coalesce({column}, '')), '{_ACCENTED}', '{_PLAIN}')"


class UuidText(FunctionElement[str]):
    """A uuid column as everybody writes it, whatever the engine keeps: SQLite keeps 32 digits."""

    inherit_cache = True
    type = String()


@compiles(UuidText, "sqlite")
def _uuid_by_sqlite(element: UuidText, compiler: Any, **options: Any) -> str:
    column = compiler.process(element.clauses, **options)
    return "(" + " || '-' || ".join(f"substr({column}, {at}, {size})" for at, size in _UUID_PARTS) + ")"


@compiles(UuidText, "postgresql")
def _uuid_by_postgresql(element: UuidText, compiler: Any, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS varchar)"
