"""Codes and identifiers of FHIR searches as SQL: a function a parameter (domain/fhir_parameters)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.db import UuidText
from app.domain.fhir_parameters import FINESS, SIREN, STRUCTURE, ResourceType
from app.domain.fhir_values import Token
from app.domain.published import Kind
from app.domain.published_terms import Term
from app.models import Affiliation, Person, Publication, PublicationTerm, UnitCommune
from app.queries.fhir_clauses import Clause, any_of, having, roles
from app.queries.places import covering
from app.settings import current_settings

Condition = Callable[[Any, Sequence[Token]], Clause]
LARGEST_UNIT = 2**31 - 1


def whole_unit(text: str) -> int | None:
    """The number of a unit, when it can be one."""
    return int(text) if text.isascii() and text.isdigit() and int(text) <= LARGEST_UNIT else None


def _coded(resource: ResourceType, field: Term) -> Condition:
    return lambda held, tokens: having(resource, held, _one_of(field, tokens))


def _one_of(field: Term, tokens: Sequence[Token]) -> Clause:
    """One of these codes; `system|` is any code."""
    here: Clause = PublicationTerm.field == field.value
    if any(token.code is None for token in tokens):
        return here
    return sa.and_(here, PublicationTerm.term.in_(_codes(tokens)))


def _codes(tokens: Sequence[Token], *systems: str) -> list[str]:
    """Those that name one of these systems, or none."""
    return [token.code for token in tokens if token.code and (not systems or token.system in {None, *systems})]


def _finess(tokens: Sequence[Token]) -> list[str]:
    """Bare, or behind the 1 of the national identifier (DOMAIN.md §3.7)."""
    found = _codes(tokens, FINESS, STRUCTURE)
    return [code[1:] if len(code) == 10 and code.startswith("1") else code for code in found]


def _organization_identifier(held: Any, tokens: Sequence[Token]) -> Clause:
    """FINESS numbers are keys, the others are terms: one list of both, for a « or » would have everything read."""
    kinds, other = [kind.value for kind in ResourceType.ORGANIZATION.kinds], aliased(Publication)
    named = sa.select(other.kind, other.key).where(other.kind.in_(kinds), other.key.in_(_finess(tokens)))
    term = sa.select(PublicationTerm.kind, PublicationTerm.key).where(PublicationTerm.kind.in_(kinds))
    sirene = term.where(PublicationTerm.field == Term.SIRENE.value, PublicationTerm.term.in_(_codes(tokens, SIREN)))
    return sa.tuple_(held.kind, held.key).in_(sa.union_all(named, sirene))


def _organization_type(held: Any, tokens: Sequence[Token]) -> Clause:
    """Of an entité géographique, its category; of an entité juridique, its status."""
    categories = [token for token in tokens if token.system in {None, "TRE_R66"}]
    statuses = [token for token in tokens if token.system in {None, "TRE_R72"}]
    kind = PublicationTerm.kind
    each = [
        sa.and_(kind == one.value, _one_of(Term.TYPE, some))
        for one, some in ((Kind.ESTABLISHMENT, categories), (Kind.ENTITY, statuses))
        if some
    ]
    return having(ResourceType.ORGANIZATION, held, sa.or_(sa.false(), *each))


def _unit_identifier(held: Any, tokens: Sequence[Token]) -> Clause:
    region = current_settings().region_code
    return any_of(held.key, [code.removeprefix(f"{region}/") for code in _codes(tokens)])


def _serving(held: Any, tokens: Sequence[Token]) -> Clause:
    """As the page of the commune says (S-149)."""
    communes = {insee for code in _codes(tokens) for insee in covering(code[:5] if len(code) == 5 else "")}
    units = sa.select(sa.cast(UnitCommune.unit_id, sa.String)).where(UnitCommune.insee.in_(communes))
    return any_of(held.key, units)


def _role_identifier(held: Any, tokens: Sequence[Token]) -> Clause:
    """`93/12/810999800013`: that of the offre, that of the person (integrations/ror_fhir/professionals)."""
    region = current_settings().region_code
    named = [code.split("/") for code in _codes(tokens)]
    pairs = [
        (whole_unit(one[1]), one[2][1:]) for one in named if len(one) == 3 and one[0] == region and one[2][:1] == "8"
    ]
    people = [rpps for unit, rpps in pairs if unit is not None]
    each = [sa.and_(Affiliation.unit_id == unit, Person.rpps == rpps) for unit, rpps in pairs if unit is not None]
    held_by = roles(Person.rpps.in_(people), sa.or_(sa.false(), *each))
    return any_of(held.key, held_by.join(Person, Person.id == Affiliation.person_id))


def _rpps(held: Any, tokens: Sequence[Token]) -> Clause:
    bare = [code[1:] if len(code) == 12 and code.startswith("8") else code for code in _codes(tokens)]
    return any_of(held.key, sa.select(UuidText(Person.id)).where(Person.rpps.in_(bare)))


TOKENS: dict[tuple[ResourceType, str], Condition] = {
    (ResourceType.ORGANIZATION, "identifier"): _organization_identifier,
    (ResourceType.ORGANIZATION, "type"): _organization_type,
    (ResourceType.SERVICE, "identifier"): _unit_identifier,
    (ResourceType.SERVICE, "service-category"): _coded(ResourceType.SERVICE, Term.TYPE),
    (ResourceType.SERVICE, "service-type"): _coded(ResourceType.SERVICE, Term.FIELD),
    (ResourceType.SERVICE, "characteristic"): _coded(ResourceType.SERVICE, Term.CARE),
    (ResourceType.SERVICE, "specialty"): _coded(ResourceType.SERVICE, Term.ACTIVITY),
    (ResourceType.SERVICE, "intervention-zone"): _serving,
    (ResourceType.LOCATION, "commune-cog"): _coded(ResourceType.LOCATION, Term.COMMUNE),
    (ResourceType.LOCATION, "identifier"): lambda held, tokens: any_of(held.key, _codes(tokens)),
    (ResourceType.ROLE, "identifier"): _role_identifier,
    (ResourceType.ROLE, "role"): _coded(ResourceType.ROLE, Term.PROFESSION),
    (ResourceType.ROLE, "specialty"): _coded(ResourceType.ROLE, Term.SPECIALITY),
    (ResourceType.PRACTITIONER, "identifier"): _rpps,
}
