"""The one writer of published values: versions, blanks, rules, revisions."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import Invalid
from app.models import Commune, Revision, RevisionBox
from app.policies.actor import ANONYMOUS
from app.queries.sheets import SheetRef, box_version, read_sheet
from app.usecases.sheet_steps import StaleBoxes, Write, changed_fields, write_boxes
from tests import personas
from tests.personas import Personas

PHONE = {"channel": "2", "value": "+33490000001", "extension": "12", "usage": None, "level": 1}
STANDARD = {"nature": "06", "function": None, "name": None, "description": None, "level": 1, "telecoms": [PHONE]}
HOURS = {"type": "04", "day": 1, "start": "09:00", "end": "17:30", "from": None, "to": None}
BOXES: dict[str, dict[str, Any]] = {
    "offre": {
        "type_code": "255",
        "name": "Équipe du Comtat",
        "activity_field_code": "05",
        "care_mode_code": "58",
        "sensitive": False,
    },
    "activites": {"activities": ["471", "475"]},
    "public": {"min_age": 6, "min_age_unit": "mo", "max_age": 18, "max_age_unit": "a"},
    "contacts": {"contacts": [STANDARD]},
    "horaires": {"hours": [HOURS], "opening_hours": "Sur rendez-vous"},
    "conditions": {"admission_conditions": "Tous", "reception_conditions": None, "regulator_info": "Composer le 1"},
    "capacite": {"capacity": 3},
    "localisation": {
        "street": "1 rue des Halles",
        "postcode": "84200",
        "city": "Carpentras",
        "latitude": 44.05,
        "longitude": 5.05,
    },
}


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    built.comtat.establishment.phone = "+33465710001"
    session.commit()
    return built


@pytest.fixture
def unit(people: Personas) -> SheetRef:
    return SheetRef(people.comtat.finess, people.comtat.unit.id)


def save(people: Personas, *writes: Write, **more: Any) -> Revision | None:
    return write_boxes(ANONYMOUS, people.comtat.establishment, writes, source="direct", **more)


@pytest.mark.parametrize("box", BOXES)
def test_a_box_is_read_as_it_was_written(session: Session, people: Personas, unit: SheetRef, box: str) -> None:
    before = read_sheet(unit)
    revision = save(people, Write(unit, box, BOXES[box], seen=0))
    assert revision is not None
    after = read_sheet(unit)
    assert after[box] == BOXES[box]
    assert {key: values for key, values in after.items() if key != box} == {k: v for k, v in before.items() if k != box}
    kept = session.scalars(sa.select(RevisionBox).where(RevisionBox.revision_id == revision.id)).one()
    assert (kept.before, kept.after, kept.version) == (before[box], BOXES[box], 1)
    assert changed_fields(revision)
    assert save(people, Write(unit, box, BOXES[box])) is None


def test_the_health_project_is_read_as_it_was_written_and_its_pathways_are_a_set(people: Personas) -> None:
    page = SheetRef(people.comtat.finess)
    assert read_sheet(page)["projet"] == {"health_project": None, "pathways": [], "project_signed_on": None}
    said = {"health_project": "Soins non programmés.", "pathways": ["Plaies", "Diabète", "Plaies"]}
    revision = save(people, Write(page, "projet", {**said, "project_signed_on": "2025-03-12"}, seen=0))
    assert revision is not None
    kept = {**said, "pathways": ["Diabète", "Plaies"], "project_signed_on": "2025-03-12"}
    assert read_sheet(page)["projet"] == kept == revision.boxes[0].after
    assert people.comtat.establishment.project_signed_on == date(2025, 3, 12)
    with pytest.raises(Invalid):
        save(people, Write(page, "projet", {**kept, "health_project": ""}))


def test_the_second_on_a_box_loses_and_other_boxes_go_on(people: Personas, unit: SheetRef) -> None:
    save(people, Write(unit, "capacite", {"capacity": 3}, seen=0))
    with pytest.raises(StaleBoxes) as late:
        save(people, Write(unit, "capacite", {"capacity": 4}, seen=0))
    assert late.value.boxes == [(unit, "capacite")]
    save(people, Write(unit, "public", BOXES["public"], seen=0))
    assert (box_version(unit, "capacite"), box_version(unit, "public")) == (1, 1)


def test_a_blank_is_refused_where_it_is_used_and_confirmed_elsewhere(people: Personas, unit: SheetRef) -> None:
    page = SheetRef(people.comtat.finess)
    known = read_sheet(page)["coordonnees"]
    assert known["phone"]
    blank = {**known, "phone": " "}
    with pytest.raises(Invalid) as refused:
        save(people, Write(page, "coordonnees", blank, erase=frozenset({"phone"})))
    assert "SAS" in refused.value.fields["phone"]
    save(people, Write(unit, "capacite", {"capacity": 3}))
    with pytest.raises(Invalid) as refused:
        save(people, Write(unit, "capacite", {"capacity": None}))
    assert list(refused.value.fields) == ["capacity"]
    save(people, Write(unit, "capacite", {"capacity": None}, erase=frozenset({"capacity"})))
    assert read_sheet(unit)["capacite"] == {"capacity": None}


def test_a_zone_holds_communes_that_exist(session: Session, people: Personas, unit: SheetRef) -> None:
    known = sorted(session.scalars(sa.select(Commune.insee)))
    save(people, Write(unit, "zone", {"communes": [*known, known[0]]}))
    assert read_sheet(unit)["zone"]["communes"] == known
    for odd in (["84"], ["99999"]):
        with pytest.raises(Invalid):
            save(people, Write(unit, "zone", {"communes": odd}))
    with pytest.raises(Invalid):
        save(people, Write(unit, "zone", {"communes": []}, erase=frozenset({"communes"})))


def test_what_is_set_once_stays(people: Personas, unit: SheetRef) -> None:
    save(people, Write(unit, "offre", BOXES["offre"]))
    with pytest.raises(Invalid) as refused:
        save(people, Write(unit, "offre", {**BOXES["offre"], "care_mode_code": "32"}))
    assert list(refused.value.fields) == ["care_mode_code"]
