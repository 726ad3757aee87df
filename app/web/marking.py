"""The words of a displayed text that answer what was typed, in <mark>, now or later."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
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
    """A text of which any word may be marked later."""

    html: bytes
    spoken: str
    """Its words in order, a space before each."""
    places: tuple[int, ...]
    """Of each of these words: where it begins and where it ends in `html`."""


@lru_cache(maxsize=4096)
def said(text: str) -> Said:
    """An address, a profession, an establishment is in many lines."""
    pieces = [_piece(piece) for piece in cut(text)]
    places, end = list[int](), 0
    for piece in pieces:
        if piece.words:
            places += (end, end + piece.size) * piece.words
        end += piece.size
    html, spoken = b"".join([piece.html for piece in pieces]), "".join([piece.spoken for piece in pieces])
    return Said(html, spoken, tuple(places))


class Piece(NamedTuple):
    """A word of a text, or what is between two."""

    html: bytes
    size: int
    """Of its HTML, in bytes."""
    spoken: str
    """The words that it stands for, a space before each."""
    words: int
    """How many they are."""


@lru_cache(maxsize=16_384)
def _piece(piece: str) -> Piece:
    html, words = str(escape(piece)).encode(), stands_for(piece)
    return Piece(html, len(html), "".join([f" {word}" for word in words]), len(words))


def slot(name: str) -> Markup:
    """Where something is written once the template is done: `name` is one of ours, never what somebody typed."""
    return Markup(f"<slot {escape(name)}/>")  # noqa: S704  escaped
