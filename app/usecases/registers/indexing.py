"""The search brought up to date at the end of an import, in its transaction."""

from __future__ import annotations

import sqlalchemy as sa

from app import db
from app.models import Person
from app.search.index import index_establishments, index_professionals, rebuild
from app.usecases.registers.bulk import among
from app.usecases.registers.run import Touched, Watch, unwatched

MANY = 5_000
"""Above that many establishments, writing the whole index again is quicker."""


def index_touched(touched: Touched, watch: Watch = unwatched) -> None:
    session = db.session()
    if touched.communes or len(touched.establishments) > MANY:
        rebuild(session, watch)  # a line of results shows its commune and zone: their names, post codes and places
        return
    if touched.establishments:
        changed = sorted(touched.establishments)
        index_establishments(session, watch(changed, "Recherche : établissements", len(changed)))
    if touched.rpps:
        people = session.scalars(sa.select(Person.id).where(among(Person.rpps, touched.rpps))).all()
        index_professionals(session, watch(people, "Recherche : professionnels", len(people)))
