"""Data types of FHIR R4 as JSON-ready dicts, keys in the order of the specification, nothing empty; pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from app.domain.published import Coded, Kind, Meta
from app.integrations.ror_fhir import systems
from app.integrations.ror_fhir.versions import IDENTIFIER_SYSTEMS, IdentifierKind, RorFhirVersion

Element = dict[str, Any]
SHARED = 8_192
"""Codings are the same for many resources: made once, never changed by who receives them."""
TYPES = {
    Kind.ENTITY: "Organization",
    Kind.ESTABLISHMENT: "Organization",
    Kind.UNIT: "HealthcareService",
    Kind.PLACE: "Location",
    Kind.ROLE: "PractitionerRole",
    Kind.PERSON: "Practitioner",
}
FREE = Coded("1", "Accès libre")
COMMUNE_DIVISION = Coded("3", "Commune")
"""TRE_R201: the only division that a zone d'intervention may be made of (RG_EXP_009)."""
_FORBIDDEN = dict.fromkeys(code for code in range(32) if chr(code) not in "\t\n\r")


class NotPublished(ValueError):
    """The document was never published: nothing says since when."""


def filled(**elements: Any) -> Element:
    """What says something, in the order given. `False` and 0 say something."""
    return {name: value for name, value in elements.items() if value or value == 0}


def text(value: str | None) -> str | None:
    """A string of FHIR: no control character, never blank."""
    if not value:
        return None
    said = value if value.isprintable() else value.translate(_FORBIDDEN)
    return said.strip() or None


def instant(at: datetime) -> str:
    """UTC, to the second at least (RG_EXP_020), with what the clock had below it."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def day(on: date | None) -> str | None:
    return on.isoformat() if on else None


@lru_cache(maxsize=SHARED)
def coding(system: str, code: str, display: str | None = None) -> Element:
    said = text(display)
    return {"system": system, "code": code, "display": said} if said else {"system": system, "code": code}


@lru_cache(maxsize=SHARED)
def concept(system: str, code: str, display: str | None = None) -> Element:
    return {"coding": [coding(system, code, display)]}


def coded(system: str, value: Coded) -> Element:
    return concept(system, value.code, value.label)


def identifier(version: RorFhirVersion, kind: IdentifierKind, value: str, *, use: str | None = None) -> Element:
    known = version.identifier_types.get(kind)
    return filled(use=use, type=concept(*known) if known else None, system=IDENTIFIER_SYSTEMS[kind], value=value)


def extension(url: str, **value: Any) -> Element:
    """A simple one: `extension(systems.CREATED, valueDateTime=…)`."""
    return {"url": url, **value}


def extension_of(url: str, parts: Iterable[Element]) -> Element:
    """One made of others, in the order of the specification: what it extends with, then its address."""
    return {"extension": list(parts), "url": url}


def reference(kind: Kind, key: str) -> Element:
    """Relative to the base of the server: `Organization/840021281`."""
    return {"reference": f"{TYPES[kind]}/{key}"}


def meta(published: Meta | None, version: RorFhirVersion, profile: str, region_code: str) -> Element:
    """regionSource is the region that this portal speaks for."""
    dates, address = _dated(published), version.profile(profile)
    return filled(
        versionId=str(dates.version),
        lastUpdated=instant(dates.updated_at),
        profile=[address] if address else None,
        tag=[coding(systems.REGIONS, region_code)],
    )


def created(published: Meta | None) -> Element:
    return extension(systems.CREATED, valueDateTime=instant(_dated(published).created_at))


def _dated(published: Meta | None) -> Meta:
    if published is None:
        raise NotPublished("a document without meta is not published")
    return published
