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
    Commune,
    CommunePostcode,
    Establishment,
    LegalEntity,
    Person,
    Professional,
    Publication,
    Unit,
    UnitActivity,
    UnitCommune,
)
from app.queries.places import covering
from app.settings import current_settings

Clause = sa.ColumnElement[bool]
V = TypeVar("V")
Ids = Sequence[str] | sa.Select[str]
"""What a reference leads to: ids, or a question about them."""
LARGEST_UNIT = 2**31 - 1
UNIT_KEY = sa.cast(Unit.id, sa.String)


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
        return _any(held.key, [token.code or "" for token in tokens])
    if name == "active":
        return sa.true() if "true" in {token.code for token in tokens} else sa.false()
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


def _any(column: Any, values: Ids) -> Clause:
    found: Clause = column.in_(values)
    return found


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
    return lambda held, says: _organization(held, says(*establishment), says(*entity))


def _place_text(establishment: Any, unit: Any) -> Callable[[Any, Like], Clause]:
    return lambda held, says: _place(held, says(establishment), says(unit))


def _organization(held: Any, establishment: Clause, entity: Clause) -> Clause:
    """What is asked of an entité géographique, and what is of an entité juridique."""
    own = sa.and_(
        held.kind == Kind.ESTABLISHMENT.value, held.key.in_(sa.select(Establishment.finess).where(establishment))
    )
    upper = sa.and_(held.kind == Kind.ENTITY.value, held.key.in_(sa.select(LegalEntity.finess).where(entity)))
    return sa.or_(own, upper)


def _place(held: Any, establishment: Clause, unit: Clause) -> Clause:
    """Of an establishment, or of a unit that has an address of its own."""
    seats = sa.select(sa.literal("eg-").concat(Establishment.finess)).where(establishment)
    own = sa.select(sa.literal("uo-").concat(UNIT_KEY)).where(unit)
    return sa.or_(held.key.in_(seats), held.key.in_(own))


def _person(held: Any, *clauses: Clause) -> Clause:
    people = sa.select(UuidText(Person.id)).outerjoin(Professional, Professional.rpps == Person.rpps).where(*clauses)
    return _any(held.key, people)


FAMILY = sa.func.coalesce(Professional.family_name, Person.family_name)
GIVEN = sa.func.coalesce(Professional.given_name, Person.given_name)
PROFESSION = sa.func.coalesce(Professional.profession_code, Person.profession_code)
"""As the register says, else as they said (queries/published_people)."""

TEXTS: dict[tuple[ResourceType, str], Callable[[Any, Like], Clause]] = {
    (ResourceType.ORGANIZATION, "name"): _organization_text(
        (Establishment.name, Establishment.long_name, Establishment.operational_name),
        (LegalEntity.name, LegalEntity.long_name),
    ),
    (ResourceType.ORGANIZATION, "address-city"): _organization_text((Establishment.city,), (LegalEntity.city,)),
    (ResourceType.ORGANIZATION, "address-postalcode"): _organization_text(
        (Establishment.postcode,), (LegalEntity.postcode,)
    ),
    (ResourceType.SERVICE, "name"): lambda held, says: _any(held.key, sa.select(UNIT_KEY).where(says(Unit.name))),
    (ResourceType.LOCATION, "name"): _place_text(Establishment.name, Unit.name),
    (ResourceType.LOCATION, "address-city"): _place_text(Establishment.city, Unit.city),
    (ResourceType.LOCATION, "address-postalcode"): _place_text(Establishment.postcode, Unit.postcode),
    (ResourceType.PRACTITIONER, "name"): lambda held, says: _person(held, says(FAMILY, GIVEN)),
    (ResourceType.PRACTITIONER, "family"): lambda held, says: _person(held, says(FAMILY)),
    (ResourceType.PRACTITIONER, "given"): lambda held, says: _person(held, says(GIVEN)),
}


# ── codes and identifiers ───────────────────────────────────────────────────


def _coded(column: Any, tokens: Sequence[Token]) -> Clause:
    """One of these codes; `system|` is any code."""
    if any(token.code is None for token in tokens):
        known: Clause = column.is_not(None)
        return known
    return _any(column, _codes(tokens))


def _codes(tokens: Sequence[Token], *systems: str) -> list[str]:
    """Those that name one of these systems, or none."""
    return [token.code for token in tokens if token.code and (not systems or token.system in {None, *systems})]


def _finess(tokens: Sequence[Token]) -> list[str]:
    """Bare, or behind the 1 of the national identifier (DOMAIN.md §3.7)."""
    codes = _codes(tokens, "FINESS", "IDNAT_STRUCT")
    return [code[1:] if len(code) == 10 and code.startswith("1") else code for code in codes]


def _organization_identifier(held: Any, tokens: Sequence[Token]) -> Clause:
    finess, sirene = _finess(tokens), _codes(tokens, "SIRENE")
    return _organization(
        held,
        sa.or_(Establishment.finess.in_(finess), Establishment.siret.in_(sirene)),
        sa.or_(LegalEntity.finess.in_(finess), LegalEntity.siren.in_(sirene)),
    )


def _organization_type(held: Any, tokens: Sequence[Token]) -> Clause:
    categories = [token for token in tokens if token.system in {None, "TRE_R66"}]
    statuses = [token for token in tokens if token.system in {None, "TRE_R72"}]
    return _organization(
        held, _coded(Establishment.category_code, categories), _coded(LegalEntity.legal_status_code, statuses)
    )


