"""Which CPTS a commune has: one answer for the pages, the preview of the SAS and what leaves the house (S-149)."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app import db
from app.models import Commune, Establishment, FormerCommune, Unit, UnitCommune
from app.models.establishment import CPTS_CATEGORY

_asked = aliased(Commune)


def serves() -> sa.ColumnElement[bool]:
    """What the zone of a unit tells everybody: open, not sensitive, of an open CPTS. Joins Unit and Establishment."""
    unit_told = sa.and_(Unit.closed_on.is_(None), Unit.sensitive.is_(False))
    return sa.and_(unit_told, Establishment.closed_on.is_(None), Establishment.category_code == CPTS_CATEGORY)


def cpts_of_commune(insee: str) -> dict[str, list[str]]:
    """FINESS → the communes of its zone that make it that of this one, by code: itself, its city, one of its
    arrondissements, or a commune that was merged into it. Of what the public sees. One statement."""
    rows = db.session().execute(
        sa.select(Unit.establishment_finess, UnitCommune.insee)
        .distinct()
        .join(UnitCommune, UnitCommune.unit_id == Unit.id)
        .join(Establishment, Establishment.finess == Unit.establishment_finess)
        .where(UnitCommune.insee.in_(family(insee)), serves())
        .order_by(Unit.establishment_finess, UnitCommune.insee)
    )
    found: dict[str, list[str]] = {}
    for finess, code in rows:
        found.setdefault(finess, []).append(code)
    return found


def family(insee: str) -> sa.Select[str]:
    """The communes whose presence in a zone says that the zone serves this one."""
    city = sa.select(_asked.parent_insee).where(_asked.insee == insee).scalar_subquery()
    merged = sa.select(FormerCommune.insee).where(FormerCommune.current_insee == insee)
    return sa.select(Commune.insee).where(
        sa.or_(
            Commune.insee == insee,
            Commune.insee == city,
            Commune.parent_insee == insee,
            sa.and_(Commune.insee.in_(merged), Commune.ceased_at.is_not(None)),
        )
    )
