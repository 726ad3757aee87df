"""The words of a displayed text that answer what was typed, in <mark>: the one place where their HTML is made."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

from app.search.expression import Word
from app.search.highlight import pieces, spoken


def marked(text: str, searched: Iterable[Word]) -> Markup:
    """The text, escaped, with what answers marked."""
    made = (
        f"<mark>{escape(piece)}</mark>" if is_marked else str(escape(piece))
        for is_marked, piece in pieces(text, searched)
    )
    return Markup("".join(made))  # noqa: S704  every piece is escaped above


class Slots:
    """Texts of which any word may be marked later: each word stands in a slot, `<w 0>CPTS</w>`."""

    def __init__(self) -> None:
        self.words: list[tuple[str, ...]] = []
        """By the number of the slot: what its text stands for."""

    def __call__(self, text: str) -> Markup:
        made = []
        for piece, said in spoken(text):
            written = piece if piece.isalnum() else str(escape(piece))
            if said:
                made.append(f"<w {len(self.words)}>{written}</w>")
                self.words.append(said)
            else:
                made.append(written)
        return Markup("".join(made))  # noqa: S704  every piece is escaped above


def slot(name: str) -> Markup:
    """Where something is written once the template is done: `name` is one of ours, never what somebody typed."""
    return Markup(f"<slot {escape(name)}/>")  # noqa: S704  escaped
