"""Every name of a made-up country, and the documents that bear it, by what the generator and the loader agree on."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.search.normalise import words
from bench.bulk import digest
from bench.load import FIRST_UNIT, OFFERS, offer
from bench.rpps_file import Professionals, rpps_number
from bench.scales import Scale
from bench.structures import PATRONS, WIDEST_SHORT_NAME, Structures
from bench.territory import Territory
from bench.words import GIVEN_NAMES

ESTABLISHMENT, UNIT, PROFESSIONAL = "etablissement", "unite", "professionnel"
Document = tuple[str, str]
"""Type and id, as the search gives them."""


@dataclass(frozen=True, slots=True)
class Target:
    """A document somebody looks for. `text`: its name in lower case; `rare`: those of its words that few names have."""

    type: str
    text: str
    rare: tuple[str, ...]
    offer: str = ""
    """Type of a unit, the start of its name: the name of its establishment follows."""

    def wanted(self, typed: str, *, begun: bool) -> Wanted:
        """What documents must have to answer, when this was meant. `begun`: the last word typed is a beginning."""
        meant = words(self.text.removeprefix(self.offer.lower()))
        last = typed.rsplit(maxsplit=1)[-1]
        return Wanted(self.type, (*meant[:-1], last) if begun else meant, begun, self.offer)


class Names:
    def __init__(self, scale: Scale, seed: int) -> None:
        self.scale = scale
        self.territory = Territory(scale, seed)
        self.structures = Structures(self.territory)
        self.professionals = Professionals(self.structures)
        self.units = scale.units - scale.cpts
        """Those that the loader makes."""
        self._met: dict[int, Target | None] = {}

    @cached_property
    def vocabulary(self) -> set[str]:
        """Words of names of people and places, and those around them."""
        names = (*self.professionals.surnames.words, *GIVEN_NAMES, *PATRONS, *(label for _, label, *_ in OFFERS))
        communes = (place.name for place in self.territory.every())
        return {word for name in (*names, *communes) for word in words(name)}

    @cached_property
    def by_finess(self) -> list[int]:
        """Ranks of establishments in the order in which the loader meets them."""
        return sorted(range(len(self.structures)), key=self.structures.finess_at)

    def establishment(self, rank: int) -> Target | None:
        """None when its name has no place in it, or is too long to be its short name too."""
        if rank not in self._met:
            self._met[rank] = self._establishment(rank)
        return self._met[rank]

    def _establishment(self, rank: int) -> Target | None:
        structure = self.structures.at(rank)
        name = " ".join(structure.name.lower().split())
        rare = _longest_first(words(structure.address.place.name))
        if len(name) > WIDEST_SHORT_NAME or not set(rare) & set(name.split()):
            return None
        return Target(ESTABLISHMENT, name, rare)

    def cpts(self, chance: random.Random) -> Target | None:
        return self.establishment(chance.choice(self._cpts))

    def unit(self, rank: int) -> Target | None:
        at = self.establishment(self.by_finess[rank % len(self.by_finess)])
        if at is None or rank % 500 == 499:
            return None
        label = offer(rank, len(self.by_finess))[1]
        return Target(UNIT, f"{label.lower()} {at.text}", at.rare, label)

    def person(self, rank: int) -> Target:
        given, family = self._person(rank)
        rare = (*words(family), *words(given)[:1])
        return Target(PROFESSIONAL, f"{given} {family}".lower(), rare)

    def _person(self, rank: int) -> tuple[str, str]:
        person = self.professionals.person(rank)
        return person.given_name, person.family_name

    @cached_property
    def _cpts(self) -> list[int]:
        """Their ranks: the first ones of each département."""
        firsts = (0, *self.structures.upto)
        return [first + at for first, count in zip(firsts, self.structures.cpts, strict=False) for at in range(count)]

    def bearing(self, wanted: Sequence[Wanted]) -> list[list[Document]]:
        """For each, the documents of that type which answer it."""
        found: list[list[Document]] = [[] for _ in wanted]
        places = _Index((at, one) for at, one in enumerate(wanted) if one.type != PROFESSIONAL)
        people = _Index((at, one) for at, one in enumerate(wanted) if one.type == PROFESSIONAL)
        for place, rank in enumerate(self.by_finess):
            for at in places.answered(words(self.structures.at(rank).name)):
                found[at].extend(self._documents(wanted[at], place, rank))
        for rank in range(self.scale.listed):
            for at in people.answered(words(" ".join(self._person(rank)))):
                found[at].append((PROFESSIONAL, str(uuid.UUID(digest(f"person/{rpps_number(rank)}")))))
        return found

    def _documents(self, wanted: Wanted, place: int, rank: int) -> Iterator[Document]:
        if wanted.type == ESTABLISHMENT:
            yield ESTABLISHMENT, self.structures.finess_at(rank)
            return
        for unit in range(place, self.units, len(self.by_finess)):
            if unit % 500 != 499 and offer(unit, len(self.by_finess))[1] == wanted.offer:
                yield UNIT, str(FIRST_UNIT + unit)


@dataclass(frozen=True, slots=True)
class Wanted:
    """`words`: all of them in the name, in any order, and no other; with `cut`, the last one is a beginning."""

    type: str
    words: tuple[str, ...]
    cut: bool
    offer: str = ""


class _Index:
    """What is wanted, by the words that a name must have."""

    def __init__(self, wanted: Iterable[tuple[int, Wanted]]) -> None:
        self.whole: dict[tuple[str, ...], list[int]] = {}
        self.begun: dict[tuple[str, ...], list[tuple[int, str]]] = {}
        for at, one in wanted:
            if one.cut:
                self.begun.setdefault(tuple(sorted(one.words[:-1])), []).append((at, one.words[-1]))
            else:
                self.whole.setdefault(tuple(sorted(one.words)), []).append(at)

    def answered(self, name: tuple[str, ...]) -> Iterator[int]:
        yield from self.whole.get(tuple(sorted(name)), ())
        for at, word in enumerate(name):
            for wanted, beginning in self.begun.get(tuple(sorted(name[:at] + name[at + 1 :])), ()):
                if word.startswith(beginning):
                    yield wanted


def _longest_first(some: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(dict.fromkeys(some), key=lambda word: (-len(word), word)))
