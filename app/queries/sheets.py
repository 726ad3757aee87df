"""Sheets as values: what is published of a CPTS, box by box, in a bounded number of statements."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app import db
from app.domain.sheets.catalogue import BOXES, SheetKind, find_box
from app.domain.sheets.values import Values, canonical
from app.models import (
    Account,
    Contact,
    Establishment,
    Person,
    SheetBox,
    Telecom,
    Unit,
    UnitActivity,
    UnitCommune,
    UnitHours,
)

Sheet = dict[str, Values]


@dataclass(frozen=True, slots=True)
class SheetRef:
    """A published sheet: the establishment's (`unit_id` None) or a unit's."""

    finess: str
    unit_id: int | None = None

    @property
    def kind(self) -> SheetKind:
        return SheetKind.EG if self.unit_id is None else SheetKind.UO

    @property
    def key(self) -> str:
        """As versions, revisions and drafts name it."""
        return f"eg-{self.finess}" if self.unit_id is None else f"uo-{self.unit_id}"


@dataclass(frozen=True, slots=True)
class BoxState:
    """`version` 0: nobody has written it in the portal. `updated_by`: a name, for those who keep the page."""

    version: int = 0
    updated_at: datetime | None = None
    updated_by: str | None = None
    verified_at: datetime | None = None
    updated_by_id: uuid.UUID | None = None


def refs_of(finess: str) -> list[SheetRef]:
    """The establishment's sheet, then those of its open units: one statement."""
    units = sa.select(Unit.id).where(Unit.establishment_finess == finess, Unit.closed_on.is_(None))
    return [SheetRef(finess), *(SheetRef(finess, id_) for id_ in db.session().scalars(units.order_by(Unit.id)))]


def read_sheets(refs: Sequence[SheetRef]) -> dict[SheetRef, Sheet]:
    """Every box of each, canonical: at most seven statements whatever the number of sheets and communes."""
    raw: dict[SheetRef, dict[str, Any]] = {ref: {} for ref in refs}
    _read_columns(raw, Establishment, Establishment.finess, {ref.finess: ref for ref in refs if ref.unit_id is None})
    units = {ref.unit_id: ref for ref in refs if ref.unit_id is not None}
    _read_columns(raw, Unit, Unit.id, units)
    if units:
        _gather(raw, units, UnitActivity.unit_id, UnitActivity.code, "activities")
        _gather(raw, units, UnitCommune.unit_id, UnitCommune.insee, "communes")
        _read_hours(raw, units)
    _read_contacts(raw, refs)
    return {ref: {box.key: canonical(box, raw[ref]) for box in BOXES[ref.kind]} for ref in refs}


def read_sheet(ref: SheetRef) -> Sheet:
    return read_sheets([ref])[ref]


def box_states(refs: Sequence[SheetRef]) -> dict[tuple[str, str], BoxState]:
    """Sheet key and box → its version, those that were written: one statement."""
    rows = db.session().execute(
        sa.select(SheetBox, Person)
        .outerjoin(Account, Account.id == SheetBox.updated_by_account_id)
        .outerjoin(Person, Person.id == Account.person_id)
        .where(SheetBox.sheet.in_([ref.key for ref in refs]))
        .execution_options(populate_existing=True)
    )
    return {
        (row.sheet, row.box): BoxState(
            row.version,
            row.updated_at,
            person.full_name if person else None,
            row.verified_at,
            row.updated_by_account_id,
        )
        for row, person in rows
    }


def box_version(ref: SheetRef, box: str) -> int:
    found = db.session().scalar(sa.select(SheetBox.version).where(SheetBox.sheet == ref.key, SheetBox.box == box))
    return found or 0


def is_described(finess: str) -> bool:
    """A unit of the CPTS says where it intervenes: from then on each box is edited directly (S-133)."""
    zone = sa.exists().where(UnitCommune.unit_id == Unit.id, Unit.establishment_finess == finess)
    return bool(db.session().scalar(sa.select(zone)))


