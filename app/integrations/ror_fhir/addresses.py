"""Postal addresses: each line, and its parts as ISO 21090 extensions of that line (DOMAIN.md §3.6); pure."""

from __future__ import annotations

import re

from app.domain.published import Address, Point
from app.integrations.ror_fhir import systems
from app.integrations.ror_fhir.elements import Element, coding, extension, extension_of, filled, text

STREET_TYPES = frozenset(
    {"allée", "allee", "avenue", "boulevard", "chemin", "cours", "esplanade", "impasse", "montée", "montee", "passage"}
    | {"place", "promenade", "quai", "résidence", "residence", "route", "rue", "ruelle", "square", "traverse", "voie"}
    | {"all", "av", "bd", "che", "crs", "imp", "lot", "pas", "pl", "prom", "qua", "r", "res", "rpt", "rte", "sen", "sq"}
)
"""Words that open the name of a street. JDV_J219 holds more: what is not here stays in the name of the street."""
_NUMBERED = re.compile(
    r"(?P<number>[0-9]{1,4})(?:\s?(?P<suffix>bis|ter|quater|[A-H]))?,?\s+(?P<rest>\S.*)", re.IGNORECASE | re.DOTALL
)
_POST_BOX = re.compile(r"(?:BP|CS|TSA)\s*[0-9]", re.IGNORECASE)


def address(place: Address, point: Point | None = None) -> Element | None:
    """None when nothing is known of it. `point` only where the resource has no place of its own for it."""
    lines = [line for line in (text(place.extra), text(place.street)) if line]
    parts = [line_parts(line, street=line == text(place.street)) for line in lines]
    found = filled(
        extension=_extensions(place, point),
        line=lines,
        _line=parts,
        city=text(place.city) or text(place.commune),
        postalCode=text(place.postcode),
    )
    return found or None


def line_parts(line: str, *, street: bool) -> Element:
    """What a line is made of; nothing of it is lost."""
    if _POST_BOX.match(line):
        named = {"postBox": line}
    elif street:
        named = _street_parts(line)
    else:
        named = {"additionalLocator": line}
    return {"extension": [extension(systems.address_part(name), valueString=value) for name, value in named.items()]}


def _street_parts(line: str) -> dict[str, str]:
    found = _NUMBERED.fullmatch(line)
    named = {"houseNumber": found["number"]} if found else {}
    if found and found["suffix"]:
        named["buildingNumberSuffix"] = found["suffix"]
    first, _, rest = (found["rest"] if found else line).partition(" ")
    if first.rstrip(".").lower() in STREET_TYPES and rest.strip():
        return {**named, "streetNameType": first, "streetNameBase": rest.strip()}
    return {**named, "streetNameBase": found["rest"] if found else line}


def _extensions(place: Address, point: Point | None) -> list[Element]:
    found = []
    if place.insee:
        found.append(extension(systems.INSEE, valueCoding=coding(systems.COMMUNES, place.insee, place.commune)))
    if point:
        axes = (("latitude", point.latitude), ("longitude", point.longitude))
        found.append(extension_of(systems.GEOLOCATION, [extension(axis, valueDecimal=value) for axis, value in axes]))
    return found
