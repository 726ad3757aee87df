"""Reads without a session: what a reader asks, what it may not do, and the server that goes away."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask, g

from app import db
from app.reader import query
from app.wires import MOST_IDLE, Wires
from tests.support.backends import POSTGRES_ONLY

OWN = query("SELECT pg_backend_pid()")
WORDS = query("SELECT word FROM search_word WHERE word = ANY(?) ORDER BY word")
VERSION = query("SELECT version FROM search_version")
NASTY = ['"', "\\", "{", "}", ",", "'", "NULL", " ", "é", '\\"']


def test_a_reader_hands_over_lists_of_any_text(app: Flask) -> None:
    with app.app_context():
        db.session().connection().exec_driver_sql("DELETE FROM search_word")
        for word in NASTY:
            said = query("INSERT INTO search_word (word) VALUES (?)")
            sql = said.postgresql if db.dialect_name() == "postgresql" else said.sqlite
            db.session().connection().exec_driver_sql(sql, (word,))
        db.session().commit()
        assert sorted(db.reader().column(WORDS, NASTY)) == sorted(NASTY)
        assert db.reader().column(WORDS, []) == []


def test_a_reader_cannot_write(app: Flask) -> None:
    refused = (sqlite3.OperationalError, psycopg.errors.ReadOnlySqlTransaction)
    with app.app_context(), pytest.raises(refused):
        db.reader().rows(query("UPDATE search_version SET version = 0 RETURNING version"))


def test_each_statement_is_of_its_own_moment(app: Flask) -> None:
    with app.app_context():
        before = db.reader().value(VERSION)
        db.session().connection().exec_driver_sql("UPDATE search_version SET version = version + 1")
        assert db.reader().value(VERSION) == before
        db.session().commit()
        assert db.reader().value(VERSION) == before + 1


def test_a_statement_refused_leaves_a_good_connection(app: Flask) -> None:
    with app.app_context():
        with pytest.raises((sqlite3.Error, psycopg.Error)):
            db.reader().rows(query("SELECT nothing FROM nowhere"))
        assert db.reader().value(VERSION) is not None


@POSTGRES_ONLY
def test_a_text_with_a_nul_is_refused_not_cut(app: Flask) -> None:
    with app.app_context(), pytest.raises(psycopg.DataError):
        db.reader().rows(WORDS, ["saint\0martin"])


@POSTGRES_ONLY
def test_the_next_reader_has_the_same_connection_with_what_is_prepared_there(app: Flask) -> None:
    prepared = query("SELECT count(*) FROM pg_prepared_statements")
    with app.app_context():
        db.reader().value(VERSION)
        first, known = db.reader().value(OWN), db.reader().value(prepared)
    with app.app_context():
        db.reader().value(VERSION)
        assert (db.reader().value(OWN), db.reader().value(prepared)) == (first, known)


@POSTGRES_ONLY
def test_a_reader_that_lost_its_connection_gets_another_and_asks_again(app: Flask, database_url: str) -> None:
    with app.app_context():
        lost = db.reader().value(OWN)
        _terminate(database_url, lost)
        assert db.reader().value(OWN) != lost
    with app.app_context():
        _terminate(database_url, kept := db.reader().value(OWN))
    with app.app_context():
        assert db.reader().value(OWN) not in (lost, kept)


@POSTGRES_ONLY
def test_a_reader_without_a_server_fails_and_the_next_one_asks_anew(
    app: Flask, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        lost = db.reader().value(OWN)
        with monkeypatch.context() as away:
            away.setattr(g.db_wire, "_connect", _away)
            _terminate(database_url, lost)
            for _ in range(2):
                with pytest.raises(psycopg.OperationalError):
                    db.reader().value(OWN)
        assert db.reader().value(OWN) != lost


@POSTGRES_ONLY
def test_what_takes_too_long_is_ended_and_not_asked_again(app: Flask) -> None:
    with app.app_context():
        assert db.reader().rows(query("SHOW statement_timeout")) == [("15s",)]
        db.reader().value(query("SELECT set_config('statement_timeout', '50ms', false)"))
        before, own = time.monotonic(), db.reader().value(OWN)
        with pytest.raises(psycopg.errors.QueryCanceled):
            db.reader().rows(query("SELECT CAST(pg_sleep(5) AS text)"))
        assert db.reader().value(OWN) == own
        assert time.monotonic() - before < 2
    with app.app_context():
        db.engine().dispose()


@POSTGRES_ONLY
def test_other_threads_go_on_while_the_server_works(app: Flask) -> None:
    counted = 0

    def wait() -> None:
        with app.app_context():
            db.reader().rows(query("SELECT CAST(pg_sleep(0.3) AS text)"))

    waiting = threading.Thread(target=wait)
    waiting.start()
    while waiting.is_alive():
        counted += 1
        time.sleep(0.001)
    assert counted > 20


class Fake:
    """A connection that only knows whether it was closed."""

    closed = False

    def ask(self, _sql: str, _values: Any) -> list[tuple[Any, ...]]:
        return []

    def close(self) -> None:
        self.closed = True


def test_a_fork_leaves_the_connections_to_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    wires = Wires(Fake)
    of_parent = wires.take()
    wires.give_back(of_parent)
    assert wires.take() is of_parent
    wires.give_back(of_parent)
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert wires.take() is not of_parent
    assert isinstance(of_parent, Fake)
    assert not of_parent.closed


def test_what_is_lent_when_all_are_closed_is_closed_when_it_comes_back() -> None:
    made: list[Fake] = []
    wires = Wires(_noted(made))
    lent, idle = wires.take(), wires.take()
    wires.give_back(idle)
    wires.close()
    assert [one.closed for one in made] == [False, True]
    wires.give_back(lent)
    assert all(one.closed for one in made)


def test_a_crowd_leaves_few_idle_connections() -> None:
    made: list[Fake] = []
    wires = Wires(_noted(made))
    for wire in [wires.take() for _ in range(MOST_IDLE + 3)]:
        wires.give_back(wire)
    assert sum(one.closed for one in made) == 3


def test_disposing_of_the_engine_closes_what_readers_kept(app: Flask) -> None:
    with app.app_context():
        db.reader().value(VERSION)
    wires = app.extensions["database"].wires
    with app.app_context():
        db.engine().dispose()
        assert not wires._idle


def test_a_file_put_in_the_place_of_another_is_read(tmp_path: Path) -> None:
    """A restored SQLite file, once the engine was disposed of."""
    database = db.Database(f"sqlite:///{tmp_path / 'one.sqlite'}")
    for told in (1, 2):
        (tmp_path / "one.sqlite").unlink(missing_ok=True)
        with sqlite3.connect(tmp_path / "one.sqlite") as filled:
            filled.execute("CREATE TABLE t AS SELECT ? AS a", (told,))
        filled.close()
        wire = database.wires.take()
        assert wire.ask("SELECT a FROM t", ()) == [(told,)]
        database.engine.dispose()  # while it is lent
        database.wires.give_back(wire)


def _noted(made: list[Fake]) -> Callable[[], Fake]:
    def make() -> Fake:
        made.append(Fake())
        return made[-1]

    return make


def _terminate(database_url: str, backend: int) -> None:
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 2000)", [backend])


def _away(*_: Any, **__: Any) -> Any:
    raise psycopg.OperationalError("no server")
