"""Write in a dossier: save a box, add and remove units, finalise sheets."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from app import clock, db
from app.domain.dossiers import MOST_UNITS, SheetState, unit_names
from app.domain.errors import ImpossibleNow, Invalid
from app.domain.sheets.catalogue import Box, SheetKind, find_box
from app.domain.sheets.rules import Finding, invariants_broken
from app.domain.sheets.values import Values, canonical, changes, erased, is_blank, refused_blanks
from app.journal.catalogue import (
    DossierBoxSaved,
    DossierSheetsFinalised,
    DossierUnitRemoved,
    DossierUnitsAdded,
)
from app.models import BoxDraft, Dossier, DossierBox, DossierBoxPast, DossierSheet
from app.policies.actor import Actor, Role
from app.policies.permissions import Permission
from app.queries.dossier_sheets import Proposed, proposed_of
from app.queries.sheet_findings import blocking_of
from app.usecases.base import usecase
from app.usecases.descriptions import delete_draft
from app.usecases.dossier_steps import (
    blank_boxes,
    lock_draft,
    names_of_units,
    new_sheet,
    reopen_sheet,
    sheet_of,
    tell,
    touch,
)
from app.usecases.sheet_steps import CHANGED_MEANWHILE, CONFIRM_ERASING

TYPE_FIRST = "Choisissez d’abord le type de l’unité : le reste de la fiche en dépend."
HOW_MANY = f"Indiquez un nombre d’unités de 1 à {MOST_UNITS}."
PUBLISHED_STAYS = "Cette fiche est publiée : elle reste dans le dossier."
CENTRE = "centre"
"""In `sources`: the field was filled by the service centre."""


class StaleBox(ImpossibleNow):
    """409: somebody saved this box since it was read."""


class NotFinal(Invalid):
    """422: what is missing or wrong in the sheet, field by field."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__({f"{finding.box}/{finding.field}": finding.sentence for finding in findings})
        self.findings = findings


@dataclass(frozen=True)
class Finalised:
    """`done`: those now final, `failing`: what keeps each of the others from it. None is left unsaid (S-125)."""

    done: list[Proposed]
    failing: dict[Proposed, list[Finding]]


@usecase(Permission.DOSSIER_WRITE)
def save_box(
    actor: Actor,
    dossier: Dossier,
    *,
    sheet_id: uuid.UUID,
    box: str,
    values: Values,
    seen: int | None,
    erase: Collection[str] = (),
) -> list[str]:
    """Keep what is said so far, complete or not (S-110): the fields that changed. The sheet is no longer final.

    Raises StaleBox, ImpossibleNow (frozen, type first), Invalid (field → sentence): what is published and used
    downstream is never emptied, and no other value is without saying so.
    """
    described = check_writable(dossier, sheet_id, box)
    sheet = sheet_of(dossier, sheet_id)
    row = db.session().get_one(DossierBox, (sheet.id, box), populate_existing=True)
    if seen is not None and seen != row.version:
        raise StaleBox(CHANGED_MEANWHILE)
    told = canonical(described, values)
    _check_values(described, row, told, erase)
    changed = [change.field.key for change in changes(described, row.values, told)]
    delete_draft(actor, draft_key(sheet.id), box)
    if changed:
        db.session().add(DossierBoxPast(sheet_id=row.sheet_id, box=box, version=row.version, values=row.values))
        row.values, row.version, row.updated_at = told, row.version + 1, clock.now()
        row.updated_by_account_id = actor.account_id
        row.sources = _sources(actor, dossier, row, changed)
        reopen_sheet(sheet)
        touch(dossier)
        tell(DossierBoxSaved, actor, dossier, sheet_id=str(sheet.id), fields=[f"{box}/{field}" for field in changed])
    return changed


@usecase(Permission.DOSSIER_WRITE)
def add_units(actor: Actor, dossier: Dossier, *, number: int | None, named: str = "") -> list[uuid.UUID]:
    """That many new units, `<CPTS> n` (S-113); `named`: the CPTS as people write it. Raises Invalid (nombre)."""
    if number is None or not 1 <= number <= MOST_UNITS:
        raise Invalid({"nombre": HOW_MANY})
    lock_draft(dossier)
    last = sa.select(sa.func.max(DossierSheet.position)).where(DossierSheet.dossier_id == dossier.id)
    position = (db.session().scalar(last) or 0) + 1
    place = named or dossier.establishment.name
    by = actor.account_id if _is_centre(actor, dossier) else None
    added = [new_sheet(dossier, SheetKind.UO, position + rank, prepared_by_account_id=by) for rank in range(number)]
    db.session().add_all(added)
    db.session().flush()
    names = unit_names(place, number, names_of_units(dossier))
    for sheet, name in zip(added, names, strict=True):
        db.session().add_all(blank_boxes(sheet, {"offre": {"name": name}}))
    touch(dossier)
    tell(DossierUnitsAdded, actor, dossier, sheet_ids=[str(sheet.id) for sheet in added])
    return [sheet.id for sheet in added]


