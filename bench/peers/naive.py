"""The same search as one writes it first: full text by its own relevance over the same documents, counts of the tabs.

SQLite: FTS5 (unicode61, prefix='2 3'), bm25. PostgreSQL: tsvector, GIN, ts_rank. Words are those of the portal, the
last one a beginning. Django's peer searches the PostgreSQL tables too (with trigrams of the names).
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg

from app.search.normalise import words
from bench.dataset import Dataset

BEST = 20
SCHEMA = "bench_naive"
Page = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]


class Naive(Protocol):
    name: str

    def page(self, text: str) -> Page:
        """The twenty best of all, with what a line shows, and how many of each kind there are."""


class SqliteNaive:
    name = "FTS5 + bm25"
    BUILD = """
    CREATE TABLE document AS SELECT rid, kind, ref, all_words, card FROM portal.search_document ORDER BY rid;
    CREATE VIRTUAL TABLE found USING fts5(all_words, content='document', content_rowid='rowid',
                                          tokenize='unicode61', prefix='2 3');
    INSERT INTO found(found) VALUES ('rebuild');
    ANALYZE
    """
    PAGE = f"""
    SELECT d.ref, d.card FROM found JOIN document d ON d.rowid = found.rowid WHERE found MATCH ?
    ORDER BY bm25(found) LIMIT {BEST}
    """  # noqa: S608 - our own number
    COUNTS = """
    SELECT d.kind, count(*) FROM found JOIN document d ON d.rowid = found.rowid WHERE found MATCH ? GROUP BY d.kind
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def page(self, text: str) -> Page:
        typed = words(text)
        if not typed:
            return [], []
        match = " AND ".join([*(f'"{word}"' for word in typed[:-1]), f'"{typed[-1]}"*'])
        found = self.connection.execute(self.PAGE, (match,)).fetchall()
        return found, self.connection.execute(self.COUNTS, (match,)).fetchall()


class PostgresNaive:
    name = "tsvector + ts_rank"
    BUILD = f"""
    DROP SCHEMA IF EXISTS {SCHEMA} CASCADE;
    CREATE SCHEMA {SCHEMA};
    CREATE UNLOGGED TABLE {SCHEMA}.document AS
    SELECT row_number() OVER (ORDER BY rid) AS id, kind, ref, name_words AS name, card::text AS card,
           to_tsvector('simple', all_words) AS words FROM search_document ORDER BY rid;
    ALTER TABLE {SCHEMA}.document ADD PRIMARY KEY (id);
    CREATE INDEX ON {SCHEMA}.document USING gin (words);
    """  # noqa: S608
    PAGE = f"""
    SELECT ref, card FROM {SCHEMA}.document, to_tsquery('simple', %(typed)s) typed
    WHERE words @@ typed ORDER BY ts_rank(words, typed) DESC LIMIT {BEST}
    """  # noqa: S608
    COUNTS = f"""
    SELECT kind, count(*) FROM {SCHEMA}.document WHERE words @@ to_tsquery('simple', %(typed)s) GROUP BY kind
    """  # noqa: S608

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection

    def page(self, text: str) -> Page:
        if not words(text):
            return [], []
        found = self.connection.execute(self.PAGE, {"typed": query(text)}).fetchall()
        return found, self.connection.execute(self.COUNTS, {"typed": query(text)}).fetchall()


def query(text: str) -> str:
    """As `to_tsquery` reads it: every word, the last one a beginning."""
    return " & ".join(words(text)) + ":*"


@contextmanager
def built(dataset: Dataset) -> Iterator[Naive]:
    """Beside the portal's own tables, gone afterwards."""
    if dataset.engine == "sqlite":
        with built_in_sqlite(Path(dataset.url.removeprefix("sqlite:///"))) as connection:
            yield SqliteNaive(connection)
        return
    with psycopg.connect(dataset.url, autocommit=True) as connection:
        run_each(connection, PostgresNaive.BUILD.split(";"))
        connection.execute(f"VACUUM ANALYZE {SCHEMA}.document")
        try:
            yield PostgresNaive(connection)
        finally:
            connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


@contextmanager
def built_in_sqlite(portal: Path) -> Iterator[sqlite3.Connection]:
    with tempfile.TemporaryDirectory(prefix="relais-bench-naive-", dir=portal.parent) as folder:
        connection = sqlite3.connect(Path(folder) / "naive.sqlite", isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("ATTACH ? AS portal", (str(portal),))
            connection.executescript(SqliteNaive.BUILD)
            yield connection
        finally:
            connection.close()


def run_each(connection: psycopg.Connection, statements: Sequence[str]) -> None:
    for statement in statements:
        if statement.strip():
            connection.execute(statement)
