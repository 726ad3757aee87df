"""Each forged statement is refused by the guard it is aimed at; without that guard it passes: no guard is idle.

On SQLite a guard is removed by building the schema without it; on PostgreSQL inside the transaction that ends in a
rollback.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from app.db import make_engine
from app.models.guards import GUARDS
from tests.guards.forgeries import FORGERIES, Forgery
from tests.guards.world import rolled_back
from tests.support.backends import POSTGRES
from tests.support.databases import PostgresTemplate, SqliteTemplate

Refused = (sa.exc.IntegrityError, sa.exc.InternalError)
each_forgery = pytest.mark.parametrize("forgery", FORGERIES, ids=str)


class Sqlite:
    """The migrated schema, built in memory, with or without one guard."""

    def __init__(self, template: SqliteTemplate) -> None:
        with make_engine(f"sqlite:///{template.file}").connect() as connection:
            rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").all()
        self.schema = [(name, sql) for name, sql in rows if "search_" not in sql and "sqlite_" not in name]
        self.whole = self._build(None)

    @contextmanager
    def connection(self, *, without: str | None = None) -> Iterator[sa.Connection]:
        engine = self._build(without) if without else self.whole
        with engine.connect() as connection:
            yield connection
        if without:
            engine.dispose()

    def _build(self, without: str | None) -> sa.Engine:
        engine = make_engine("sqlite://")
        with engine.begin() as connection:
            for name, sql in self.schema:
                if name != without:
                    connection.exec_driver_sql(without_constraint(sql, without) if without else sql)
        return engine


class Postgres:
    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    @contextmanager
    def connection(self, *, without: str | None = None) -> Iterator[sa.Connection]:
        with self.engine.connect() as connection:
            if without:
                connection.begin()
                connection.exec_driver_sql(self._removal(connection, without))
            yield connection

    @staticmethod
    def _removal(connection: sa.Connection, name: str) -> str:
        if name.startswith("uq_"):
            return f"DROP INDEX {name}"
        found = "SELECT tgrelid::regclass FROM pg_trigger WHERE tgname = :name"
        kind = "TRIGGER"
        if not name.startswith("guard_"):
            found, kind = "SELECT conrelid::regclass FROM pg_constraint WHERE conname = :name", "CONSTRAINT"
        table = connection.execute(sa.text(found), {"name": name}).scalar_one()
        return f"DROP TRIGGER {name} ON {table}" if kind == "TRIGGER" else f"ALTER TABLE {table} DROP CONSTRAINT {name}"


def without_constraint(sql: str, name: str) -> str:
    """CREATE TABLE without that constraint: from its comma to its closing parenthesis."""
    start = sql.find(f"CONSTRAINT {name} ")
    if start < 0:
        return sql
    depth, end = 0, start
    for end in range(start, len(sql)):
        depth += {"(": 1, ")": -1}.get(sql[end], 0)
        if (depth == 0 and sql[end] == ",") or depth < 0:
            break
    return sql[:start].rstrip().rstrip(",") + sql[end:]


@pytest.fixture(scope="session")
def sqlite_schema(sqlite_template: SqliteTemplate) -> Sqlite:
    return Sqlite(sqlite_template)


@pytest.fixture(scope="session")
def postgres_schema(postgres_template: PostgresTemplate) -> Iterator[Postgres]:
    with postgres_template.copy() as url:
        engine = make_engine(url)
        yield Postgres(engine)
        engine.dispose()


@pytest.fixture(params=["sqlite", POSTGRES])
def schema(request: pytest.FixtureRequest) -> Sqlite | Postgres:
    chosen: Sqlite | Postgres = request.getfixturevalue(f"{request.param}_schema")
    return chosen


@each_forgery
def test_a_forgery_is_refused_by_its_guard(schema: Sqlite | Postgres, forgery: Forgery) -> None:
    with schema.connection() as connection, rolled_back(connection) as world:
        with pytest.raises(Refused) as refusal:
            forgery.act(world)
        assert says(str(refusal.value.orig), forgery.refused_by, connection.dialect.name)


@each_forgery
def test_without_its_guard_the_forgery_passes(schema: Sqlite | Postgres, forgery: Forgery) -> None:
    with schema.connection(without=forgery.refused_by) as connection, rolled_back(connection) as world:
        forgery.act(world)


def test_every_guard_has_a_forgery_that_needs_it() -> None:
    assert set(GUARDS) - {forgery.refused_by for forgery in FORGERIES} == set()


def says(message: str, name: str, engine: str) -> bool:
    """Whether it is that guard's refusal; SQLite names neither foreign keys nor unique indexes."""
    if engine == "sqlite" and name.startswith("fk_"):
        return message == "FOREIGN KEY constraint failed"
    if engine == "sqlite" and name.startswith("uq_"):
        return message.startswith(f"UNIQUE constraint failed: {name.split('_')[1]}.")
    return re.search(rf"\b{name}\b", message) is not None
