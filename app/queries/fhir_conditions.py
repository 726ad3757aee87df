"""Each search parameter of domain/fhir_parameters as SQL over publications: one function a parameter, both engines.

Only what is public is looked at, and whatever matches must be published: no parameter says anything of the rest.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.db import Unaccented, UuidText, unaccented
from app.domain.fhir_parameters import Of, ResourceType
from app.domain.fhir_search import Criterion
from app.domain.fhir_values import Prefix, Reference, Span, Text, Token
from app.domain.published import Kind
from app.models import (
    Affiliation,
    Establishment,
    LegalEntity,
    Publication,
    Unit,
)
from app.queries.fhir_clauses import FAMILY, GIVEN, UNIT_KEY, Clause, Ids, any_of, organization, person, place
from app.queries.fhir_codes import TOKENS

V = TypeVar("V")
LARGEST_UNIT = 2**31 - 1
ALL_ARE = {"active": "true", "status": "active"}
"""What is said of everything that is served."""


def condition(resource: ResourceType, criterion: Criterion, held: Any = Publication) -> Clause:
    """`held`: the publications to choose from."""
    name = criterion.parameter.name
    if criterion.parameter.of is Of.DATE:
        return sa.or_(sa.false(), *(_within(held.updated_at, one) for one in _of(Span, criterion)))
    if criterion.parameter.of is Of.REFERENCE:
        return REFERENCES[resource, name](held, _ids(criterion))
    if criterion.parameter.of is Of.STRING:
        columns = TEXTS[resource, name]
        return sa.or_(
            sa.false(), *(columns(held, _like(criterion.modifier, one.value)) for one in _of(Text, criterion))
        )
    tokens = _of(Token, criterion)
    if name == "_id":
        return any_of(held.key, [token.code or "" for token in tokens])
    if name in ALL_ARE:
        return sa.true() if ALL_ARE[name] in {token.code for token in tokens} else sa.false()
    return TOKENS[resource, name](held, tokens)


def refers(resource: ResourceType, parameter: str, ids: Collection[str]) -> Clause:
    """Publications of that type whose reference leads to one of these."""
    return REFERENCES[resource, parameter](Publication, list(ids))


def published(resource: ResourceType, held: Any = Publication) -> Clause:
    return sa.and_(held.kind.in_([kind.value for kind in resource.kinds]), held.gone_at.is_(None))


def _ids(criterion: Criterion) -> Ids:
    if criterion.chained is None:
        return [one.id for one in _of(Reference, criterion)]
    target = criterion.parameter.target
    if target is None:
        return []
    other = aliased(Publication)
    return sa.select(other.key).where(published(target, other), condition(target, criterion.chained, other))


def _of(kind: type[V], criterion: Criterion) -> list[V]:
    return [value for value in criterion.values if isinstance(value, kind)]


def _within(column: Any, span: Span) -> Clause:
    """`start` is the first instant of what the date covers, `end` the one after its last."""
    clauses: dict[Prefix, Clause] = {
        Prefix.EQUAL: sa.and_(column >= span.start, column < span.end),
        Prefix.NOT_EQUAL: sa.or_(column < span.start, column >= span.end),
        Prefix.GREATER: column >= span.end,
        Prefix.AFTER: column >= span.end,
        Prefix.GREATER_OR_EQUAL: column >= span.start,
        Prefix.LESS: column < span.start,
        Prefix.BEFORE: column < span.start,
        Prefix.LESS_OR_EQUAL: column < span.end,
    }
    return clauses[span.prefix]


# ── texts ───────────────────────────────────────────────────────────────────

Like = Callable[..., Clause]
"""Columns → one of them says so."""


def _like(modifier: str, text: str) -> Like:
    """Begins with, accents and capitals apart; contains it; is it exactly."""
    plain = unaccented(text)

    def says(*columns: Any) -> Clause:
        if modifier == "exact":
            return sa.or_(*(column == text for column in columns))
        if modifier == "contains":
            return sa.or_(*(Unaccented(column).contains(plain, autoescape=True) for column in columns))
        return sa.or_(*(Unaccented(column).startswith(plain, autoescape=True) for column in columns))

    return says


def _organization_text(establishment: Sequence[Any], entity: Sequence[Any]) -> Callable[[Any, Like], Clause]:
    return lambda held, says: organization(held, says(*establishment), says(*entity))


def _place_text(establishment: Any, unit: Any) -> Callable[[Any, Like], Clause]:
    return lambda held, says: place(held, says(establishment), says(unit))


TEXTS: dict[tuple[ResourceType, str], Callable[[Any, Like], Clause]] = {
    (ResourceType.ORGANIZATION, "name"): _organization_text(
        (Establishment.name, Establishment.long_name, Establishment.operational_name),
        (LegalEntity.name, LegalEntity.long_name),
    ),
    (ResourceType.ORGANIZATION, "address-city"): _organization_text((Establishment.city,), (LegalEntity.city,)),
    (ResourceType.ORGANIZATION, "address-postalcode"): _organization_text(
        (Establishment.postcode,), (LegalEntity.postcode,)
    ),
    (ResourceType.SERVICE, "name"): lambda held, says: any_of(held.key, sa.select(UNIT_KEY).where(says(Unit.name))),
    (ResourceType.LOCATION, "name"): _place_text(Establishment.name, Unit.name),
    (ResourceType.LOCATION, "address-city"): _place_text(Establishment.city, Unit.city),
    (ResourceType.LOCATION, "address-postalcode"): _place_text(Establishment.postcode, Unit.postcode),
    (ResourceType.PRACTITIONER, "name"): lambda held, says: person(held, says(FAMILY, GIVEN)),
    (ResourceType.PRACTITIONER, "family"): lambda held, says: person(held, says(FAMILY)),
    (ResourceType.PRACTITIONER, "given"): lambda held, says: person(held, says(GIVEN)),
}


# ── references ──────────────────────────────────────────────────────────────


def _part_of(held: Any, ids: Ids) -> Clause:
    parts = sa.select(Establishment.finess).where(any_of(Establishment.legal_entity_finess, ids))
    return sa.and_(held.kind == Kind.ESTABLISHMENT.value, held.key.in_(parts))


def _of_establishment(held: Any, ids: Ids) -> Clause:
    return any_of(held.establishment_finess, ids)


def _located(held: Any, ids: Ids) -> Clause:
    """At its own place, else at that of its establishment."""
    lieu = aliased(Publication)
    own = sa.select(sa.func.substr(lieu.key, 4)).where(
        lieu.kind == Kind.PLACE.value, lieu.key.startswith("uo-"), lieu.gone_at.is_(None)
    )
    seat = sa.literal("eg-").concat(held.establishment_finess)
    return sa.or_(sa.literal("uo-").concat(held.key).in_(ids), sa.and_(seat.in_(ids), held.key.not_in(own)))


def _of_practitioner(held: Any, ids: Ids) -> Clause:
    if isinstance(ids, sa.Select):
        owned = UuidText(Affiliation.person_id).in_(ids)
    else:
        owned = Affiliation.person_id.in_([found for one in ids if (found := _uuid(one))])
    return any_of(held.key, sa.select(UuidText(Affiliation.id)).where(owned))


def _in_service(held: Any, ids: Ids) -> Clause:
    if isinstance(ids, sa.Select):
        within = sa.cast(Affiliation.unit_id, sa.String).in_(ids)
    else:
        within = Affiliation.unit_id.in_([int(one) for one in ids if one.isdigit() and int(one) <= LARGEST_UNIT])
    return any_of(held.key, sa.select(UuidText(Affiliation.id)).where(within))


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


REFERENCES: dict[tuple[ResourceType, str], Callable[[Any, Ids], Clause]] = {
    (ResourceType.ORGANIZATION, "partof"): _part_of,
    (ResourceType.SERVICE, "organization"): _of_establishment,
    (ResourceType.SERVICE, "location"): _located,
    (ResourceType.LOCATION, "organization"): _of_establishment,
    (ResourceType.ROLE, "practitioner"): _of_practitioner,
    (ResourceType.ROLE, "service"): _in_service,
    (ResourceType.ROLE, "organization"): _of_establishment,
}
