"""Documents of what is published (domain/published) as FHIR R4 resources of the ANS ROR guide: plain dicts; pure.

`resource(document, "0.6", "93", today=…)`. Keys are in the order of the specification: the same document gives the same
bytes. What the two generations write differently is in `versions`, addresses in `systems`; docs/fhir.md shows each.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from app.domain.published import (
    Document,
    Kind,
    Meta,
    PublishedEntity,
    PublishedEstablishment,
    PublishedPerson,
    PublishedPlace,
    PublishedRole,
    PublishedUnit,
)
from app.integrations.ror_fhir import offers, professionals, structures, systems
from app.integrations.ror_fhir.elements import TYPES, NotPublished, instant, reference
from app.integrations.ror_fhir.versions import NEXT, PUBLISHED, VERSIONS, RorFhirVersion

__all__ = [
    "NEXT",
    "PUBLISHED",
    "TYPES",
    "VERSIONS",
    "NotPublished",
    "Resource",
    "RorFhirVersion",
    "etag",
    "instant",
    "kind_of",
    "reference",
    "resource",
    "resource_type",
    "systems",
    "tombstone",
]

Resource = dict[str, Any]


def resource(document: Document, generation: str, region_code: str, *, today: date) -> Resource:
    """JSON-ready. `today`: hours whose period ended before are not transmitted (RG_EXP_018).

    Raises NotPublished for a document without `meta`: both its dates are mandatory (RG_EXP_002).
    """
    version = VERSIONS[generation]
    match document:
        case PublishedEntity():
            return structures.entity(document, version, region_code)
        case PublishedEstablishment():
            return structures.establishment(document, version, region_code)
        case PublishedUnit():
            return offers.unit(document, version, region_code, today)
        case PublishedPlace():
            return offers.place(document, version, region_code)
        case PublishedRole():
            return professionals.role(document, version, region_code)
        case PublishedPerson():
            return professionals.person(document, version, region_code)


def kind_of(document: Document) -> Kind:
    return KINDS[type(document)]


def resource_type(document: Document) -> str:
    """`Organization`, `HealthcareService`… `TYPES` says the same of a kind."""
    return TYPES[kind_of(document)]


def etag(meta: Meta) -> str:
    """Weak: a version of the document, whatever the bytes that carry it."""
    return f'W/"{meta.version}"'


def tombstone(kind: Kind, key: str, meta: Meta) -> Resource:
    """Entry of a history for what is not served any more, since `meta.updated_at`. The caller adds fullUrl."""
    return {
        "request": {"method": "DELETE", "url": f"{TYPES[kind]}/{key}"},
        "response": {"status": "204", "etag": etag(meta), "lastModified": instant(meta.updated_at)},
    }


KINDS: dict[type[Any], Kind] = {
    PublishedEntity: Kind.ENTITY,
    PublishedEstablishment: Kind.ESTABLISHMENT,
    PublishedUnit: Kind.UNIT,
    PublishedPlace: Kind.PLACE,
    PublishedRole: Kind.ROLE,
    PublishedPerson: Kind.PERSON,
}
