"""The steps that acts on a dossier are made of: lock, check, sign, tell."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa

from app import clock, db
from app.domain.dossiers import DossierStatus, SheetState
from app.domain.errors import ImpossibleNow, Invalid
from app.domain.sheets.catalogue import BOXES, SheetKind
from app.domain.sheets.values import Values, canonical
from app.journal.catalogue import DossierFact
from app.journal.record import record
from app.models import Dossier, DossierBox, DossierSheet, DossierStep
from app.policies.actor import Actor, reference
from app.usecases.sheet_steps import role_of

FROZEN = "Ce dossier est {state} : personne n’y écrit. Rien n’a été enregistré."
NO_NAME = "Donnez un nom à ce dossier."
LONGEST_NAME, LONGEST_NOTES = 200, 4000
SYSTEM = "system"


def lock(dossier: Dossier) -> None:
    """The row as it is now, kept until the commit: of writing and sending, the second sees the first."""
    db.session().refresh(dossier, with_for_update={"of": Dossier})


def lock_draft(dossier: Dossier) -> None:
    """Likewise. Raises ImpossibleNow when it is frozen (S-127)."""
    lock(dossier)
    if DossierStatus(dossier.status).frozen:
        raise ImpossibleNow(FROZEN.format(state=DossierStatus(dossier.status).label))


def name_given(name: str | None) -> str:
    """Raises Invalid on `nom`."""
    text = " ".join((name or "").split())
    if not text:
        raise Invalid({"nom": NO_NAME})
    if len(text) > LONGEST_NAME:
        raise Invalid({"nom": f"Raccourcissez ce nom : {LONGEST_NAME} caractères au plus."})
    return text


def sheet_of(dossier: Dossier, sheet_id: uuid.UUID) -> DossierSheet:
    """As it is now. Raises ImpossibleNow when somebody removed it meanwhile."""
    found = db.session().get(DossierSheet, sheet_id, populate_existing=True)
    if found is None or found.dossier_id != dossier.id:
        raise ImpossibleNow("Cette fiche a été retirée du dossier.")
    return found


def new_sheet(dossier: Dossier, kind: SheetKind, position: int, **values: Any) -> DossierSheet:
    return DossierSheet(
        id=uuid.uuid4(), dossier_id=dossier.id, kind=kind.value, position=position, state=SheetState.TODO, **values
    )


def blank_boxes(sheet: DossierSheet, known: dict[str, Values] | None = None) -> list[DossierBox]:
    """The boxes of a unit that does not exist yet; `known`: what is said of it already."""
    kind, told = SheetKind(sheet.kind), known or {}
    return [
        DossierBox(
            sheet_id=sheet.id,
            box=box.key,
            base=None,
            base_version=0,
            values=canonical(box, told.get(box.key, {})),
            sources={},
            version=1,
            updated_at=clock.now(),
        )
        for box in BOXES[kind]
    ]


def reopen_sheet(sheet: DossierSheet) -> None:
    """Somebody wrote in it: it is no longer final (S-112)."""
    sheet.state = SheetState.STARTED.value
    sheet.finalised_at = sheet.finalised_by_account_id = None


def touch(dossier: Dossier) -> None:
    dossier.updated_at = clock.now()


def sign(actor: Actor, dossier: Dossier, step: str, comment: str | None = None) -> None:
    """Who did this step, when, as what; kept for ever."""
    assert actor.account_id is not None  # noqa: S101 – every permission on a dossier asks for an office or an agent
    db.session().add(
        DossierStep(
            dossier_id=dossier.id,
            round=dossier.round,
            step=step,
            at=clock.now(),
            account_id=actor.account_id,
            role=role_of(actor, dossier.establishment_finess) or "agent",
            comment=comment,
        )
    )


def tell(event: type[DossierFact], actor: Actor | None, dossier: Dossier, **told: Any) -> None:
    """The one event of the act; last, the chain of the CPTS is held until the commit."""
    db.session().flush()
    record(
        event(
            actor=actor.reference if actor else SYSTEM,
            subject=reference(dossier),
            establishment_finess=dossier.establishment_finess,
            dossier_id=str(dossier.id),
            **told,
        )
    )


def names_of_units(dossier: Dossier) -> set[str]:
    """Of the sheets of the dossier."""
    rows = (
        sa.select(DossierBox.values)
        .join(DossierSheet, DossierSheet.id == DossierBox.sheet_id)
        .where(DossierSheet.dossier_id == dossier.id, DossierBox.box == "offre")
    )
    return {values["name"] for values in db.session().scalars(rows) if values.get("name")}
