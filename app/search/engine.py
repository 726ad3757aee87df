# ruff: noqa: S608  statements are made of this module's own fragments; values are always parameters
"""The only SQL that differs between SQLite (FTS5) and PostgreSQL (tsvector): full-text reads and writes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import combinations
from typing import Any as Whatever
from typing import NamedTuple, Protocol

from sqlalchemy import BindParameter, Connection, Table, TextualSelect, bindparam, insert, text

from app.reader import Asked, Query, Reader
from app.search import renewal
from app.search.expression import All, Expression, Word
from app.search.tables import document

KINDS = (0, 1, 2)
SPAN = 1 << 58
"""Width of a rank bucket: `rid` = (kind × 10 + bucket) × SPAN + number, so that the key order is the static rank."""
BUCKETS = 10
LONGEST_LIST = 5
"""Beginnings of one to five letters have their own list in both indexes."""
COUNTED = 1000
LOOKED_AT = 121
"""Matches that SQLite reads at once; to read one more costs what it takes to count three."""
FEW = 60
"""Matches of all kinds that PostgreSQL reads at once; of more, it reads those by their names."""
SAMPLED_FROM = 20_000
"""Hits from which PostgreSQL looks at one document in sixteen first: it cannot stop in the middle of a list."""
SURE = 200
"""So many hits in the sample are more than COUNTED in all: 3,200 are expected, with a deviation of about 220."""
Row = Mapping[str, Whatever]
Groups = Mapping[tuple[int, ...], int]
"""Kinds that are looked at together, and how many of them."""
NAMED_FIRST = 30


def _starting(kinds: Sequence[int], value: str) -> str:
    """Names that begin with a key, with 1: a common word has too many matches to meet them by chance."""
    part = (
        "SELECT 1 AS begins, rid FROM (SELECT rid FROM search_document WHERE kind = {kind} AND name_key >= {value}"
        " AND name_key < {value} ORDER BY name_key LIMIT {most}) AS starting_{kind}"
    )
    most = NAMED_FIRST // len(kinds)
    return " UNION ALL ".join(part.format(kind=kind, value=value, most=most) for kind in kinds)


SOME_KINDS = tuple(kinds for size in (1, 2, 3) for kinds in combinations(KINDS, size))


_UNITS, _PEOPLE = BUCKETS * SPAN, 2 * BUCKETS * SPAN
"""The first possible `rid` of a unit, of a professional."""


def rank_id(kind: int, bucket: int, number: int) -> int:
    return (kind * BUCKETS + bucket) * SPAN + number % SPAN


def kind_of(rid: int) -> int:
    return rid // SPAN // BUCKETS


def by_kind(rids: Iterable[int]) -> tuple[list[int], list[int], list[int]]:
    """The ids of each kind, in their order."""
    divided: tuple[list[int], list[int], list[int]] = ([], [], [])
    for rid in rids:
        divided[0 if rid < _UNITS else 1 if rid < _PEOPLE else 2].append(rid)
    return divided


class Look(NamedTuple):
    """Matches, as far as they were read."""

    rids: list[int]
    whole: tuple[int, ...]
    """Kinds all of whose matches are in `rids`."""
    counts: Mapping[int, int]
    """By kind, where it is known."""


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

    def start_anew(self, connection: Connection) -> None:
        """No document is left, or shall be in what `finish_anew` brings."""

    def add_anew(self, connection: Connection, rows: Sequence[Row]) -> None: ...

    def finish_anew(self, connection: Connection) -> None: ...


def engine_of(source: Connection | Reader) -> Engine:
    dialect = source.dialect if isinstance(source, Reader) else source.dialect.name
    return _POSTGRES if dialect == "postgresql" else _SQLITE


def _only(sqlite: str = "", postgresql: str = "") -> Query:
    return Query(sqlite, postgresql)


class SqliteEngine:
    """Two contentless FTS5 tables whose rowid is the rank: `ORDER BY rowid LIMIT n` stops after n."""

    _MATCH = "SELECT rowid AS rid FROM search_in_{index} WHERE search_in_{index} MATCH "
    _RANGE = " AND rowid BETWEEN "

    def __init__(self) -> None:
        self._find = {
            index: _only(f"{self._MATCH.format(index=index)}?{self._RANGE}? AND ? ORDER BY rowid LIMIT ?")
            for index in ("names", "words")
        }
        matched = self._MATCH.format(index="words")
        self._counts = {
            kinds: _only(
                "SELECT "
                + ", ".join(
                    f"(SELECT count(*) FROM ({matched}?{self._RANGE}{low} AND {high} LIMIT {COUNTED + 1}))"
                    for low, high in map(limits, kinds)
                )
            )
            for kinds in SOME_KINDS
        }
        self._between = _only(f"{matched}?{self._RANGE}? AND ?")

    def look(self, reader: Reader, _key: str, expression: Expression) -> Look:
        rids = self.find(reader, "words", expression, KINDS, LOOKED_AT)
        whole = tuple(KINDS if len(rids) < LOOKED_AT else range(kind_of(rids[-1])))
        read = by_kind(rids)
        return Look(rids, whole, {kind: len(read[kind]) for kind in whole})

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
            parts += [_starting(kinds, "?"), f"SELECT 0, rid FROM ({found})"]
        return _only(" UNION ALL ".join(parts))

    def counts(self, reader: Reader, expression: Expression, kinds: Sequence[int]) -> list[int]:
        match = self.render(expression)
        return list(reader.rows(self._counts[tuple(kinds)], *(match for _ in kinds))[0])

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
        connection.execute(text("DELETE FROM search_document"))
        for index in ("names", "words"):
            connection.execute(text(f"INSERT INTO search_in_{index}(search_in_{index}) VALUES ('delete-all')"))

    def add_anew(self, connection: Connection, rows: Sequence[Row]) -> None:
        self.add(connection, rows)

    def finish_anew(self, connection: Connection) -> None:
        for index in ("names", "words"):
            connection.execute(text(f"INSERT INTO search_in_{index}(search_in_{index}) VALUES ('optimize')"))

    def render(self, expression: Expression) -> str:
        if isinstance(expression, Word):
            return f'"{expression.text}"' + ("*" if expression.prefix else "")
        joint = " AND " if isinstance(expression, All) else " OR "
        return f"({joint.join(self.render(part) for part in expression.parts)})"


class PostgresEngine:
    """Two tsvector columns, one partial GIN index for each kind; a short beginning is a lexeme of its own (`^com`).

    No ORDER BY on the match: the planner would walk the primary key (SEARCH.md §3). A rebuild writes in rank order,
    so that the first rows found are nearly the best; `ranking.py` puts them in order.
    """

    _FROM = "FROM search_document WHERE kind = {kind} AND in_{index} @@ CAST({match} AS tsquery)"

    def __init__(self) -> None:
        self._find = {
            (index, kinds): _only(
                postgresql=" UNION ALL ".join(f"(SELECT rid {self._from(kind, index)} LIMIT %s)" for kind in kinds)
            )
            for index in ("names", "words")
            for kinds in SOME_KINDS
        }
        self._counts = {
            kinds: _only(
                postgresql="SELECT "
                + ", ".join(
                    f"(SELECT count(*) FROM (SELECT 1 {self._from(kind)} LIMIT {COUNTED + 1}) counted) AS of_{kind}"
                    for kind in kinds
                )
            )
            for kinds in SOME_KINDS
        }
        self._sample = {
            kind: _only(postgresql=f"SELECT rid {self._from(kind)} AND rid %% 16 = 0 LIMIT {SURE}") for kind in KINDS
        }
        self._some = _only(
            postgresql="SELECT rid FROM search_document WHERE rid = ANY(%s) AND in_words @@ CAST(%s AS tsquery)"
        )
        columns = [column.name for column in document.columns]
        self._add = text(
            f"INSERT INTO search_document ({', '.join(columns)}, in_names, in_words) VALUES "
            f"({', '.join(':' + name for name in columns)}, CAST(:in_names AS tsvector), CAST(:in_words AS tsvector))"
        ).bindparams(*document_parameters())

    def _from(self, kind: int, index: str = "words", match: str = "%s") -> str:
        return self._FROM.format(kind=kind, index=index, match=match)

    def look(self, reader: Reader, key: str, expression: Expression) -> Look:
        """Counted first; foresees what is read when they are many."""
        match = self.render(expression)
        reader.foresee(
            (self._counts[KINDS], [match] * len(KINDS)), self._named_first_asked(key, expression, {KINDS: FEW})
        )
        counts = dict(zip(KINDS, self.counts(reader, expression, KINDS), strict=True))
        if sum(counts.values()) > FEW:
            return Look([], (), counts)
        found = tuple(kind for kind in KINDS if counts[kind])
        return Look(self.find(reader, "words", expression, found, FEW) if found else [], KINDS, counts)

    def find(self, reader: Reader, index: str, expression: Expression, kinds: Sequence[int], most: int) -> list[int]:
        """At most `most` of each kind."""
        match = self.render(expression)
        values = [value for _ in kinds for value in (match, most)]
        return reader.column(self._find[index, tuple(kinds)], *values)

    def counts(self, reader: Reader, expression: Expression, kinds: Sequence[int]) -> list[int]:
        match = self.render(expression)
        return list(reader.rows(self._counts[tuple(kinds)], *(match for _ in kinds))[0])

    def named_first(self, reader: Reader, key: str, expression: Expression, groups: Groups) -> list[tuple[int, int]]:
        """So many of each kind."""
        statement, values = self._named_first_asked(key, expression, groups)
        return reader.rows(statement, *values)

    def _named_first_asked(self, key: str, expression: Expression, groups: Groups) -> Asked:
        match = self.render(expression)
        of_each = ((*(key, key + "~") * len(kinds), *(match, most) * len(kinds)) for kinds, most in groups.items())
        return self._named_first(tuple(groups)), [value for values in of_each for value in values]

    @cache  # noqa: B019 – the two engines live as long as the process
    def _named_first(self, groups: Sequence[tuple[int, ...]]) -> Query:
        parts = []
        for kinds in groups:
            parts.append(_starting(kinds, "%s"))
            parts += [f"(SELECT 0, rid {self._from(kind, 'names')} LIMIT %s)" for kind in kinds]
        return _only(postgresql=" UNION ALL ".join(parts))

    def sample(self, reader: Reader, expression: Expression, kind: int) -> list[int]:
        return reader.column(self._sample[kind], self.render(expression))

    def matching(self, reader: Reader, expression: Expression, rids: Iterable[int]) -> set[int]:
        return set(reader.column(self._some, list(rids), self.render(expression)))

    def named(self, kind: int, expression: Expression) -> TextualSelect:
        found = self._from(kind, "names", f":match{kind}")
        statement = text(f"SELECT ref {found}").bindparams(**{f"match{kind}": self.render(expression)})
        return statement.columns(document.c.ref)

    def add(self, connection: Connection, rows: Sequence[Row]) -> None:
        texts = (
            {**row, "in_names": self._lexemes(row["name_words"]), "in_words": self._lexemes(row["all_words"])}
            for row in rows
        )
        connection.execute(self._add, list(texts))

    def erase(self, connection: Connection, rows: Sequence[Row]) -> None:
        values = {"rids": [row["rid"] for row in rows]}
        connection.execute(text("DELETE FROM search_document WHERE rid = ANY(:rids)"), values)

    def fill(self, connection: Connection, table: Table, rows: Iterable[tuple[Whatever, ...]]) -> None:
        renewal.copy(connection, table.name, [column.name for column in table.columns], rows)

    def start_anew(self, connection: Connection) -> None:
        renewal.begin(connection)

    def add_anew(self, connection: Connection, rows: Sequence[Row]) -> None:
        names = [column.name for column in document.columns]
        told = ({**row, "card": json.dumps(row["card"], ensure_ascii=False)} for row in rows)
        written = (
            (*map(row.__getitem__, names), self._lexemes(row["name_words"]), self._lexemes(row["all_words"]))
            for row in told
        )
        renewal.copy(connection, renewal.NEXT, [*names, "in_names", "in_words"], written)

    def finish_anew(self, connection: Connection) -> None:
        renewal.take_over(connection)

    def render(self, expression: Expression) -> str:
        if isinstance(expression, Word):
            if not expression.prefix:
                return f"'{expression.text}'"
            short = len(expression.text) <= LONGEST_LIST
            return f"'^{expression.text}'" if short else f"'{expression.text}':*"
        joint = " & " if isinstance(expression, All) else " | "
        return f"({joint.join(self.render(part) for part in expression.parts)})"

    @staticmethod
    def _lexemes(words: str) -> str:
        """Words are ASCII letters and digits (normalise.py): quoting them is all it takes."""
        return " ".join(f"'{lexeme}'" for lexeme in sorted(tokens(words)))


def tokens(words: str) -> set[str]:
    """Of a text: its words, and their beginnings of one to five letters (`^com`)."""
    found = set(words.split())
    return found | {f"^{word[:size]}" for word in found for size in range(1, min(len(word), LONGEST_LIST) + 1)}


def limits(kind: int) -> tuple[int, int]:
    """First and last possible `rid` of a kind."""
    return rank_id(kind, 0, 0), rank_id(kind + 1, 0, 0) - 1


def document_parameters() -> list[BindParameter[Whatever]]:
    """Parameters typed as the columns of the document, for a statement written as text."""
    return [bindparam(column.name, type_=column.type) for column in document.columns]


_SQLITE = SqliteEngine()
_POSTGRES = PostgresEngine()
