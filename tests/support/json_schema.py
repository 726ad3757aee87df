"""Checks a JSON value against a JSON Schema (2020-12), for the keywords that our schemas use; any other is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "null": (type(None),),
}
SAID = {"$schema", "$id", "$defs", "title", "description"}


def faults(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any] | None = None, at: str = "$") -> list[str]:
    """What is wrong, with its path; empty when all is well."""
    return list(_faults(value, schema, root or schema, at))


def _faults(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any], at: str) -> Iterator[str]:
    for keyword, told in schema.items():
        if keyword in SAID:
            continue
        yield from KEYWORDS[keyword](value, told, schema, root, at)


def _ref(value: Any, told: Any, _schema: Any, root: Any, at: str) -> Iterator[str]:
    yield from _faults(value, root["$defs"][told.removeprefix("#/$defs/")], root, at)


def _any_of(value: Any, told: Any, _schema: Any, root: Any, at: str) -> Iterator[str]:
    tried = [list(_faults(value, one, root, at)) for one in told]
    if all(tried):
        yield min(tried, key=len)[0]


def _type(value: Any, told: Any, _schema: Any, _root: Any, at: str) -> Iterator[str]:
    allowed = [kind for name in ([told] if isinstance(told, str) else told) for kind in TYPES[name]]
    if not isinstance(value, tuple(allowed)) or isinstance(value, bool):
        yield f"{at}: {value!r} is no {told}"


def _properties(value: Any, told: Any, _schema: Any, root: Any, at: str) -> Iterator[str]:
    for name, schema in told.items():
        if isinstance(value, dict) and name in value:
            yield from _faults(value[name], schema, root, f"{at}.{name}")


def _required(value: Any, told: Any, _schema: Any, _root: Any, at: str) -> Iterator[str]:
    yield from (f"{at}: {name} is missing" for name in told if isinstance(value, dict) and name not in value)


def _no_more(value: Any, told: Any, schema: Any, _root: Any, at: str) -> Iterator[str]:
    assert told is False
    if isinstance(value, dict):
        yield from (f"{at}: {name} is not described" for name in value.keys() - schema["properties"].keys())


def _items(value: Any, told: Any, _schema: Any, root: Any, at: str) -> Iterator[str]:
    for place, item in enumerate(value if isinstance(value, list) else ()):
        yield from _faults(item, told, root, f"{at}[{place}]")


def _enum(value: Any, told: Any, _schema: Any, _root: Any, at: str) -> Iterator[str]:
    if value not in told:
        yield f"{at}: {value!r} is none of {told}"


def _pattern(value: Any, told: Any, _schema: Any, _root: Any, at: str) -> Iterator[str]:
    if isinstance(value, str) and not re.search(told, value):
        yield f"{at}: {value!r} is not {told}"


def _minimum(value: Any, told: Any, _schema: Any, _root: Any, at: str) -> Iterator[str]:
    if isinstance(value, int | float) and value < told:
        yield f"{at}: {value} is under {told}"


def _maximum(value: Any, told: Any, _schema: Any, _root: Any, at: str) -> Iterator[str]:
    if isinstance(value, int | float) and value > told:
        yield f"{at}: {value} is over {told}"


def _format(value: Any, told: Any, _schema: Any, _root: Any, at: str) -> Iterator[str]:
    if not isinstance(value, str):
        return
    try:
        FORMATS[told](value)
    except ValueError:
        yield f"{at}: {value!r} is no {told}"


def _uri(value: str) -> None:
    if not urlsplit(value).scheme:
        raise ValueError(value)


FORMATS = {"date": date.fromisoformat, "date-time": datetime.fromisoformat, "uri": _uri}
KEYWORDS = {
    "$ref": _ref,
    "anyOf": _any_of,
    "type": _type,
    "properties": _properties,
    "required": _required,
    "additionalProperties": _no_more,
    "items": _items,
    "enum": _enum,
    "pattern": _pattern,
    "minimum": _minimum,
    "maximum": _maximum,
    "format": _format,
}
