"""Move a unit under another establishment, an establishment under another legal entity (S-100).

Three levels, each under the one above: a cycle cannot be written, and what is no place for it is refused. A unit keeps
its identifier (RG_EXP_042), its zone, its contacts, its hours; who may edit it changes with the establishment. It goes
when nobody is attached to it, waits to be, or works on it: their rights were given by the CPTS it leaves.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from app import clock, db
from app.domain.errors import ImpossibleNow, Invalid
from app.journal.catalogue import StructureMoved, StructureMoveUndone
from app.journal.record import record
from app.models import Contact, Establishment, LegalEntity, SheetBox, StructureMove, Unit
from app.policies.actor import Actor, reference
from app.policies.permissions import Permission
from app.queries.moves import Hold, hold_of, stands
from app.queries.sheets import SheetRef
from app.search.index import index_establishments
from app.usecases.base import usecase

MOVED_MEANWHILE = "Ce qui devait être déplacé l’a été entre-temps. Rechargez la page."
UNDONE_ALREADY = "Ce déplacement a déjà été annulé, ou suivi d’un autre."
NO_REASON = "Écrivez pourquoi : le motif reste dans l’historique."
SAME_PLACE = "C’est déjà là. Choisissez une autre destination."


@usecase(Permission.STRUCTURE_MOVE)
def move_unit(actor: Actor, unit: Unit, *, destination: Establishment, seen: str, reason: str) -> StructureMove:
    """`seen`: the establishment the agent saw it under. Raises Invalid, ImpossibleNow."""
    if not reason.strip():
        raise Invalid({"motif": NO_REASON})
    if unit.establishment_finess != seen:
        raise ImpossibleNow(MOVED_MEANWHILE)
    if sentence := no_place_for_unit(unit, destination):
        raise Invalid({"destination": sentence})
    _put_unit(unit, seen, destination.finess)
    return _moved(actor, StructureMove(unit_id=unit.id), seen, destination.finess, reason, (seen, destination.finess))


@usecase(Permission.STRUCTURE_MOVE)
def move_establishment(
    actor: Actor, establishment: Establishment, *, destination: LegalEntity, seen: str | None, reason: str
) -> StructureMove:
    if not reason.strip():
        raise Invalid({"motif": NO_REASON})
    if establishment.legal_entity_finess != seen:
        raise ImpossibleNow(MOVED_MEANWHILE)
    if sentence := no_place_for_establishment(establishment, destination):
        raise Invalid({"destination": sentence})
    _put_establishment(establishment, seen, destination.finess)
    row = StructureMove(establishment_finess=establishment.finess)
    return _moved(actor, row, seen, destination.finess, reason, (establishment.finess,))


@usecase(Permission.STRUCTURE_MOVE)
def undo_move(actor: Actor, move: StructureMove) -> None:
    """Back where it was, under the same conditions. Raises ImpossibleNow when it was moved again, or undone."""
    session = db.session()
    session.execute(sa.select(StructureMove.id).where(StructureMove.id == move.id).with_for_update())
    session.refresh(move)
    if move.undone_at is not None or not stands(move):
        raise ImpossibleNow(UNDONE_ALREADY)
    if move.unit is not None:
        _check_origin(move)
        _put_unit(move.unit, move.destination, move.origin or "")
        chains: Sequence[str] = (move.destination, move.origin or "")
    else:
        assert move.establishment is not None  # noqa: S101 – ck_structure_move_one_structure
        _put_establishment(move.establishment, move.destination, move.origin)
        chains = (move.establishment.finess,)
    move.undone_at, move.undone_by_account_id = clock.now(), actor.account_id
    session.flush()
    _tell(StructureMoveUndone, actor, move, chains, origin=move.destination, destination=move.origin)


# ── what is a place for what ────────────────────────────────────────────────


def no_place_for_unit(unit: Unit, destination: Establishment) -> str | None:
    """Why a unit cannot hang there; None when it can."""
    if destination.finess == unit.establishment_finess:
        return SAME_PLACE
    if destination.closed_on is not None:
        return "Cet établissement est fermé : rien ne peut y être rangé."
    if not destination.is_cpts:
        return "Cet établissement n’est pas une CPTS : personne n’y tient la fiche d’une unité de CPTS."
    return None


def no_place_for_establishment(establishment: Establishment, destination: LegalEntity) -> str | None:
    if destination.finess == establishment.legal_entity_finess:
        return SAME_PLACE
    if destination.finess == establishment.finess:
        return "Un établissement ne dépend pas de lui-même."
    return None


def held_sentence(hold: Hold) -> str:
    """Why a unit cannot go now."""
    told = [
        f"{count} {one if count == 1 else many}"
        for count, one, many in (
            (hold.attached, "professionnel y est rattaché", "professionnels y sont rattachés"),
            (hold.pending, "demande est en cours", "demandes sont en cours"),
            (hold.dossiers, "dossier collaboratif est ouvert", "dossiers collaboratifs sont ouverts"),
        )
        if count
    ]
    return f"Cette unité ne peut pas être déplacée maintenant : {', '.join(told)}."


# ── steps ───────────────────────────────────────────────────────────────────


def _put_unit(unit: Unit, seen: str, destination: str) -> None:
    """Establishments first, in order: two moves that cross wait for each other instead of blocking each other."""
    session = db.session()
    both = sa.select(Establishment.finess).where(Establishment.finess.in_((seen, destination)))
    session.execute(both.order_by(Establishment.finess).with_for_update())
    session.refresh(unit, with_for_update=True)
    if unit.establishment_finess != seen or unit.closed_on is not None:
        raise ImpossibleNow(MOVED_MEANWHILE)
    if hold := hold_of(unit.id):
        raise ImpossibleNow(held_sentence(hold))
    now = clock.now()
    unit.establishment_finess, unit.updated_at = destination, now
    session.flush()
    session.execute(sa.update(Contact).where(Contact.unit_id == unit.id).values(establishment_finess=destination))
    boxes = sa.update(SheetBox).where(SheetBox.sheet == SheetRef(destination, unit.id).key)
    session.execute(boxes.values(establishment_finess=destination))
    dated = sa.update(Establishment).where(Establishment.finess.in_((seen, destination)))
    session.execute(dated.values(updated_at=now))
    index_establishments(session, (seen, destination))


def _put_establishment(establishment: Establishment, seen: str | None, destination: str | None) -> None:
    session = db.session()
    session.refresh(establishment, with_for_update=True)
    if establishment.legal_entity_finess != seen:
        raise ImpossibleNow(MOVED_MEANWHILE)
    establishment.legal_entity_finess, establishment.updated_at = destination, clock.now()
    index_establishments(session, (establishment.finess,))


def _check_origin(move: StructureMove) -> None:
    origin = db.session().get(Establishment, move.origin)
    if origin is None or origin.closed_on is not None:
        raise ImpossibleNow("L’établissement d’où vient cette unité est fermé : elle ne peut pas y revenir.")


def _moved(
    actor: Actor, move: StructureMove, origin: str | None, destination: str, reason: str, chains: Sequence[str]
) -> StructureMove:
    assert actor.account_id is not None  # noqa: S101 – agents are signed in
    move.origin, move.destination, move.reason, move.at = origin, destination, reason.strip(), clock.now()
    move.moved_by_account_id = actor.account_id
    db.session().add(move)
    db.session().flush()
    _tell(StructureMoved, actor, move, chains, origin=origin, destination=destination, reason=move.reason)
    return move


def _tell(event: type, actor: Actor, move: StructureMove, chains: Sequence[str], **fields: str | None) -> None:
    """In the chain of each CPTS concerned, in the same order for all."""
    structure = f"unit:{move.unit_id}" if move.unit_id else f"establishment:{move.establishment_finess}"
    for finess in sorted(chains):
        record(
            event(
                actor=actor.reference,
                subject=structure,
                concerned=reference(move),
                establishment_finess=finess,
                move_id=str(move.id),
                **fields,
            )
        )
