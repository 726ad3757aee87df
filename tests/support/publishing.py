"""What is published of a CPTS during a test: boxes written as the portal writes them."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app.models import Contact, Establishment, Revision, Telecom, Unit, UnitActivity
from app.queries.actors import actor_of
from app.queries.sheets import SheetRef, read_sheet
from app.usecases.publications import project_publications
from app.usecases.sheet_steps import Write, write_boxes
from tests.personas import Persona


def contact(number: str, *, level: int = 1, telecom_level: int | None = None, **values: Any) -> dict[str, Any]:
    """A « standard » with one phone; `telecom_level`: stricter than its contact's."""
    line = {"channel": "2", "value": number, "extension": None, "usage": None, "level": telecom_level or level}
    named = {"nature": "06", "function": None, "name": None, "description": None}
    return {**named, "level": level, "telecoms": [line], **values}


def publish(
    session: Session,
    place: Establishment,
    by: Persona,
    ref: SheetRef,
    box: str,
    *,
    source: str = "direct",
    **values: Any,
) -> Revision:
    """These fields of a box, the others as they are; committed."""
    whole = {**read_sheet(ref)[box], **values}
    erased = frozenset(key for key, value in whole.items() if value is None)
    writes = [Write(ref, box, whole, erase=erased)]
    revision = write_boxes(actor_of(by.account), place, writes, source=source)
    assert revision is not None, "nothing changed"
    session.commit()
    return revision


def make_shown(session: Session, unit: Unit, number: str = "+33465719902") -> None:
    """Everything that the SAS needs to show the CPTS of that unit, written as it is; not committed."""
    unit.care_mode_code, unit.activity_field_code = "28", "01"
    session.add(UnitActivity(unit_id=unit.id, code="001", label="Coordination des soins"))
    open_to_all = {"establishment_finess": unit.establishment_finess, "confidentiality": 1}
    line = Telecom(position=1, channel_code="2", value=number, confidentiality=1)
    session.add(Contact(unit_id=unit.id, nature_code="06", telecoms=[line], **open_to_all))
    session.flush()


def project(session: Session) -> None:
    """What the worker does of the marks of this test's writes, until none is left."""
    session.commit()
    while project_publications():
        pass
