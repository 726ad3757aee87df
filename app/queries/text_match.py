"""Finding rows by words typed without accents nor capitals, on both engines: for short lists that agents look through.

The public search has its own index (app/search); here a plain LIKE over unaccented columns is enough.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from app.db import Unaccented, unaccented

LONGEST = 120
MOST_WORDS = 6


def matching(text: str, *columns: Any) -> sa.ColumnElement[bool]:
    """Each word of the text is in one of the columns; a number may be typed with spaces (RPPS, FINESS)."""
    words = [Unaccented(column) for column in columns]
    clauses = [sa.or_(*(column.contains(word, autoescape=True) for column in words)) for word in _words(text)]
    return sa.and_(sa.true(), *clauses)


def _words(text: str) -> list[str]:
    words = unaccented(text[:LONGEST].replace("\0", "")).split()
    if words and all(word.isdigit() for word in words):
        return ["".join(words)]
    return words[:MOST_WORDS]
