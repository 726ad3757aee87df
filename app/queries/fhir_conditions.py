"""Each search parameter of domain/fhir_parameters as SQL over publications: one function a parameter, both engines.

Only what is public is looked at, and whatever matches must be published: no parameter says anything of the rest.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.db import unaccented
from app.domain.fhir_parameters import Of, ResourceType
from app.domain.fhir_search import Criterion
from app.domain.fhir_values import Prefix, Reference, Span, Text, Token
from app.domain.published import Kind
from app.domain.published_terms import Term
from app.models import Affiliation, Establishment, Publication, PublicationTerm
from app.queries.fhir_clauses import Clause, Ids, UuidOf, any_of, having, roles
from app.queries.fhir_codes import TOKENS, whole_unit

V = TypeVar("V")
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
        return _said(resource, criterion, held)
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

LAST = "\U0010ffff"
"""After whatever follows the same letters."""
TEXTS: dict[tuple[ResourceType, str], tuple[Term, ...]] = {
    (ResourceType.ORGANIZATION, "name"): (Term.NAME,),
    (ResourceType.ORGANIZATION, "address-city"): (Term.CITY,),
    (ResourceType.ORGANIZATION, "address-postalcode"): (Term.POSTCODE,),
    (ResourceType.SERVICE, "name"): (Term.NAME,),
    (ResourceType.LOCATION, "name"): (Term.NAME,),
    (ResourceType.LOCATION, "address-city"): (Term.CITY,),
    (ResourceType.LOCATION, "address-postalcode"): (Term.POSTCODE,),
    (ResourceType.PRACTITIONER, "name"): (Term.FAMILY, Term.GIVEN),
    (ResourceType.PRACTITIONER, "family"): (Term.FAMILY,),
    (ResourceType.PRACTITIONER, "given"): (Term.GIVEN,),
}


def _said(resource: ResourceType, criterion: Criterion, held: Any) -> Clause:
    """What begins with something or is it, its index serves; what contains it, it reads all of them."""
    fields = [field.value for field in TEXTS[resource, criterion.parameter.name]]
    said = sa.or_(sa.false(), *(_says(criterion.modifier, one.value) for one in _of(Text, criterion)))
    return having(resource, held, sa.and_(PublicationTerm.field.in_(fields), said))


def _says(modifier: str, text: str) -> Clause:
    """Begins with, accents and capitals apart; contains it; is it exactly."""
    plain, term = unaccented(text), PublicationTerm.term
    if modifier == "exact":
        return sa.and_(term == plain, PublicationTerm.said == text)
    if modifier == "contains":
        return term.contains(plain, autoescape=True)
    return sa.and_(term >= plain, term < plain + LAST)


# ── references ──────────────────────────────────────────────────────────────


def _part_of(held: Any, ids: Ids) -> Clause:
    parts = sa.select(Establishment.finess).where(any_of(Establishment.legal_entity_finess, ids))
    return sa.and_(held.kind == Kind.ESTABLISHMENT.value, held.key.in_(parts))


def _of_establishment(held: Any, ids: Ids) -> Clause:
    return any_of(held.establishment_finess, ids)


def _located(held: Any, ids: Ids) -> Clause:
    """At its own place, else at that of its establishment."""
    own, offer, named = aliased(Publication), aliased(Publication), _places(ids)
    has_own = sa.exists().where(own.kind == Kind.PLACE.value, own.key == sa.literal("uo-").concat(offer.key))
    seated = sa.select(offer.key).where(offer.kind == Kind.UNIT.value, sa.not_(has_own.where(own.gone_at.is_(None))))
    seats = sa.select(sa.func.substr(named.c.key, 4)).where(named.c.key.startswith("eg-"))
    theirs = sa.select(sa.func.substr(named.c.key, 4)).where(named.c.key.startswith("uo-"))
    return any_of(held.key, sa.union_all(theirs, seated.where(offer.establishment_finess.in_(seats))))


def _places(ids: Ids) -> Any:
    """These ids as rows: of what is published, so that both engines have a table to begin with."""
    place = aliased(Publication)
    chosen = ids if isinstance(ids, sa.Select) else list(ids)
    rows = sa.select(place.key).where(place.kind == Kind.PLACE.value, place.key.in_(chosen), place.gone_at.is_(None))
    return rows.cte("places", nesting=True)


def _of_practitioner(held: Any, ids: Ids) -> Clause:
    if isinstance(ids, sa.Select):
        return any_of(held.key, roles(Affiliation.person_id.in_(sa.select(UuidOf(ids.subquery().c.key)))))
    return any_of(held.key, roles(Affiliation.person_id.in_([found for one in ids if (found := _uuid(one))])))


def _in_service(held: Any, ids: Ids) -> Clause:
    if isinstance(ids, sa.Select):
        return any_of(held.key, roles(Affiliation.unit_id.in_(sa.select(sa.cast(ids.subquery().c.key, sa.Integer)))))
    return any_of(held.key, roles(Affiliation.unit_id.in_([unit for one in ids if (unit := whole_unit(one))])))


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
