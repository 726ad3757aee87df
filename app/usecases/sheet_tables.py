"""Values of a box put in their tables. Whoever calls has checked them (sheet_steps.write_boxes)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

import sqlalchemy as sa

from app import clock, db
from app.domain.sheets.catalogue import SheetKind
from app.domain.sheets.values import Values
from app.models import Contact, Establishment, Telecom, Unit, UnitActivity, UnitCommune, UnitHours
from app.queries.nomenclatures import ACTIVITIES, UNIT_TYPES, every_label
from app.queries.sheets import SheetRef

RESTRICTED = 2
"""RG_EXP_032, RG_EXP_033: the level of a contact, and of a telecom, for which nobody chose one."""


def open_unit(finess: str, offre: Values) -> SheetRef:
    """A new unit with what identifies it; its other boxes are written next."""
    unit = Unit(
        establishment_finess=finess,
        name=offre["name"],
        type_code=offre["type_code"],
        type_label=every_label(UNIT_TYPES)[UNIT_TYPES].get(offre["type_code"], offre["type_code"]),
        activity_field_code=offre.get("activity_field_code"),
        care_mode_code=offre.get("care_mode_code"),
        sensitive=bool(offre.get("sensitive")),
        updated_at=clock.now(),
    )
    db.session().add(unit)
    db.session().flush()
    return SheetRef(finess, unit.id)


def write_box(ref: SheetRef, box: str, values: Values) -> None:
    """Replace what the tables hold of this box; a bounded number of statements whatever the values."""
    WRITERS.get(box, _columns)(ref, values)
    db.session().flush()


def _columns(ref: SheetRef, values: Values) -> None:
    session = db.session()
    row: Establishment | Unit = (
        session.get_one(Establishment, ref.finess) if ref.kind is SheetKind.EG else session.get_one(Unit, ref.unit_id)
    )
    for name, value in values.items():
        setattr(row, name, value)


def _offre(ref: SheetRef, values: Values) -> None:
    label = every_label(UNIT_TYPES)[UNIT_TYPES].get(values["type_code"])
    sensitive = bool(values.get("sensitive"))
    _columns(ref, {**values, "sensitive": sensitive} | ({"type_label": label} if label else {}))


def _activities(ref: SheetRef, values: Values) -> None:
    session, wanted = db.session(), set(values["activities"])
    held = set(session.scalars(sa.select(UnitActivity.code).where(UnitActivity.unit_id == ref.unit_id)))
    session.execute(
        sa.delete(UnitActivity).where(UnitActivity.unit_id == ref.unit_id, UnitActivity.code.in_(held - wanted))
    )
    labels = every_label(ACTIVITIES)[ACTIVITIES]
    session.add_all(
        UnitActivity(unit_id=ref.unit_id, code=code, label=labels.get(code, code)) for code in sorted(wanted - held)
    )


def _zone(ref: SheetRef, values: Values) -> None:
    session, wanted = db.session(), set(values["communes"])
    held = set(session.scalars(sa.select(UnitCommune.insee).where(UnitCommune.unit_id == ref.unit_id)))
    session.execute(
        sa.delete(UnitCommune).where(UnitCommune.unit_id == ref.unit_id, UnitCommune.insee.in_(held - wanted))
    )
    if wanted - held:
        rows = [{"unit_id": ref.unit_id, "insee": insee} for insee in sorted(wanted - held)]
        session.execute(sa.insert(UnitCommune), rows)


def _contacts(ref: SheetRef, values: Values) -> None:
    session = db.session()
    own = Contact.establishment_finess == ref.finess
    of_unit = Contact.unit_id.is_(None) if ref.unit_id is None else Contact.unit_id == ref.unit_id
    which = sa.select(Contact.id).where(own, of_unit)
    session.execute(sa.delete(Telecom).where(Telecom.contact_id.in_(which)))
    session.execute(sa.delete(Contact).where(own, of_unit))
    session.add_all(_contact(ref, position, told) for position, told in enumerate(values["contacts"] or [], start=1))


def _contact(ref: SheetRef, position: int, told: dict[str, Any]) -> Contact:
    level = told.get("level") or RESTRICTED
    return Contact(
        establishment_finess=ref.finess,
        unit_id=ref.unit_id,
        position=position,
        nature_code=told.get("nature"),
        function_code=told.get("function"),
        name=told.get("name"),
        description=told.get("description"),
        confidentiality=level,
        telecoms=[
            Telecom(
                position=number,
                channel_code=telecom["channel"],
                value=telecom["value"],
                extension=telecom.get("extension"),
                usage=telecom.get("usage"),
                confidentiality=telecom.get("level") or max(RESTRICTED, level),
            )
            for number, telecom in enumerate(told.get("telecoms", []), start=1)
        ],
    )


def _hours(ref: SheetRef, values: Values) -> None:
    session = db.session()
    session.execute(sa.delete(UnitHours).where(UnitHours.unit_id == ref.unit_id))
    session.add_all(
        UnitHours(
            unit_id=ref.unit_id,
            position=position,
            type_code=line.get("type") or "01",
            weekday=line.get("day"),
            opens=_time(line.get("start")),
            closes=_time(line.get("end")),
            starts_on=_date(line.get("from")),
            ends_on=_date(line.get("to")),
        )
        for position, line in enumerate(values["hours"] or [], start=1)
    )
    _columns(ref, {"opening_hours": values["opening_hours"]})


def _project(ref: SheetRef, values: Values) -> None:
    _columns(ref, {**values, "project_signed_on": _date(values["project_signed_on"])})


def _time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


WRITERS: dict[str, Callable[[SheetRef, Values], None]] = {
    "offre": _offre,
    "activites": _activities,
    "zone": _zone,
    "contacts": _contacts,
    "horaires": _hours,
    "projet": _project,
}
