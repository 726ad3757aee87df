"""Communes whose name begins with what somebody is typing, to be added to a zone or put in an address."""

from __future__ import annotations

import sqlalchemy as sa

from app import db
from app.models import Commune
from app.queries.typed_communes import NamedPlace, places_named
from app.search.normalise import words
from app.search.tables import place

SHORTEST = 2
READ = 60
SHOWN = 8
LONGEST = 60


def communes_like(text: str, region: str) -> list[NamedPlace]:
    """By name or code, those of the portal's region first, then the largest; in three statements."""
    typed = " ".join(words(text[:LONGEST]))
    if len(typed) < SHORTEST:
        return []
    begun = (
        sa.select(place.c.insee, place.c.key)
        .join(Commune, Commune.insee == place.c.insee)
        .where(place.c.key >= typed, place.c.key < typed + "~", Commune.ceased_at.is_(None))
        .order_by(Commune.region != region, place.c.population.desc(), place.c.insee)
    )
    rows = db.session().execute(begun.limit(READ)).all()
    ranks: dict[str, tuple[bool, int]] = {}
    for rank, (insee, key) in enumerate(rows):
        ranks.setdefault(insee, (key != typed, rank))
    if len(typed) == len("84031"):
        ranks.setdefault(typed.upper(), (False, 0))
    found = places_named(ranks)
    return sorted(found, key=lambda one: (one.region != region, *ranks[one.insee]))[:SHOWN]
