"""The sheets of a dossier as they are proposed, box by box, with who wrote last: three statements for any number."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from app import db
from app.domain.dossiers import SheetState
from app.domain.sheets.catalogue import BOXES, Box, SheetKind
from app.domain.sheets.values import Change, Values, changes, is_blank
from app.models import Account, Dossier, DossierBox, DossierSheet, Person

UNNAMED = "Unité sans nom"


@dataclass(frozen=True, eq=False, slots=True)
class ProposedBox:
    """What is proposed for a box. `base`: as published when the sheet was opened, None when nothing was."""

    box: Box
    values: Values
    base: Values | None
    base_version: int
    reviewed: Values | None
    sources: dict[str, Any]
    version: int
    updated_at: datetime
    updated_by: str | None
    """A name; None: nobody has written in it since the dossier was opened."""

    @property
    def key(self) -> str:
        return self.box.key

    @property
    def changes(self) -> list[Change]:
        """What publication would change."""
        return changes(self.box, self.base, self.values)


@dataclass(frozen=True, eq=False)
class Proposed:
    """A sheet: the establishment's, or a unit's. `unit_id` None on a unit: publication will create it."""

    id: uuid.UUID
    kind: SheetKind
    position: int
    unit_id: int | None
    state: SheetState
    prepared: bool
    """By the service centre (S-119)."""
    finalised_at: datetime | None
    finalised_by: str | None
    place: str
    """Name of the establishment."""
    boxes: dict[str, ProposedBox]

    @cached_property
    def values(self) -> dict[str, Values]:
        return {key: box.values for key, box in self.boxes.items()}

    @property
    def title(self) -> str:
        if self.kind is SheetKind.EG:
            return self.place
        return str(self.values.get("offre", {}).get("name") or UNNAMED)

    @property
    def new(self) -> bool:
        return self.kind is SheetKind.UO and self.unit_id is None

    @property
    def untyped(self) -> bool:
        """A unit whose type was not chosen: nothing else is described before (S-115)."""
        return self.kind is SheetKind.UO and is_blank(self.values.get("offre", {}).get("type_code"))

    @property
    def last(self) -> ProposedBox | None:
        """The box written last, by somebody."""
        written = [box for box in self.boxes.values() if box.updated_by]
        return max(written, key=lambda box: box.updated_at) if written else None


def proposed_of(dossier: Dossier) -> list[Proposed]:
    """Every sheet of the dossier, in its order."""
    rows = sa.select(DossierSheet).where(DossierSheet.dossier_id == dossier.id).order_by(DossierSheet.position)
    return _proposed(dossier, db.session().scalars(rows.execution_options(populate_existing=True)).all())


def proposed_sheet(dossier: Dossier, sheet_id: uuid.UUID) -> Proposed | None:
    """One of them; None when it is not of this dossier, or no longer."""
    rows = sa.select(DossierSheet).where(DossierSheet.dossier_id == dossier.id, DossierSheet.id == sheet_id)
    found = _proposed(dossier, db.session().scalars(rows.execution_options(populate_existing=True)).all())
    return found[0] if found else None


def names_of(account_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Account → the name of its owner: one statement."""
    if not account_ids:
        return {}
    rows = sa.select(Account.id, Person).join(Person, Person.id == Account.person_id)
    return {
        account_id: person.full_name
        for account_id, person in db.session().execute(rows.where(Account.id.in_(account_ids)))
    }


def _proposed(dossier: Dossier, sheets: Iterable[DossierSheet]) -> list[Proposed]:
    known = {sheet.id: sheet for sheet in sheets}
    rows = sa.select(DossierBox).where(DossierBox.sheet_id.in_(known)).execution_options(populate_existing=True)
    boxes = db.session().scalars(rows).all() if known else []
    writers = {box.updated_by_account_id for box in boxes} | {sheet.finalised_by_account_id for sheet in known.values()}
    names = names_of({account_id for account_id in writers if account_id})
    read: dict[uuid.UUID, dict[str, ProposedBox]] = {id_: {} for id_ in known}
    for row in boxes:
        box = next(one for one in BOXES[SheetKind(known[row.sheet_id].kind)] if one.key == row.box)
        read[row.sheet_id][row.box] = _box(box, row, names)
    return [_sheet(dossier, sheet, read[id_], names) for id_, sheet in known.items()]


def _sheet(
    dossier: Dossier, sheet: DossierSheet, boxes: dict[str, ProposedBox], names: dict[uuid.UUID, str]
) -> Proposed:
    kind = SheetKind(sheet.kind)
    by = sheet.finalised_by_account_id
    return Proposed(
        id=sheet.id,
        kind=kind,
        position=sheet.position,
        unit_id=sheet.unit_id,
        state=SheetState(sheet.state),
        prepared=sheet.prepared_by_account_id is not None,
        finalised_at=sheet.finalised_at,
        finalised_by=names.get(by) if by else None,
        place=dossier.establishment.name,
        boxes={box.key: boxes[box.key] for box in BOXES[kind] if box.key in boxes},
    )


def _box(box: Box, row: DossierBox, names: dict[uuid.UUID, str]) -> ProposedBox:
    by = row.updated_by_account_id
    return ProposedBox(
        box=box,
        values=row.values,
        base=row.base,
        base_version=row.base_version,
        reviewed=row.reviewed,
        sources=row.sources,
        version=row.version,
        updated_at=row.updated_at,
        updated_by=names.get(by) if by else None,
    )
