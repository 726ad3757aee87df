"""What happens to a name on its way through somebody's fingers. The first letter is always right."""

from __future__ import annotations

import random
import string
from bisect import bisect
from collections.abc import Callable, Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from app.search.normalise import STOP_WORDS

LONG = 6
"""Letters of a word that is misspelt: shorter ones have too many neighbours for one answer to be the right one."""
LONGER = 8
"""Letters of a word that is misspelt twice."""
TRIES = 12
SOUNDS = (
    ("ph", "f"), ("qu", "k"), ("ss", "s"), ("ll", "l"), ("nn", "n"), ("tt", "t"), ("rr", "r"), ("mm", "m"), ("y", "i"),
    ("en", "an"), ("an", "en"), ("ai", "e"), ("au", "o"), ("ca", "ka"), ("co", "ko"), ("cu", "ku"), ("ain", "in"),
    ("ch", "sh"), ("ge", "je"), ("ier", "ié"), ("z", "s"),
)  # fmt: skip
SAINTS = {"saint": "st", "sainte": "ste"}


class Speller:
    """Knows every word of the country's names, so that a misspelt one is still nearest to what was meant."""

    def __init__(self, vocabulary: Iterable[str], chance: random.Random) -> None:
        self.words = frozenset(vocabulary)
        self.vocabulary = sorted(self.words)
        self.by_length: dict[int, list[str]] = {}
        for word in self.vocabulary:
            self.by_length.setdefault(len(word), []).append(word)
        self.chance = chance

    def edited(self, word: str, edits: int) -> str | None:
        """So many edits away (a swap of two letters is one)."""
        return self._first_fit(word, lambda: self._edit(word, edits), edits)

    def heard(self, word: str) -> str | None:
        """Written as it sounds: one or two edits."""
        rules = [rule for rule in SOUNDS if rule[0] in word[1:]]
        return self._first_fit(word, lambda: self._sound(word, rules), 2) if rules else None

    def _first_fit(self, word: str, change: Callable[[], str], most: int) -> str | None:
        for typed in (change() for _ in range(TRIES)):
            edits = OSA.distance(word, typed)
            if 0 < edits <= most and self._means(typed, word, edits):
                return typed
        return None

    def _means(self, typed: str, word: str, edits: int) -> bool:
        """It is no word nor the beginning of one, and no other word is as near."""
        following = self.vocabulary[(at := bisect(self.vocabulary, typed)) : at + 1]
        if typed in self.words or any(one.startswith(typed) for one in following):
            return False
        near = set[str]()
        for length in range(len(typed) - edits, len(typed) + edits + 1):
            same = self.by_length.get(length, ())
            near.update(
                one for one, *_ in process.extract(typed, same, scorer=OSA.distance, score_cutoff=edits, limit=2)
            )
        return near == {word}

    def _edit(self, word: str, edits: int) -> str:
        for _ in range(edits):
            at, letter = self.chance.randrange(1, len(word) - 1), self.chance.choice(string.ascii_lowercase)
            word = self.chance.choice(
                (
                    word[:at] + word[at + 1 :],
                    word[:at] + letter + word[at:],
                    word[:at] + letter + word[at + 1 :],
                    word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                )
            )
        return word

    def _sound(self, word: str, rules: Sequence[tuple[str, str]]) -> str:
        written, heard = self.chance.choice(rules)
        return word[0] + word[1:].replace(written, heard, 1)


def clean(text: str, _rare: Sequence[str], _speller: Speller) -> str | None:
    return text


def cut(text: str, _rare: Sequence[str], speller: Speller) -> str | None:
    """The last word is still being typed."""
    last = text.rsplit(maxsplit=1)[-1]
    return text[: -speller.chance.randint(1, len(last) - 4)] if len(last) >= LONG else None


def one_edit(text: str, rare: Sequence[str], speller: Speller) -> str | None:
    return _replaced(text, rare, LONG, lambda word: speller.edited(word, 1))


def two_edits(text: str, rare: Sequence[str], speller: Speller) -> str | None:
    """Both in one word, or one in each of two."""
    if speller.chance.random() < 0.5:
        once = one_edit(text, rare[:1], speller)
        return once and one_edit(once, rare[1:], speller)
    return _replaced(text, rare, LONGER, lambda word: speller.edited(word, 2))


def phonetic(text: str, rare: Sequence[str], speller: Speller) -> str | None:
    return _replaced(text, rare, LONG, speller.heard)


def st_ste(text: str, _rare: Sequence[str], _speller: Speller) -> str | None:
    typed = " ".join(SAINTS.get(word, word) for word in text.split())
    return typed if typed != text else None


def reordered(text: str, _rare: Sequence[str], speller: Speller) -> str | None:
    found = [word for word in text.split() if word not in STOP_WORDS]
    if len(found) < 2:
        return None
    turn = speller.chance.randrange(1, len(found))
    return " ".join(found[turn:] + found[:turn])


def missing_space(text: str, _rare: Sequence[str], speller: Speller) -> str | None:
    found = text.split()
    joints = [at for at in range(1, len(found)) if all(_telling(word) for word in found[at - 1 : at + 1])]
    if not joints:
        return None
    at = speller.chance.choice(joints)
    return " ".join([*found[: at - 1], found[at - 1] + found[at], *found[at + 1 :]])


Change = Callable[[str, Sequence[str], Speller], str | None]
CHANGES: dict[str, Change] = {
    change.__name__: change for change in (clean, cut, one_edit, two_edits, phonetic, st_ste, reordered, missing_space)
}
"""Each is given a text in lower case and its rare words; none when the text cannot be changed that way."""
TYPOS = ("one_edit", "two_edits", "phonetic", "missing_space")


def _telling(word: str) -> bool:
    return len(word) > 3 and word.isalpha() and word not in STOP_WORDS


def _replaced(text: str, rare: Sequence[str], fewest: int, change: Callable[[str], str | None]) -> str | None:
    for word in rare:
        if len(word) >= fewest and (typed := change(word)):
            return " ".join(typed if one == word else one for one in text.split())
    return None
