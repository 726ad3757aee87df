"""What is understood of a typed text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.expression import Word
from app.search.question import LONGEST, MOST_WORDS, understand


@pytest.mark.parametrize(
    ("text", "number", "alone"),
    [
        ("840021281", "840021281", True),
        ("84 002 128 1", "840021281", True),
        ("84\u202f002\u202f128\u202f1", "840021281", True),
        ("2A0000014", "2A0000014", True),
        ("10999710014", "10999710014", True),
        ("CPTS DU COMTAT VENAISSIN - 840021281", "840021281", False),
        ("CPTS DU COMTAT VENAISSIN - 840021281 (CPTS - 840021273)", "840021281", False),
    ],
)
def test_a_register_number_is_seen(text: str, number: str, *, alone: bool) -> None:
    question = understand(text)
    assert (question.identifier, question.only_identifier) == (number, alone)


@pytest.mark.parametrize("text", ["84200", "8400212810000", "marseille 14", "04 65 71 00 00", ""])
def test_other_numbers_are_words(text: str) -> None:
    assert understand(text).identifier is None


def test_the_last_word_is_still_being_typed() -> None:
    assert understand("CPTS du Comt").terms == (Word("cpts"), Word("comt", prefix=True))


def test_a_short_number_is_whole() -> None:
    assert understand("marseille 6").terms == (Word("marseille"), Word("6"))
    assert understand("carpentras 842").terms == (Word("carpentras"), Word("842", prefix=True))


def test_an_abbreviation_being_typed_stays_open() -> None:
    """`st` is `saint`, and maybe the beginning of `station`: the index knows both."""
    assert understand("cabinet st").terms == (Word("cabinet"), Word("st", prefix=True))
    assert understand("st laurent").terms == (Word("saint"), Word("laurent", prefix=True))


def test_the_same_word_twice_is_one() -> None:
    assert understand("nice nice").words == ("nice",)


@given(st.text(max_size=400))
def test_any_text_is_understood_within_bounds(text: str) -> None:
    question = understand(text)
    assert len(question.text) <= LONGEST
    assert len(question.words) <= MOST_WORDS
    assert question.empty == (not question.words and not question.identifier)
