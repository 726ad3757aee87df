"""Practitioner and PractitionerRole (DOMAIN.md §3.5): who exercises, and in which situation opérationnelle; pure.

Up to 0.7.0 the role repeats profession, skills and name of exercise; next, Practitioner holds them (§3.8, 11 and 12).
"""

from __future__ import annotations

from app.domain.identifiers import Rpps
from app.domain.published import Coded, Kind, PublishedPerson, PublishedRole
from app.integrations.ror_fhir import systems
from app.integrations.ror_fhir.elements import (
    Element,
    coded,
    coding,
    concept,
    created,
    day,
    extension,
    extension_of,
    filled,
    identifier,
    meta,
    reference,
    text,
)
from app.integrations.ror_fhir.offers import unit_identifier
from app.integrations.ror_fhir.versions import IdentifierKind, RorFhirVersion

ORDINAL_SPECIALITY = Coded("S", "Spécialité ordinale")
"""TRE_R04."""
TITLES = {
    "Docteur": "DR",
    "Médecin chef": "MC",
    "Médecin général": "MG",
    "Pharmacien chef": "PC",
    "Pharmacien général": "PG",
    "Professeur": "PR",
}
"""TRE_R11 by its labels, which the register gives; another title keeps its words and has no code."""


def person(document: PublishedPerson, version: RorFhirVersion, region_code: str) -> Element:
    rpps = Rpps(document.rpps)
    identifiers = [identifier(version, IdentifierKind.NATIONAL_PROFESSIONAL, rpps.national_id, use="official")]
    if version.exercise_on_practitioner:
        identifiers.append(identifier(version, IdentifierKind.RPPS, document.rpps))
    return filled(
        resourceType="Practitioner",
        id=document.key,
        meta=meta(document.meta, version, "ror-practitioner", region_code),
        extension=[created(document.meta)],
        identifier=identifiers,
        active=True,
        name=[_name(document, version)],
        qualification=_qualifications(document) if version.exercise_on_practitioner else None,
    )


def role(document: PublishedRole, version: RorFhirVersion, region_code: str) -> Element:
    held, on_role = document.person, not version.exercise_on_practitioner
    return filled(
        resourceType="PractitionerRole",
        id=document.key,
        meta=meta(document.meta, version, "ror-practitionerrole", region_code),
        extension=_role_extensions(document, named=on_role),
        identifier=[filled(system=systems.ROLE_SYSTEM, value=role_identifier(document, region_code))],
        active=True,
        period={"start": day(document.started_on)},
        practitioner=reference(Kind.PERSON, held.id),
        organization=reference(Kind.ESTABLISHMENT, document.establishment_finess),
        code=[coded(systems.PROFESSIONS, held.profession)] if on_role else None,
        specialty=_skills(held) if on_role else None,
        healthcareService=[reference(Kind.UNIT, str(document.unit_id))],
    )


def role_identifier(document: PublishedRole, region_code: str) -> str:
    """identifiantSituationOperationnelle: that of the offre, and that of the professional."""
    return f"{unit_identifier(document.unit_id, region_code)}/{Rpps(document.person.rpps).national_id}"


def _role_extensions(document: PublishedRole, *, named: bool) -> list[Element]:
    mode = extension(systems.EXERCISE_MODE, valueCodeableConcept=concept(systems.EXERCISE_MODES, document.mode))
    return [created(document.meta), mode, *([_exercise_name(document.person)] if named else [])]


def _exercise_name(document: PublishedPerson) -> Element:
    title, given = text(document.title), text(document.given_name)
    told = [extension("exerciseTitle", valueCodeableConcept=_title(title))] if title else []
    told.append(extension("exerciseLastName", valueString=text(document.family_name)))
    told += [extension("exerciseFirstName", valueString=given)] if given else []
    return extension_of(systems.EXERCISE_NAME, told)


def _title(title: str) -> Element:
    code = TITLES.get(title)
    return concept(systems.EXERCISE_TITLES, code, title) if code else {"text": title}


def _name(document: PublishedPerson, version: RorFhirVersion) -> Element:
    """The name of exercise: the portal knows no civil identity. Its title is a suffix where the profile has room."""
    title, given = text(document.title), text(document.given_name)
    return filled(
        family=text(document.family_name),
        given=[given] if given else None,
        suffix=[title] if title and version.exercise_on_practitioner else None,
    )


def _skills(document: PublishedPerson) -> list[Element]:
    speciality = document.speciality
    if speciality is None:
        return []
    return [coded(systems.SKILL_KINDS, ORDINAL_SPECIALITY), coded(systems.SPECIALITIES, speciality)]


def _qualifications(document: PublishedPerson) -> list[Element]:
    found: list[Element] = [{"code": coded(systems.PROFESSIONS, document.profession)}]
    if document.speciality:
        kind = coding(systems.SKILL_KINDS, ORDINAL_SPECIALITY.code, ORDINAL_SPECIALITY.label)
        value = coding(systems.SPECIALITIES, document.speciality.code, document.speciality.label)
        found.append({"code": {"coding": [kind, value]}})
    return found
