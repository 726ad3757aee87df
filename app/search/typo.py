"""Close spellings: a deletion table (one edit) kept in the database, RapidFuzz over the vocabulary for two edits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 4
"""Below four letters nearly every word has a neighbour: `gap` is not `cap`."""
LONG = 6
"""From six letters on a word may differ by two edits, and by its first letter."""
LONGEST = 40
KEPT = 8


def can_be_misspelt(word: str) -> bool:
    return SHORTEST <= len(word) <= LONGEST and word.isalpha()


def deletions(word: str) -> set[str]:
    """The word and each way to leave out one letter: two words one edit apart share at least one of them."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def neighbours(word: str, candidates: Iterable[str]) -> list[str]:
    """Candidates one edit away (a swap of two letters is one), closest lengths first."""
    found = {
        candidate
        for candidate in candidates
        if candidate != word
        and (len(word) >= LONG or candidate[0] == word[0])
        and OSA.distance(word, candidate, score_cutoff=1) == 1
    }
    return sorted(found, key=lambda candidate: (candidate[0] != word[0], abs(len(candidate) - len(word)), candidate))[
        :KEPT
    ]


def distant_neighbours(word: str, vocabulary: Sequence[str]) -> list[str]:
    """Words two edits away, for a long word that has no closer one; `vocabulary`: those of its first letter."""
    if len(word) < LONG:
        return []
    found = process.extract(word, vocabulary, scorer=OSA.distance, score_cutoff=2, limit=KEPT)
    return [candidate for candidate, _distance, _at in found]


def one_edit(word: str, others: Iterable[str]) -> bool:
    """True when one of the others is the word or one edit away."""
    return any(OSA.distance(word, other, score_cutoff=1) <= 1 for other in others)
