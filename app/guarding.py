"""Guards of the database, as migrations write them: one refusal on one event of one table, for both engines.

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
    """For a migration that rebuilds a guarded table on SQLite: every guard is away meanwhile, then back as it was."""
    if connection.dialect.name != "sqlite":
        yield
        return
    found = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'guard\\_%' ESCAPE '\\'"
    ).all()
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
