"""What the conditions of FHIR searches are made of: objects of the portal as keys of publications."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.db import UuidText
from app.domain.published import Kind
from app.models import Establishment, LegalEntity, Person, Professional, Unit

Clause = sa.ColumnElement[bool]
Ids = Sequence[str] | sa.Select[str]
"""What a reference leads to: ids, or a question about them."""
UNIT_KEY = sa.cast(Unit.id, sa.String)
PROFESSION = sa.func.coalesce(Professional.profession_code, Person.profession_code)
"""As the register says, else as they said (queries/published_people)."""


def any_of(column: Any, values: Ids) -> Clause:
    found: Clause = column.in_(values)
    return found


def organization(held: Any, establishment: Clause, entity: Clause) -> Clause:
    """What is asked of an entité géographique, and what is of an entité juridique."""
    own = sa.and_(
        held.kind == Kind.ESTABLISHMENT.value, held.key.in_(sa.select(Establishment.finess).where(establishment))
    )
    upper = sa.and_(held.kind == Kind.ENTITY.value, held.key.in_(sa.select(LegalEntity.finess).where(entity)))
    return sa.or_(own, upper)


def place(held: Any, establishment: Clause, unit: Clause) -> Clause:
    """Of an establishment, or of a unit that has an address of its own."""
    seats = sa.select(sa.literal("eg-").concat(Establishment.finess)).where(establishment)
    own = sa.select(sa.literal("uo-").concat(UNIT_KEY)).where(unit)
    return sa.or_(held.key.in_(seats), held.key.in_(own))


def person(held: Any, *clauses: Clause) -> Clause:
    people = sa.select(UuidText(Person.id)).outerjoin(Professional, Professional.rpps == Person.rpps).where(*clauses)
    return any_of(held.key, people)
