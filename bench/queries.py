"""What people type, made from the names that the generator gives: a golden set, each query with the documents that
answer it, and a workload for latency. The same for the same scale and seeds; nothing is asked of a database.

`seed` chooses the queries; the country is that of the dataset. Nobody looks at those of HELD_OUT_SEED while the search
is worked on. Ids are those that bench/load.py gives.
"""

from __future__ import annotations

import itertools
import random
import string
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from bench import misspelling
from bench.misspelling import CHANGES, Speller
from bench.names import Document, Names, Target
from bench.registers import SEED
from bench.scales import Scale
from bench.territory import Place, arrondissements

TUNED_SEED, HELD_OUT_SEED = SEED, 7_391
EACH = 29
"""Golden queries of each kind of change."""
MOST_RELEVANT = 5
SPARE = 3
"""Drawn for each golden query: some names are borne by too many."""
TRIES = 30
TARGETS = 45
COMMON = (
    "cabinet", "cabinet de ville", "infirmier", "medecin", "pharmacie", "pharmacie du centre", "ehpad", "residence",
    "maison de sante", "msp", "centre de sante", "centre hospitalier", "ch", "clinique", "laboratoire", "cpts",
    "cpts pays de", "soins non programmes", "coordination", "medecine generale", "saint", "st", "sainte", "ssiad",
    "notre dame", "martin", "bernard", "petit", "marie", "marie martin", "julie", "rue de la republique", "gambetta",
    "masseur kinesitherapeute", "sage femme", "psychologue", "les jardins", "site", "antenne", "saint joseph",
)  # fmt: skip
STARTERS = ("cabinet", "infirmier", "medecin", "pharmacie", "saint", "centre", "maison", "ville", "martin", "marie")
SPECIAL = ("infirmier", "medecin", "psychologue", "pharmacien", "orthophoniste", "cabinet", "pharmacie", "ehpad")


class Made(Protocol):
    @property
    def scale(self) -> Scale: ...
    @property
    def seed(self) -> int: ...


@dataclass(frozen=True)
class Golden:
    text: str
    kind_of_change: str
    relevant: tuple[Document, ...]


@dataclass(frozen=True)
class Asked:
    text: str
    group: str


@dataclass(frozen=True)
class Country:
    scale: Scale
    seed: int = SEED


def golden(dataset: Made, seed: int = TUNED_SEED, *, each: int = EACH) -> list[Golden]:
    """So many of every kind of change, in turn an establishment, a CPTS, a unit and a person; fewer in a tiny one."""
    names, chance = Names(dataset.scale, dataset.seed), random.Random(f"golden/{seed}")
    speller = Speller(names.vocabulary, chance)
    drawn = [(change, target, typed) for change in CHANGES for target, typed in _changed(change, names, speller, each)]
    wanted = [target.wanted(typed, begun=change == "cut") for change, target, typed in drawn]
    chosen: dict[str, list[Golden]] = {change: [] for change in CHANGES}
    for (change, _, typed), documents in zip(drawn, names.bearing(wanted), strict=True):
        if documents and len(documents) <= MOST_RELEVANT and len(chosen[change]) < each:
            chosen[change].append(Golden(typed, change, tuple(documents)))
    return list(itertools.chain.from_iterable(chosen.values()))


def _changed(change: str, names: Names, speller: Speller, each: int) -> Iterator[tuple[Target, str]]:
    met: set[str] = set()
    draws = itertools.cycle(_draws(names, speller.chance))
    for _ in range(each * SPARE):
        draw = next(draws)
        for target in filter(None, (draw() for _ in range(TRIES))):
            typed = CHANGES[change](target.text, target.rare, speller)
            if typed and typed not in met:
                met.add(typed)
                yield target, typed
                break


def _draws(names: Names, chance: random.Random) -> Sequence[Callable[[], Target | None]]:
    return (
        lambda: names.establishment(chance.randrange(names.scale.establishments)),
        lambda: names.cpts(chance),
        lambda: names.unit(chance.randrange(names.units)),
        lambda: names.person(chance.randrange(names.scale.listed)),
    )


def workload(dataset: Made, seed: int = TUNED_SEED) -> list[Asked]:
    """Some fifteen hundred, each text once in its group."""
    names, chance = Names(dataset.scale, dataset.seed), random.Random(f"workload/{seed}")
    targets = list(itertools.islice(_some(names, chance), 4 * TARGETS))
    typed = [target.text for target in targets]
    speller = Speller(names.vocabulary, chance)
    groups: dict[str, Iterable[str]] = {
        "keystroke": (text[:size] for text in typed[:TARGETS] for size in range(1, len(text) + 1)),
        "common": COMMON,
        "one_letter": string.ascii_lowercase,
        "multi": (_two_words(target, chance) for target in targets[TARGETS : 3 * TARGETS]),
        "hard": (f"{word} {letter}" for word in STARTERS for letter in chance.sample(string.ascii_lowercase, 6)),
        "typo": _typos(targets, speller),
        "commune": _communes(names, chance),
        "postcode": (chance.choice(place.postcodes) for place in _places(names, chance, 60)),
        "finess": (names.structures.finess_at(chance.randrange(len(names.structures))) for _ in range(60)),
        "no_hit": ("".join(chance.choices("qwxzkjv", k=chance.randint(6, 12))) for _ in range(40)),
    }
    return [Asked(text, group) for group, texts in groups.items() for text in dict.fromkeys(texts)]


def _some(names: Names, chance: random.Random) -> Iterator[Target]:
    while True:
        yield from filter(None, (draw() for draw in _draws(names, chance)))


def _two_words(target: Target, chance: random.Random) -> str:
    """What it is or its first word, and where it is or who: `infirmier marseille`, `julie martin`."""
    last = target.rare[0]
    return f"{chance.choice(SPECIAL) if chance.random() < 0.6 else target.text.split()[0]} {last}"


def _typos(targets: Iterable[Target], speller: Speller) -> Iterator[str]:
    changes = itertools.cycle((misspelling.one_edit, misspelling.phonetic, misspelling.two_edits))
    for change, target in zip(changes, targets, strict=False):
        if typed := change(target.text, target.rare, speller):
            yield typed


def _communes(names: Names, chance: random.Random) -> Iterator[str]:
    """Of today, some with their département, of yesterday, of a city that is divided."""
    for place in _places(names, chance, 60):
        yield f"{place.name.lower()} {place.departement}" if chance.random() < 0.2 else place.name.lower()
    former = [name for _, name in names.territory.every_former()]
    yield from (name.lower() for name in chance.sample(former, min(10, len(former))))
    cities = [name for place in names.territory.every() for _, name in arrondissements(place)]
    yield from (name.lower().replace(" arrondissement", "") for name in chance.sample(cities, min(10, len(cities))))


def _places(names: Names, chance: random.Random, count: int) -> list[Place]:
    territory = names.territory
    return [territory.draws[territory.anywhere.draw(chance)].draw(chance) for _ in range(count)]
