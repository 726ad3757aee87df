"""What of a published document is searched: how names, cities and post codes begin, and codes; pure."""

from __future__ import annotations

from enum import StrEnum

from app.domain.published import (
    Document,
    PublishedEntity,
    PublishedEstablishment,
    PublishedPerson,
    PublishedPlace,
    PublishedRole,
    PublishedUnit,
)


class Term(StrEnum):
    NAME = "name"
    CITY = "city"
    POSTCODE = "postcode"
    FAMILY = "family"
    GIVEN = "given"
    TYPE = "type"
    """Of an entité juridique, its status; of an establishment, its category; of an offre, its type."""
    FIELD = "field"
    CARE = "care"
    ACTIVITY = "activity"
    SIRENE = "sirene"
    COMMUNE = "commune"
    PROFESSION = "job"
    SPECIALITY = "skill"


Told = tuple[Term, str | None]


def words(document: Document) -> set[tuple[Term, str]]:
    """As they are written; nothing blank. `app/publication_terms.py` says these, and the codes, in SQL."""
    return {(term, said) for term, value in _words(document) if (said := (value or "").strip())}


def codes(document: Document) -> set[tuple[Term, str]]:
    return {(term, code) for term, code in _codes(document) if code}


def _words(document: Document) -> tuple[Told, ...]:
    match document:
        case PublishedEstablishment():
            names = (document.name, document.long_name, document.operational_name)
            return (*((Term.NAME, name) for name in names), *_where(document))
        case PublishedEntity():
            return ((Term.NAME, document.name), (Term.NAME, document.long_name), *_where(document))
        case PublishedPlace():
            return ((Term.NAME, document.name), *_where(document))
        case PublishedUnit():
            return ((Term.NAME, document.name),)
        case PublishedPerson():
            return ((Term.FAMILY, document.family_name), (Term.GIVEN, document.given_name))
        case PublishedRole():
            return ()


def _where(document: PublishedEntity | PublishedEstablishment | PublishedPlace) -> tuple[Told, ...]:
    return ((Term.CITY, document.address.city), (Term.POSTCODE, document.address.postcode))


def _codes(document: Document) -> tuple[Told, ...]:
    match document:
        case PublishedEstablishment():
            return ((Term.TYPE, document.category_code), (Term.SIRENE, document.siret))
        case PublishedEntity():
            return ((Term.TYPE, document.legal_status_code), (Term.SIRENE, document.siren))
        case PublishedPlace():
            return ((Term.COMMUNE, document.address.insee),)
        case PublishedUnit():
            field, care = document.activity_field.code, document.care_mode.code
            acts = ((Term.ACTIVITY, activity.code) for activity in document.activities)
            return ((Term.TYPE, document.type.code), (Term.FIELD, field), (Term.CARE, care), *acts)
        case PublishedRole():
            speciality = document.person.speciality
            skill = speciality.code if speciality else None
            return ((Term.PROFESSION, document.person.profession.code), (Term.SPECIALITY, skill))
        case PublishedPerson():
            return ()
