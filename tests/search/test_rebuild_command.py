"""`flask search rebuild`."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.search.results import Asked, find_results
from app.search.tables import document, version
from tests import personas
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
