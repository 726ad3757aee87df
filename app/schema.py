"""The schema's revisions: Alembic on an engine of the application."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def configuration(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def upgrade_database(engine: sa.Engine, revision: str = "head") -> None:
    """Bring the schema up to `revision`, all or nothing."""
    with _migrating(engine) as connection:
        command.upgrade(configuration(connection), revision)


def downgrade_database(engine: sa.Engine, revision: str = "base") -> None:
    """Bring the schema down to `revision`, all or nothing."""
    with _migrating(engine) as connection:
        command.downgrade(configuration(connection), revision)


@contextmanager
def _migrating(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction in which SQLite lets filled tables be dropped in any order, foreign keys checked at its end.

    On PostgreSQL, a statement may take the time that a country takes.
    """
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            yield connection
        return
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None  # noqa: S101 - a pooled connection always has one
        raw.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
                if broken is not None:
                    raise sa.exc.IntegrityError("foreign_key_check", tuple(broken), ValueError(str(broken)))
        finally:
            raw.execute("PRAGMA foreign_keys=ON")


def current_and_head(connection: sa.Connection) -> tuple[str | None, str | None]:
    """Revision of the database and of the code."""
    script = ScriptDirectory.from_config(configuration(connection))
    return MigrationContext.configure(connection).get_current_revision(), script.get_current_head()
