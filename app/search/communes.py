"""Names of communes close to what somebody typed: one or two edits, as the search forgives them.

The search knows the words of its documents; a commune that no zone holds is in none of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import Connection, bindparam, select

from app.search.tables import place
from app.search.typo import LONG, SHORTEST

ALIKE = select(place.c.key, place.c.insee, place.c.population).where(
    place.c.key >= bindparam("first"), place.c.key < bindparam("end")
)
KEPT = 20


def spelt_like(connection: Connection, typed: str) -> list[str]:
    """INSEE codes, the closest spelling first, then the largest; the first letter is right. One statement."""
    if len(typed) < SHORTEST or not typed[0].isalpha():
        return []
    rows = connection.execute(ALIKE, {"first": typed[0], "end": typed[0] + "~"}).all()
    keys = sorted({row.key for row in rows})
    most = 2 if len(typed) >= LONG else 1
    near = {key: edits for key, edits, _ in process.extract(typed, keys, scorer=OSA.distance, score_cutoff=most)}
    closest = min(near.values(), default=0)
    found = [row for row in rows if near.get(row.key) == closest]
    ordered: Sequence[str] = [row.insee for row in sorted(found, key=lambda row: (-row.population, row.insee))]
    return list(dict.fromkeys(ordered))[:KEPT]
