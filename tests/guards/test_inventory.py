"""The names that the portal expects are the guards that stand, on both engines, after any migration."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import make_engine
from app.models.guards import GUARDS, MARKS, missing_guards, present_guards
from app.schema import downgrade_database, upgrade_database
from tests.support.backends import POSTGRES_ONLY
from tests.support.client import Visitor


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    made = make_engine(database_url)
    yield made
    made.dispose()


def test_the_guards_that_stand_are_those_expected(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        assert present_guards(connection) == GUARDS | MARKS
        assert missing_guards(connection) == set()


def test_a_guard_that_was_lost_is_missed(engine: sa.Engine) -> None:
    table = " ON mandate" if engine.dialect.name == "postgresql" else ""
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TRIGGER guard_mandate_kept{table}")
        assert missing_guards(connection) == {"guard_mandate_kept"}


@POSTGRES_ONLY
def test_a_guard_switched_off_is_missed(engine: sa.Engine) -> None:
    """SQLite cannot switch a trigger off, only drop it."""
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE mandate DISABLE TRIGGER guard_mandate_kept")
        assert missing_guards(connection) == {"guard_mandate_kept"}


def test_guards_come_back_after_down_and_up(engine: sa.Engine) -> None:
    downgrade_database(engine, "0001")
    with engine.connect() as connection:
        assert present_guards(connection) == set()
    upgrade_database(engine)
    with engine.connect() as connection:
        assert present_guards(connection) == GUARDS | MARKS


def test_the_portal_is_not_ready_without_its_guards(client: Visitor, session: Session) -> None:
    assert client.get("/sante").response.json["pannes"] == {}
    table = " ON mandate" if session.get_bind().dialect.name == "postgresql" else ""
    session.execute(sa.text(f"DROP TRIGGER guard_mandate_kept{table}"))
    session.commit()
    told = client.get("/sante", status=503).response.json["pannes"]
    assert told == {"gardes": "gardes absentes de la base : guard_mandate_kept"}
