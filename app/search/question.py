"""What somebody typed, understood: numbers, words, the word still being typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from app.domain.identifiers import Finess, InvalidIdentifier, Rpps
from app.search.addresses import telling_part
from app.search.expression import Expression, Word, all_of
from app.search.normalise import ABBREVIATIONS, GENERIC, fold, normalise, words

LONGEST = 200
MOST_WORDS = 12
_LAST_OF_ABBREVIATED = frozenset(expansion.split()[-1] for expansion in ABBREVIATIONS.values())
_DIGIT = re.compile("[0-9]")
_FINESS_INSIDE = re.compile(r"(?<![0-9A-Z])[0-9][0-9A-Z][0-9]{7}(?![0-9A-Z])")


@dataclass(frozen=True)
class Question:
    text: str
    """As typed, without surrounding spaces."""
    identifier: str | None
    """A FINESS or RPPS number, alone or inside a copied label (`CPTS … - 840021281`)."""
    words: tuple[str, ...]
    told: str
    """The text that is searched: an e-mail or web address reduced to what it tells."""

    @property
    def empty(self) -> bool:
        return not self.words and self.identifier is None

    @property
    def only_identifier(self) -> bool:
        return self.identifier is not None and not any(char.isalpha() for char in self.text[2:])

    @cached_property
    def key(self) -> str:
        """What distinguishes a name that is typed so."""
        return " ".join(self.place_words) or " ".join(words(self.told))

    @cached_property
    def full(self) -> str:
        """Normalised with its articles: `la seyne` is not `seyne`."""
        return normalise(self.told)

    @cached_property
    def place_words(self) -> tuple[str, ...]:
        """The words that may name a commune: all but `CPTS`."""
        return tuple(word for word in words(self.told) if word != GENERIC)

    @cached_property
    def terms(self) -> tuple[Word, ...]:
        """One per word; the last one is still being typed. Numbers of one or two digits are never beginnings."""
        last = len(self.words) - 1
        return tuple(
            Word(word, prefix=at == last and not (word.isdigit() and len(word) < 3))
            for at, word in enumerate(self.words)
        )

    @property
    def expression(self) -> Expression:
        return all_of(self.terms)


def understand(text: str) -> Question:
    text = " ".join(text[:LONGEST].split())
    identifier = _identifier(text) if _DIGIT.search(text) else None
    told = telling_part(text) if "." in text else text
    return Question(text=text, identifier=identifier, words=_typed_words(told), told=told)


def _identifier(text: str) -> str | None:
    for number in (Finess, Rpps):
        try:
            return number.parse(text).value
        except InvalidIdentifier:
            continue
    inside = _FINESS_INSIDE.search(text.upper())
    return inside[0] if inside else None


def _typed_words(text: str) -> tuple[str, ...]:
    """Its words; an abbreviation being typed (`st`, maybe `station`) stays as it is: the index knows both."""
    found = list(dict.fromkeys(words(text)))[:MOST_WORDS]
    if not found or found[-1] not in _LAST_OF_ABBREVIATED:
        return tuple(found)
    pieces = re.findall(r"[a-z0-9]+", fold(text))
    if pieces and pieces[-1] in ABBREVIATIONS:
        expansion = ABBREVIATIONS[pieces[-1]].split()
        if found[-len(expansion) :] == expansion:
            found[-len(expansion) :] = [pieces[-1]]
    return tuple(found)
