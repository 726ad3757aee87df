"""What a resource holds at a path, as the profiles of the ROR guide name it: enough of FHIRPath for their tables.

`type[TRE_R66]` keeps the concepts that have a coding of that table, `extension[ror-meta-creation-date]` those whose
address ends so, `identifier[https://sirene.fr]` those of that system, `contact[06]` the contacts of that nature.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def at(resource: Any, path: str) -> list[Any]:
    found = [resource]
    for name, key in _steps(path):
        found = [item for parent in found for item in _items(parent.get(name)) if key is None or _kept(name, item, key)]
    return found


def every(element: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each object in it with the name it has there, itself first."""
    yield from _every("", element)


def _every(name: str, element: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(element, list):
        for item in element:
            yield from _every(name, item)
    if isinstance(element, dict):
        yield name, element
        for key, value in element.items():
            yield from _every(key, value)


def _steps(path: str) -> Iterator[tuple[str, str | None]]:
    """`type[TRE_R66].coding.code`; a key may hold dots."""
    rest = path
    while rest:
        name = rest[: next((place for place, sign in enumerate(rest) if sign in ".["), len(rest))]
        rest = rest[len(name) :]
        key = None
        if rest.startswith("["):
            key, rest = rest[1 : rest.index("]")], rest[rest.index("]") + 1 :]
        yield name, key
        rest = rest.removeprefix(".")


def _items(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _kept(name: str, item: dict[str, Any], key: str) -> bool:
    if name == "extension":
        return item["url"] == key or item["url"].endswith(f"/{key}")
    if name in {"identifier", "tag"}:
        return item.get("system") == key or key in item.get("system", "")
    if name == "contact":
        return key in [coding["code"] for coding in item.get("purpose", {}).get("coding", ())]
    return any(key in coding["system"] for coding in item.get("coding", ()))
