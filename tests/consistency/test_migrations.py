"""Migrations match the models, and run up, down and up again on a filled database, on both engines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from flask import Flask

from app import db
from app.db import make_engine
from app.schema import MIGRATIONS, configuration, downgrade_database, upgrade_database
from tests.consistency.schema import described, row_counts
from tests.consistency.world import World
from tests.support.databases import PostgresTemplate, SqliteTemplate

REVISIONS = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]
FIRST = REVISIONS[-1]
PROJECTED = ("publication", "publication_head", "publication_mark", "publication_term")
"""Made from the other tables: 0017 marks all that is there."""


@pytest.fixture
def engine(app: Flask) -> sa.Engine:
    """Of a migrated database."""
    with app.app_context():
        return db.engine()


@pytest.fixture
def empty_engine(template: SqliteTemplate | PostgresTemplate) -> Iterator[sa.Engine]:
    with template.empty() as url:
        engine = make_engine(url)
        yield engine
        engine.dispose()


def test_there_is_one_line_of_migrations() -> None:
    assert len(ScriptDirectory(str(MIGRATIONS)).get_heads()) == 1


@pytest.mark.filterwarnings("ignore:Cannot correctly sort tables")  # mandate and nomination point to each other
def test_the_migrated_schema_is_the_one_of_the_models(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        command.check(configuration(connection))


def test_down_to_nothing_leaves_nothing(engine: sa.Engine) -> None:
    downgrade_database(engine)
    assert described(engine) == []


@pytest.mark.parametrize("revision", [revision for revision in REVISIONS if revision != FIRST])
def test_a_step_down_and_up_keeps_every_row_and_guard(engine: sa.Engine, world: World, revision: str) -> None:
    schema, rows = described(engine), counted(engine)
    assert rows["mandate"] > 0
    downgrade_database(engine, previous(revision))
    assert described(engine) != schema
    held = set(sa.inspect(engine).get_table_names())
    upgrade_database(engine)
    assert described(engine) == schema
    assert counted(engine) == {table: count for table, count in rows.items() if table in held}


def test_a_filled_database_goes_down_to_nothing_and_up_again(engine: sa.Engine, world: World) -> None:
    schema = described(engine)
    downgrade_database(engine)
    upgrade_database(engine)
    assert described(engine) == schema
    assert counted(engine) == {}


def test_every_step_up_from_nothing_ends_at_the_same_schema(empty_engine: sa.Engine, engine: sa.Engine) -> None:
    for revision in reversed(REVISIONS):
        upgrade_database(empty_engine, revision)
    assert described(empty_engine) == described(engine)


def counted(engine: sa.Engine) -> dict[str, int]:
    return {table: count for table, count in row_counts(engine).items() if table not in PROJECTED}


def previous(revision: str) -> str:
    return REVISIONS[REVISIONS.index(revision) + 1]
