"""The words of a displayed text that answer what was typed, in <mark>."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

from app.search.expression import Word
from app.search.highlight import pieces


def marked(text: str, searched: Iterable[Word]) -> Markup:
    """The text, escaped, with what answers marked: the one place where HTML is made in Python."""
    made = (
        f"<mark>{escape(piece)}</mark>" if is_marked else str(escape(piece))
        for is_marked, piece in pieces(text, searched)
    )
    return Markup("".join(made))  # noqa: S704  every piece is escaped above
