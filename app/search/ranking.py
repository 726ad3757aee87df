"""Order of results: how well the name answers, then the static rank. Never a statistic over common words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from app.search.expression import All, Expression, Word, all_but_one, all_of, any_of, words_of
from app.search.kinds import SPAN
from app.search.names import Candidate
from app.search.normalise import GENERIC
from app.search.places import Places

ELSEWHERE = 9
"""Cost of a word that the name does not hold: more than that of any reading."""
Needles = tuple[str, ...]
"""Strings that ` the words of a name ` holds, all of them."""


@dataclass(frozen=True)
class Term:
    """One typed word and the words taken for it, best first."""

    word: str
    readings: tuple[Expression, ...]
    optional: bool = False
    known: bool = False
    """Some document holds the word as typed."""

    @property
    def expression(self) -> Expression:
        return any_of(self.readings)

    @cached_property
    def needles(self) -> tuple[Needles, ...]:
        """Of each reading: a word, or words that stand together."""
        return tuple(tuple(word.needle for word in words_of(reading)) for reading in self.readings)


@dataclass(frozen=True)
class Terms:
    """What a text asks for; with `one_may_miss`, all of it but one word."""

    terms: tuple[Term, ...]
    one_may_miss: bool = False

    @property
    def words(self) -> tuple[Word, ...]:
        """Every word taken for one of the typed ones."""
        return tuple(word for term in self.terms for word in words_of(term.expression))

    @property
    def narrow(self) -> Terms:
        """The same when other words are at fault: those that are known mean what they say."""
        if all(term.known for term in self.terms):
            return self
        terms = (replace(term, readings=term.readings[:1]) if term.known else term for term in self.terms)
        return Terms(tuple(terms), self.one_may_miss)

    def hold(self, candidate: Candidate) -> bool:
        return _holds(candidate.name, self.expression)

    @cached_property
    def expression(self) -> Expression:
        required = tuple(term for term in self.terms if not term.optional)
        generic = tuple(term.expression for term in required if term.word == GENERIC)
        telling = tuple(term.expression for term in required if term.word != GENERIC)
        if self.one_may_miss and len(telling) > 1:
            return all_of((*generic, all_but_one(telling)))
        return all_of((*generic, *telling))


@dataclass(frozen=True, slots=True)
class Ranking:
    """Puts candidates in order for one question."""

    terms: Terms
    key: str
    places: Places

    def sort(self, candidates: Sequence[Candidate]) -> list[int]:
        """Their ids, best first: by tier, cost of the words, how many of them only its other names hold (a legal
        entity's, say), place in the list of a commune, length, static rank."""
        telling = [term.needles for term in self.terms.terms if term.word != GENERIC]
        plain = [readings[0][0] for readings in telling if len(readings) == 1 and len(readings[0]) == 1]
        plain_only, position = len(plain) == len(telling), self.places.named
        beginning, whole = f" {self.key}", f" {self.key} "
        ordered = []
        for rid, key, name in candidates:
            cost, others, in_name = _met(plain, key, name) if plain_only else _met_closely(telling, key, name)
            exact, held, in_name = key == whole, rid in position, in_name and bool(telling)
            starts = exact or key.startswith(beginning)
            if rid < SPAN or exact:
                tier = self._first_tier(rid, exact=exact, starts=starts, held=held, in_name=in_name)
            else:
                tier = 6 if starts else 7 if held else 8 if in_name else 9
            ordered.append((tier, cost, others, position[rid] if held else 0, len(key) if telling else 0, rid))
        ordered.sort()
        return [order[-1] for order in ordered]

    def _first_tier(self, rid: int, *, exact: bool, starts: bool, held: bool, in_name: bool) -> int:
        """CPTS come first at equal quality; a commune named in full leads to its CPTS (B-05)."""
        cpts = rid < SPAN
        if cpts and (exact or held):
            return 0 if exact else 1
        if exact:
            return 2
        return 3 if starts else 4 if in_name else 5 if rid in self.places.begun else 9


def _met(needles: Sequence[str], key: str, name: str) -> tuple[int, int, bool]:
    """What the words cost, how many the key does not hold, whether the name holds them all."""
    others = elsewhere = 0
    for needle in needles:
        if needle not in key:
            others += 1
            if needle not in name:
                elsewhere += 1
    return elsewhere * ELSEWHERE, others, not elsewhere


def _met_closely(telling: Sequence[Sequence[Needles]], key: str, name: str) -> tuple[int, int, bool]:
    """The same of words that may be read in several ways."""
    costs = [_cost(name, readings) for readings in telling]
    others = sum([_cost(key, readings) == ELSEWHERE for readings in telling])
    return sum(costs), others, ELSEWHERE not in costs


def _cost(name: str, readings: Sequence[Needles]) -> int:
    """0 when the name holds the word as typed, more for further readings, ELSEWHERE when it holds none."""
    for cost, needles in enumerate(readings):
        if all(needle in name for needle in needles):
            return min(cost, ELSEWHERE - 1)
    return ELSEWHERE


def _holds(name: str, reading: Expression) -> bool:
    if isinstance(reading, Word):
        return reading.needle in name
    check = all if isinstance(reading, All) else any
    return check(_holds(name, part) for part in reading.parts)
