"""After a new COG: those in office of each CPTS whose zone names a commune that ceased are told, and replace it."""

from __future__ import annotations

from collections.abc import Collection

from app.journal.catalogue import ZoneOutdated
from app.journal.record import record
from app.queries.zone_changes import holders

SYSTEM = "system"


def tell_holders(ceased: Collection[str]) -> int:
    """In the transaction of the import, which is nobody's act. Returns how many CPTS are told."""
    held = holders(ceased)
    for finess, communes in held.items():
        record(
            ZoneOutdated(
                actor=SYSTEM, subject=f"establishment:{finess}", establishment_finess=finess, communes=communes
            )
        )
    return len(held)
