# ruff: noqa: S608  statements are made of this module's own fragments; values are always parameters
"""The index on SQLite: FTS5."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any as Whatever

from sqlalchemy import Connection, Table, TextualSelect, insert, text

from app.reader import Query, Reader
from app.search.expression import All, Expression, Word
from app.search.kinds import KINDS, Row, divide, kind_of, limits
from app.search.looking import COUNTED, Groups, Look, starting
from app.search.tables import document

LOOKED_AT = 121
"""Matches that are read at once; to read one more costs what it takes to count three."""
CACHE_OF_A_REBUILD, USUAL_CACHE = 256 * 1024, 2_000
"""KiB. A country's rebuild writes gigabytes in one transaction; in the usual 2 MB each page was written and read back
many times."""


def _only(sqlite: str) -> Query:
    return Query(sqlite, "")


class SqliteEngine:
    """Two contentless FTS5 tables whose rowid is the rank: `ORDER BY rowid LIMIT n` stops after n."""

    _MATCH = "SELECT rowid AS rid FROM search_in_{index} WHERE search_in_{index} MATCH "
    _RANGE = " AND rowid BETWEEN "
    anew = document

    def __init__(self) -> None:
        self._find = {
            index: _only(f"{self._MATCH.format(index=index)}?{self._RANGE}? AND ? ORDER BY rowid LIMIT ?")
            for index in ("names", "words")
        }
        matched = self._MATCH.format(index="words")
        counted = f"(SELECT count(*) FROM ({matched}?{self._RANGE}? AND ? LIMIT ?))"
        self._counts = [_only(f"SELECT {', '.join([counted] * size)}") for size in range(1, len(KINDS) + 1)]
        self._between = _only(f"{matched}?{self._RANGE}? AND ?")

    def look(self, reader: Reader, _key: str, expression: Expression) -> Look:
        """Of many, those that follow are counted."""
        rids = self.find(reader, "words", expression, KINDS, LOOKED_AT)
        counts = list(map(len, divide(rids)))
        if len(rids) < LOOKED_AT:
            return Look(rids, KINDS, counts)
        last = kind_of(rids[-1])
        more = self._count(reader, expression, KINDS[last:], rids[-1] + 1, counts[last])
        return Look(rids, KINDS[:last], [*counts[:last], counts[last] + more[0], *more[1:]])

    def find(self, reader: Reader, index: str, expression: Expression, kinds: Sequence[int], most: int) -> list[int]:
        low, high = limits(kinds[0])[0], limits(kinds[-1])[1]
        return reader.column(self._find[index], self.render(expression), low, high, most)

    def named_first(self, reader: Reader, key: str, expression: Expression, groups: Groups) -> list[tuple[int, int]]:
        match = self.render(expression)
        of_each = ((*(key, key + "~") * len(kinds), match, most) for kinds, most in groups.items())
        return reader.rows(self._named_first(tuple(groups)), *(value for values in of_each for value in values))

    @cache  # noqa: B019 – the two engines live as long as the process
    def _named_first(self, groups: Sequence[tuple[int, ...]]) -> Query:
        parts = []
        for kinds in groups:
            low, high = limits(kinds[0])[0], limits(kinds[-1])[1]
            found = f"{self._MATCH.format(index='names')}?{self._RANGE}{low} AND {high} ORDER BY rowid LIMIT ?"
            parts += [starting(kinds, "?"), f"SELECT 0, rid FROM ({found})"]
        return _only(" UNION ALL ".join(parts))

    def counts(self, reader: Reader, expression: Expression, kinds: Sequence[int]) -> list[int]:
        return self._count(reader, expression, kinds)

    def _count(
        self, reader: Reader, expression: Expression, kinds: Sequence[int], start: int = 0, read: int = 0
    ) -> list[int]:
        """From the document `start` on, when so many of the first of these kinds were read before it."""
        match, values = self.render(expression), list[Whatever]()
        for kind in kinds:
            low, high = limits(kind)
            values += (match, max(low, start), high, COUNTED + 1 - (read if kind == kinds[0] else 0))
        return list(reader.rows(self._counts[len(kinds) - 1], *values)[0])

    def sample(self, _reader: Reader, _expression: Expression, _kind: int) -> list[int]:
        return []

    def matching(self, reader: Reader, expression: Expression, rids: Iterable[int]) -> set[int]:
        match, wanted, found = self.render(expression), set(rids), set[int]()
        for kind in KINDS:
            of_kind = [rid for rid in wanted if kind_of(rid) == kind]
            if of_kind:
                found.update(reader.column(self._between, match, min(of_kind), max(of_kind)))
        return found & wanted

    def named(self, kind: int, expression: Expression) -> TextualSelect:
        low, high = limits(kind)
        inside = self._MATCH.format(index="names") + f":match{kind}{self._RANGE}{low} AND {high}"
        statement = text(f"SELECT ref FROM search_document WHERE rid IN ({inside})")
        return statement.bindparams(**{f"match{kind}": self.render(expression)}).columns(document.c.ref)

    def add(self, connection: Connection, rows: Sequence[Row]) -> None:
        connection.execute(insert(document), rows)
        self._write(connection, "INSERT INTO search_in_{index}(rowid, t) VALUES (:rid, :{column})", rows)

    def erase(self, connection: Connection, rows: Sequence[Row]) -> None:
        statement = "INSERT INTO search_in_{index}(search_in_{index}, rowid, t) VALUES ('delete', :rid, :{column})"
        self._write(connection, statement, rows)
        connection.execute(text("DELETE FROM search_document WHERE rid = :rid"), [{"rid": row["rid"]} for row in rows])

    def _write(self, connection: Connection, statement: str, rows: Sequence[Row]) -> None:
        for index, column in (("names", "name_words"), ("words", "all_words")):
            values = [{"rid": row["rid"], column: row[column]} for row in rows]
            connection.execute(text(statement.format(index=index, column=column)), values)

    def fill(self, connection: Connection, table: Table, rows: Iterable[tuple[Whatever, ...]]) -> None:
        places = ", ".join("?" for _ in table.columns)
        driver: Whatever = connection.connection.driver_connection
        driver.executemany(f"INSERT INTO {table.name} VALUES ({places})", rows)

    def start_anew(self, connection: Connection) -> None:
        connection.execute(text(f"PRAGMA cache_size={-CACHE_OF_A_REBUILD}"))
        connection.execute(text("DELETE FROM search_document"))
        for index in ("names", "words"):
            connection.execute(text(f"INSERT INTO search_in_{index}(search_in_{index}) VALUES ('delete-all')"))

    def add_anew(self, connection: Connection, rows: Sequence[Row]) -> None:
        self.add(connection, rows)

    def index_anew(self, connection: Connection) -> None:
        for index in ("names", "words"):
            connection.execute(text(f"INSERT INTO search_in_{index}(search_in_{index}) VALUES ('optimize')"))

    def take_over(self, connection: Connection) -> None:
        connection.execute(text(f"PRAGMA cache_size={-USUAL_CACHE}"))

    def render(self, expression: Expression) -> str:
        if isinstance(expression, Word):
            return f'"{expression.text}"' + ("*" if expression.prefix else "")
        joint = " AND " if isinstance(expression, All) else " OR "
        return f"({joint.join(self.render(part) for part in expression.parts)})"
