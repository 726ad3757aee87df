"""A FHIR search, from the parameters of a request to what is asked: what is unknown is refused or said; pure.

A comma is « or », a parameter that comes again is « and ». `Prefer: handling=strict` refuses what is not understood;
without it, it is left out of the `self` link, as R4 says. An unknown modifier is always refused.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from app.domain import fhir_values as values
from app.domain.fhir_parameters import INCLUDES, Include, Of, Parameter, ResourceType, parameters
from app.domain.fhir_values import BadSearch, Nomenclatures, Text, Value

DEFAULT_COUNT, MOST_COUNT = 200, 500
MOST_VALUES = 500
"""Of a search, all parameters together."""
TRUNCATED_AT = 10_000
"""Results of one search (DOMAIN.md §3.10): beyond, `$export`."""
CURSOR = "_cursor"
ELSEWHERE = frozenset({"_format", "_pretty"})
"""Read by whoever answers, not by the search."""


class Sort(StrEnum):
    ID = "_id"
    OLDEST = "_lastUpdated"
    NEWEST = "-_lastUpdated"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One parameter and its alternatives; none is left when all lead elsewhere, and then nothing matches."""

    parameter: Parameter
    values: tuple[Value, ...]
    modifier: str = ""
    chained: Criterion | None = None
    """What the resource that the reference leads to must satisfy."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins, how many results came before it, and how many there were when the search began."""

    position: tuple[str, ...]
    seen: int
    total: int | None


@dataclass(frozen=True, slots=True)
class Followed:
    """An `_include` or a `_revinclude`; `again`: from what was included too."""

    include: Include
    reverse: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    resource: ResourceType
    criteria: tuple[Criterion, ...] = ()
    followed: tuple[Followed, ...] = ()
    elements: frozenset[str] = frozenset()
    sort: Sort = Sort.ID
    count: int = DEFAULT_COUNT
    counts_only: bool = False
    wants_total: bool = True
    exact_total: bool = False
    """However many there are."""
    cursor: Cursor | None = None
    told: tuple[tuple[str, str], ...] = ()
    """The parameters understood: the `self` link."""
    ignored: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Reading:
    """What parsing needs to know of the house: its address, the names of the systems, whether to be strict."""

    base: str
    named: Nomenclatures
    strict: bool = False


Pairs = Sequence[tuple[str, str]]


def parse(resource: ResourceType, pairs: Pairs, reading: Reading) -> Search:
    """Raises BadSearch."""
    search = Search(resource)
    spread = [(name, value) for name, value in pairs if name not in ELSEWHERE and value != ""]
    if sum(len(values.alternatives(value)) for _name, value in spread) > MOST_VALUES:
        raise BadSearch(f"Une recherche compte au plus {MOST_VALUES} valeurs. Faites-en plusieurs.", code="too-costly")
    for name, value in spread:
        if "\0" in value or len(name) > values.LONGEST:
            raise BadSearch(f"« {name[:40]} » contient un caractère interdit.", name[:40])
        known = _control(search, name, value) or _criterion(search, name, value, reading)
        if known is None and reading.strict:
            raise BadSearch(f"Ce serveur ne sait pas chercher par « {name[:60]} ».", name[:60], "not-supported")
        search = known or replace(search, ignored=(*search.ignored, name))
        if known and name != CURSOR:
            search = replace(search, told=(*search.told, (name, value)))
    return search


def _criterion(search: Search, name: str, value: str, reading: Reading) -> Search | None:
    found = criterion(search.resource, name, value, reading)
    return replace(search, criteria=(*search.criteria, found)) if found else None


def criterion(resource: ResourceType, name: str, value: str, reading: Reading) -> Criterion | None:
    """None: an unknown parameter. Raises BadSearch on a bad value or modifier."""
    plain, _dot, rest = name.partition(".")
    plain, _colon, modifier = plain.partition(":")
    parameter = parameters(resource).get(plain)
    if parameter is None:
        return None
    if rest:
        return _chained(parameter, modifier, rest, value, reading)
    if modifier and modifier not in parameter.modifiers and modifier != parameter.target:
        raise BadSearch(f"« {plain} » n’admet pas le modificateur « {modifier[:40]} ».", name, "not-supported")
    read = [_value(parameter, text, reading) for text in values.alternatives(value)]
    return Criterion(parameter, tuple(one for one in read if one), "" if modifier == parameter.target else modifier)