# ── reading ─────────────────────────────────────────────────────────────────

EG_COLUMNS = tuple(field.key for box in BOXES[SheetKind.EG] for field in box.fields if field.key != "contacts")
APART = {"contacts", "communes", "activities", "hours"}
UO_COLUMNS = tuple(field.key for box in BOXES[SheetKind.UO] for field in box.fields if field.key not in APART)


def _read_columns(raw: dict[SheetRef, dict[str, Any]], model: Any, key: Any, refs: dict[Any, SheetRef]) -> None:
    if not refs:
        return
    names = EG_COLUMNS if model is Establishment else UO_COLUMNS
    columns = [getattr(model, name) for name in names]
    for row in db.session().execute(sa.select(key, *columns).where(key.in_(refs))):
        raw[refs[row[0]]].update(zip(names, map(_plain, row[1:]), strict=True))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _gather(raw: dict[SheetRef, dict[str, Any]], units: dict[int, SheetRef], unit: Any, code: Any, name: str) -> None:
    for unit_id, value in db.session().execute(sa.select(unit, code).where(unit.in_(units))):
        raw[units[unit_id]].setdefault(name, []).append(value)


def _read_hours(raw: dict[SheetRef, dict[str, Any]], units: dict[int, SheetRef]) -> None:
    lines = sa.select(UnitHours).where(UnitHours.unit_id.in_(units)).order_by(UnitHours.unit_id, UnitHours.position)
    for line in db.session().scalars(lines.execution_options(populate_existing=True)):
        raw[units[line.unit_id]].setdefault("hours", []).append(
            {
                "type": line.type_code,
                "day": line.weekday,
                "start": line.opens.strftime("%H:%M") if line.opens else None,
                "end": line.closes.strftime("%H:%M") if line.closes else None,
                "from": line.starts_on.isoformat() if line.starts_on else None,
                "to": line.ends_on.isoformat() if line.ends_on else None,
            }
        )


def _read_contacts(raw: dict[SheetRef, dict[str, Any]], refs: Sequence[SheetRef]) -> None:
    found = {ref.unit_id or ref.finess: ref for ref in refs}
    mine = sa.or_(
        Contact.unit_id.in_([ref.unit_id for ref in refs if ref.unit_id is not None]),
        sa.and_(
            Contact.establishment_finess.in_([ref.finess for ref in refs if ref.unit_id is None]),
            Contact.unit_id.is_(None),
        ),
    )
    rows = db.session().execute(
        sa.select(Contact, Telecom)
        .outerjoin(Telecom, Telecom.contact_id == Contact.id)
        .where(mine)
        .order_by(Contact.position, Contact.id, Telecom.position)
        .execution_options(populate_existing=True)
    )
    told: dict[int, dict[str, Any]] = {}
    for contact, telecom in rows:
        if contact.id not in told:
            told[contact.id] = _contact(contact)
            ref = found[contact.unit_id or contact.establishment_finess]
            raw[ref].setdefault("contacts", []).append(told[contact.id])
        if telecom is not None:
            told[contact.id]["telecoms"].append(_telecom(telecom))


def _contact(contact: Contact) -> dict[str, Any]:
    return {
        "nature": contact.nature_code,
        "function": contact.function_code,
        "name": contact.name,
        "description": contact.description,
        "level": contact.confidentiality,
        "telecoms": [],
    }


def _telecom(telecom: Telecom) -> dict[str, Any]:
    return {
        "channel": telecom.channel_code,
        "value": telecom.value,
        "extension": telecom.extension,
        "usage": telecom.usage,
        "level": telecom.confidentiality,
    }


def box_label(sheet: str, box: str) -> str:
    """Of a box named as versions and revisions name it."""
    known = find_box(SheetKind(sheet[:2]), box)
    return known.label if known else box
