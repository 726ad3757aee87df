"""Values of FHIR search parameters, read as R4 says: tokens, dates with their prefix, texts, references; pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from app.domain.fhir_parameters import ResourceType

LONGEST = 200
RESOURCE_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}", re.ASCII)
_DATE = re.compile(
    r"(?P<year>\d{4})(-(?P<month>\d\d)(-(?P<day>\d\d)"
    r"(T(?P<hour>\d\d):(?P<minute>\d\d)(:(?P<second>\d\d)(\.(?P<fraction>\d{1,9}))?)?"
    r"(?P<zone>Z|[+\- ]\d\d:\d\d)?)?)?)?",
    re.ASCII,
)
_BETWEEN = re.compile(r"(?<!\\),")
_ESCAPED = re.compile(r"\\([,|$\\])")
_PIPE = re.compile(r"(?<!\\)\|")


class BadSearch(ValueError):
    """A search that cannot be answered: a French sentence, the parameter, the code of the issue."""

    def __init__(self, message: str, parameter: str = "", code: str = "invalid") -> None:
        super().__init__(message)
        self.parameter, self.code = parameter, code


class Prefix(StrEnum):
    EQUAL, NOT_EQUAL = "eq", "ne"
    GREATER, GREATER_OR_EQUAL, LESS, LESS_OR_EQUAL = "gt", "ge", "lt", "le"
    AFTER, BEFORE = "sa", "eb"


@dataclass(frozen=True, slots=True)
class Token:
    """`system`: the nomenclature named, None when none is; a token of a foreign system is nothing here."""

    system: str | None
    code: str | None


@dataclass(frozen=True, slots=True)
class Span:
    """What a date covers: `2026-11` is from its first instant to the one after its last."""

    prefix: Prefix
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Text:
    value: str


@dataclass(frozen=True, slots=True)
class Reference:
    id: str


Value = Token | Span | Text | Reference
Nomenclatures = Callable[[str], str | None]
"""System of a coding or of an identifier (none: "") → the name it has in the house; None when it is not one of ours."""


def alternatives(text: str) -> list[str]:
    """Cut at the commas that are not escaped; those that are empty say nothing."""
    return [part for part in _BETWEEN.split(text) if part]


def token(text: str, systems: tuple[str, ...], named: Nomenclatures) -> Token | None:
    """None when the system named is not one of the parameter's: nothing has it."""
    parts = [_plain(part) for part in _PIPE.split(text, maxsplit=1)]
    if len(parts) == 1:
        return Token(None, parts[0])
    system = named(parts[0])
    return Token(system, parts[1] or None) if system in systems else None


def text_value(text: str) -> Text:
    return Text(_plain(text))


def reference(text: str, target: ResourceType, base: str) -> Reference | None:
    """`12`, `HealthcareService/12` or its whole address here. None: it leads elsewhere."""
    if "://" in text:
        if not text.startswith(f"{base}/"):
            return None
        text = text.removeprefix(f"{base}/")
    kind, slash, key = text.rpartition("/")
    if slash and kind != target:
        return None
    return Reference(key) if RESOURCE_ID.fullmatch(key) else None


def span(text: str, parameter: str) -> Span:
    prefix = Prefix.EQUAL
    if text[:2] in set(Prefix):
        prefix, text = Prefix(text[:2]), text[2:]
    start, end = covered(text, parameter)
    return Span(prefix, start, end)


def instant(text: str, parameter: str) -> datetime:
    """A moment, as `_since` asks for; a date is its first instant."""
    return covered(text, parameter)[0]


def covered(text: str, parameter: str) -> tuple[datetime, datetime]:
    """Raises BadSearch. The `+` of a zone that reached us as a space is read as it was meant."""
    found = _DATE.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        start = datetime.fromisoformat(_whole(found))
        return start.astimezone(UTC), _next(start, found).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadSearch(
            f"« {parameter} » attend une date comme 2026-11-26 ou 2026-11-26T10:00:00Z.", parameter
        ) from None


def _whole(found: re.Match[str]) -> str:
    part = {name: value or "" for name, value in found.groupdict().items()}
    day = f"{part['year']}-{part['month'] or '01'}-{part['day'] or '01'}"
    second = part["second"] or "00"
    time = f"{part['hour'] or '00'}:{part['minute'] or '00'}:{second}.{part['fraction'][:6].ljust(6, '0')}"
    return f"{day}T{time}{part['zone'].replace(' ', '+').replace('Z', '') or '+00:00'}"


def _next(start: datetime, found: re.Match[str]) -> datetime:
    """The instant after the last one that a date of this precision covers."""
    if fraction := found["fraction"]:
        return start + timedelta(microseconds=10 ** max(0, 6 - len(fraction)))
    steps = (("second", timedelta(seconds=1)), ("minute", timedelta(minutes=1)), ("day", timedelta(days=1)))
    for name, step in steps:
        if found[name]:
            return start + step
    if found["month"]:
        return (start + timedelta(days=31)).replace(day=1)
    return start.replace(year=start.year + 1)


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)
