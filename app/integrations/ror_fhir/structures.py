"""Organization: entités juridiques and entités géographiques (DOMAIN.md §3.3); pure."""

from __future__ import annotations

from typing import Any

from app.domain.identifiers import Finess
from app.domain.published import Kind, PublishedEntity, PublishedEstablishment
from app.integrations.ror_fhir import systems
from app.integrations.ror_fhir.addresses import address
from app.integrations.ror_fhir.contacts import coordinates, organization_contact
from app.integrations.ror_fhir.elements import (
    Element,
    concept,
    created,
    day,
    extension,
    filled,
    identifier,
    meta,
    reference,
    text,
)
from app.integrations.ror_fhir.versions import IdentifierKind, RorFhirVersion

PROFILE = "ror-organization"


def entity(document: PublishedEntity, version: RorFhirVersion, region_code: str) -> Element:
    told = [created(document.meta)]
    if document.created_on:
        told.append(extension(systems.ENTITY_CREATED, valueDate=day(document.created_on)))
    status = document.legal_status_code
    return filled(
        resourceType="Organization",
        id=document.key,
        meta=meta(document.meta, version, PROFILE, region_code),
        extension=told,
        identifier=_identifiers(version, document.finess, IdentifierKind.FINESS_ENTITY, siren=document.siren),
        active=True,
        type=[concept(systems.LEGAL_STATUSES, status, document.legal_status_label)] if status else None,
        name=text(document.name),
        _name=_long_name(document.name, document.long_name),
        address=_one(address(document.address)),
    )


def establishment(document: PublishedEstablishment, version: RorFhirVersion, region_code: str) -> Element:
    contacts = [*coordinates(document), *document.contacts]
    return filled(
        resourceType="Organization",
        id=document.key,
        meta=meta(document.meta, version, PROFILE, region_code),
        extension=_establishment_extensions(document),
        identifier=_identifiers(version, document.finess, IdentifierKind.FINESS_ESTABLISHMENT, siret=document.siret),
        active=True,
        type=[concept(systems.CATEGORIES, document.category_code, document.category_label)],
        name=text(document.name),
        _name=_long_name(document.name, document.long_name),
        alias=_one(text(document.operational_name)),
        address=_one(address(document.address, document.point)),
        partOf=reference(Kind.ENTITY, document.entity_finess) if document.entity_finess else None,
        contact=[organization_contact(contact) for contact in contacts],
    )


def _establishment_extensions(document: PublishedEstablishment) -> list[Element]:
    told = [created(document.meta)]
    if document.opened_on:
        told.append(extension(systems.PERIOD, valuePeriod={"start": day(document.opened_on)}))
    comment = text(document.comment)
    if comment:
        told.append(extension(systems.COMMENT, valueString=comment))
    return told


def _identifiers(
    version: RorFhirVersion, finess: str, kind: IdentifierKind, *, siren: str | None = None, siret: str | None = None
) -> list[Element]:
    """RG_EXP_004, RG_EXP_005: what is in FINESS is named by its FINESS number first."""
    found = [
        identifier(version, IdentifierKind.NATIONAL_STRUCTURE, Finess(finess).national_id, use="official"),
        identifier(version, kind, finess),
    ]
    if siren:
        found.append(identifier(version, IdentifierKind.SIREN, siren))
    if siret:
        found.append(identifier(version, IdentifierKind.SIRET, siret))
    return found


def _long_name(name: str, long_name: str | None) -> Element | None:
    """FINESS cuts names; the whole one is what completes it, when it says more."""
    told = text(long_name)
    if told is None or told == text(name):
        return None
    return {"extension": [extension(systems.LONG_NAME, valueString=told)]}


def _one(value: Any) -> list[Any]:
    return [] if value is None else [value]
