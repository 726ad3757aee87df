"""What the benchmarks hear of a request, say again, and put beside it."""

from __future__ import annotations

import random
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.search.index import index_establishment
from bench import spent
from bench.asking import HTMX, Asking
from bench.import_rows import changed
from bench.inside import Inside
from bench.peers.naive import built
from bench.process_rows import row_of, timed
from bench.recording import Raw, recording
from bench.rpps_file import COLUMNS
from tests import factories
from tests.support.backends import SQLITE_ONLY

FRAGMENT, WHOLE = Asking("search fragment", (), HTMX), Asking("results, whole page", ())
NAMES = ("CPTS DU COMTAT", "CPTS DU PAYS D’APT", "CABINET DU COMTAT")


@pytest.fixture
def indexed(app: Flask, session: Session) -> Flask:
    for name in NAMES:
        place = factories.establishment(session, name)
        session.flush()
        index_establishment(session, place.finess)
    session.commit()
    return app


def test_what_a_request_reads_can_be_said_again_without_the_portal(indexed: Flask) -> None:
    ask = Inside(indexed).asks("/recherche?q=comtat", FRAGMENT)
    with recording() as heard:
        assert ask() > 1000
    assert any("search_document" in said.statement for said in heard)
    raw = Raw(indexed)
    try:
        assert raw.say(heard) >= 2, "the two of Comtat"
    finally:
        raw.close()


@SQLITE_ONLY
def test_an_answer_that_was_forgotten_is_made_again(indexed: Flask) -> None:
    inside = Inside(indexed)
    ask = inside.asks("/recherche?q=apt", FRAGMENT)
    ask()
    inside.forget()
    with recording() as heard:
        ask()
    assert any("search_document" in said.statement or "search_in" in said.statement for said in heard)


@SQLITE_ONLY
def test_the_layers_of_a_profile_are_the_whole_of_it(indexed: Flask) -> None:
    inside = Inside(indexed)
    asks = [inside.asks(f"/recherche?q={text}", FRAGMENT) for text in ("apt", "comtat", "cabinet", "cpts")]
    parts = {row.name: row.values["part"] for row in spent.measure("sqlite", asks, inside.forget)}
    assert {"SQL and its driver", "search in Python", "Flask and Werkzeug"} <= set(parts)
    assert sum(parts.values()) == pytest.approx(1)


@SQLITE_ONLY
def test_what_is_timed_is_what_was_asked(indexed: Flask) -> None:
    inside, raw = Inside(indexed), Raw(indexed)
    paths = [f"/recherche?q={text}" for text in ("apt", "comtat")]
    seen = timed({path: inside.asks(path, FRAGMENT) for path in paths}, raw, 3, random.Random(1), inside.forget)
    raw.close()
    row = row_of("sqlite", "search fragment", seen)
    assert {len(one.whole) for one in seen.values()} == {len(one.raw) for one in seen.values()} == {3}
    assert row.values["queries"] == 2
    assert row.values["p50"] <= row.values["p95"] <= row.values["max"]


@SQLITE_ONLY
def test_an_address_that_does_not_answer_stops_the_run(indexed: Flask) -> None:
    with pytest.raises(RuntimeError, match="404"):
        Inside(indexed).asks("/unites/1", WHOLE)()


def test_the_naive_form_finds_the_same_documents_and_leaves_nothing(indexed: Flask) -> None:
    engine: sa.Engine = indexed.extensions["database"].engine
    url = engine.url.set(drivername=engine.dialect.name).render_as_string(hide_password=False)
    before = set(sa.inspect(engine).get_schema_names())
    with built(SimpleNamespace(engine=engine.dialect.name, url=url)) as naive:
        found, counts = naive.page("comta")
    assert (len(found), counts) == (2, [(0, 2)])
    assert set(sa.inspect(engine).get_schema_names()) == before


def test_a_changed_register_is_the_same_but_for_some_given_names(tmp_path: Path) -> None:
    people = tmp_path / "people.txt"
    number, given = COLUMNS.index("Identifiant PP"), COLUMNS.index("Prénom d'exercice")
    rows = [[""] * len(COLUMNS) for _ in range(300)]
    for place, row in enumerate(rows):
        row[number], row[given] = f"1010{place:06}7", "Camille" if place % 2 else "Jean"
    people.write_text("\n".join("|".join(row) for row in [COLUMNS, *rows]) + "\n")
    with changed(people) as other:
        pairs = zip(people.read_text().splitlines(), other.read_text().splitlines(), strict=True)
        differ = [(one.split("|"), two.split("|")) for one, two in pairs if one != two]
    assert len(differ) == 3
    assert all([i for i in range(len(COLUMNS)) if one[i] != two[i]] == [given] for one, two in differ)
    assert not other.exists()
