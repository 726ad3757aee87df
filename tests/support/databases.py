"""A migrated database for each test: a template is migrated once, every test gets its own copy."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import sqlalchemy as sa
from psycopg import sql

from app.db import make_engine
from app.schema import upgrade_database


class Numbers:
    """The lowest number that is free: the databases of one test after another have the same few addresses."""

    def __init__(self) -> None:
        self.taken: set[int] = set()

    @contextmanager
    def one(self) -> Iterator[int]:
        number = next(candidate for candidate in itertools.count(1) if candidate not in self.taken)
        self.taken.add(number)
        try:
            yield number
        finally:
            self.taken.discard(number)


class SqliteTemplate:
    """A migrated file; a copy is a copied file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "template.db"
        self.numbers = Numbers()
        migrate(f"sqlite:///{self.file}")
        self._fold_journal()

    @contextmanager
    def copy(self) -> Iterator[str]:
        with self._file("test") as file:
            shutil.copyfile(self.file, file)
            yield f"sqlite:///{file}"

    @contextmanager
    def empty(self) -> Iterator[str]:
        """A database without a schema, for the migrations' own tests."""
        with self._file("empty") as file:
            yield f"sqlite:///{file}"

    @contextmanager
    def _file(self, name: str) -> Iterator[Path]:
        with self.numbers.one() as number:
            file = self.folder / f"{name}{number}.db"
            try:
                yield file
            finally:
                for leftover in self.folder.glob(f"{file.name}*"):
                    leftover.unlink()

    def _fold_journal(self) -> None:
        """Brings the write-ahead log back into the file, so that the file alone is the database."""
        engine = make_engine(f"sqlite:///{self.file}")
        with engine.connect() as connection:
            connection.rollback()
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()


class PostgresTemplate:
    """A migrated database; a copy is CREATE DATABASE … TEMPLATE."""

    def __init__(self, maintenance_url: str) -> None:
        self.maintenance_url = maintenance_url
        self.prefix = f"relais_{os.getpid()}"
        self.numbers = Numbers()
        self.name = self._create(f"{self.prefix}_template")
        migrate(self._url(self.name))

    @contextmanager
    def copy(self) -> Iterator[str]:
        with self._database(template=self.name) as url:
            yield url

    @contextmanager
    def empty(self) -> Iterator[str]:
        """A database without a schema, for the migrations' own tests."""
        with self._database(template="template0") as url:
            yield url

    def close(self) -> None:
        self._drop(self.name)

    @contextmanager
    def _database(self, template: str) -> Iterator[str]:
        with self.numbers.one() as number:
            name = self._create(f"{self.prefix}_{number}", template)
            try:
                yield self._url(name)
            finally:
                self._drop(name)

    def _create(self, name: str, template: str = "template0") -> str:
        statement = "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy"
        self._execute(sql.SQL(statement).format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def _drop(self, name: str) -> None:
        self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.maintenance_url, autocommit=True) as connection:
            connection.execute(statement)

    def _url(self, name: str) -> str:
        return sa.make_url(self.maintenance_url).set(database=name).render_as_string(hide_password=False)


def migrate(url: str) -> None:
    engine = make_engine(url)
    try:
        upgrade_database(engine)
    finally:
        engine.dispose()