def _unit_identifier(held: Any, tokens: Sequence[Token]) -> Clause:
    region = current_settings().region_code
    return _any(held.key, [code.removeprefix(f"{region}/") for code in _codes(tokens)])


def _unit_coded(column: Any) -> Callable[[Any, Sequence[Token]], Clause]:
    return lambda held, tokens: _any(held.key, sa.select(UNIT_KEY).where(_coded(column, tokens)))


def _unit_activity(held: Any, tokens: Sequence[Token]) -> Clause:
    units = sa.select(sa.cast(UnitActivity.unit_id, sa.String)).where(_coded(UnitActivity.code, tokens))
    return _any(held.key, units)


def _serving(held: Any, tokens: Sequence[Token]) -> Clause:
    """As the page of the commune says (S-149)."""
    communes = {insee for code in _codes(tokens) for insee in covering(code[:5] if len(code) == 5 else "")}
    units = sa.select(sa.cast(UnitCommune.unit_id, sa.String)).where(UnitCommune.insee.in_(communes))
    return _any(held.key, units)


def _place_commune(held: Any, tokens: Sequence[Token]) -> Clause:
    """The commune of a unit's own address is found by its post code and its name (queries/published)."""
    other = aliased(CommunePostcode)
    alone = ~sa.exists().where(other.postcode == CommunePostcode.postcode, other.insee != CommunePostcode.insee)
    found = (
        sa.exists()
        .where(CommunePostcode.postcode == Unit.postcode, Commune.insee == CommunePostcode.insee)
        .where(Commune.ceased_at.is_(None), _coded(Commune.insee, tokens))
        .where(sa.or_(Unaccented(Commune.name) == Unaccented(Unit.city), alone))
    )
    return _place(held, _coded(Establishment.commune_insee, tokens), found)


def _role_profession(held: Any, tokens: Sequence[Token]) -> Clause:
    people = sa.select(Person.id).outerjoin(Professional, Professional.rpps == Person.rpps)
    people = people.where(_coded(PROFESSION, tokens))
    return _any(held.key, sa.select(UuidText(Affiliation.id)).where(Affiliation.person_id.in_(people)))


def _rpps(held: Any, tokens: Sequence[Token]) -> Clause:
    codes = _codes(tokens)
    bare = [code[1:] if len(code) == 12 and code.startswith("8") else code for code in codes]
    return _person(held, Person.rpps.in_(bare))


TOKENS: dict[tuple[ResourceType, str], Callable[[Any, Sequence[Token]], Clause]] = {
    (ResourceType.ORGANIZATION, "identifier"): _organization_identifier,
    (ResourceType.ORGANIZATION, "type"): _organization_type,
    (ResourceType.SERVICE, "identifier"): _unit_identifier,
    (ResourceType.SERVICE, "service-category"): _unit_coded(Unit.type_code),
    (ResourceType.SERVICE, "service-type"): _unit_coded(Unit.activity_field_code),
    (ResourceType.SERVICE, "characteristic"): _unit_coded(Unit.care_mode_code),
    (ResourceType.SERVICE, "specialty"): _unit_activity,
    (ResourceType.SERVICE, "intervention-zone"): _serving,
    (ResourceType.LOCATION, "commune-cog"): _place_commune,
    (ResourceType.ROLE, "role"): _role_profession,
    (ResourceType.PRACTITIONER, "identifier"): _rpps,
}


# ── references ──────────────────────────────────────────────────────────────


def _part_of(held: Any, ids: Ids) -> Clause:
    parts = sa.select(Establishment.finess).where(_any(Establishment.legal_entity_finess, ids))
    return sa.and_(held.kind == Kind.ESTABLISHMENT.value, held.key.in_(parts))


def _of_establishment(held: Any, ids: Ids) -> Clause:
    return _any(held.establishment_finess, ids)


def _located(held: Any, ids: Ids) -> Clause:
    """At its own place, else at that of its establishment."""
    place = aliased(Publication)
    own = sa.select(sa.func.substr(place.key, 4)).where(
        place.kind == Kind.PLACE.value, place.key.startswith("uo-"), place.gone_at.is_(None)
    )
    seat = sa.literal("eg-").concat(held.establishment_finess)
    return sa.or_(sa.literal("uo-").concat(held.key).in_(ids), sa.and_(seat.in_(ids), held.key.not_in(own)))


def _of_practitioner(held: Any, ids: Ids) -> Clause:
    if isinstance(ids, sa.Select):
        owned = UuidText(Affiliation.person_id).in_(ids)
    else:
        owned = Affiliation.person_id.in_([found for one in ids if (found := _uuid(one))])
    return _any(held.key, sa.select(UuidText(Affiliation.id)).where(owned))


def _in_service(held: Any, ids: Ids) -> Clause:
    if isinstance(ids, sa.Select):
        within = sa.cast(Affiliation.unit_id, sa.String).in_(ids)
    else:
        within = Affiliation.unit_id.in_([int(one) for one in ids if one.isdigit() and int(one) <= LARGEST_UNIT])
    return _any(held.key, sa.select(UuidText(Affiliation.id)).where(within))


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
