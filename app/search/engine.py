# ruff: noqa: S608  statements are made of this module's own fragments; values are always parameters
"""The only SQL that differs between SQLite (FTS5) and PostgreSQL (tsvector): full-text reads and writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any as Whatever
from typing import Protocol

from sqlalchemy import BindParameter, Connection, TextClause, TextualSelect, bindparam, insert, text

from app.search.expression import All, Expression, Word
from app.search.tables import document

KINDS = (0, 1, 2)
SPAN = 1 << 58
"""Width of a rank bucket: `rid` = (kind × 10 + bucket) × SPAN + number, so that the key order is the static rank."""
BUCKETS = 10
LONGEST_LIST = 5
"""Beginnings of one to five letters have their own list in both indexes."""
COUNTED = 1000
Row = Mapping[str, Whatever]


def rank_id(kind: int, bucket: int, number: int) -> int:
    return (kind * BUCKETS + bucket) * SPAN + number % SPAN


def kind_of(rid: int) -> int:
    return rid // SPAN // BUCKETS


def bucket_of(rid: int) -> int:
    return rid // SPAN % BUCKETS


@dataclass(frozen=True, slots=True)
class Candidate:
    rid: int
    name_key: str
    name_words: str


class Engine(Protocol):
    def candidates(
        self, connection: Connection, index: str, expression: Expression, kinds: Sequence[int], most: int
    ) -> list[Candidate]:
        """Matches in `names` or in `words`, best static rank first (on PostgreSQL nearly), at most `most` of them."""

    def counts(self, connection: Connection, expression: Expression) -> list[int]:
        """Matches of each kind in `words`, counted up to 1,001."""

    def matching(self, connection: Connection, expression: Expression, rids: Iterable[int]) -> set[int]:
        """Which of these documents match in `words`."""

    def named(self, kind: int, expression: Expression) -> TextualSelect:
        """The `ref` of every document of that kind whose names match: to be part of another statement."""

    def add(self, connection: Connection, rows: Sequence[Row]) -> None: ...

    def erase(self, connection: Connection, rows: Sequence[Row]) -> None:
        """`rows` hold rid, name_words and all_words as they were added."""

    def clear(self, connection: Connection) -> None: ...

    def tidy(self, connection: Connection) -> None:
        """After a rebuild."""


def engine_of(connection: Connection) -> Engine:
    return _POSTGRES if connection.dialect.name == "postgresql" else _SQLITE


def _candidates(connection: Connection, statement: TextClause, **values: Whatever) -> list[Candidate]:
    return [Candidate(*row) for row in connection.execute(statement, values)]


class SqliteEngine:
    """Two contentless FTS5 tables whose rowid is the rank: `ORDER BY rowid LIMIT n` stops after n."""

    _MATCH = "SELECT rowid AS rid FROM search_in_{index} WHERE search_in_{index} MATCH :match"
    _RANGE = " AND rowid BETWEEN :low{kind} AND :high{kind}"

    def __init__(self) -> None:
        self._candidates = {
            index: text(
                "SELECT d.rid, d.name_key, d.name_words FROM ("
                + self._MATCH.format(index=index)
                + self._RANGE.format(kind="")
                + " ORDER BY rowid LIMIT :most) f CROSS JOIN search_document d ON d.rid = f.rid ORDER BY d.rid"
            )
            for index in ("names", "words")
        }
        counted = (
            f"(SELECT count(*) FROM ({self._MATCH}{self._RANGE} LIMIT {COUNTED + 1}))".format(index="words", kind=kind)
            for kind in KINDS
        )
        self._counts = text("SELECT " + ", ".join(counted))
        self._limits = {
            f"{end}{kind}": rank_id(kind + (end == "high"), 0, 0) - (end == "high")
            for kind in KINDS
            for end in ("low", "high")
        }
        self._between = text(self._MATCH.format(index="words") + self._RANGE.format(kind=""))

    def candidates(
        self, connection: Connection, index: str, expression: Expression, kinds: Sequence[int], most: int
    ) -> list[Candidate]:
        limits = {"low": self._limits[f"low{kinds[0]}"], "high": self._limits[f"high{kinds[-1]}"]}
        match = self.render(expression)
        return _candidates(connection, self._candidates[index], match=match, most=most, **limits)

    def counts(self, connection: Connection, expression: Expression) -> list[int]:
        return list(connection.execute(self._counts, {"match": self.render(expression), **self._limits}).one())

    def matching(self, connection: Connection, expression: Expression, rids: Iterable[int]) -> set[int]:
        match, wanted, found = self.render(expression), set(rids), set[int]()
        for kind in KINDS:
            of_kind = [rid for rid in wanted if kind_of(rid) == kind]
            if of_kind:
                values = {"match": match, "low": min(of_kind), "high": max(of_kind)}
                found.update(connection.execute(self._between, values).scalars())
        return found & wanted

    def named(self, kind: int, expression: Expression) -> TextualSelect:
        inside = self._MATCH.format(index="names").replace(":match", f":match{kind}") + self._RANGE.format(kind=kind)
        limits = {name: limit for name, limit in self._limits.items() if name in (f"low{kind}", f"high{kind}")}
        statement = text(f"SELECT ref FROM search_document WHERE rid IN ({inside})")
        return statement.bindparams(**{f"match{kind}": self.render(expression), **limits}).columns(document.c.ref)

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

    def clear(self, connection: Connection) -> None:
        connection.execute(text("DELETE FROM search_document"))
        for index in ("names", "words"):
            connection.execute(text(f"INSERT INTO search_in_{index}(search_in_{index}) VALUES ('delete-all')"))

    def tidy(self, connection: Connection) -> None:
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

    _FROM = "FROM search_document WHERE kind = {kind} AND in_{index} @@ CAST(:match AS tsquery)"

    def __init__(self) -> None:
        self._candidates = {
            (index, kinds): text(
                " UNION ALL ".join(
                    f"SELECT * FROM (SELECT rid, name_key, name_words {self._FROM} LIMIT :most) found_{kind}".format(
                        kind=kind, index=index
                    )
                    for kind in kinds
                )
                + " LIMIT :most"
            )
            for index in ("names", "words")
            for kinds in (KINDS, *((kind,) for kind in KINDS))
        }
        counted = (
            f"(SELECT count(*) FROM (SELECT 1 {self._FROM} LIMIT {COUNTED + 1}) counted)".format(
                kind=kind, index="words"
            )
            for kind in KINDS
        )
        self._counts = text("SELECT " + ", ".join(counted))
        self._some = text(
            "SELECT rid FROM search_document WHERE rid = ANY(:rids) AND in_words @@ CAST(:match AS tsquery)"
        )
        columns = [column.name for column in document.columns]
        self._add = text(
            f"INSERT INTO search_document ({', '.join(columns)}, in_names, in_words) VALUES "
            f"({', '.join(':' + name for name in columns)}, CAST(:in_names AS tsvector), CAST(:in_words AS tsvector))"
        ).bindparams(*document_parameters())

    def candidates(
        self, connection: Connection, index: str, expression: Expression, kinds: Sequence[int], most: int
    ) -> list[Candidate]:
        match = self.render(expression)
        return _candidates(connection, self._candidates[index, tuple(kinds)], match=match, most=most)

    def counts(self, connection: Connection, expression: Expression) -> list[int]:
        return list(connection.execute(self._counts, {"match": self.render(expression)}).one())

    def matching(self, connection: Connection, expression: Expression, rids: Iterable[int]) -> set[int]:
        values = {"match": self.render(expression), "rids": list(rids)}
        return set(connection.execute(self._some, values).scalars())

    def named(self, kind: int, expression: Expression) -> TextualSelect:
        found = self._FROM.format(kind=kind, index="names").replace(":match", f":match{kind}")
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

    def clear(self, connection: Connection) -> None:
        connection.execute(text("DELETE FROM search_document"))

    def tidy(self, connection: Connection) -> None:
        connection.execute(text("ANALYZE search_document"))

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
        found = set(words.split())
        beginnings = {f"^{word[:size]}" for word in found for size in range(1, min(len(word), LONGEST_LIST) + 1)}
        return " ".join(f"'{lexeme}'" for lexeme in sorted(found | beginnings))


def document_parameters() -> list[BindParameter[Whatever]]:
    """Parameters typed as the columns of the document, for a statement written as text."""
    return [bindparam(column.name, type_=column.type) for column in document.columns]


_SQLITE = SqliteEngine()
_POSTGRES = PostgresEngine()
