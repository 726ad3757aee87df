"""Which parts of a displayed text answer the question. Pieces, never HTML: the template marks and escapes them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

from app.search.expression import Word
from app.search.normalise import GENERIC, words

_PIECE = re.compile(r"\w+|\W+")


def pieces(text: str, searched: Iterable[Word]) -> list[tuple[bool, str]]:
    """`(marked, piece)` in order; joined together they are the text. `CPTS` alone is on every line: not marked."""
    wanted = [word for word in searched if word.text != GENERIC]
    judged = ((_answers(piece, wanted), piece) for piece in _PIECE.findall(text))
    return [(marked, "".join(piece for _, piece in run)) for marked, run in groupby(judged, key=itemgetter(0))]


def _answers(piece: str, wanted: Iterable[Word]) -> bool:
    if not piece[0].isalnum():
        return False
    found = words(piece)
    return any(word.matches(one) for word in wanted for one in found)
