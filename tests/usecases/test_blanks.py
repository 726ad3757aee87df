"""B-03: whatever is blanked, wherever, on whichever path, a value used downstream stands."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app import clock
from app.domain.errors import ImpossibleNow, Invalid
from app.domain.import_report import ImportReport
from app.domain.registers import EstablishmentRow
from app.domain.sheets.catalogue import BOXES, SheetKind
from app.domain.sheets.values import is_blank
from app.models import Revision, RevisionBox
from app.queries.actors import actor_of
from app.queries.dossier_differences import read_dossier
from app.queries.restorations import fingerprint, restoration
from app.queries.sheets import SheetRef, box_version, read_sheet
from app.usecases.corrections import apply_correction
from app.usecases.descriptions import undo_revision, update_box
from app.usecases.dossier_publication import publish_dossier
from app.usecases.dossier_review_steps import Verdict
from app.usecases.memory import restore
from app.usecases.on_behalf import Behalf, update_contact_for
from app.usecases.registers.finess import write_establishments
from app.usecases.registers.run import Import
from app.usecases.sheet_steps import Write
from tests import factories, personas
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY
from tests.support.dossiers import WHOLE_UNIT, sent
from tests.support.publishing import publish

Path = Callable[[Session, Personas, SheetRef, str, dict[str, Any]], None]
PLACES = [(kind, box.key) for kind in SheetKind for box in BOXES[kind]]
BLANKS = st.sampled_from([None, "", "   ", []])
CONTACT: dict[str, Any] = {
    "phone": "+33465719901",
    "street": "1 rue des Essais",
    "address_extra": "Bâtiment B",
    "postcode": "84200",
    "city": "Carpentras",
    "email": "accueil@essai.example",
    "website": "https://essai.example",
    "opening_hours": "9 h – 17 h",
}


@pytest.fixture
def people(session: Session) -> Personas:
    """Everything that is needed downstream is there, and some of the rest."""
    built = personas.build(session)
    factories.commune(session, "84088", "Pernes-les-Fontaines")
    place, ref = built.comtat.establishment, SheetRef(built.comtat.finess, built.comtat.unit.id)
    publish(session, place, built.president, SheetRef(ref.finess), "coordonnees", **CONTACT)
    for box, values in WHOLE_UNIT.items():
        known = read_sheet(ref)[box]
        told = {key: value for key, value in values.items() if is_blank(known[key]) or box in {"contacts", "zone"}}
        if {**known, **told} != known:
            publish(session, place, built.president, ref, box, **told)
    publish(session, place, built.president, ref, "capacite", capacity=12)
    return built


# ── the paths ───────────────────────────────────────────────────────────────


def directly(session: Session, people: Personas, ref: SheetRef, box: str, blanked: dict[str, Any]) -> None:
    write = Write(ref, box, blanked, seen=box_version(ref, box), erase=frozenset(blanked))
    update_box(actor_of(people.referent.account), people.comtat.establishment, write=write)


def by_restoring(session: Session, people: Personas, ref: SheetRef, box: str, blanked: dict[str, Any]) -> None:
    """A publication of the past said nothing of it."""
    past = remembered(session, people, ref, box, after=blanked)
    until = past.at + timedelta(microseconds=1)
    seen = fingerprint(restoration(ref.finess, until, sheet=ref.key, box=box))
    restore(
        actor_of(people.president.account), people.comtat.establishment,
        until=until, seen=seen, reason="Essai", sheet=ref.key, box=box,
    )  # fmt: skip


def by_undoing(session: Session, people: Personas, ref: SheetRef, box: str, blanked: dict[str, Any]) -> None:
    last = remembered(session, people, ref, box, before=blanked, after=read_sheet(ref)[box])
    undo_revision(actor_of(people.referent.account), people.comtat.establishment, revision=last)


def by_a_correction(session: Session, people: Personas, ref: SheetRef, box: str, blanked: dict[str, Any]) -> None:
    """A forged request, since the form offers no such thing."""
    known = read_sheet(SheetRef(ref.finess))["coordonnees"]
    details = {"champ": "telephone", "avant": {"phone": known["phone"]}, "propose": {"phone": blanked.get("phone")}}
    request = factories.request(session, "correction", people.comtat.establishment, details=details)
    session.commit()
    apply_correction(actor_of(people.president.account), request)


def on_behalf(session: Session, people: Personas, ref: SheetRef, box: str, blanked: dict[str, Any]) -> None:
    page = SheetRef(ref.finess)
    values = {**read_sheet(page)["coordonnees"], **{key: value for key, value in blanked.items() if key in CONTACT}}
    update_contact_for(
        actor_of(people.agent.account), people.comtat.establishment,
        behalf=Behalf(people.president.person, "Par téléphone"), values=values,
        seen=box_version(page, "coordonnees"), erase=frozenset(values),
    )  # fmt: skip


def by_a_dossier(session: Session, people: Personas, ref: SheetRef, box: str, blanked: dict[str, Any]) -> None:
    said = {("page" if ref.unit_id is None else "unit"): {box: blanked}}
    dossier = sent(session, people, **said)
    try:
        publish_dossier(actor_of(people.agent.account), dossier, Verdict(), seen=read_dossier(dossier).stamp)
    finally:
        session.refresh(dossier)
        if dossier.status in {"draft", "to_approve", "to_review"}:
            dossier.status = "cancelled"
        session.commit()


def by_an_import(session: Session, people: Personas, ref: SheetRef, box: str, blanked: dict[str, Any]) -> None:
    place = people.comtat.establishment
    names = EstablishmentRow.__dataclass_fields__
    row = EstablishmentRow(**{name: getattr(place, name, None) for name in names if name != "line"}, line=2)
    told = {key: value or None for key, value in blanked.items() if key in names}
    write_establishments(Import(ImportReport()), [replace(row, **told, register_updated_on=date(2027, 1, 1))])
    session.commit()


PATHS: list[Path] = [directly, by_restoring, by_undoing, by_a_correction, on_behalf, by_a_dossier, by_an_import]


def remembered(session: Session, people: Personas, ref: SheetRef, box: str, **state: Any) -> Revision:
    """A publication that says so, whatever the portal would have accepted."""
    last = session.scalar(sa.select(sa.func.max(Revision.number)).where(Revision.establishment_finess == ref.finess))
    revision = Revision(establishment_finess=ref.finess, number=(last or 0) + 1, source="direct", at=clock.now())
    revision.account_id = people.referent.account.id
    revision.boxes = [RevisionBox(sheet=ref.key, box=box, version=box_version(ref, box), **state)]
    session.add(revision)
    session.commit()
    return revision


# ── the property ────────────────────────────────────────────────────────────


def needed(people: Personas) -> dict[tuple[str, str, str], Any]:
    """Every value used downstream that is stored."""
    refs = (SheetRef(people.comtat.finess), SheetRef(people.comtat.finess, people.comtat.unit.id))
    return {
        (ref.key, box.key, field.key): value
        for ref in refs
        for box in BOXES[ref.kind]
        for field in box.fields
        if field.kept and not is_blank(value := read_sheet(ref)[box.key][field.key])
    }


@SQLITE_ONLY
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data(), path=st.sampled_from(PATHS), place=st.sampled_from(PLACES))
def test_any_subset_of_blanks_on_any_path_leaves_what_is_needed(
    session: Session, people: Personas, data: st.DataObject, path: Path, place: tuple[SheetKind, str]
) -> None:
    kind, key = place
    if path in {by_a_correction, on_behalf, by_an_import}:
        kind, key = SheetKind.EG, "coordonnees"
    ref = SheetRef(people.comtat.finess, None if kind is SheetKind.EG else people.comtat.unit.id)
    known, before = read_sheet(ref)[key], needed(people)
    assert len(before) >= 15
    blanked = {**known, **data.draw(st.dictionaries(st.sampled_from(sorted(known)), BLANKS, min_size=1))}
    session.commit()
    with suppress(Invalid, ImpossibleNow):
        path(session, people, ref, key, blanked)
    session.rollback()
    session.expire_all()
    after = needed(people)
    assert after.keys() == before.keys(), f"{path.__name__} emptied {before.keys() - after.keys()}"
    assert after == before, f"{path.__name__} changed a value that nobody gave"


@SQLITE_ONLY
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
def test_each_path_does_write_what_is_no_blank(session: Session, people: Personas, path: Path) -> None:
    """The property would hold of paths that write nothing: they do write."""
    ref = SheetRef(people.comtat.finess)
    known = read_sheet(ref)["coordonnees"]
    session.commit()
    path(session, people, ref, "coordonnees", {**known, "phone": "+33465719988"})
    session.expire_all()
    assert read_sheet(ref)["coordonnees"]["phone"] == "+33465719988"
