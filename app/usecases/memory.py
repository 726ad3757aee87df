"""Take up again what was published, as a new revision (B-16); say that a box is still exact (B-18)."""

from __future__ import annotations

import uuid
from datetime import datetime

from app import db
from app.domain.errors import ImpossibleNow, Invalid
from app.journal.catalogue import BoxesConfirmed
from app.journal.record import record
from app.models import Establishment, Revision
from app.policies.actor import Actor, reference
from app.policies.permissions import Permission
from app.queries.restorations import Back, fingerprint, restoration
from app.queries.sheets import SheetRef, box_version
from app.usecases.base import usecase
from app.usecases.sheet_steps import StaleBoxes, Write, confirm_boxes, record_revision, write_boxes

SAME = "La fiche est déjà comme elle était alors."
SAY_WHY = "Dites pourquoi vous revenez à cette version."
NOT_HERE = "Cette fiche n’est plus celle de cette CPTS. Rechargez la page."


@usecase(Permission.ESTABLISHMENT_UPDATE)
def restore(
    actor: Actor,
    establishment: Establishment,
    *,
    until: datetime,
    seen: str,
    reason: str,
    sheet: str = "",
    box: str = "",
    restores_id: uuid.UUID | None = None,
) -> Revision:
    """Publish again, as a new revision, a box (or every box) as it was just before `until`.

    `seen`: fingerprint of what the person had in front of them. What is used downstream is never emptied. Raises
    StaleBoxes, ImpossibleNow when nothing would change, Invalid when what was published then is refused today.
    """
    if not reason.strip():
        raise Invalid({"motif": SAY_WHY})
    held = hold(establishment)
    backs = restoration(held.finess, until, sheet=sheet, box=box)
    if not backs:
        raise ImpossibleNow(SAME)
    if fingerprint(backs) != seen:
        raise StaleBoxes([(back.ref, back.box.key) for back in backs])
    revision = write_boxes(
        actor,
        held,
        [_write(back) for back in backs],
        source="restore",
        reason=reason.strip(),
        restores_id=restores_id,
    )
    if revision is None:
        raise ImpossibleNow(SAME)
    record_revision(actor, held, revision)
    return revision


@usecase(Permission.ESTABLISHMENT_CONFIRM)
def confirm_box(actor: Actor, establishment: Establishment, *, ref: SheetRef, box: str, seen: int) -> None:
    """« C’est toujours exact », of the version that the person had in front of them. Raises StaleBoxes."""
    held = hold(establishment)
    if ref.finess != held.finess:
        raise ImpossibleNow(NOT_HERE)
    if box_version(ref, box) != seen:
        raise StaleBoxes([(ref, box)])
    confirm_boxes(actor, held, [(ref, box)])
    record(
        BoxesConfirmed(
            actor=actor.reference,
            subject=reference(held),
            establishment_finess=held.finess,
            boxes=[f"{ref.key}/{box}"],
        )
    )


# ── steps ───────────────────────────────────────────────────────────────────


def hold(establishment: Establishment) -> Establishment:
    """The establishment, its row locked: whoever writes its sheets waits."""
    return db.session().get_one(
        Establishment, establishment.finess, with_for_update={"of": Establishment}, populate_existing=True
    )


def _write(back: Back) -> Write:
    """Whoever restores has seen what goes away."""
    erased = frozenset(change.field.key for change in back.restored.changes)
    return Write(back.ref, back.box.key, back.restored.values, seen=back.version, erase=erased)
