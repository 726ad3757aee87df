"""What is marked in a line: the pieces always join into the text itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.highlight import pieces
from app.search.question import understand


def marked(text: str, typed: str) -> list[str]:
    return [piece for is_marked, piece in pieces(text, understand(typed).terms) if is_marked]


@given(st.text(max_size=80), st.text(max_size=40))
def test_pieces_join_into_the_text(text: str, typed: str) -> None:
    assert "".join(piece for _, piece in pieces(text, understand(typed).terms)) == text


@pytest.mark.parametrize(
    ("text", "typed", "expected"),
    [
        ("CPTS DU COMTAT VENAISSIN - 840021281", "comtat venai", ["COMTAT", "VENAISSIN"]),
        ("CPTS Cœur du Var", "coeur", ["Cœur"]),
        ("CPTS HYÈRES ET LES ÎLES D'OR", "iles d'or", ["ÎLES", "OR"]),
        ("CPTS SUD04", "sud", ["SUD04"]),
        ("CPTS DU COMTAT", "cpts", []),
        ("<b>comtat</b>", "b", ["b", "b"]),
    ],
)
def test_words_that_answer_are_marked(text: str, typed: str, expected: list[str]) -> None:
    assert marked(text, typed) == expected
