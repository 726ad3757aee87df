# ruff: noqa: S608  statements are made of this module's own words; values are always parameters
"""Which communes a text names, and which CPTS and units have them in their zone (B-05).

A name may be the commune's own, a former one, a post code, an arrondissement (`marseille 14`), or the city that an
arrondissement belongs to: `index.py` writes one row for each.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from app.domain.distances import Point
from app.domain.territories import DEPARTEMENTS
from app.reader import Asked, Reader, query
from app.search.normalise import ARTICLES, words
from app.search.question import Question

SHORTEST_BEGINNING = 4
MOST_BEGINNINGS = 60
STREET_WORDS = frozenset(
    ("allee", "avenue", "boulevard", "chemin", "cours", "impasse", "place", "quai", "residence", "route", "rue")
)
TOO_COMMON = frozenset(("sain", "saint", "sainte"))
DEPARTEMENT_WORDS = {
    words(spelling): code for code, departement in DEPARTEMENTS.items() for spelling in (code, departement.name)
}

_SHOWN = (
    'SELECT p."key", p."full", p.insee, p.population, z.rid, c.name, c.departement, c.region, c.latitude, c.longitude'
)
_HELD = " LEFT JOIN commune c ON c.insee = p.insee AND c.ceased_at IS NULL LEFT JOIN search_zone z ON z.insee = p.insee"
NAMED = query(f'{_SHOWN} FROM search_place p{_HELD} WHERE p."key" = ANY(?)')
NAMED_OR_BEGUN = query(
    f'{_SHOWN} FROM search_place p{_HELD} WHERE p."key" = ? UNION ALL '
    f'{_SHOWN} FROM (SELECT "key", "full", insee, population FROM search_place s WHERE "key" > ? AND "key" < ?'
    " AND EXISTS (SELECT 1 FROM search_zone WHERE search_zone.insee = s.insee)"
    f" ORDER BY population DESC, insee LIMIT {MOST_BEGINNINGS}) p{_HELD}"
)


@dataclass(frozen=True, slots=True)
class NamedCommune:
    insee: str
    name: str
    departement: str
    region: str
    point: Point | None


class Name(NamedTuple):
    """One way to name a commune."""

    key: str
    full: str
    insee: str
    population: int


@dataclass(frozen=True, slots=True)
class Places:
    """Communes named by the text, and the documents whose zone holds them."""

    insees: tuple[str, ...] = ()
    named: Mapping[int, int] = field(default_factory=dict)
    """Zone holds a commune that is named in full: documents and their place in that list, nearest reading first."""
    begun: Collection[int] = field(default_factory=dict)
    """Zone holds a commune whose name begins with the text."""
    served: tuple[str, ...] = ()
    """The communes, named or begun, that a zone holds."""
    communes: Mapping[str, NamedCommune] = field(default_factory=dict)
    """What was read of those, by INSEE code; a commune that has ceased to be is not in it."""

    @property
    def holders(self) -> list[int]:
        return [*self.named, *self.begun]


@dataclass(frozen=True, slots=True)
class _Read:
    """The rows of one statement, sorted out."""

    names: tuple[Name, ...] = ()
    holders: Mapping[str, list[int]] = field(default_factory=dict)
    communes: Mapping[str, NamedCommune] = field(default_factory=dict)

    def insees(self, *keys: str) -> tuple[str, ...]:
        """Communes that bear one of these names, the largest first."""
        return _distinct(_by_population(name for name in self.names if name.key in keys))

    def held(self, insees: Iterable[str]) -> dict[int, str]:
        """Documents whose zone holds one of these, with the first one held, in the order of the communes."""
        found: dict[int, str] = {}
        for insee in dict.fromkeys(insees):
            for rid in sorted(self.holders.get(insee, ())):
                found.setdefault(rid, insee)
        return found

    def places(self, insees: tuple[str, ...]) -> Places:
        """These communes and what holds them."""
        return Places(insees, _placed(self.held(insees)), communes=self.communes)


def find_places(reader: Reader, question: Question) -> Places:
    typed = question.place_words
    if not typed or question.identifier:
        return Places()
    text = " ".join(typed)
    read = _named_or_begun(reader, text)
    named = [name for name in read.names if name.key == text]
    same = [name for name in named if name.full == question.full]
    begun = [name for name in read.names if name.key != text]
    if not same and question.full.split(" ", 1)[0] in ARTICLES:  # "la seyne" is La Seyne-sur-Mer before it is Seyne
        same = [name for name in begun if name.full.startswith(question.full + " ")]
    insees = _distinct(_by_population(same) + _by_population(named))
    if not insees:
        more, insees = _qualified(reader, typed)
        read = _Read(read.names, {**read.holders, **more.holders}, {**read.communes, **more.communes})
    order = insees + _by_population(begun)
    held = read.held(order)
    named_by = _placed(rid for rid, insee in held.items() if insee in insees)
    served = set(held.values())
    return Places(
        insees,
        named_by,
        dict.fromkeys(rid for rid in held if rid not in named_by),
        tuple(insee for insee in order if insee in served),
        read.communes,
    )


def named_places(reader: Reader, keys: Sequence[str]) -> Places:
    """Communes that bear one of these (corrected) names, and what holds them."""
    read = _named(reader, keys)
    return read.places(read.insees(*keys))


def find_in_address(reader: Reader, question: Question) -> Places:
    """The commune at the end of a postal address: `12 rue des Lices, 84200 Carpentras` leads to its CPTS."""
    typed = question.place_words
    codes = [word for word in typed if len(word) == 5 and word.isdigit()]
    if not codes and not STREET_WORDS.intersection(typed):
        return Places()
    endings = [" ".join(typed[-size:]) for size in range(min(5, len(typed)), 0, -1)]
    read = _named(reader, codes + endings)
    coded = read.insees(*codes)
    for ending in endings:
        insees = tuple(insee for insee in read.insees(ending) if not codes or not coded or insee in coded)
        if insees:
            return read.places(insees)
    return read.places(tuple(sorted(coded)))


def _qualified(reader: Reader, typed: tuple[str, ...]) -> tuple[_Read, tuple[str, ...]]:
    """`mirabeau 84`, `mirabeau vaucluse`, `84240 mirabeau`: a name told apart by its département or post code."""
    for size in range(1, min(4, len(typed) - 1) + 1):
        code = DEPARTEMENT_WORDS.get(typed[-size:])
        if code:
            name = " ".join(typed[:-size])
            read = _named(reader, [name])
            return read, tuple(insee for insee in read.insees(name) if insee.startswith(code))
    for at, word in enumerate(typed):
        name = " ".join(typed[:at] + typed[at + 1 :])
        if name and len(word) == 5 and word.isdigit():
            read = _named(reader, [word, name])
            coded = read.insees(word)
            return read, tuple(insee for insee in read.insees(name) if insee in coded)
    return _Read(), ()


def _named_or_begun(reader: Reader, typed: str) -> _Read:
    statement, values = asked_first(typed)
    return _sorted_out(reader.rows(statement, *values))


def asked_first(typed: str) -> Asked:
    if len(typed) < SHORTEST_BEGINNING or typed in TOO_COMMON or typed.isdigit():
        return NAMED, ([typed],)
    return NAMED_OR_BEGUN, (typed, typed, typed + "~")


def _named(reader: Reader, keys: Sequence[str]) -> _Read:
    return _sorted_out(reader.rows(NAMED, list(keys))) if keys else _Read()


def _sorted_out(rows: Iterable[tuple[Any, ...]]) -> _Read:
    names: dict[Name, None] = {}
    holders: dict[str, list[int]] = {}
    communes: dict[str, NamedCommune] = {}
    for key, full, insee, population, rid, *commune in rows:
        names[Name(key, full, insee, population)] = None
        if rid is not None:
            holders.setdefault(insee, []).append(rid)
        if insee not in communes and commune[0] is not None:
            name, departement, region, latitude, longitude = commune
            point = None if latitude is None or longitude is None else (latitude, longitude)
            communes[insee] = NamedCommune(insee, name, departement, region, point)
    return _Read(tuple(names), holders, communes)


def _placed(rids: Iterable[int]) -> dict[int, int]:
    return {rid: at for at, rid in enumerate(rids)}


def _by_population(names: Iterable[Name]) -> tuple[str, ...]:
    return tuple(name.insee for name in sorted(names, key=lambda name: -name.population))


def _distinct(insees: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(insees))
