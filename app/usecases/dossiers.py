"""The life of a dossier collaboratif on the side of the CPTS: open, name, send for validation, take back, abandon."""

from __future__ import annotations

import uuid

from app import clock, db
from app.domain.dossiers import DossierStatus, SheetState, check_move
from app.domain.errors import ImpossibleNow, Invalid
from app.domain.sheets.catalogue import SheetKind
from app.journal.catalogue import (
    DossierCancelled,
    DossierDetailed,
    DossierOpened,
    DossierReopened,
    DossierSubmitted,
)
from app.models import Dossier, DossierBox, DossierSheet, Establishment
from app.policies.actor import Actor, Role
from app.policies.permissions import Permission
from app.queries.dossier_sheets import Proposed, proposed_of
from app.queries.sheet_findings import blocking_of
from app.queries.sheets import box_states, read_sheets, refs_of
from app.usecases.base import usecase
from app.usecases.dossier_steps import LONGEST_NOTES, lock, lock_draft, name_given, new_sheet, sign, tell, touch

DETAILS_CHANGED = "Le nom ou les notes ont été modifiés pendant votre saisie. La vôtre est encore à l’écran."
NOT_GREEN = "Toutes les fiches doivent être finalisées avant l’envoi."
NO_UNIT = "Créez au moins une unité : c’est elle que le SAS affiche."


@usecase(Permission.DOSSIER_CREATE)
def open_dossier(actor: Actor, establishment: Establishment, *, name: str) -> Dossier:
    """A draft that starts from what is published: the establishment's sheet and those of its open units.

    Raises Invalid (nom), ImpossibleNow when the CPTS has an open one (uq_dossier_open).
    """
    assert actor.account_id is not None  # noqa: S101 – the permission asks for an office or an agent
    session, now = db.session(), clock.now()
    origin = "cpts" if actor.mandate_in(establishment.finess, Role.PRESIDENT, Role.REFERENT) else "centre"
    dossier = Dossier(
        id=uuid.uuid4(),
        establishment_finess=establishment.finess,
        name=name_given(name),
        status=DossierStatus.DRAFT.value,
        origin=origin,
        created_by_account_id=actor.account_id,
        created_at=now,
        updated_at=now,
    )
    session.add(dossier)
    session.flush()
    _take_published(dossier)
    sign(actor, dossier, "opened")
    tell(DossierOpened, actor, dossier, origin=origin)
    return dossier


@usecase(Permission.DOSSIER_WRITE)
def save_details(actor: Actor, dossier: Dossier, *, name: str, notes: str | None, seen: int) -> None:
    """Its name and its notes (S-126). Raises Invalid (nom, notes), ImpossibleNow when somebody saved meanwhile."""
    lock_draft(dossier)
    if dossier.version != seen:
        raise ImpossibleNow(DETAILS_CHANGED)
    notes = (notes or "").strip() or None
    if notes and len(notes) > LONGEST_NOTES:
        raise Invalid({"notes": f"Raccourcissez ces notes : {LONGEST_NOTES} caractères au plus."})
    dossier.name, dossier.notes, dossier.version = name_given(name), notes, dossier.version + 1
    touch(dossier)
    tell(DossierDetailed, actor, dossier)


@usecase(Permission.DOSSIER_SUBMIT)
def submit_dossier(actor: Actor, dossier: Dossier) -> DossierStatus:
    """To the president; from a president, which counts as the first validation, to the service centre (S-127).

    Raises ImpossibleNow: not a draft, no unit, a sheet that is not final or no longer fit to be published.
    """
    lock(dossier)
    presidency = actor.mandate_in(dossier.establishment_finess, Role.PRESIDENT)
    wanted = DossierStatus.TO_REVIEW if presidency else DossierStatus.TO_APPROVE
    check_move(dossier.status, wanted)
    if dossier.status != DossierStatus.DRAFT:
        raise ImpossibleNow(f"Ce dossier est {DossierStatus(dossier.status).label}.")
    check_all_final(proposed_of(dossier))
    now = clock.now()
    dossier.status, dossier.round = wanted.value, dossier.round + 1
    dossier.submitted_at, dossier.submitted_by_account_id = now, actor.account_id
    sign(actor, dossier, "submitted")
    if presidency is not None:
        dossier.approved_at, dossier.approved_by_account_id = now, actor.account_id
        dossier.approving_mandate_id = presidency.id
        sign(actor, dossier, "approved")
    touch(dossier)
    tell(DossierSubmitted, actor, dossier, status=wanted.value, round=dossier.round)
    return wanted


@usecase(Permission.DOSSIER_SUBMIT)
def take_back(actor: Actor, dossier: Dossier) -> None:
    """A draft again, while its president has not answered. Raises ImpossibleNow."""
    lock(dossier)
    if dossier.status != DossierStatus.TO_APPROVE:
        raise ImpossibleNow(f"Ce dossier est {DossierStatus(dossier.status).label}.")
    dossier.status = DossierStatus.DRAFT.value
    sign(actor, dossier, "reopened")
    touch(dossier)
    tell(DossierReopened, actor, dossier)


@usecase(Permission.DOSSIER_CANCEL)
def cancel_dossier(actor: Actor, dossier: Dossier) -> None:
    """Nothing of it will be published; it is kept, and another may be opened. Raises ImpossibleNow."""
    lock(dossier)
    check_move(dossier.status, DossierStatus.CANCELLED)
    was, dossier.status = dossier.status, DossierStatus.CANCELLED.value
    sign(actor, dossier, "cancelled")
    touch(dossier)
    tell(DossierCancelled, actor, dossier, status=was)


# ── steps ───────────────────────────────────────────────────────────────────


def check_all_final(sheets: list[Proposed]) -> None:
    """Raises ImpossibleNow unless every sheet is final, still fit to be published, and one is a unit's."""
    if not any(sheet.kind is SheetKind.UO for sheet in sheets):
        raise ImpossibleNow(NO_UNIT)
    grey = [sheet.title for sheet in sheets if sheet.state is not SheetState.FINAL]
    if grey:
        raise ImpossibleNow(f"{NOT_GREEN} Il reste : {', '.join(grey)}.")
    unfit = [sheet.title for sheet, found in blocking_of(sheets).items() if found]
    if unfit:
        raise ImpossibleNow(f"Ces fiches sont à revoir avant l’envoi : {', '.join(unfit)}.")


def _take_published(dossier: Dossier) -> None:
    """A bounded number of statements whatever the units and their communes."""
    session, refs = db.session(), refs_of(dossier.establishment_finess)
    published, states = read_sheets(refs), box_states(refs)
    sheets: list[DossierSheet] = []
    boxes: list[DossierBox] = []
    for position, ref in enumerate(refs):
        sheet = new_sheet(dossier, ref.kind, position, unit_id=ref.unit_id)
        sheets.append(sheet)
        for box, values in published[ref].items():
            state = states.get((ref.key, box))
            boxes.append(
                DossierBox(
                    sheet_id=sheet.id,
                    box=box,
                    base=values,
                    base_version=state.version if state else 0,
                    values=values,
                    sources={},
                    version=1,
                    updated_at=dossier.created_at,
                )
            )
    session.add_all(sheets)
    session.flush()
    session.add_all(boxes)
    session.flush()
