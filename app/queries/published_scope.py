"""What is served to everybody, in SQL, once: RG_EXP_002 and access profile 0 (DOMAIN.md §2.8, §2.9)."""

from __future__ import annotations

import sqlalchemy as sa

from app import clock
from app.models import Affiliation, Establishment, Person, Unit, UnitActivity, attached
from app.working_days import day_of


def open_establishment() -> sa.ColumnElement[bool]:
    today = day_of(clock.now())
    return sa.or_(Establishment.closed_on.is_(None), Establishment.closed_on > today)


def served_unit() -> sa.ColumnElement[bool]:
    """Open, for everybody, with every mandatory element (DOMAIN.md §2.5), in an establishment that is served.

    Joins Unit with its Establishment.
    """
    acts = sa.exists().where(UnitActivity.unit_id == Unit.id).correlate(Unit)
    described = sa.and_(Unit.activity_field_code.is_not(None), Unit.care_mode_code.is_not(None), acts)
    return sa.and_(Unit.closed_on.is_(None), Unit.sensitive.is_(False), described, open_establishment())


def shown_role() -> sa.ColumnElement[bool]:
    """Of somebody listed, with an RPPS, in a unit that is served. Joins Affiliation, Person, Unit, Establishment."""
    named = sa.and_(Person.listed, Person.rpps.is_not(None), Person.profession_code.is_not(None))
    return sa.and_(named, Person.erased_at.is_(None), attached(Affiliation), served_unit())
