"""Boxes of a published description, edited one by one: saved, undone, drafted (S-133 to S-136, B-03, B-13, B-14)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app import clock, db
from app.domain.errors import ImpossibleNow
from app.domain.sheets.catalogue import SheetKind, find_box
from app.domain.sheets.values import Values, changes
from app.journal.catalogue import ContactConfirmed, ContactUpdated
from app.journal.record import record
from app.models import BoxDraft, Establishment, Revision, RevisionBox
from app.policies.actor import Actor, reference
from app.policies.permissions import Permission
from app.queries.sheets import SheetRef, box_states, is_described, read_sheet
from app.usecases.base import usecase
from app.usecases.sheet_steps import StaleBoxes, Write, record_revision, write_boxes

DESCRIBE_FIRST = "Cette CPTS n’est pas encore décrite. Décrivez-la d’abord dans un dossier."
NOT_HERE = "Cette fiche n’est plus celle de cette CPTS. Rechargez la page."
UNDO_WITHIN = timedelta(hours=24)
TOO_LATE = "Une modification s’annule pendant 24 heures. Corrigez l’encadré, ou restaurez une version de l’historique."
CHANGED_SINCE = "Cet encadré a changé depuis : rien n’a été annulé. Comparez, puis corrigez ce qui doit l’être."
SAVED_SINCE = "Vous avez enregistré cet encadré depuis. Rouvrez-le pour le modifier encore."
CONTACT = (SheetKind.EG, "coordonnees")
"""The one box that is edited before the first description."""
LARGEST_DRAFT = 100_000


@usecase(Permission.ESTABLISHMENT_UPDATE)
def update_box(actor: Actor, establishment: Establishment, *, write: Write) -> Revision | None:
    """Save one box; it is public at once, and the draft of that person is over. None when nothing changed.

    Raises StaleBoxes when somebody saved it meanwhile, Invalid, ImpossibleNow before the first description.
    """
    check_editable(establishment, write.ref, write.box)
    revision = write_boxes(actor, establishment, [write], source="direct")
    delete_draft(actor, write.ref.key, write.box)
    _tell(actor, establishment, revision)
    return revision


@usecase(Permission.ESTABLISHMENT_UPDATE)
def undo_revision(actor: Actor, establishment: Establishment, *, revision: Revision) -> Revision | None:
    """« Annuler »: every box of a direct edit of less than 24 hours as it was before.

    Raises ImpossibleNow when one of them changed since, Invalid when that would empty what the SAS needs.
    """
    if revision.establishment_finess != establishment.finess or revision.source != "direct":
        raise ImpossibleNow(NOT_HERE)
    if clock.now() - revision.at > UNDO_WITHIN:
        raise ImpossibleNow(TOO_LATE)
    try:
        undone = write_boxes(
            actor,
            establishment,
            [_backwards(establishment, box) for box in revision.boxes],
            source="undo",
            restores_id=revision.id,
        )
    except StaleBoxes as error:
        raise ImpossibleNow(CHANGED_SINCE) from error
    _tell(actor, establishment, undone)
    return undone


@usecase(Permission.ESTABLISHMENT_UPDATE)
def save_draft(
    actor: Actor, establishment: Establishment, *, ref: SheetRef, box: str, fields: list[tuple[str, str]], seen: int
) -> None:
    """What somebody is typing, as it is: nobody else reads it. No journal: nothing is published, no right changes.

    Raises ImpossibleNow when they saved that box since: what comes late is not a draft of what is there now.
    """
    check_editable(establishment, ref, box)
    _wait_for_a_save(establishment)
    state = box_states([ref]).get((ref.key, box))
    if state is not None and seen < state.version and state.updated_by_id == actor.account_id:
        raise ImpossibleNow(SAVED_SINCE)
    put_draft(actor, ref.key, box, fields, seen)


@usecase(Permission.ESTABLISHMENT_UPDATE)
def drop_draft(actor: Actor, establishment: Establishment, *, ref: SheetRef, box: str) -> None:
    """« Annuler », « Reprendre la version enregistrée »."""
    check_editable(establishment, ref, box)
    delete_draft(actor, ref.key, box)


# ── steps ───────────────────────────────────────────────────────────────────


def check_editable(establishment: Establishment, ref: SheetRef, box: str) -> None:
    """Raises ImpossibleNow: the first description takes a dossier (S-133)."""
    if ref.finess != establishment.finess:
        raise ImpossibleNow(NOT_HERE)
    if (ref.kind, box) != CONTACT and not is_described(establishment.finess):
        raise ImpossibleNow(DESCRIBE_FIRST)


def put_draft(actor: Actor, sheet: str, box: str, fields: list[tuple[str, str]], seen: int) -> None:
    """One a person and box, the last one stays. Raises ImpossibleNow when it is too long to be a form of ours."""
    if sum(len(name) + len(value) for name, value in fields) > LARGEST_DRAFT:
        raise ImpossibleNow("Ce brouillon est trop long pour être gardé. Enregistrez l’encadré.")
    session = db.session()
    insert: Any = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = {"fields": [list(pair) for pair in fields], "base_version": seen, "saved_at": clock.now()}
    session.execute(
        insert(BoxDraft)
        .values(account_id=actor.account_id, sheet=sheet, box=box, **row)
        .on_conflict_do_update(index_elements=["account_id", "sheet", "box"], set_=row)
    )


def _wait_for_a_save(establishment: Establishment) -> None:
    """An autosave that crosses the save of the same person comes after it."""
    row = sa.select(Establishment.finess).where(Establishment.finess == establishment.finess)
    db.session().execute(row.with_for_update(read=True))


def delete_draft(actor: Actor, sheet: str, box: str) -> None:
    db.session().execute(
        sa.delete(BoxDraft).where(BoxDraft.account_id == actor.account_id, BoxDraft.sheet == sheet, BoxDraft.box == box)
    )


def contact_write(
    establishment: Establishment,
    values: Mapping[str, str | None],
    *,
    seen: int | None = None,
    erase: frozenset[str] = frozenset(),
) -> Write:
    """These values of the box « Coordonnées », the others as they are."""
    ref = SheetRef(establishment.finess)
    return Write(ref, CONTACT[1], read_sheet(ref)[CONTACT[1]] | dict(values), seen=seen, erase=erase)


def contact_changes(revision: Revision | None) -> tuple[dict[str, str | None], dict[str, str | None]]:
    """Of the box « Coordonnées »: what changed, before and after, as its events say it."""
    box, rows = find_box(*CONTACT), revision.boxes if revision else []
    changed = [change for row in rows if box for change in changes(box, row.before, row.after)]
    return (
        {change.field.key: change.before for change in changed},
        {change.field.key: change.after for change in changed},
    )


def _backwards(establishment: Establishment, row: RevisionBox) -> Write:
    unit = row.sheet.removeprefix("uo-") if row.sheet.startswith("uo-") else None
    ref = SheetRef(establishment.finess, int(unit) if unit else None)
    before: Values = row.before or {}
    return Write(ref, row.box, before, seen=row.version, erase=frozenset(row.after))


def _tell(actor: Actor, establishment: Establishment, revision: Revision | None) -> None:
    """The one event of the act: the contact details keep theirs, nothing changed is a confirmation."""
    told = {
        "actor": actor.reference,
        "subject": reference(establishment),
        "establishment_finess": establishment.finess,
    }
    if revision is None:
        record(ContactConfirmed(**told))
    elif {(row.sheet, row.box) for row in revision.boxes} == {(f"eg-{establishment.finess}", CONTACT[1])}:
        before, after = contact_changes(revision)
        record(ContactUpdated(**told, before=before, after=after))
    else:
        record_revision(actor, establishment, revision)
