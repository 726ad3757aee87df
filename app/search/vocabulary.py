# ruff: noqa: S608  statements are made of this module's own words; values are always parameters
"""What the index knows of the words of a question: which ones a long beginning begins, which ones are common."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.reader import Asked, Query, Reader
from app.search.expression import All, Any, Expression, Word, any_of, words_of
from app.search.kinds import LONGEST_LIST

MOST_ENDINGS = 64
"""A beginning of six letters or more is asked as the words that it begins, unless they are more than that."""
ENDING = -1
_COMMON = " UNION ALL SELECT kind, token, rids, hits FROM search_common WHERE token "
KNOWN = Query(
    sqlite=f"SELECT {ENDING}, b.value, w.word, 0 FROM json_each(?) b"
    " JOIN search_word w ON w.word >= b.value AND w.word < b.value || '~'"
    f"{_COMMON} IN (SELECT value FROM json_each(?))",
    postgresql=f"SELECT {ENDING} AS kind, b.text AS token, w.word AS told, 0 AS hits"
    " FROM unnest(CAST(%s AS text[])) b(text) JOIN search_word w ON w.word >= b.text AND w.word < b.text || '~'"
    f"{_COMMON} = ANY(%s)",
)


@dataclass(frozen=True, slots=True)
class Common:
    """What is known of the words that a question requires."""

    alone: bool = False
    """The question is one word, and this is it."""
    lists: Mapping[int, str] = field(default_factory=dict)
    """By kind, of the question's one word: JSON list of `rid`."""
    least: Mapping[int, int] = field(default_factory=dict)
    """By kind: hits of the rarest required word, when all of them are common there."""

    def first(self, kind: int) -> list[int]:
        found: list[int] = json.loads(self.lists[kind])
        return found


def known_asked(expression: Expression, dialect: str) -> Asked | None:
    """The one statement; None when nothing can be gained: SQLite stops by itself in the middle of a list."""
    beginnings = sorted({word.text for word in words_of(expression) if _is_long(word)})
    tokens = _required(expression) if isinstance(expression, Word) or dialect == "postgresql" else []
    return (KNOWN, [beginnings, tokens]) if beginnings or tokens else None


def read_known(reader: Reader, expression: Expression) -> tuple[Expression | None, Common]:
    """The same question without long beginnings, None when it asks for a word that no document holds; and what is
    common in it. An index would join the lists of all the words that one begins."""
    asked = known_asked(expression, reader.dialect)
    if asked is None:
        return expression, Common()
    endings: dict[str, list[str]] = {}
    hits: dict[int, list[int]] = {}
    lists: dict[int, str] = {}
    for kind, token, told, count in reader.rows(asked[0], *asked[1]):
        if kind == ENDING:
            endings.setdefault(token, []).append(told)
        else:
            hits.setdefault(kind, []).append(count)
            lists[kind] = told
    required = asked[1][1]
    least = {kind: min(counts) for kind, counts in sorted(hits.items()) if len(counts) == len(required)}
    alone = isinstance(expression, Word)
    return _ended(expression, endings), Common(alone, lists if alone else {}, least)


def _ended(expression: Expression, endings: Mapping[str, list[str]]) -> Expression | None:
    if isinstance(expression, Word):
        if not _is_long(expression):
            return expression
        found = endings.get(expression.text, [])
        return expression if len(found) > MOST_ENDINGS else any_of(tuple(map(Word, found))) if found else None
    parts = [_ended(part, endings) for part in expression.parts]
    known = tuple(part for part in parts if part is not None)
    if isinstance(expression, Any):
        return any_of(known) if known else None
    return All(known) if len(known) == len(parts) else None


def _is_long(word: Word) -> bool:
    return word.prefix and len(word.text) > LONGEST_LIST and word.text.isalpha()


def _required(expression: Expression) -> list[str]:
    """Tokens that every answer holds; none when one part is not a single word: it may be rare."""
    parts = expression.parts if isinstance(expression, All) else (expression,)
    if not all(isinstance(part, Word) for part in parts):
        return []
    return sorted({f"^{part.text}" if part.prefix else part.text for part in parts if isinstance(part, Word)})
