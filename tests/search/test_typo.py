"""Neighbours: the deletion table finds every word one edit away, and never one further."""

from __future__ import annotations

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from app.search.typo import can_be_misspelt, deletions, distant_neighbours, neighbours

letters = st.sampled_from(string.ascii_lowercase)
long_words = st.text(letters, min_size=6, max_size=14)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, str]:
    """A word, and the same with one letter added, lost, changed or swapped with the next."""
    word = draw(long_words)
    at = draw(st.integers(0, len(word) - 2))
    letter = draw(letters)
    kind = draw(st.sampled_from(["add", "lose", "change", "swap"]))
    other = {
        "add": word[:at] + letter + word[at:],
        "lose": word[:at] + word[at + 1 :],
        "change": word[:at] + letter + word[at + 1 :],
        "swap": word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    }[kind]
    assume(other != word)
    return word, other


@given(edited())
def test_one_edit_apart_means_a_shared_deletion(pair: tuple[str, str]) -> None:
    word, other = pair
    assert deletions(word) & deletions(other)


@given(long_words, st.lists(long_words, max_size=20))
def test_neighbours_are_exactly_one_edit_away(word: str, others: list[str]) -> None:
    near = set(others[:8])
    assert set(neighbours(word, near)) == {one for one in near if OSA.distance(word, one) == 1}


@pytest.mark.parametrize(("typed", "meant"), [("ctps", "cpts"), ("contat", "comtat"), ("antipolys", "antipolis")])
def test_a_common_slip_is_understood(typed: str, meant: str) -> None:
    assert neighbours(typed, [meant]) == [meant]


@pytest.mark.parametrize(("typed", "other"), [("brest", "crest"), ("baous", "daous")])
def test_a_short_word_keeps_its_first_letter(typed: str, other: str) -> None:
    assert neighbours(typed, [other]) == []


@pytest.mark.parametrize("word", ["gap", "04", "13014", "sud04", "a" * 41])
def test_what_cannot_be_misspelt(word: str) -> None:
    assert not can_be_misspelt(word)


def test_two_edits_are_for_long_words_with_the_same_first_letter() -> None:
    assert distant_neighbours("venessin", ["venaissin", "comtat", "denaissin"]) == ["venaissin"]
    assert distant_neighbours("upega", ["upaga", "upeg"]) == []
