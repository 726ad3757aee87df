"""What of a published document is searched by how it begins: names, cities, post codes; pure."""

from __future__ import annotations

from enum import StrEnum

from app.domain.published import (
    Document,
    PublishedEntity,
    PublishedEstablishment,
    PublishedPerson,
    PublishedPlace,
    PublishedUnit,
)


class Term(StrEnum):
    NAME = "name"
    CITY = "city"
    POSTCODE = "postcode"
    FAMILY = "family"
    GIVEN = "given"


Told = tuple[Term, str | None]


def terms(document: Document) -> set[tuple[Term, str]]:
    """What it says of each, as it is written; nothing blank. `app/publication_terms.py` says the same in SQL."""
    return {(term, said) for term, value in _told(document) if (said := (value or "").strip())}


def _told(document: Document) -> tuple[Told, ...]:
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
        case _:
            return ()


def _where(document: PublishedEntity | PublishedEstablishment | PublishedPlace) -> tuple[Told, ...]:
    return ((Term.CITY, document.address.city), (Term.POSTCODE, document.address.postcode))
