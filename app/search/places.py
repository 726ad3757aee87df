"""Which communes a text names, and which CPTS and units have them in their zone (B-05).

A name may be the commune's own, a former one, a post code, an arrondissement (`marseille 14`), or the city that an
arrondissement belongs to: `index.py` writes one row for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, String, bindparam, cast, exists, select, union_all

from app.domain.territories import DEPARTEMENTS
from app.models import Unit, UnitCommune
from app.search.engine import SPAN, Candidate
from app.search.normalise import ARTICLES, words
from app.search.question import Question
from app.search.tables import document, place

SHORTEST_BEGINNING = 4
MOST_BEGINNINGS = 60
STREET_WORDS = frozenset(
    ("allee", "avenue", "boulevard", "chemin", "cours", "impasse", "place", "quai", "residence", "route", "rue")
)
TOO_COMMON = frozenset(("saint", "sainte"))
DEPARTEMENT_WORDS = {
    words(spelling): code for code, departement in DEPARTEMENTS.items() for spelling in (code, departement.name)
}

_PLACE = (place.c.key, place.c.full, place.c.insee, place.c.population)
NAMED = select(*_PLACE).where(place.c.key.in_(bindparam("keys", expanding=True)))
_BEGUN = (
    select(*_PLACE)
    .where(place.c.key > bindparam("key"), place.c.key < bindparam("end"))
    .where(exists().where(UnitCommune.insee == place.c.insee))
    .order_by(place.c.population.desc(), place.c.insee)
    .limit(MOST_BEGINNINGS)
    .subquery()
)
NAMED_OR_BEGUN = union_all(select(*_PLACE).where(place.c.key == bindparam("key")), select(_BEGUN))
_HOLDER = select(document.c.rid, document.c.name_key, document.c.name_words, UnitCommune.insee)
_HELD = (
    UnitCommune.insee.in_(bindparam("insees", expanding=True)),
    Unit.closed_on.is_(None),
    Unit.sensitive.is_(False),
)
HOLDING = union_all(
    _HOLDER.join(Unit, Unit.establishment_finess == document.c.ref)
    .join(UnitCommune, UnitCommune.unit_id == Unit.id)
    .where(document.c.kind == 0, document.c.rid < SPAN, *_HELD),  # CPTS only
    _HOLDER.join(Unit, cast(Unit.id, String) == document.c.ref)
    .join(UnitCommune, UnitCommune.unit_id == Unit.id)
    .where(document.c.kind == 1, *_HELD),
)


@dataclass(frozen=True)
class Places:
    """Communes named by the text, and the documents whose zone holds them."""

    insees: tuple[str, ...] = ()
    named: Mapping[int, Candidate] = field(default_factory=dict)
    """Zone holds a commune that is named in full, nearest reading first."""
    begun: Mapping[int, Candidate] = field(default_factory=dict)
    """Zone holds a commune whose name begins with the text."""
    served: tuple[str, ...] = ()
    """The communes, named or begun, that a zone holds."""

    @property
    def candidates(self) -> dict[int, Candidate]:
        return {**self.named, **self.begun}


def find_places(connection: Connection, question: Question) -> Places:
    typed = question.place_words
    if not typed or question.identifier:
        return Places()
    rows = _named_or_begun(connection, " ".join(typed))
    named = [row for row in rows if row.key == " ".join(typed)]
    same = [row for row in named if row.full == question.full]
    begun = [row for row in rows if row not in named]
    if not same and question.full.split(" ", 1)[0] in ARTICLES:  # "la seyne" is La Seyne-sur-Mer before it is Seyne
        same = [row for row in begun if row.full.startswith(question.full + " ")]
    insees = _distinct(_by_population(same) + _by_population(named)) or _qualified(connection, typed)
    held = holding(connection, insees + _by_population(begun))
    chosen = {rid: candidate for rid, (candidate, insee) in held.items() if insee in insees}
    others = {rid: candidate for rid, (candidate, insee) in held.items() if insee not in insees}
    served = {insee for _candidate, insee in held.values()}
    return Places(insees, chosen, others, tuple(one for one in insees + _by_population(begun) if one in served))


def named_places(connection: Connection, insees: tuple[str, ...]) -> Places:
    """These communes and what holds them."""
    return Places(insees, {rid: candidate for rid, (candidate, _insee) in holding(connection, insees).items()})


def holding(connection: Connection, insees: tuple[str, ...]) -> dict[int, tuple[Candidate, str]]:
    """Documents whose zone holds one of these communes, with the first one held, in the order of the communes."""
    order = {insee: at for at, insee in enumerate(_distinct(insees))}
    if not order:
        return {}
    held: dict[int, tuple[Candidate, str]] = {}
    read = connection.execute(HOLDING, {"insees": list(order)})
    for row in sorted(read, key=lambda row: (order[row.insee], row.rid)):
        held.setdefault(row.rid, (Candidate(row.rid, row.name_key, row.name_words), row.insee))
    return held


def find_in_address(connection: Connection, question: Question) -> Places:
    """The commune at the end of a postal address: `12 rue des Lices, 84200 Carpentras` leads to its CPTS."""
    typed = question.place_words
    codes = [word for word in typed if len(word) == 5 and word.isdigit()]
    if not codes and not STREET_WORDS.intersection(typed):
        return Places()
    coded = set(communes_among(connection, codes)) if codes else set()
    for size in range(min(5, len(typed)), 0, -1):
        found = communes_among(connection, [" ".join(typed[-size:])])
        insees = tuple(insee for insee in found if not coded or insee in coded)
        if insees:
            return named_places(connection, insees)
    insees = tuple(sorted(coded))
    return named_places(connection, insees)


def communes_among(connection: Connection, keys: Iterable[str]) -> tuple[str, ...]:
    """Communes that bear one of these (corrected) names."""
    return _distinct(_by_population(connection.execute(NAMED, {"keys": list(keys)}).all()))


def _qualified(connection: Connection, typed: tuple[str, ...]) -> tuple[str, ...]:
    """`mirabeau 84`, `mirabeau vaucluse`, `84240 mirabeau`: a name told apart by its département or post code."""
    for size in range(1, min(4, len(typed) - 1) + 1):
        code = DEPARTEMENT_WORDS.get(typed[-size:])
        if code:
            insees = communes_among(connection, [" ".join(typed[:-size])])
            return tuple(insee for insee in insees if insee.startswith(code))
    for at, word in enumerate(typed):
        others = typed[:at] + typed[at + 1 :]
        if others and len(word) == 5 and word.isdigit():
            coded = set(communes_among(connection, [word]))
            return tuple(insee for insee in communes_among(connection, [" ".join(others)]) if insee in coded)
    return ()


def _named_or_begun(connection: Connection, typed: str) -> Sequence[Any]:
    if len(typed) < SHORTEST_BEGINNING or typed in TOO_COMMON or typed.isdigit():
        return connection.execute(NAMED, {"keys": [typed]}).all()
    return connection.execute(NAMED_OR_BEGUN, {"key": typed, "end": typed + "~"}).all()


def _by_population(rows: Iterable[Any]) -> tuple[str, ...]:
    return tuple(row.insee for row in sorted(rows, key=lambda row: -row.population))


def _distinct(insees: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(insees))
