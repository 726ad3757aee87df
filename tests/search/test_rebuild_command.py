"""`flask search rebuild`."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import delete, text
from sqlalchemy.orm import Session

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
