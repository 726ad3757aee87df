"""The search brought up to date at the end of an import, in its transaction."""

from __future__ import annotations

import sqlalchemy as sa

from app import db
from app.models import Person
from app.search.index import index_establishments, index_professional, rebuild
from app.usecases.registers.run import Touched

MANY = 5_000
"""Above that many establishments, writing the whole index again is quicker."""


def index_touched(touched: Touched) -> None:
    session = db.session()
    if touched.communes or len(touched.establishments) > MANY:
        rebuild(session)  # a line of results shows its commune and zone: their names, post codes and places
        return
    if touched.establishments:
        index_establishments(session, sorted(touched.establishments))
    if touched.rpps:
        for person in session.scalars(sa.select(Person.id).where(Person.rpps.in_(touched.rpps))).all():
            index_professional(session, person)
