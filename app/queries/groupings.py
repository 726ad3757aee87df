"""EPCI, cantons and départements near a zone, and the communes they are made of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from app import db
from app.domain.zones import Kind
from app.models import Commune, CommuneGrouping, GroupingMember
from app.search.normalise import normalise


@dataclass(frozen=True, slots=True)
class Grouping:
    kind: Kind
    code: str
    name: str
    count: int
    """Communes of today that it is made of."""


def groupings_in(departements: Collection[str]) -> dict[Kind, list[Grouping]]:
    """EPCI and cantons that have a commune in these départements, by name: one statement."""
    here = sa.select(GroupingMember.kind, GroupingMember.code).join(Commune, Commune.insee == GroupingMember.insee)
    here = here.where(Commune.departement.in_(departements), Commune.ceased_at.is_(None)).distinct()
    near = here.subquery()
    rows = db.session().execute(
        sa.select(CommuneGrouping.kind, CommuneGrouping.code, CommuneGrouping.name, sa.func.count())
        .join(near, sa.and_(near.c.kind == CommuneGrouping.kind, near.c.code == CommuneGrouping.code))
        .join(
            GroupingMember,
            sa.and_(GroupingMember.kind == CommuneGrouping.kind, GroupingMember.code == CommuneGrouping.code),
        )
        .join(Commune, sa.and_(Commune.insee == GroupingMember.insee, Commune.ceased_at.is_(None)))
        .group_by(CommuneGrouping.kind, CommuneGrouping.code, CommuneGrouping.name)
    )
    found: dict[Kind, list[Grouping]] = {Kind.EPCI: [], Kind.CANTON: []}
    for kind, code, name, count in rows:
        found[Kind(kind)].append(Grouping(Kind(kind), code, name, count))
    for groupings in found.values():
        groupings.sort(key=lambda one: (normalise(one.name), one.code))
    return found


def communes_of(kind: Kind, code: str) -> list[str]:
    """The communes of today of an EPCI, a canton or a département; cities rather than their arrondissements."""
    living = sa.select(Commune.insee).where(Commune.ceased_at.is_(None)).order_by(Commune.insee)
    if kind is Kind.DEPARTEMENT:
        return list(db.session().scalars(living.where(Commune.departement == code, Commune.kind == "COM")))
    member = sa.select(GroupingMember.insee).where(GroupingMember.kind == kind.value, GroupingMember.code == code)
    return list(db.session().scalars(living.where(Commune.insee.in_(member))))
