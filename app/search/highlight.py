"""Which parts of a displayed text answer the question. Pieces, never HTML: who shows them marks and escapes them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

from app.search.expression import Word
from app.search.normalise import GENERIC, words

_PIECE = re.compile(r"\w+|\W+")


def pieces(text: str, searched: Iterable[Word]) -> list[tuple[bool, str]]:
    """`(marked, piece)` in order; joined together they are the text."""
    wanted = telling(searched)
    judged = ((any(word.matches(one) for one in said for word in wanted), piece) for piece, said in spoken(text))
    return [(marked, "".join(piece for _, piece in run)) for marked, run in groupby(judged, key=itemgetter(0))]


def telling(searched: Iterable[Word]) -> list[Word]:
    """`CPTS` alone is on every line: not marked."""
    return [word for word in searched if word.text != GENERIC]


def spoken(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """The pieces of a text in order, each with the words that it stands for: `ST` → `saint`; spaces, none."""
    return [(piece, stands_for(piece)) for piece in cut(text)]


def cut(text: str) -> list[str]:
    """Its words and what is between them, in order."""
    return _PIECE.findall(text)


def stands_for(piece: str) -> tuple[str, ...]:
    return words(piece) if piece[0].isalnum() else ()
