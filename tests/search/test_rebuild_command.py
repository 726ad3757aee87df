"""`flask search rebuild`."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import Connection, delete, text
from sqlalchemy.orm import Session

from app import db
from app.search import index
from app.search.frequent import rebuild_common
from app.search.index import rebuild
from app.search.results import Asked, find_results
from app.search.tables import document, version
from tests import factories, personas
from tests.support.backends import POSTGRES_ONLY
from tests.support.reading import reading


def test_the_command_writes_the_index_and_says_how_much(app: Flask, session: Session) -> None:
    personas.build(session)
    session.execute(delete(document))
    session.commit()
    assert find_results(reading(session), Asked("comtat")).total == 0
    before = session.scalar(version.select().with_only_columns(version.c.version))
    session.rollback()

    result = app.test_cli_runner().invoke(args=["search", "rebuild"])

    assert result.exit_code == 0, result.output
    assert "2 établissements, 2 unités, 1 professionnel." in result.output.replace("\u00a0", " ")
    assert find_results(reading(session), Asked("comtat")).total == 2
    assert session.scalar(version.select().with_only_columns(version.c.version)) > (before or 0)


def test_readers_have_the_former_index_until_it_is_replaced(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """The two long readings of all documents lock nobody out: on PostgreSQL they once followed the DROP TABLE."""
    factories.establishment(session, "CPTS DU COMTAT")
    rebuild(session)
    session.commit()
    factories.establishment(session, "CPTS COMTAT NORD")
    seen = []

    def read_meanwhile(connection: Connection) -> None:
        rebuild_common(connection)
        seen.append(find_results(db.reader(), Asked("comtat")).total)

    monkeypatch.setattr(index, "rebuild_common", read_meanwhile)
    rebuild(session)
    session.commit()
    assert seen == [1]
    assert find_results(db.reader(), Asked("comtat")).total == 2


SHAPE = (
    "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'search_document' UNION ALL "
    "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'search_document'::regclass"
)


@POSTGRES_ONLY
def test_the_table_written_anew_is_made_as_the_migrations_made_it(session: Session) -> None:
    before = set(session.execute(text(SHAPE)))
    factories.establishment(session, "CPTS DU COMTAT")
    for _ in range(2):
        rebuild(session)
        session.commit()
    assert set(session.execute(text(SHAPE))) == before
    assert find_results(reading(session), Asked("comtat")).total == 1
