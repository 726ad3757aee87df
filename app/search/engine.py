"""The index of a database: full-text reads and writes, as `sqlite.py` and `postgresql.py` say them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any as Whatever
from typing import Protocol

from sqlalchemy import Connection, FromClause, Table, TextualSelect

from app.reader import Reader
from app.search.expression import Expression
from app.search.kinds import BUCKETS, KINDS, Row, kind_of, rank_id
from app.search.looking import COUNTED, Groups, Look
from app.search.postgresql import PostgresEngine
from app.search.sqlite import SqliteEngine

__all__ = ["BUCKETS", "COUNTED", "KINDS", "Engine", "engine_of", "kind_of", "rank_id"]


class Engine(Protocol):
    def look(self, reader: Reader, key: str, expression: Expression, /) -> Look:
        """The first matches in `words`: all of them when they are few. `key`: of `named_first`, foreseen here."""

    def find(self, reader: Reader, index: str, expression: Expression, kinds: Sequence[int], most: int) -> list[int]:
        """Matches in `names` or in `words`, best static rank first (on PostgreSQL nearly), at most `most` of them."""

    def named_first(self, reader: Reader, key: str, expression: Expression, groups: Groups) -> list[tuple[int, int]]:
        """Of each group of kinds: names that begin with `key` (1, rid), then so many matches in `names` (0, rid)."""

    def counts(self, reader: Reader, expression: Expression, kinds: Sequence[int]) -> list[int]:
        """Matches in `words` of each of these kinds, counted up to 1,001."""

    def sample(self, _reader: Reader, _expression: Expression, _kind: int, /) -> list[int]:
        """The first SURE matches in `words` among a sixteenth of the documents; none where nothing is gained by it."""

    def matching(self, reader: Reader, expression: Expression, rids: Iterable[int]) -> set[int]:
        """Which of these documents match in `words`."""

    def named(self, kind: int, expression: Expression) -> TextualSelect:
        """The `ref` of every document of that kind whose names match: to be part of another statement."""

    def add(self, connection: Connection, rows: Sequence[Row]) -> None: ...

    def erase(self, connection: Connection, rows: Sequence[Row]) -> None:
        """`rows` hold rid, name_words and all_words as they were added."""

    def fill(self, connection: Connection, table: Table, rows: Iterable[tuple[Whatever, ...]]) -> None:
        """Many rows of a table that holds none of them, all its columns in their order."""

    @property
    def anew(self) -> FromClause:
        """The table of the documents that `add_anew` adds: `rid`, `name_words`, `all_words` and what else it needs."""

    def start_anew(self, connection: Connection) -> None:
        """No document is left, or shall be in what `take_over` brings."""

    def add_anew(self, connection: Connection, rows: Sequence[Row]) -> None: ...

    def index_anew(self, connection: Connection) -> None:
        """When all are added."""

    def take_over(self, connection: Connection) -> None:
        """The last thing to do: from here on, readers may have to wait for the commit."""


_SQLITE = SqliteEngine()
_POSTGRES = PostgresEngine()


def engine_of(source: Connection | Reader) -> Engine:
    dialect = source.dialect if isinstance(source, Reader) else source.dialect.name
    return _POSTGRES if dialect == "postgresql" else _SQLITE
