"""What the conditions of FHIR searches are made of: keys of publications that have a term, or lead to an object."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from app.db import UuidText
from app.domain.fhir_parameters import ResourceType
from app.models import Affiliation, PublicationTerm

Clause = sa.ColumnElement[bool]
Ids = Sequence[str] | sa.Select[str]
"""What a reference leads to: ids, or a question about them."""


def any_of(column: Any, values: Any) -> Clause:
    found: Clause = column.in_(values)
    return found


def having(resource: ResourceType, held: Any, term: Clause) -> Clause:
    """Those of that type that have such a term. With one kind, both sides are in the order of their keys."""
    kinds = [kind.value for kind in resource.kinds]
    if len(kinds) == 1:
        return any_of(held.key, sa.select(PublicationTerm.key).where(PublicationTerm.kind == kinds[0], term))
    keys = sa.select(PublicationTerm.kind, PublicationTerm.key).where(PublicationTerm.kind.in_(kinds), term)
    return sa.tuple_(held.kind, held.key).in_(keys)


class UuidOf(FunctionElement[uuid.UUID]):
    """A key of a publication as a uuid column keeps it, so that its index serves: the reverse of UuidText."""

    inherit_cache = True
    type = sa.Uuid()


@compiles(UuidOf, "sqlite")
def _uuid_for_sqlite(element: UuidOf, compiler: Any, **options: Any) -> str:
    return f"replace({compiler.process(element.clauses, **options)}, '-', '')"


@compiles(UuidOf, "postgresql")
def _uuid_for_postgresql(element: UuidOf, compiler: Any, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS uuid)"


def roles(*clauses: Clause) -> sa.Select[str]:
    """Keys of the rattachements that are open (their indexes are of these): only these are published."""
    return sa.select(UuidText(Affiliation.id)).where(Affiliation.ended_at.is_(None), *clauses)