def _chained(parameter: Parameter, modifier: str, rest: str, value: str, reading: Reading) -> Criterion | None:
    if parameter.target is None or "." in rest or modifier not in {"", parameter.target}:
        return None
    found = criterion(parameter.target, rest, value, reading)
    return Criterion(parameter, (), chained=found) if found else None


def _value(parameter: Parameter, text: str, reading: Reading) -> Value | None:
    if len(text) > values.LONGEST and parameter.of is not Of.REFERENCE:
        raise BadSearch(f"La valeur de « {parameter.name} » est trop longue.", parameter.name)
    if parameter.of is Of.DATE:
        return values.span(text, parameter.name)
    if parameter.target is not None:
        return values.reference(text, parameter.target, reading.base)
    if parameter.of is Of.STRING:
        return values.text_value(text)
    return _token(parameter, text, reading)


def _token(parameter: Parameter, text: str, reading: Reading) -> Value | None:
    found = values.token(text, parameter.systems, reading.named)
    if parameter.name == "active" and found and found.code not in {"true", "false"}:
        raise BadSearch("« active » attend true ou false.", parameter.name)
    return found


# ── what shapes the answer ──────────────────────────────────────────────────


def _control(search: Search, name: str, value: str) -> Search | None:
    """What a parameter says of the answer; None when it says nothing of it, or nothing that is understood."""
    if name.partition(":")[0] in {"_include", "_revinclude"}:
        return _follow(search, name, value)
    if name == "_count":
        return _counted(search, value)
    if name == "_summary":
        return {"count": replace(search, counts_only=True), "false": search}.get(value)
    if name == "_total":
        return _totals(search).get(value)
    if name == "_elements":
        names = frozenset(one.strip().removeprefix(f"{search.resource}.") for one in values.alternatives(value))
        return replace(search, elements=search.elements | names)
    if name == "_sort":
        return replace(search, sort=Sort(value)) if value in set(Sort) else None
    if name == CURSOR:
        return replace(search, cursor=cursor_from(value))
    return None


def _totals(search: Search) -> dict[str, Search]:
    exact = replace(search, exact_total=True)
    return {"none": replace(search, wants_total=False), "accurate": exact, "estimate": search}


def _counted(search: Search, value: str) -> Search:
    count = whole_number(value, "_count")
    return replace(search, counts_only=True) if count == 0 else replace(search, count=min(count, MOST_COUNT))


def whole_number(value: str, parameter: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise BadSearch(f"« {parameter} » attend un nombre entier, positif ou nul.", parameter)
    return int(value)


def _follow(search: Search, name: str, value: str) -> Search | None:
    """`_include=HealthcareService:organization`, with its target when it says it, `:iterate` (or `:recurse`)."""
    plain, _colon, modifier = name.partition(":")
    parts = value.split(":")
    include = INCLUDES.get(":".join(parts[:2]))
    if include is None or len(parts) > 3 or (len(parts) == 3 and parts[2] != include.target):
        return None
    if modifier not in {"", "iterate", "recurse"}:
        raise BadSearch(f"« {plain} » n’admet pas le modificateur « {modifier[:40]} ».", name[:60], "not-supported")
    followed = Followed(include, reverse=plain == "_revinclude", again=bool(modifier))
    return replace(search, followed=(*search.followed, followed))


# ── pages ───────────────────────────────────────────────────────────────────


def cursor_text(cursor: Cursor) -> str:
    """Opaque to clients; it holds nothing that they could not ask for."""
    told = json.dumps([list(cursor.position), cursor.seen, cursor.total], separators=(",", ":"))
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def cursor_from(text: str) -> Cursor:
    """Raises BadSearch."""
    try:
        position, seen, total = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not _are_words(position) or not _is_size(seen) or not (total is None or _is_size(total)):
            raise ValueError(text)
    except (ValueError, TypeError, binascii.Error):
        raise BadSearch("Ce lien de page n’est pas un lien de ce serveur. Recommencez la recherche.", CURSOR) from None
    return Cursor(tuple(position), seen, total)


def _are_words(position: object) -> bool:
    texts: Iterable[object] = position if isinstance(position, list) else [None]
    return all(isinstance(one, str) and len(one) <= 64 and one.isascii() and "\0" not in one for one in texts)


def _is_size(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 10**9


def is_sensible(text: Text) -> bool:
    """Something to look for is left of it."""
    return bool(text.value.strip())