@usecase(Permission.DOSSIER_WRITE)
def remove_unit(actor: Actor, dossier: Dossier, *, sheet_id: uuid.UUID) -> None:
    """A unit that is not published leaves the dossier. Raises ImpossibleNow for one that is."""
    lock_draft(dossier)
    sheet = sheet_of(dossier, sheet_id)
    if sheet.kind != SheetKind.UO or sheet.unit_id is not None:
        raise ImpossibleNow(PUBLISHED_STAYS)
    session = db.session()
    session.execute(sa.delete(BoxDraft).where(BoxDraft.sheet == draft_key(sheet.id)))
    session.execute(sa.delete(DossierSheet).where(DossierSheet.id == sheet.id))
    touch(dossier)
    tell(DossierUnitRemoved, actor, dossier, sheet_id=str(sheet_id))


@usecase(Permission.DOSSIER_WRITE)
def finalise_sheet(actor: Actor, dossier: Dossier, *, sheet_id: uuid.UUID) -> None:
    """The sheet turns green when nothing is missing (S-111). Raises NotFinal."""
    lock_draft(dossier)
    sheet_of(dossier, sheet_id)
    wanted = [sheet for sheet in proposed_of(dossier) if sheet.id == sheet_id]
    findings = [finding for found in blocking_of(wanted).values() for finding in found]
    if findings:
        raise NotFinal(findings)
    _finalise(actor, dossier, wanted)


@usecase(Permission.DOSSIER_WRITE)
def finalise_sheets(actor: Actor, dossier: Dossier) -> Finalised:
    """Those that can be; the others are told, with why (S-125)."""
    lock_draft(dossier)
    waiting = [sheet for sheet in proposed_of(dossier) if sheet.state is not SheetState.FINAL]
    found = blocking_of(waiting)
    done = [sheet for sheet in waiting if not found[sheet]]
    if done:
        _finalise(actor, dossier, done)
    return Finalised(done, {sheet: findings for sheet, findings in found.items() if findings})


# ── steps ───────────────────────────────────────────────────────────────────


def draft_key(sheet_id: uuid.UUID) -> str:
    """As drafts name the sheet of a dossier (BoxDraft.sheet)."""
    return f"fiche-{sheet_id}"


def check_writable(dossier: Dossier, sheet_id: uuid.UUID, box: str) -> Box:
    """Locks the dossier; the box. Raises ImpossibleNow (frozen, sheet removed, type first), KeyError."""
    lock_draft(dossier)
    sheet = sheet_of(dossier, sheet_id)
    found = find_box(SheetKind(sheet.kind), box)
    if found is None:
        raise KeyError(box)
    _check_type_first(sheet, box)
    return found


def _check_type_first(sheet: DossierSheet, box: str) -> None:
    if sheet.kind != SheetKind.UO or box == "offre":
        return
    offre = db.session().get_one(DossierBox, (sheet.id, "offre"), populate_existing=True)
    if is_blank(offre.values.get("type_code")):
        raise ImpossibleNow(TYPE_FIRST)


def _check_values(described: Box, row: DossierBox, told: Values, erase: Collection[str]) -> None:
    """Raises Invalid. What is missing or does not fit yet is said on the sheet, and refused when it is finalised."""
    refusals = refused_blanks(described, row.base, told)
    for field in erased(described, row.values, told):
        if field.key not in erase:
            refusals.setdefault(field.key, CONFIRM_ERASING)
    if row.base is not None:
        for finding in invariants_broken({row.box: row.base}, {row.box: told}):
            refusals.setdefault(finding.field, finding.sentence)
    if refusals:
        raise Invalid(refusals)


def _sources(actor: Actor, dossier: Dossier, row: DossierBox, changed: list[str]) -> dict[str, str]:
    """Field by field, what the service centre filled; what the CPTS writes becomes its own (S-119)."""
    kept = {field: source for field, source in row.sources.items() if field not in changed}
    return kept | (dict.fromkeys(changed, CENTRE) if _is_centre(actor, dossier) else {})


def _is_centre(actor: Actor, dossier: Dossier) -> bool:
    return actor.mandate_in(dossier.establishment_finess, Role.PRESIDENT, Role.REFERENT) is None


def _finalise(actor: Actor, dossier: Dossier, sheets: list[Proposed]) -> None:
    signed = {
        "state": SheetState.FINAL.value,
        "finalised_at": clock.now(),
        "finalised_by_account_id": actor.account_id,
    }
    ids = [sheet.id for sheet in sheets]
    db.session().execute(sa.update(DossierSheet).where(DossierSheet.id.in_(ids)).values(**signed))
    touch(dossier)
    tell(DossierSheetsFinalised, actor, dossier, sheet_ids=[str(id_) for id_ in ids])
