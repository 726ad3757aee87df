"""Finding rows by words typed without accents nor capitals, on both engines: for short lists that agents look through.

The public search has its own index (app/search); here a plain LIKE over folded columns is enough.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from app.search.normalise import fold

LONGEST = 120
MOST_WORDS = 6
SPELLINGS = {
    "a": "àâäÀÂÄ",
    "c": "çÇ",
    "e": "éèêëÉÈÊË",
    "i": "îïÎÏ",
    "o": "ôöÔÖ",
    "u": "ùûüÙÛÜ",
    " ": "-’'",
}


def folded(column: Any) -> sa.ColumnElement[str]:
    """The column in lower case, its accents taken off; a hyphen or an apostrophe is a space."""
    found = sa.func.lower(sa.func.coalesce(column, ""))
    for plain, spellings in SPELLINGS.items():
        for spelling in spellings:
            found = sa.func.replace(found, spelling, plain)
    return found


def matching(text: str, *columns: Any) -> sa.ColumnElement[bool]:
    """Each word of the text is in one of the columns; numbers may be typed with spaces (RPPS, FINESS)."""
    columns = tuple(folded(column) for column in columns)
    clauses = [
        sa.or_(*(column.contains(word, autoescape=True) for column in columns)) for word in _words(text[:LONGEST])
    ]
    return sa.and_(sa.true(), *clauses)


def _words(text: str) -> list[str]:
    plain = fold(text.replace("\0", ""))
    for mark in SPELLINGS[" "]:
        plain = plain.replace(mark, " ")
    words = plain.split()
    if words and all(word.isdigit() for word in words):
        return ["".join(words)]
    return words[:MOST_WORDS]
