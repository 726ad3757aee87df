"""The words of a displayed text that answer what was typed, in <mark>: the one place where their HTML is made."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from sys import intern
from typing import NamedTuple

from markupsafe import Markup, escape

from app.search.expression import Word
from app.search.highlight import cut, pieces, stands_for


def marked(text: str, searched: Iterable[Word]) -> Markup:
    """The text, escaped, with what answers marked."""
    made = (
        f"<mark>{escape(piece)}</mark>" if is_marked else str(escape(piece))
        for is_marked, piece in pieces(text, searched)
    )
    return Markup("".join(made))  # noqa: S704  every piece is escaped above


class Said(NamedTuple):
    """A text of which any word may be marked later: HTML, and its words with where each begins and ends in it."""

    html: bytes
    words: tuple[tuple[str, int, int], ...]


@lru_cache(maxsize=4096)
def said(text: str) -> Said:
    """An address, a profession, an establishment is in many lines."""
    html, found, size = list[bytes](), list[tuple[str, int, int]](), 0
    for written, words in map(_piece, cut(text)):
        end = size + len(written)
        for word in words:
            found.append((word, size, end))
        html.append(written)
        size = end
    return Said(b"".join(html), tuple(found))


@lru_cache(maxsize=16_384)
def _piece(piece: str) -> tuple[bytes, tuple[str, ...]]:
    """What is written for it, and the words that it stands for."""
    return str(escape(piece)).encode(), tuple(map(intern, stands_for(piece)))


def slot(name: str) -> Markup:
    """Where something is written once the template is done: `name` is one of ours, never what somebody typed."""
    return Markup(f"<slot {escape(name)}/>")  # noqa: S704  escaped
