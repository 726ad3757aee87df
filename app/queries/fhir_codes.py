"""Codes and identifiers of FHIR searches as SQL: a function a parameter (domain/fhir_parameters)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.db import Unaccented, UuidText
from app.domain.fhir_parameters import FINESS, SIREN, STRUCTURE, ResourceType
from app.domain.fhir_values import Token
from app.models import (
    Affiliation,
    Commune,
    CommunePostcode,
    Establishment,
    LegalEntity,
    Person,
    Professional,
    Unit,
    UnitActivity,
    UnitCommune,
)
from app.queries.fhir_clauses import PROFESSION, UNIT_KEY, Clause, any_of, organization, person, place
from app.queries.places import covering
from app.settings import current_settings


def _coded(column: Any, tokens: Sequence[Token]) -> Clause:
    """One of these codes; `system|` is any code."""
    if any(token.code is None for token in tokens):
        known: Clause = column.is_not(None)
        return known
    return any_of(column, _codes(tokens))


def _codes(tokens: Sequence[Token], *systems: str) -> list[str]:
    """Those that name one of these systems, or none."""
    return [token.code for token in tokens if token.code and (not systems or token.system in {None, *systems})]


def _finess(tokens: Sequence[Token]) -> list[str]:
    """Bare, or behind the 1 of the national identifier (DOMAIN.md §3.7)."""
    codes = _codes(tokens, FINESS, STRUCTURE)
    return [code[1:] if len(code) == 10 and code.startswith("1") else code for code in codes]


def _organization_identifier(held: Any, tokens: Sequence[Token]) -> Clause:
    finess, sirene = _finess(tokens), _codes(tokens, SIREN)
    return organization(
        held,
        sa.or_(Establishment.finess.in_(finess), Establishment.siret.in_(sirene)),
        sa.or_(LegalEntity.finess.in_(finess), LegalEntity.siren.in_(sirene)),
    )


def _organization_type(held: Any, tokens: Sequence[Token]) -> Clause:
    categories = [token for token in tokens if token.system in {None, "TRE_R66"}]
    statuses = [token for token in tokens if token.system in {None, "TRE_R72"}]
    return organization(
        held, _coded(Establishment.category_code, categories), _coded(LegalEntity.legal_status_code, statuses)
    )


def _unit_identifier(held: Any, tokens: Sequence[Token]) -> Clause:
    region = current_settings().region_code
    return any_of(held.key, [code.removeprefix(f"{region}/") for code in _codes(tokens)])


def _unit_coded(column: Any) -> Callable[[Any, Sequence[Token]], Clause]:
    return lambda held, tokens: any_of(held.key, sa.select(UNIT_KEY).where(_coded(column, tokens)))


def _unit_activity(held: Any, tokens: Sequence[Token]) -> Clause:
    units = sa.select(sa.cast(UnitActivity.unit_id, sa.String)).where(_coded(UnitActivity.code, tokens))
    return any_of(held.key, units)


def _serving(held: Any, tokens: Sequence[Token]) -> Clause:
    """As the page of the commune says (S-149)."""
    communes = {insee for code in _codes(tokens) for insee in covering(code[:5] if len(code) == 5 else "")}
    units = sa.select(sa.cast(UnitCommune.unit_id, sa.String)).where(UnitCommune.insee.in_(communes))
    return any_of(held.key, units)


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
    return place(held, _coded(Establishment.commune_insee, tokens), found)


def _role_of(column: Any) -> Callable[[Any, Sequence[Token]], Clause]:
    """What the person of the role is."""

    def condition(held: Any, tokens: Sequence[Token]) -> Clause:
        people = sa.select(Person.id).outerjoin(Professional, Professional.rpps == Person.rpps)
        owned = Affiliation.person_id.in_(people.where(_coded(column, tokens)))
        return any_of(held.key, sa.select(UuidText(Affiliation.id)).where(owned))

    return condition


def _role_identifier(held: Any, tokens: Sequence[Token]) -> Clause:
    """`93/12/810999800013`: that of the offre, that of the person (integrations/ror_fhir/professionals)."""
    region = current_settings().region_code
    named = [code.split("/") for code in _codes(tokens)]
    pairs = [(one[1], one[2][1:]) for one in named if len(one) == 3 and one[0] == region and one[2].startswith("8")]
    roles = sa.select(UuidText(Affiliation.id)).join(Person, Person.id == Affiliation.person_id)
    each = (sa.and_(sa.cast(Affiliation.unit_id, sa.String) == unit, Person.rpps == rpps) for unit, rpps in pairs)
    return any_of(held.key, roles.where(sa.or_(sa.false(), *each)))


def _rpps(held: Any, tokens: Sequence[Token]) -> Clause:
    codes = _codes(tokens)
    bare = [code[1:] if len(code) == 12 and code.startswith("8") else code for code in codes]
    return person(held, Person.rpps.in_(bare))


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
    (ResourceType.LOCATION, "identifier"): lambda held, tokens: any_of(held.key, _codes(tokens)),
    (ResourceType.ROLE, "identifier"): _role_identifier,
    (ResourceType.ROLE, "role"): _role_of(PROFESSION),
    (ResourceType.ROLE, "specialty"): _role_of(Professional.speciality_code),
    (ResourceType.PRACTITIONER, "identifier"): _rpps,
}
