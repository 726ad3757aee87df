"""Guards and marks of the database, as migrations write them, for both engines.

A guard is one refusal on one event of one table; a mark notes, in the writer's transaction, what a change may publish.

On PostgreSQL the rows that give the power are locked FOR SHARE first, so that an act and the end of the mandate behind
it are never both accepted. A table that is rebuilt on SQLite loses its triggers: `guards_lifted` puts them back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

# The application writes its own time; its clock may be ahead of the database's by this much.
SOON = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', relais_now(), '+1 minute')",
    "postgresql": "relais_now() + interval '1 minute'",
}
TEN_MINUTES_AGO = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', relais_now(), '-10 minutes')",
    "postgresql": "relais_now() - interval '10 minutes'",
}


@dataclass(frozen=True)
class Guard:
    """`refuses`: condition on OLD and NEW. `holds`: rows that must not change meanwhile, as (table, condition)."""

    name: str
    table: str
    event: str
    refuses: str
    holds: tuple[tuple[str, str], ...] = ()


def create_guard(connection: sa.Connection, guard: Guard) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_sqlite_trigger(guard))
        return
    connection.exec_driver_sql(_postgresql_function(guard.name, _postgresql_body(guard)))
    connection.exec_driver_sql(
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table}"
        f" FOR EACH ROW EXECUTE FUNCTION {guard.name}()"
    )


def create_kept(connection: sa.Connection, table: str) -> None:
    """Nothing is ever deleted from that table: guard_<table>_kept."""
    name = f"guard_{table}_kept"
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            f"CREATE TRIGGER {name} BEFORE DELETE ON {table} FOR EACH ROW BEGIN SELECT RAISE(ABORT, '{name}'); END"
        )
        return
    connection.exec_driver_sql(_postgresql_function(name, _refusal(name)))
    connection.exec_driver_sql(
        f"CREATE TRIGGER {name} BEFORE DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
    )


def drop_guard(connection: sa.Connection, name: str, table: str) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
        return
    connection.exec_driver_sql(f"DROP TRIGGER {name} ON {table}")
    connection.exec_driver_sql(f"DROP FUNCTION {name}()")


def replace_guard(connection: sa.Connection, guard: Guard) -> None:
    drop_guard(connection, guard.name, guard.table)
    create_guard(connection, guard)


@contextmanager
def guards_lifted(connection: sa.Connection) -> Iterator[None]:
    """For a migration that rebuilds a table on SQLite: guards and marks are away meanwhile, then back as they were."""
    if connection.dialect.name != "sqlite":
        yield
        return
    found = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
    for name, _ in found:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _, statement in found:
        connection.exec_driver_sql(statement)


def _sqlite_trigger(guard: Guard) -> str:
    condition = guard.refuses.replace("IS DISTINCT FROM", "IS NOT")
    condition = condition.format(soon=SOON["sqlite"], ten_minutes_ago=TEN_MINUTES_AGO["sqlite"])
    return (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} FOR EACH ROW"
        f" WHEN {condition} BEGIN SELECT RAISE(ABORT, '{guard.name}'); END"
    )


def _postgresql_body(guard: Guard) -> str:
    condition = guard.refuses.format(soon=SOON["postgresql"], ten_minutes_ago=TEN_MINUTES_AGO["postgresql"])
    locks = "".join(f"PERFORM 1 FROM {table} WHERE {which} FOR SHARE; " for table, which in guard.holds)
    return f"{locks}IF {condition} THEN {_refusal(guard.name)} END IF; RETURN NEW;"


def _refusal(name: str) -> str:
    return f"RAISE EXCEPTION '{name}' USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';"


def _postgresql_function(name: str, body: str) -> str:
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN {body} END $guard$"


@dataclass(frozen=True)
class Mark:
    """A change of a row of `table` marks a publication: `kind` and `key` are SQL texts on `{row}`, the row before or
    after. `beside`: a table to read with it, and how they meet, as (table, condition)."""

    table: str
    kind: str
    key: str
    beside: tuple[str, str] | None = None

    @property
    def names(self) -> dict[str, str]:
        """Event → trigger."""
        return {event: f"mark_{self.table}_{event.lower()}" for event in ("INSERT", "UPDATE", "DELETE")}


_ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}
"""Event → the rows that it knows."""


def create_mark(connection: sa.Connection, mark: Mark) -> None:
    """One mark a row on SQLite; one a statement and key on PostgreSQL, where imports write many rows at once.

    Marks are only added, never shared between transactions: the projector deletes those it saw, and none is lost.
    """
    for event, name in mark.names.items():
        if connection.dialect.name == "sqlite":
            body = " ".join(_sqlite_mark(mark, row) for row in _ROWS[event])
            connection.exec_driver_sql(
                f"CREATE TRIGGER {name} AFTER {event} ON {mark.table} FOR EACH ROW BEGIN {body} END"
            )
            continue
        chosen = " UNION ".join(_postgresql_choice(mark, f"all_{row.lower()}") for row in _ROWS[event])
        body = f"INSERT INTO publication_mark (kind, key) {chosen}; RETURN NULL;"
        connection.exec_driver_sql(_postgresql_function(name, body))
        seen = " ".join(f"{row} TABLE AS all_{row.lower()}" for row in _ROWS[event])
        connection.exec_driver_sql(
            f"CREATE TRIGGER {name} AFTER {event} ON {mark.table} REFERENCING {seen}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )


def drop_mark(connection: sa.Connection, mark: Mark) -> None:
    for name in mark.names.values():
        drop_guard(connection, name, mark.table)


def _sqlite_mark(mark: Mark, row: str) -> str:
    """Once while it waits: writers of SQLite follow each other."""
    kind, key = mark.kind.format(row=row), f"CAST({mark.key.format(row=row)} AS TEXT)"
    source, meet = mark.beside or ("(SELECT 1)", "1")
    return (
        f"INSERT INTO publication_mark (kind, key) SELECT {kind}, {key} FROM {source}"  # noqa: S608
        f" WHERE {meet.format(row=row)} AND {key} IS NOT NULL AND NOT EXISTS"
        f" (SELECT 1 FROM publication_mark m WHERE m.kind = {kind} AND m.key = {key});"
    )


def _postgresql_choice(mark: Mark, table: str) -> str:
    kind, key = mark.kind.format(row="changed"), f"CAST({mark.key.format(row='changed')} AS text)"
    beside = f" JOIN {mark.beside[0]} ON {mark.beside[1].format(row='changed')}" if mark.beside else ""
    return f"SELECT DISTINCT {kind}, {key} FROM {table} AS changed{beside} WHERE {key} IS NOT NULL"  # noqa: S608
