# ruff: noqa: S608  statements are made of this module's own fragments; values are always parameters
"""The index on PostgreSQL: tsvector."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import takewhile
from typing import Any as Whatever

from sqlalchemy import BindParameter, Connection, MetaData, Table, TextualSelect, bindparam, text

from app.reader import Asked, Query, Reader
from app.search import renewal
from app.search.expression import All, Expression, Word
from app.search.kinds import KINDS, LONGEST_LIST, Row
from app.search.looking import COUNTED, SOME_KINDS, Groups, Look, starting
from app.search.tables import document

FEW = 60
"""Matches of all kinds that are read at once; of more, those by their names."""
SAMPLED_FROM = 20_000
"""Hits from which one document in sixteen is looked at first: there is no stopping in the middle of a list."""
SURE = 200
"""So many hits in the sample are more than COUNTED in all: 3,200 are expected, with a deviation of about 220."""


def _only(postgresql: str) -> Query:
    return Query("", postgresql)


class PostgresEngine:
    """Two tsvector columns, one partial GIN index for each kind; a short beginning is a lexeme of its own (`^com`).

    No ORDER BY on the match: the planner would walk the primary key (SEARCH.md §3). A rebuild writes in rank order,
    so that the first rows found are nearly the best; `ranking.py` puts them in order.
    """

    _FROM = "FROM search_document WHERE kind = {kind} AND in_{index} @@ CAST({match} AS tsquery)"

    anew = document.to_metadata(MetaData(), name=renewal.NEXT)

    def __init__(self) -> None:
        self._find = {
            (index, kinds): _only(
                " UNION ALL ".join(f"(SELECT rid {self._from(kind, index)} LIMIT %s)" for kind in kinds)
            )
            for index in ("names", "words")
            for kinds in SOME_KINDS
        }
        self._counts = {
            kinds: _only(
                "SELECT "
                + ", ".join(
                    f"(SELECT count(*) FROM (SELECT 1 {self._from(kind)} LIMIT {COUNTED + 1}) counted) AS of_{kind}"
                    for kind in kinds
                )
            )
            for kinds in SOME_KINDS
        }
        self._look = _only(" UNION ALL ".join(map(self._looked_at, KINDS)))
        self._sample = {kind: _only(f"SELECT rid {self._from(kind)} AND rid %% 16 = 0 LIMIT {SURE}") for kind in KINDS}
        self._some = _only("SELECT rid FROM search_document WHERE rid = ANY(%s) AND in_words @@ CAST(%s AS tsquery)")
        columns = [column.name for column in document.columns]
        self._add = text(
            f"INSERT INTO search_document ({', '.join(columns)}, in_names, in_words) VALUES "
            f"({', '.join(':' + name for name in columns)}, CAST(:in_names AS tsvector), CAST(:in_words AS tsvector))"
        ).bindparams(*document_parameters())

    def _from(self, kind: int, index: str = "words", match: str = "%s") -> str:
        return self._FROM.format(kind=kind, index=index, match=match)

    def _looked_at(self, kind: int) -> str:
        """Of what is common, a sample suffices to count; the whole is looked for when that does not settle it."""
        return (
            f"SELECT CASE sampled.hits WHEN {SURE} THEN {COUNTED + 1} ELSE whole.hits END AS hits, whole.first FROM"
            f" (SELECT count(*) AS hits FROM (SELECT 1 {self._from(kind)} AND rid %% 16 = 0 LIMIT {SURE}) AS s)"
            f" AS sampled, LATERAL (SELECT count(*) AS hits, (array_agg(rid))[1:{FEW}] AS first FROM"
            f" (SELECT rid {self._from(kind)} AND sampled.hits < {SURE} LIMIT {COUNTED + 1}) AS w) AS whole"
        )

    def look(self, reader: Reader, key: str, expression: Expression) -> Look:
        """Counted, and the first FEW of each kind. Foresees what is read when they are many."""
        asked: Asked = (self._look, [self.render(expression)] * 2 * len(KINDS))
        reader.foresee(asked, self._named_first_asked(key, expression, {KINDS: FEW}))
        read = reader.rows(asked[0], *asked[1])
        counts = [hits for hits, _first in read]
        known = takewhile(lambda row: row[1] or not row[0], read)  # until a kind that was only sampled
        rids = [rid for _hits, first in known for rid in first or ()][:FEW]
        return Look(rids, KINDS if len(rids) == sum(counts) <= FEW else (), counts)

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
            parts.append(starting(kinds, "%s"))
            parts += [f"(SELECT 0, rid {self._from(kind, 'names')} LIMIT %s)" for kind in kinds]
        return _only(" UNION ALL ".join(parts))

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

    def index_anew(self, connection: Connection) -> None:
        renewal.index(connection)

    def take_over(self, connection: Connection) -> None:
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


def document_parameters() -> list[BindParameter[Whatever]]:
    """Parameters typed as the columns of the document, for a statement written as text."""
    return [bindparam(column.name, type_=column.type) for column in document.columns]
