"""Order of results: how well the name answers, then the static rank. Never a statistic over common words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.search.engine import Candidate, bucket_of, kind_of
from app.search.expression import All, Expression, Word, all_but_one, all_of, any_of
from app.search.normalise import GENERIC
from app.search.places import Places

ELSEWHERE = 9
"""Cost of a word that the name does not hold."""


@dataclass(frozen=True, slots=True)
class Term:
    """One typed word and the words taken for it, best first."""

    word: str
    readings: tuple[Expression, ...]
    optional: bool = False

    @property
    def expression(self) -> Expression:
        return any_of(self.readings)

    def cost_in(self, name: Sequence[str]) -> int:
        """0 when the name holds the word as typed, more for further readings, ELSEWHERE when it holds none."""
        for cost, reading in enumerate(self.readings):
            if _holds(name, reading):
                return cost
        return ELSEWHERE


@dataclass(frozen=True, slots=True)
class Terms:
    """What a text asks for; with `one_may_miss`, all of it but one word."""

    terms: tuple[Term, ...]
    one_may_miss: bool = False

    @property
    def words(self) -> tuple[Word, ...]:
        """Every word taken for one of the typed ones."""
        return tuple(word for term in self.terms for word in _words_of(term.expression))

    def hold(self, words: Sequence[str]) -> bool:
        return _holds(words, self.expression)

    @property
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

    def sort(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        position = {rid: at for at, rid in enumerate(self.places.named)}
        return sorted(candidates, key=lambda candidate: self._order(candidate, position))

    def _order(self, candidate: Candidate, position: Mapping[int, int]) -> tuple[int, int, int, int, int]:
        name = candidate.name_words.split()
        costs = [term.cost_in(name) for term in self.terms.terms if term.word != GENERIC]
        tier = self._tier(candidate, in_name=bool(costs) and ELSEWHERE not in costs)
        length = len(candidate.name_key) if costs else 0
        return tier, sum(costs), position.get(candidate.rid, 0), length, candidate.rid

    def _tier(self, candidate: Candidate, *, in_name: bool) -> int:
        """CPTS come first at equal quality; a commune named in full leads to its CPTS (B-05)."""
        cpts = kind_of(candidate.rid) == 0 and bucket_of(candidate.rid) == 0
        exact = candidate.name_key == self.key
        starts = candidate.name_key.startswith(self.key)
        held, begun = candidate.rid in self.places.named, candidate.rid in self.places.begun
        tests = (cpts and exact, cpts and held, exact, cpts and starts, cpts and in_name, cpts and begun)
        return next((tier for tier, met in enumerate((*tests, starts, held, in_name)) if met), len(tests) + 3)


def _holds(name: Sequence[str], reading: Expression) -> bool:
    if isinstance(reading, Word):
        return any(reading.matches(word) for word in name)
    check = all if isinstance(reading, All) else any
    return check(_holds(name, part) for part in reading.parts)


def _words_of(reading: Expression) -> tuple[Word, ...]:
    if isinstance(reading, Word):
        return (reading,)
    return tuple(word for part in reading.parts for word in _words_of(part))
