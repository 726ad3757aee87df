"""Communes named in a list by a person: names, post codes or INSEE codes, each line settled, to choose or unknown.

A name may be the commune's own, a former one or an arrondissement, alone or with its département or a code
(`Mirabeau (84)`, `84120 Mirabeau`): the names are those of the search (app/search/index.py).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa

from app import db
from app.domain.commune_lists import CODE, cut
from app.models import Commune, CommunePostcode
from app.search.normalise import normalise, words
from app.search.places import DEPARTEMENT_WORDS
from app.search.tables import place

LONGEST_LINE = 80
MOST_LINES = 1_000
MOST_CHOICES = 40
_CODE = re.compile(CODE, re.ASCII)


@dataclass(frozen=True, slots=True)
class NamedPlace:
    insee: str
    name: str
    departement: str
    region: str
    parent_insee: str | None
    postcodes: tuple[str, ...]

    @property
    def label(self) -> str:
        """« Mirabeau (84120) »; several post codes say nothing, the INSEE code does."""
        return f"{self.name} ({self.postcodes[0] if len(self.postcodes) == 1 else self.insee})"


@dataclass(frozen=True, slots=True)
class TypedLine:
    """`places`: none when nothing is so named, one when it is settled, several to choose from."""

    text: str
    places: tuple[NamedPlace, ...]

    def chosen(self, ticked: Collection[str]) -> list[str]:
        """INSEE codes meant: the only one, or those ticked among several."""
        codes = [one.insee for one in self.places]
        return codes if len(codes) == 1 else [code for code in codes if code in ticked]

    def likely(self, one: NamedPlace) -> bool:
        """A post code alone means the communes that have it, more than the one whose INSEE code it is."""
        return self.text in one.postcodes


class _Reading(NamedTuple):
    """A way to understand a line: what is named (`key`), narrowed by a `code` or a `departement`."""

    key: str
    full: str
    code: str | None = None
    departement: str | None = None


def read_communes(text: str, region: str) -> list[TypedLine]:
    """Each different line of the text, in order, in three statements. `region` settles a name it shares with others."""
    typed = cut(text)[:MOST_LINES]
    readings = {line: list(_readings(line)) for line in typed}
    named = _named(reading for each in readings.values() for reading in each)
    codes = {insee for found in named.values() for insees in found.values() for insee in insees}
    places = _places(codes | _codes(readings))
    return [_line(text, readings[text], named, places, region) for text in typed]


def places_named(codes: Iterable[str]) -> list[NamedPlace]:
    """These communes, by name."""
    return sorted(_places(set(codes)).values(), key=lambda one: (normalise(one.name), one.insee))


def as_typed(codes: Iterable[str]) -> str:
    """Lines that mean exactly these communes."""
    return "\n".join(f"{one.name} ({one.insee})" for one in places_named(codes))


# ── understanding a line ────────────────────────────────────────────────────


def _readings(line: str) -> Iterator[_Reading]:
    """The plainest first; a line too long names nothing."""
    if len(line) > LONGEST_LINE:
        return
    code = _CODE.search(line)
    rest = _CODE.sub(" ", line, count=1) if code else line
    full, key = normalise(rest), " ".join(words(rest))
    if code:
        yield _Reading(key, full, code=code[0].upper())
        return
    if not key:
        return
    yield _Reading(key, full)
    tokens = full.split()
    for size in range(1, min(4, len(tokens) - 1) + 1):
        departement = DEPARTEMENT_WORDS.get(words(" ".join(tokens[-size:])))
        if departement:
            shorter = " ".join(tokens[:-size])
            yield _Reading(" ".join(words(shorter)), shorter, departement=departement)


def _line(
    text: str,
    readings: list[_Reading],
    named: Mapping[str, Mapping[str, set[str]]],
    places: Mapping[str, NamedPlace],
    region: str,
) -> TypedLine:
    for reading in readings:
        found = _meant(reading, named, places)
        if found:
            nearest = [one for one in found if one.region == region] or found
            return TypedLine(text, tuple(nearest[:MOST_CHOICES]))
    return TypedLine(text, ())


def _meant(
    reading: _Reading, named: Mapping[str, Mapping[str, set[str]]], places: Mapping[str, NamedPlace]
) -> list[NamedPlace]:
    """Communes of that reading: those whose own name is exactly so, else those so spelled, else all."""
    spelled = named.get(reading.key or (reading.code or ""), {})
    codes = {insee for insees in spelled.values() for insee in insees}
    if not reading.key:
        return _without_cities(places[insee] for insee in codes | {reading.code or ""} if insee in places)
    found = [one for one in (places[insee] for insee in codes if insee in places) if _fits(one, reading)]
    exact = [one for one in found if one.insee in spelled.get(reading.full, ())] or found
    own = [one for one in exact if normalise(one.name) == reading.full]
    return _sorted(own) if own else _without_cities(exact)


def _without_cities(found: Iterable[NamedPlace]) -> list[NamedPlace]:
    """An arrondissement is meant rather than the city it belongs to."""
    kept = list(found)
    cities = {one.parent_insee for one in kept}
    return _sorted(one for one in kept if one.insee not in cities)


def _fits(one: NamedPlace, reading: _Reading) -> bool:
    if reading.code is not None:
        return reading.code == one.insee or reading.code in one.postcodes
    return reading.departement in (None, one.departement)


def _sorted(found: Iterable[NamedPlace]) -> list[NamedPlace]:
    return sorted(found, key=lambda one: (one.departement, normalise(one.name), one.insee))


# ── reading the tables ──────────────────────────────────────────────────────


def _codes(readings: Mapping[str, list[_Reading]]) -> set[str]:
    return {reading.code for each in readings.values() for reading in each if reading.code}


def _named(readings: Iterable[_Reading]) -> dict[str, dict[str, set[str]]]:
    """key → full spelling → INSEE codes."""
    keys = {reading.key or (reading.code or "") for reading in readings}
    rows = db.session().execute(sa.select(place.c.key, place.c.full, place.c.insee).where(place.c.key.in_(keys)))
    found: dict[str, dict[str, set[str]]] = {}
    for key, full, insee in rows if keys else ():
        found.setdefault(key, {}).setdefault(full, set()).add(insee)
    return found


def _places(codes: set[str]) -> dict[str, NamedPlace]:
    if not codes:
        return {}
    session = db.session()
    rows = session.execute(
        sa.select(CommunePostcode.insee, CommunePostcode.postcode)
        .where(CommunePostcode.insee.in_(codes))
        .order_by(CommunePostcode.postcode)
    )
    postcodes: dict[str, list[str]] = {}
    for insee, postcode in rows:
        postcodes.setdefault(insee, []).append(postcode)
    return {
        one.insee: NamedPlace(
            one.insee, one.name, one.departement, one.region, one.parent_insee, tuple(postcodes.get(one.insee, ()))
        )
        for one in session.scalars(sa.select(Commune).where(Commune.insee.in_(codes), Commune.ceased_at.is_(None)))
    }
