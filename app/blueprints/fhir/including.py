"""`_include` and `_revinclude`: what comes along with a page, within bounds that the answer tells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from app.blueprints.fhir.writing import written
from app.domain.fhir_parameters import TYPE_OF, Include
from app.domain.fhir_search import Followed, Search
from app.domain.published import Kind
from app.queries.fhir_search import MOST_INCLUDED, read, referring

Resource = dict[str, Any]
Key = tuple[Kind, str]
MOST_ROUNDS = 4
"""As far as a chain of references can go: role, offre, establishment, legal entity."""
ELEMENTS = {
    "Organization:partof": "partOf",
    "HealthcareService:organization": "providedBy",
    "HealthcareService:location": "location",
    "Location:organization": "managingOrganization",
    "PractitionerRole:practitioner": "practitioner",
    "PractitionerRole:service": "healthcareService",
    "PractitionerRole:organization": "organization",
}
"""The element of the resource that each parameter reads."""


def brought(search: Search, matches: Sequence[Resource]) -> tuple[list[Resource], bool]:
    """What is included, each once; whether some of it was left out."""
    seen = {_name(one) for one in matches}
    found: list[Resource] = []
    around, cut = list(matches), False
    for step in range(MOST_ROUNDS):
        wanted: dict[Key, None] = {}
        for one in dict.fromkeys(search.followed):
            if step and not _again(search, one):
                continue
            keys, more = _followed(one, around)
            wanted |= dict.fromkeys(keys)
            cut = cut or more
        news = [key for key in wanted if _named(key) not in seen]
        room = MOST_INCLUDED - len(found)
        cut = cut or len(news) > room
        around = written(read(news[:room]))
        seen |= {_name(one) for one in around}
        found += around
        if not around:
            break
    return found, cut


def _again(search: Search, followed: Followed) -> bool:
    """`:iterate`; and what could never start from a match can only have been meant of what comes along."""
    start = followed.include.target if followed.reverse else followed.include.source
    return followed.again or start != search.resource


def _followed(followed: Followed, around: Iterable[Resource]) -> tuple[list[Key], bool]:
    include = followed.include
    if followed.reverse:
        ids = [one["id"] for one in around if one["resourceType"] == include.target]
        return referring(include, ids, room=MOST_INCLUDED)
    starts = [one for one in around if one["resourceType"] == include.source]
    return [key for one in starts for key in _references(one, include)], False


def _references(told: Resource, include: Include) -> list[Key]:
    held = told.get(ELEMENTS[str(include)]) or []
    each = held if isinstance(held, list) else [held]
    return [(_kind(include), one["reference"].rpartition("/")[2]) for one in each]


def _kind(include: Include) -> Kind:
    if include.parameter == "partof":
        return Kind.ENTITY
    return include.target.kinds[0]


def _named(key: Key) -> tuple[str, str]:
    kind, name = key
    return TYPE_OF[kind].value, name


def _name(told: Resource) -> tuple[str, str]:
    return told["resourceType"], told["id"]
