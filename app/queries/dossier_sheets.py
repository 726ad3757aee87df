"""The sheets of a dossier as they are proposed, box by box, with who wrote last: one statement for any number."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app import db
from app.domain.dossiers import SheetState
from app.domain.sheets.catalogue import BOXES, Box, SheetKind
from app.domain.sheets.values import Change, Values, changes, is_blank
from app.models import Account, Dossier, DossierBox, DossierSheet, Establishment, Person

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
    return _proposed(dossier, DossierSheet.dossier_id == dossier.id)


def proposed_sheet(dossier: Dossier, sheet_id: uuid.UUID) -> Proposed | None:
    """One of them; None when it is not of this dossier, or no longer."""
    found = _proposed(dossier, sa.and_(DossierSheet.dossier_id == dossier.id, DossierSheet.id == sheet_id))
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


def _proposed(dossier: Dossier, which: sa.ColumnElement[bool]) -> list[Proposed]:
    finaliser, writer = aliased(Person), aliased(Person)
    by, wrote = aliased(Account), aliased(Account)
    rows = db.session().execute(
        sa.select(DossierSheet, DossierBox, finaliser.full_name, writer.full_name, Establishment.name)
        .select_from(DossierSheet)
        .join(Establishment, Establishment.finess == dossier.establishment_finess)
        .outerjoin(DossierBox, DossierBox.sheet_id == DossierSheet.id)
        .outerjoin(by, by.id == DossierSheet.finalised_by_account_id)
        .outerjoin(finaliser, finaliser.id == by.person_id)
        .outerjoin(wrote, wrote.id == DossierBox.updated_by_account_id)
        .outerjoin(writer, writer.id == wrote.person_id)
        .where(which)
        .order_by(DossierSheet.position)
        .execution_options(populate_existing=True)
    )
    found: dict[uuid.UUID, tuple[DossierSheet, str | None, str, dict[str, ProposedBox]]] = {}
    for sheet, box, finalised_by, written_by, place in rows:
        boxes = found.setdefault(sheet.id, (sheet, finalised_by, place, {}))[-1]
        if box is not None:
            described = next(one for one in BOXES[SheetKind(sheet.kind)] if one.key == box.box)
            boxes[box.box] = _box(described, box, written_by)
    return [_sheet(*one) for one in found.values()]


def _sheet(sheet: DossierSheet, finalised_by: str | None, place: str, boxes: dict[str, ProposedBox]) -> Proposed:
    kind = SheetKind(sheet.kind)
    return Proposed(
        id=sheet.id,
        kind=kind,
        position=sheet.position,
        unit_id=sheet.unit_id,
        state=SheetState(sheet.state),
        prepared=sheet.prepared_by_account_id is not None,
        finalised_at=sheet.finalised_at,
        finalised_by=finalised_by,
        place=place,
        boxes={box.key: boxes[box.key] for box in BOXES[kind] if box.key in boxes},
    )


def _box(box: Box, row: DossierBox, by: str | None) -> ProposedBox:
    return ProposedBox(
        box=box,
        values=row.values,
        base=row.base,
        base_version=row.base_version,
        reviewed=row.reviewed,
        sources=row.sources,
        version=row.version,
        updated_at=row.updated_at,
        updated_by=by,
    )
