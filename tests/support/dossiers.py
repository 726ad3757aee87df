"""Dossiers that were sent: what they propose over what is published, ready to be read by a validator."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import clock
from app.domain.sheets.catalogue import BOXES, SheetKind
from app.domain.sheets.values import canonical, is_blank
from app.models import Dossier, DossierBox, DossierSheet
from app.policies.actor import Actor
from app.queries.actors import held_mandates
from app.queries.sheets import SheetRef, box_states, read_sheet, read_sheets, refs_of
from app.usecases.sheet_steps import Write, write_boxes
from tests.personas import Cpts, Persona, Personas

Said = Mapping[str, Mapping[str, Any]]
"""Box → field → proposed value."""
PHONE = {"channel": "2", "value": "+33490000001", "extension": None, "usage": None, "level": 1}
STANDARD = {"nature": "06", "function": None, "name": None, "description": None, "level": 1, "telecoms": [PHONE]}
WHOLE_UNIT: dict[str, dict[str, Any]] = {
    "offre": {
        "type_code": "255",
        "name": "Équipe du Comtat",
        "activity_field_code": "05",
        "care_mode_code": "58",
        "sensitive": False,
    },
    "activites": {"activities": ["471", "475"]},
    "public": {"min_age": 0, "min_age_unit": "a", "max_age": 150, "max_age_unit": "a"},
    "contacts": {"contacts": [STANDARD]},
    "zone": {"communes": ["84031", "84088"]},
}
"""All that is needed to publish it."""


def actor_of(persona: Persona) -> Actor:
    return Actor(
        account_id=persona.account.id,
        person_id=persona.person.id,
        name=persona.person.full_name,
        is_agent=persona.account.agent_since is not None,
        mandates=held_mandates(persona.person.id),
    )


def sent(
    session: Session,
    people: Personas,
    *,
    page: Said | None = None,
    unit: Said | None = None,
    new: Sequence[Said] = (),
    status: str = "to_review",
    place: Cpts | None = None,
) -> Dossier:
    """By the référent; approved by the president unless `to_approve`. `page`, `unit`: of comtat's establishment and
    unit; `new`: units that publication will create."""
    place, now = place or people.comtat, clock.now()
    dossier = Dossier(
        id=uuid.uuid4(),
        establishment_finess=place.finess,
        name="Mise à jour d’automne",
        status=status,
        origin="cpts",
        round=1,
        created_by_account_id=people.referent.account.id,
        created_at=now,
        updated_at=now,
        submitted_by_account_id=people.referent.account.id,
        submitted_at=now,
    )
    if status == "to_review":
        approve(dossier, people)
    session.add(dossier)
    session.flush()
    published = read_sheets(refs := refs_of(place.finess))
    states = box_states(refs)
    for position, ref in enumerate(refs):
        said = (page if ref.unit_id is None else unit) or {}
        sheet = _sheet(session, people, dossier, ref.kind, position, ref.unit_id)
        for box in BOXES[ref.kind]:
            base = published[ref][box.key]
            state = states.get((ref.key, box.key))
            values = canonical(box, {**base, **said.get(box.key, {})})
            _box(session, sheet, box.key, values, base=base, base_version=state.version if state else 0)
    for position, said in enumerate(new, start=len(refs)):
        sheet = _sheet(session, people, dossier, SheetKind.UO, position, None)
        for box in BOXES[SheetKind.UO]:
            _box(session, sheet, box.key, canonical(box, said.get(box.key, {})))
    session.commit()
    return dossier


def approve(dossier: Dossier, people: Personas) -> None:
    mandate = people.president.mandate
    assert mandate is not None
    dossier.approved_at, dossier.approved_by_account_id = clock.now(), people.president.account.id
    dossier.approving_mandate_id = mandate.id


def send_again(session: Session, people: Personas, dossier: Dossier, said: Mapping[int, Said]) -> None:
    """The référent corrects sheets, by their position, and the president approves once more."""
    for position, boxes in said.items():
        for key, fields in boxes.items():
            sheet = sa.select(DossierSheet.id).where(
                DossierSheet.dossier_id == dossier.id, DossierSheet.position == position
            )
            row = session.scalars(
                sa.select(DossierBox)
                .where(DossierBox.sheet_id == sheet.scalar_subquery(), DossierBox.box == key)
                .execution_options(populate_existing=True)
            ).one()
            row.values = {**row.values, **fields}
    session.refresh(dossier)
    dossier.submitted_at, dossier.submitted_by_account_id = clock.now(), people.referent.account.id
    approve(dossier, people)
    dossier.status, dossier.round = "to_review", dossier.round + 1
    session.commit()


def unit_ref(people: Personas) -> SheetRef:
    return SheetRef(people.comtat.finess, people.comtat.unit.id)


def publish_unit(people: Personas, said: Said) -> None:
    """What is missing to the unit of comtat, by its référent."""
    ref = unit_ref(people)
    known = read_sheet(ref)
    writes = [Write(ref, box, {**fields, **_told(known[box])}) for box, fields in said.items()]
    write_boxes(actor_of(people.referent), people.comtat.establishment, writes, source="direct")


def _sheet(
    session: Session, people: Personas, dossier: Dossier, kind: SheetKind, position: int, unit_id: int | None
) -> DossierSheet:
    sheet = DossierSheet(
        id=uuid.uuid4(),
        dossier_id=dossier.id,
        kind=kind.value,
        unit_id=unit_id,
        position=position,
        state="final",
        finalised_by_account_id=people.referent.account.id,
        finalised_at=clock.now(),
    )
    session.add(sheet)
    session.flush()
    return sheet


def _box(session: Session, sheet: DossierSheet, key: str, values: dict[str, Any], **more: Any) -> None:
    session.add(DossierBox(sheet_id=sheet.id, box=key, values=values, updated_at=clock.now(), **more))


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if not is_blank(value)}
