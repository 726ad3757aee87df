"""Which communes a text names, and which CPTS and units have them in their zone (B-05).

A name may be the commune's own, a former one, a post code, an arrondissement (`marseille 14`), or the city that an
arrondissement belongs to: `index.py` writes one row for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, String, bindparam, cast, select, union_all

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

NAMED = select(place.c.full, place.c.insee, place.c.population).where(place.c.key == bindparam("key"))
NAMED_AMONG = select(place.c.full, place.c.insee, place.c.population).where(
    place.c.key.in_(bindparam("keys", expanding=True))
)
_ZONE = select(document.c.rid, document.c.name_key, document.c.name_words)
_CPTS_HOLDING = (
    _ZONE.join(Unit, Unit.establishment_finess == document.c.ref)
    .join(UnitCommune, UnitCommune.unit_id == Unit.id)
    .where(document.c.kind == 0, document.c.rid < SPAN, Unit.closed_on.is_(None), Unit.sensitive.is_(False))
)
_UNIT_HOLDING = _ZONE.join(Unit, cast(Unit.id, String) == document.c.ref).join(
    UnitCommune, UnitCommune.unit_id == Unit.id
)
_UNIT_HOLDING = _UNIT_HOLDING.where(document.c.kind == 1)
HOLDING = union_all(
    *(
        statement.add_columns(UnitCommune.insee).where(UnitCommune.insee.in_(bindparam("insees", expanding=True)))
        for statement in (_CPTS_HOLDING, _UNIT_HOLDING)
    )
)
BEGINNING = (
    _CPTS_HOLDING.add_columns(place.c.full)
    .join(place, place.c.insee == UnitCommune.insee)
    .where(place.c.key > bindparam("key"), place.c.key < bindparam("end"))
    .order_by(place.c.population.desc(), document.c.rid)
    .limit(MOST_BEGINNINGS)
)


@dataclass(frozen=True)
class Places:
    """Communes named by the text, and the documents whose zone holds them."""

    insees: tuple[str, ...] = ()
    named: Mapping[int, Candidate] = field(default_factory=dict)
    """Zone holds a commune that is named in full, nearest reading first."""
    begun: Mapping[int, Candidate] = field(default_factory=dict)
    """Zone holds a commune whose name begins with the text."""

    @property
    def candidates(self) -> dict[int, Candidate]:
        return {**self.named, **self.begun}


def find_places(connection: Connection, question: Question) -> Places:
    typed = question.place_words
    if not typed or question.identifier:
        return Places()
    insees = _named(connection, typed, question.full) or _qualified(connection, typed)
    named = holding(connection, insees)
    begun = list(_begun(connection, " ".join(typed)))
    if _has_article(question.full):  # "la seyne" is La Seyne-sur-Mer before it is Seyne
        nearest = {found.rid: found for found, full in begun if full.startswith(question.full + " ")}
        named = {**nearest, **named}
    return Places(insees, named, {found.rid: found for found, _full in begun if found.rid not in named})


def holding(connection: Connection, insees: Iterable[str]) -> dict[int, Candidate]:
    """Documents whose zone holds one of these communes, in the order of the communes."""
    order = {insee: at for at, insee in enumerate(insees)}
    if not order:
        return {}
    rows = connection.execute(HOLDING, {"insees": list(order)}).all()
    rows = sorted(rows, key=lambda row: (order[row.insee], row.rid))
    return {row.rid: Candidate(row.rid, row.name_key, row.name_words) for row in rows}


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
            return Places(insees, holding(connection, insees))
    insees = tuple(sorted(coded))
    return Places(insees, holding(connection, insees))


def communes_among(connection: Connection, keys: Iterable[str]) -> tuple[str, ...]:
    """Communes that bear one of these (corrected) names."""
    rows = connection.execute(NAMED_AMONG, {"keys": list(keys)}).all()
    return _most_populated_first(rows)


def _named(connection: Connection, typed: tuple[str, ...], full: str) -> tuple[str, ...]:
    """Communes of exactly this name; those that share the typed article first, else all of them."""
    rows = connection.execute(NAMED, {"key": " ".join(typed)}).all()
    same = [row for row in rows if row.full == full]
    others = [row for row in rows if row.full != full]
    return _most_populated_first(same) + _most_populated_first(others)


def _qualified(connection: Connection, typed: tuple[str, ...]) -> tuple[str, ...]:
    """`mirabeau 84`, `mirabeau vaucluse`, `84240 mirabeau`: a name told apart by its département or post code."""
    for size in range(1, min(4, len(typed) - 1) + 1):
        code = DEPARTEMENT_WORDS.get(typed[-size:])
        if code:
            insees = _named(connection, typed[:-size], " ".join(typed[:-size]))
            return tuple(insee for insee in insees if insee.startswith(code))
    for at, word in enumerate(typed):
        others = typed[:at] + typed[at + 1 :]
        if others and len(word) == 5 and word.isdigit():
            coded = set(_named(connection, (word,), word))
            return tuple(insee for insee in _named(connection, others, " ".join(others)) if insee in coded)
    return ()


def _begun(connection: Connection, typed: str) -> Iterable[tuple[Candidate, str]]:
    if len(typed) < SHORTEST_BEGINNING or typed in TOO_COMMON or typed.isdigit():
        return
    for row in connection.execute(BEGINNING, {"key": typed, "end": typed + "~"}):
        yield Candidate(row.rid, row.name_key, row.name_words), row.full


def _has_article(full: str) -> bool:
    return full.split(" ", 1)[0] in ARTICLES


def _most_populated_first(rows: Iterable[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.insee for row in sorted(rows, key=lambda row: -row.population)))
