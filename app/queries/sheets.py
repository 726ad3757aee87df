"""Sheets as values: what is published of a CPTS, box by box, in a bounded number of statements."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
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
from app.queries.together import Parts, Together

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
    """Every box of each, canonical: one statement whatever the number of sheets and communes."""
    return sheets_of(refs, _SHEETS.read(**asked(refs))) if refs else {}


def read_sheet(ref: SheetRef) -> Sheet:
    return read_sheets([ref])[ref]


def box_states(refs: Sequence[SheetRef]) -> dict[tuple[str, str], BoxState]:
    """Sheet key and box → its version, those that were written: one statement."""
    return states_of(_STATES.read(**asked(refs))["states"])


def box_version(ref: SheetRef, box: str) -> int:
    found = db.session().scalar(sa.select(SheetBox.version).where(SheetBox.sheet == ref.key, SheetBox.box == box))
    return found or 0


def is_described(finess: str) -> bool:
    """A unit of the CPTS says where it intervenes: from then on each box is edited directly (S-133)."""
    return db.session().execute(DESCRIBED_PART, {"finess": finess}).first() is not None


# ── reading ─────────────────────────────────────────────────────────────────

EG_COLUMNS = tuple(field.key for box in BOXES[SheetKind.EG] for field in box.fields if field.key != "contacts")
APART = {"contacts", "communes", "activities", "hours"}
UO_COLUMNS = tuple(field.key for box in BOXES[SheetKind.UO] for field in box.fields if field.key not in APART)
ASKED_FINESS = sa.select(
    sa.select(Establishment.finess)
    .where(Establishment.finess.in_(sa.bindparam("finess_codes", expanding=True)))
    .cte("asked_establishment")
    .c.finess
)
"""Those of `finess_codes` that exist: listed once in a statement, however many parts ask about them."""
_CONTACTS = (
    sa.select(
        Contact.id,
        Contact.unit_id,
        Contact.establishment_finess,
        Contact.nature_code,
        Contact.function_code,
        Contact.name,
        Contact.description,
        Contact.confidentiality,
        Telecom.channel_code,
        Telecom.value,
        Telecom.extension,
        Telecom.usage,
        Telecom.confidentiality.label("telecom_confidentiality"),
    )
    .outerjoin(Telecom, Telecom.contact_id == Contact.id)
    .order_by(Contact.position, Contact.id, Telecom.position)
)
_HOURS = sa.select(
    UnitHours.unit_id,
    UnitHours.type_code,
    UnitHours.weekday,
    UnitHours.opens,
    UnitHours.closes,
    UnitHours.starts_on,
    UnitHours.ends_on,
).order_by(UnitHours.unit_id, UnitHours.position)


def sheet_parts(units: sa.Select[int]) -> Parts:
    """Parts that read the sheets of `finess_codes` and of these units, beside others; `sheets_of` reads the rows."""
    of = sa.select(units.cte("asked_unit").c.id)
    own = [getattr(Establishment, name) for name in EG_COLUMNS]
    told = [getattr(Unit, name) for name in UO_COLUMNS]
    return {
        "establishments": sa.select(Establishment.finess, *own).where(Establishment.finess.in_(ASKED_FINESS)),
        "units": sa.select(Unit.id, *told).where(Unit.id.in_(of)),
        "activities": sa.select(UnitActivity.unit_id, UnitActivity.code).where(UnitActivity.unit_id.in_(of)),
        "communes": sa.select(UnitCommune.unit_id, UnitCommune.insee).where(UnitCommune.unit_id.in_(of)),
        "hours": _HOURS.where(UnitHours.unit_id.in_(of)),
        "own_contacts": _CONTACTS.where(Contact.establishment_finess.in_(ASKED_FINESS), Contact.unit_id.is_(None)),
        "unit_contacts": _CONTACTS.where(Contact.unit_id.in_(of)),
    }


SHEET_PARTS = sheet_parts(sa.select(Unit.id).where(Unit.id.in_(sa.bindparam("unit_ids", expanding=True))))
"""Of the sheets that `asked` names."""


def states_part(which: sa.ColumnElement[bool]) -> sa.Select[*tuple[Any, ...]]:
    """The versions of these rows of SheetBox; `states_of` reads the rows."""
    return (
        sa.select(
            SheetBox.sheet,
            SheetBox.box,
            SheetBox.version,
            SheetBox.updated_at,
            SheetBox.verified_at,
            SheetBox.updated_by_account_id,
            Person.full_name.label("updated_by"),
        )
        .outerjoin(Account, Account.id == SheetBox.updated_by_account_id)
        .outerjoin(Person, Person.id == Account.person_id)
        .where(which)
    )


STATES_PART = states_part(SheetBox.sheet.in_(sa.bindparam("sheet_keys", expanding=True)))
DESCRIBED_PART = (
    sa.select(Unit.id)
    .join(UnitCommune, UnitCommune.unit_id == Unit.id)
    .where(Unit.establishment_finess == sa.bindparam("finess"))
    .limit(1)
)
"""A row when the CPTS is described."""
_SHEETS = Together(**SHEET_PARTS)
_STATES = Together(states=STATES_PART)


def asked(refs: Sequence[SheetRef]) -> dict[str, list[Any]]:
    """What the parts above ask for these sheets."""
    return {
        "finess_codes": [ref.finess for ref in refs if ref.unit_id is None],
        "unit_ids": [ref.unit_id for ref in refs if ref.unit_id is not None],
        "sheet_keys": [ref.key for ref in refs],
    }


def sheets_of(
    refs: Sequence[SheetRef], rows: Mapping[str, list[Any]], boxes: Collection[str] | None = None
) -> dict[SheetRef, Sheet]:
    """Every box of each, canonical; or these `boxes` alone."""
    raw: dict[SheetRef, dict[str, Any]] = {ref: {} for ref in refs}
    found: dict[int | str, SheetRef] = {ref.unit_id or ref.finess: ref for ref in refs}
    for names, part in ((EG_COLUMNS, "establishments"), (UO_COLUMNS, "units")):
        for row in rows[part]:
            raw[found[row[0]]].update(zip(names, map(_plain, row[1:]), strict=True))
    for part in ("activities", "communes"):
        for unit_id, code in rows[part]:
            raw[found[unit_id]].setdefault(part, []).append(code)
    for line in rows["hours"]:
        raw[found[line.unit_id]].setdefault("hours", []).append(_hours(line))
    told: dict[int, dict[str, Any]] = {}
    for row in (*rows["own_contacts"], *rows["unit_contacts"]):
        if row.id not in told:
            told[row.id] = _contact(row)
            raw[found[row.unit_id or row.establishment_finess]].setdefault("contacts", []).append(told[row.id])
        if row.channel_code is not None:
            told[row.id]["telecoms"].append(_telecom(row))
    chosen = {
        kind: [box for box in BOXES[kind] if boxes is None or box.key in boxes] for kind in {ref.kind for ref in refs}
    }
    return {ref: {box.key: canonical(box, raw[ref]) for box in chosen[ref.kind]} for ref in refs}


def states_of(rows: Iterable[Any]) -> dict[tuple[str, str], BoxState]:
    return {
        (row.sheet, row.box): BoxState(
            row.version, row.updated_at, row.updated_by, row.verified_at, row.updated_by_account_id
        )
        for row in rows
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _hours(line: Any) -> dict[str, Any]:
    return {
        "type": line.type_code,
        "day": line.weekday,
        "start": line.opens.strftime("%H:%M") if line.opens else None,
        "end": line.closes.strftime("%H:%M") if line.closes else None,
        "from": line.starts_on.isoformat() if line.starts_on else None,
        "to": line.ends_on.isoformat() if line.ends_on else None,
    }


def _contact(row: Any) -> dict[str, Any]:
    return {
        "nature": row.nature_code,
        "function": row.function_code,
        "name": row.name,
        "description": row.description,
        "level": row.confidentiality,
        "telecoms": [],
    }


def _telecom(row: Any) -> dict[str, Any]:
    return {
        "channel": row.channel_code,
        "value": row.value,
        "extension": row.extension,
        "usage": row.usage,
        "level": row.telecom_confidentiality,
    }


def box_label(sheet: str, box: str) -> str:
    """Of a box named as versions and revisions name it."""
    known = find_box(SheetKind(sheet[:2]), box)
    return known.label if known else box
