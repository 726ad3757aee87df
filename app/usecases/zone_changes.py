"""After a new COG: those in office of each CPTS whose zone names a commune that ceased are told, and replace it."""

from __future__ import annotations

from collections.abc import Collection

from app.domain import zones
from app.domain.errors import ImpossibleNow, Invalid
from app.journal.catalogue import ZoneOutdated
from app.journal.record import record
from app.models import Establishment, Unit
from app.policies.actor import Actor
from app.policies.permissions import Permission
from app.queries.sheets import SheetRef, box_version, read_sheet
from app.queries.zone_changes import Replacement, holders, replacements
from app.usecases.base import usecase
from app.usecases.descriptions import check_editable
from app.usecases.sheet_steps import Write, record_revision, write_boxes

SYSTEM = "system"
NOT_HELD = "La zone ne contient plus cette commune. Rechargez la page."


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


@usecase(Permission.ESTABLISHMENT_UPDATE)
def replace_ceased(actor: Actor, establishment: Establishment, *, unit: Unit, gone: str) -> str:
    """« Remplacer Monteux par Pernes-les-Fontaines », in one click. Returns what was done, in a sentence.

    Raises ImpossibleNow when the zone holds that commune no more, or nothing else.
    """
    ref = SheetRef(establishment.finess, unit.id)
    check_editable(establishment, ref, "zone")
    version, zone = box_version(ref, "zone"), read_sheet(ref)["zone"]["communes"]
    found = next((one for one in replacements(unit_ids=[unit.id]) if one.gone.insee == gone), None)
    if found is None:
        raise ImpossibleNow(NOT_HELD)
    became = [place.insee for place in found.successors]
    composed = zones.replace(zone, gone, became) if became else zones.remove(zone, [gone])
    write = Write(ref, "zone", {"communes": sorted(composed.codes)}, seen=version)
    try:
        revision = write_boxes(actor, establishment, [write], source="direct", reason=_merger(found))
    except Invalid as error:
        raise ImpossibleNow(str(error)) from error
    if revision is not None:
        record_revision(actor, establishment, revision)
    return _merger(found)


def _merger(found: Replacement) -> str:
    if not found.successors:
        return f"{found.gone.name}, qui n’est plus une commune, est retirée de la zone."
    became = " et ".join(place.name for place in found.successors)
    return f"{found.gone.name}, qui n’est plus une commune, est remplacée par {became}."
