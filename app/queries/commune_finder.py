"""Which communes somebody means: by name, INSEE or post code, at the end of an address, half typed or misspelt (B-05).

No address is looked up anywhere: of an address, the post code and the commune are read, and it is said so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app import db
from app.queries.commune_choices import communes_like
from app.queries.typed_communes import NamedPlace, places_named, read_communes
from app.search.communes import spelt_like
from app.search.places import STREET_WORDS, find_in_address
from app.search.question import Question, understand
from app.search.reading import close_spellings, places_spelt_like

LONGEST = 200
MOST = 40
TAIL = 4
"""Words that the name of a commune may have at the end of an address."""
_AFTER = re.compile(r"[\s,]+(?:cedex(?:\s+[0-9]{1,2})?|france)\s*$", re.IGNORECASE)
_APART = re.compile(r"[,;|]+|\s+[-–—/]\s+")


class How(StrEnum):
    """What led to the communes."""

    NAMED = "named"
    ADDRESS = "address"
    BEGUN = "begun"
    CLOSE = "close"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Meant:
    how: How = How.NOTHING
    places: tuple[NamedPlace, ...] = ()

    @property
    def only(self) -> NamedPlace | None:
        return self.places[0] if len(self.places) == 1 else None


def meant_by(text: str, region: str) -> Meant:
    """The surest reading of the text; `region` settles a name that it shares with others."""
    told = tidy(text)
    question = understand(told)
    if not question.place_words:
        return Meant()
    return (
        _named(told, region)
        or _in_address(question, region)
        or _meant(How.BEGUN, communes_like(told, region))
        or _close(question, region)
        or Meant()
    )


def tidy(text: str) -> str:
    """One line, without « Cedex » nor « France » at its end."""
    return _AFTER.sub("", _AFTER.sub("", " ".join(text[:LONGEST].split())))


def _named(told: str, region: str) -> Meant | None:
    lines = read_communes(_APART.sub(" ", told), region)
    return _meant(How.NAMED, lines[0].places) if len(lines) == 1 else None


def _in_address(question: Question, region: str) -> Meant | None:
    found = find_in_address(db.reader(), question)
    return _meant(How.ADDRESS, _nearest(found.insees, region))


def _close(question: Question, region: str) -> Meant | None:
    """The whole text misspelt, else the end of an address; then words that the search would correct."""
    connection, words = db.session().connection(), question.place_words
    longest = TAIL if STREET_WORDS.intersection(words) else 0
    for size in (len(words), *range(min(longest, len(words) - 1), 0, -1)):
        found = _nearest(spelt_like(connection, " ".join(words[-size:])), region)
        if found:
            return _meant(How.CLOSE, found)
    corrected = places_spelt_like(db.reader(), close_spellings(db.reader(), question))
    return _meant(How.CLOSE, _nearest(corrected.insees, region))


def _nearest(codes: Iterable[str], region: str) -> list[NamedPlace]:
    """Those of the region when there are some; an arrondissement is meant with its city when both are named."""
    found = places_named(codes)
    kept = [one for one in found if one.region == region] or found
    named = {one.insee for one in kept}
    return [one for one in kept if one.parent_insee not in named]


def _meant(how: How, places: Iterable[NamedPlace]) -> Meant | None:
    found = tuple(places)[:MOST]
    return Meant(how, found) if found else None
