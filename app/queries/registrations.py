"""What is known around the registration of a CPTS: its number in the registers, other requests, neighbours."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from app import db
from app.domain.requests import PENDING, Kind
from app.models import Establishment, LegalEntity, Request, Unit, UnitCommune
from app.models.establishment import CPTS_CATEGORY

MOST_NEIGHBOURS = 6


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A CPTS whose zone already holds `shared` of the communes asked."""

    finess: str
    name: str
    shared: int


def establishments_of(finess: str) -> list[Establishment]:
    """The establishment of that number, else those of the legal entity of that number, CPTS first."""
    session = db.session()
    found = session.get(Establishment, finess)
    if found is not None:
        return [found]
    held = sa.select(Establishment).where(Establishment.legal_entity_finess == finess)
    order = (Establishment.category_code != CPTS_CATEGORY, Establishment.closed_on.is_not(None), Establishment.finess)
    return list(session.scalars(held.order_by(*order).limit(MOST_NEIGHBOURS)))


def legal_entity(finess: str) -> LegalEntity | None:
    return db.session().get(LegalEntity, finess)


def pending_with_finess(finess: str, *, besides: Request) -> list[Request]:
    """Other registrations of that number that wait, oldest first."""
    query = sa.select(Request).where(
        Request.kind == Kind.CPTS, Request.status.in_(PENDING), Request.details["finess"].as_string() == finess
    )
    return list(db.session().scalars(query.where(Request.id != besides.id).order_by(Request.submitted_at)))


def neighbours(zone: Collection[str]) -> list[Neighbour]:
    """Open CPTS that intervene in these communes, those that share most first."""
    shared = sa.func.count(sa.distinct(UnitCommune.insee))
    rows = db.session().execute(
        sa.select(Establishment.finess, Establishment.name, shared)
        .join(Unit, Unit.establishment_finess == Establishment.finess)
        .join(UnitCommune, UnitCommune.unit_id == Unit.id)
        .where(UnitCommune.insee.in_(zone), Unit.closed_on.is_(None), Establishment.closed_on.is_(None))
        .where(Establishment.category_code == CPTS_CATEGORY)
        .group_by(Establishment.finess, Establishment.name)
        .order_by(shared.desc(), Establishment.name)
        .limit(MOST_NEIGHBOURS)
    )
    return [Neighbour(finess, name, count) for finess, name, count in rows]
