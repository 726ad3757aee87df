"""HealthcareService, the offre opérationnelle (DOMAIN.md §3.4), and Location, where it is done (§3.5); pure."""

from __future__ import annotations

from datetime import date

from app.domain.published import Coded, Kind, PublishedPlace, PublishedUnit
from app.integrations.ror_fhir import systems
from app.integrations.ror_fhir.addresses import address
from app.integrations.ror_fhir.contacts import unit_contact
from app.integrations.ror_fhir.elements import (
    COMMUNE_DIVISION,
    Element,
    coded,
    concept,
    created,
    extension,
    extension_of,
    filled,
    meta,
    reference,
    text,
)
from app.integrations.ror_fhir.hours import available_time, is_past
from app.integrations.ror_fhir.versions import RorFhirVersion

UNIT_IDENTIFIER = Coded("35", "Identifiant fonctionnel de l'offre connu par l'instance ROR")
"""TRE_R355."""
PLACE_IDENTIFIER = "25"
"""TRE_R354: idLocation."""


def unit(document: PublishedUnit, version: RorFhirVersion, region_code: str, today: date) -> Element:
    return filled(
        resourceType="HealthcareService",
        id=document.key,
        meta=meta(document.meta, version, "ror-healthcareservice", region_code),
        extension=_unit_extensions(document, version),
        identifier=[_unit_identifier(document.id, region_code)],
        active=True,
        providedBy=reference(Kind.ESTABLISHMENT, document.establishment_finess),
        category=[coded(systems.UNIT_TYPES, document.type)],
        type=[coded(systems.ACTIVITY_FIELDS, document.activity_field)],
        specialty=[coded(systems.ACTIVITIES, activity) for activity in document.activities],
        location=[reference(Kind.PLACE, document.place_key)] if document.place_key else None,
        name=text(document.name),
        comment=text(document.admission_conditions),
        extraDetails=text(document.reception_conditions),
        characteristic=[coded(systems.CARE_MODES, document.care_mode)],
        availableTime=[available_time(line) for line in document.hours if not is_past(line, today)],
        availabilityExceptions=text(document.opening_hours),
    )


def unit_identifier(unit_id: int, region_code: str) -> str:
    """identifiantOffre: never changes, whatever establishment the unit goes under (RG_EXP_042)."""
    return f"{region_code}/{unit_id}"


def place(document: PublishedPlace, version: RorFhirVersion, region_code: str) -> Element:
    where = document.address
    commune = concept(systems.COMMUNES, where.insee or "", where.commune)
    point = document.point
    return filled(
        resourceType="Location",
        id=document.key,
        meta=meta(document.meta, version, "ror-location", region_code),
        extension=[extension(systems.COMMUNE, valueCodeableConcept=commune), created(document.meta)],
        identifier=[{"type": concept(systems.RESOURCE_IDENTIFIERS, PLACE_IDENTIFIER), "value": document.key}],
        status="active",
        name=text(document.name),
        mode="instance",
        address=address(where),
        position={"longitude": point.longitude, "latitude": point.latitude} if point else None,
        managingOrganization=reference(Kind.ESTABLISHMENT, document.establishment_finess),
    )


def _unit_extensions(document: PublishedUnit, version: RorFhirVersion) -> list[Element]:
    """The three that are mandatory, then contacts, then one territorial division a commune, never a list of them."""
    return [
        created(document.meta),
        extension(systems.SENSITIVE, valueBoolean=False),
        extension_of(systems.PATIENTS, [extension("ageRange", valueRange=_ages(document, version))]),
        *(unit_contact(contact) for contact in document.contacts),
        *(_division(commune) for commune in document.zone),
    ]


def _ages(document: PublishedUnit, version: RorFhirVersion) -> Element:
    """RG_EXP_048: a, mo, wk or d."""
    return {
        "low": {"value": document.min_age, "system": version.age_units, "code": document.min_age_unit},
        "high": {"value": document.max_age, "system": version.age_units, "code": document.max_age_unit},
    }


def _division(commune: Coded) -> Element:
    """RG_EXP_009."""
    return extension_of(
        systems.DIVISION,
        [
            extension("typeTerritorialDivision", valueCodeableConcept=coded(systems.DIVISIONS, COMMUNE_DIVISION)),
            extension("codeTerritorialDivision", valueCodeableConcept=coded(systems.COMMUNES, commune)),
        ],
    )


def _unit_identifier(unit_id: int, region_code: str) -> Element:
    return filled(
        type=coded(systems.UNIT_IDENTIFIERS, UNIT_IDENTIFIER),
        system=systems.UNIT_SYSTEM,
        value=unit_identifier(unit_id, region_code),
    )
