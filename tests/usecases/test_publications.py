"""What is published, since when: versions, dates and tombstones follow every change, whoever makes it."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import clock, db
from app.domain.published import Kind, PublishedUnit
from app.models import (
    Contact,
    Publication,
    PublicationHead,
    PublicationMark,
    Telecom,
    Unit,
    UnitActivity,
    UnitCommune,
)
from app.queries.published import last_change, read_documents
from app.queries.sheets import SheetRef
from app.usecases import publications
from app.usecases.publications import mark_closed_lately, mark_everything, project_publications
from app.working_days import day_of
from tests import factories, personas
from tests.personas import Personas
from tests.support.publishing import contact, project, publish
from tests.support.time import FrozenClock


@pytest.fixture
def people(session: Session) -> Personas:
    """The unit of the first CPTS says all that RG_EXP_002 asks for; the professional is listed, a doctor."""
    made = personas.build(session)
    unit = made.comtat.unit
    unit.activity_field_code, unit.care_mode_code = "05", "58"
    if session.get(UnitActivity, (unit.id, "475")) is None:
        session.add(UnitActivity(unit_id=unit.id, code="475", label="Coordination de soins non-programmés"))
    doctor = made.professional.person
    doctor.listed, doctor.rpps = True, doctor.rpps or factories.new_rpps()
    doctor.profession_code, doctor.profession_label = "10", "Médecin"
    project(session)
    return made


def held(session: Session) -> dict[tuple[str, str], tuple[int, bool]]:
    """Kind and key → version, and whether it is gone."""
    session.expire_all()
    rows = session.execute(sa.select(Publication.kind, Publication.key, Publication.version, Publication.gone_at))
    return {(kind, key): (version, gone_at is not None) for kind, key, version, gone_at in rows}


def moved(session: Session, before: dict[tuple[str, str], tuple[int, bool]]) -> set[tuple[str, str]]:
    project(session)
    after = held(session)
    return {key for key in after if after[key] != before.get(key)}


def test_the_first_projection_publishes_what_is_complete_and_open(session: Session, people: Personas) -> None:
    finess, unit = people.comtat.finess, str(people.comtat.unit.id)
    found = held(session)
    assert {("eg", finess), ("uo", unit), ("lieu", f"eg-{finess}"), ("pro", str(people.professional.person.id))} <= set(
        found
    )
    assert [kind for kind, _ in found].count("role") == 1, "the one who chose to be listed"
    assert ("uo", str(people.other.unit.id)) not in found, "no activity: RG_EXP_002"
    assert set(found.values()) == {(1, False)}
    assert session.scalar(sa.select(sa.func.count()).select_from(PublicationMark)) == 0


def test_an_edit_moves_what_says_something_else_and_nothing_more(session: Session, people: Personas) -> None:
    before, earlier = held(session), last_change()
    unit = people.comtat.unit
    ref = SheetRef(people.comtat.finess, unit.id)
    publish(session, people.comtat.establishment, people.president, ref, "contacts", contacts=[contact("+33490630101")])
    assert moved(session, before) == {("uo", str(unit.id))}
    row = session.get_one(Publication, ("uo", str(unit.id)))
    assert (row.version, row.updated_at) == (2, last_change())
    assert row.updated_at > earlier
    assert row.created_at < row.updated_at
    again = held(session)
    restricted = [contact("+33490630101"), contact("+33490630199", level=2)]
    publish(session, people.comtat.establishment, people.president, ref, "contacts", contacts=restricted)
    assert moved(session, again) == set(), "a restricted number is no news to the public"


def close_establishment(session: Session, people: Personas) -> None:
    people.comtat.establishment.closed_on = date(2024, 1, 31)


def hide_unit(session: Session, people: Personas) -> None:
    people.comtat.unit.sensitive = True


def lose_activities(session: Session, people: Personas) -> None:
    session.execute(sa.delete(UnitActivity).where(UnitActivity.unit_id == people.comtat.unit.id))


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        (close_establishment, {"eg", "uo", "lieu", "role", "pro"}),
        (hide_unit, {"uo", "role", "pro"}),
        (lose_activities, {"uo", "role", "pro"}),
    ],
)
def test_what_stops_being_served_takes_with_it_what_hangs_below_and_comes_back(
    session: Session, people: Personas, change: Any, kinds: set[str]
) -> None:
    before = held(session)
    unit_id = people.comtat.unit.id
    acts = [(act.code, act.label) for act in session.scalars(sa.select(UnitActivity).filter_by(unit_id=unit_id))]
    change(session, people)
    gone = moved(session, before)
    assert {kind for kind, _ in gone} == kinds
    assert all(held(session)[key] == (2, True) for key in gone)
    people.comtat.establishment.closed_on, people.comtat.unit.sensitive = None, False
    for code, label in acts:
        session.merge(UnitActivity(unit_id=unit_id, code=code, label=label))
    back = moved(session, held(session))
    assert back == gone
    assert all(held(session)[key] == (3, False) for key in back)


def test_an_announced_closing_takes_effect_on_its_day(
    frozen_clock: FrozenClock, session: Session, people: Personas
) -> None:
    people.comtat.establishment.closed_on = day_of(clock.now()) + timedelta(days=3)
    project(session)
    before = held(session)
    frozen_clock.advance(days=3)
    mark_closed_lately()
    assert ("eg", people.comtat.finess) in moved(session, before)
    assert held(session)["eg", people.comtat.finess][1]


def test_somebody_who_unlists_disappears_with_their_role(session: Session, people: Personas) -> None:
    before = held(session)
    people.professional.person.listed = False
    gone = moved(session, before)
    assert {kind for kind, _ in gone} == {"role", "pro"}
    assert read_documents(Kind.PERSON, [str(people.professional.person.id)]) == {}


def rename_entity(session: Session, people: Personas) -> None:
    entity = people.comtat.establishment.legal_entity
    assert entity is not None
    entity.name = "AUTRE NOM"


def change_site(session: Session, people: Personas) -> None:
    people.comtat.establishment.website = "https://ailleurs.example"


def rename_unit(session: Session, people: Personas) -> None:
    people.comtat.unit.name = "Autre nom"


def add_activity(session: Session, people: Personas) -> None:
    session.add(UnitActivity(unit_id=people.comtat.unit.id, code="437", label="Médecine générale"))


def empty_zone(session: Session, people: Personas) -> None:
    session.execute(sa.delete(UnitCommune).where(UnitCommune.unit_id == people.comtat.unit.id))


def add_contact(session: Session, people: Personas) -> None:
    session.add(
        Contact(
            establishment_finess=people.comtat.finess,
            unit_id=people.comtat.unit.id,
            nature_code="07",
            confidentiality=1,
            telecoms=[Telecom(position=1, channel_code="2", value="+33490000001", confidentiality=1)],
        )
    )


@pytest.mark.parametrize(
    ("write", "kind"),
    [
        (rename_entity, "ej"),
        (change_site, "eg"),
        (rename_unit, "uo"),
        (add_activity, "uo"),
        (empty_zone, "uo"),
        (add_contact, "uo"),
    ],
)
def test_a_write_around_the_portal_is_seen_all_the_same(
    session: Session, people: Personas, write: Any, kind: str
) -> None:
    before = held(session)
    write(session, people)
    assert {seen for seen, _ in moved(session, before)} == {kind}


def test_dates_only_go_forward_even_when_the_clock_does_not(session: Session, people: Personas) -> None:
    session.execute(sa.update(PublicationHead).values(at=datetime(2099, 1, 1, tzinfo=UTC)))
    people.comtat.unit.name = "Autre nom"
    project(session)
    assert session.get_one(Publication, ("uo", str(people.comtat.unit.id))).updated_at > datetime(
        2099, 1, 1, tzinfo=UTC
    )


def test_looking_again_at_everything_moves_nothing(session: Session, people: Personas) -> None:
    before, at = held(session), last_change()
    mark_everything()
    assert moved(session, before) == set()
    assert last_change() == at


def test_statements_do_not_grow_with_what_is_published(session: Session, people: Personas) -> None:
    counts = []
    for more in (1, 30):
        for _ in range(more):
            place = factories.establishment(session)
            unit = factories.unit(
                session, place, *people.comtat.communes, activity_field_code="05", care_mode_code="58"
            )
            session.add(UnitActivity(unit_id=unit.id, code="475", label="Coordination"))
        session.commit()
        statements: list[str] = []

        def told(*args: Any, statements: list[str] = statements) -> None:
            statements.append(args[2])

        sa.event.listen(db.engine(), "before_cursor_execute", told)
        assert project_publications()
        sa.event.remove(db.engine(), "before_cursor_execute", told)
        counts.append(len(statements))
    assert counts[1] <= counts[0] + 2
    assert counts[1] <= 60


def test_a_mark_written_while_a_batch_runs_is_kept_for_the_next(app: Flask, session: Session, people: Personas) -> None:
    """Two workers and a writer at once: nothing is projected twice, no change is lost."""
    names = [f"Nom {number}" for number in range(12)]
    over = threading.Event()

    def work() -> None:
        with app.app_context():
            while not over.is_set() or project_publications():
                project_publications()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    try:
        for name in names:
            session.execute(sa.update(Unit).where(Unit.id == people.comtat.unit.id).values(name=name))
            session.commit()
    finally:
        over.set()
        for worker in workers:
            worker.join(30)
    unit = read_documents(Kind.UNIT, [str(people.comtat.unit.id)])[str(people.comtat.unit.id)]
    assert isinstance(unit, PublishedUnit)
    assert unit.name == names[-1]
    assert session.scalar(sa.select(sa.func.count()).select_from(PublicationMark)) == 0
    row = session.get_one(Publication, ("uo", str(unit.id)), populate_existing=True)
    assert unit.meta is not None
    assert unit.meta.version == row.version
    mark_everything()
    before = held(session)
    assert moved(session, before) == set(), "the last version is that of the last name"
    assert clock.now() >= row.created_at


def test_what_cannot_be_read_is_set_aside_alone_and_tried_again(
    session: Session,
    people: Personas,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    frozen_clock: FrozenClock,
) -> None:
    broken, whole = people.comtat.unit, people.other.unit
    whole.activity_field_code, whole.care_mode_code = "05", "58"
    session.add(UnitActivity(unit_id=whole.id, code="475", label="Coordination de soins non-programmés"))
    project(session)
    real = publications.read_documents

    def reading(kind: Kind, keys: Any, **options: Any) -> Any:
        if kind is Kind.UNIT and str(broken.id) in keys:
            raise ValueError("a row that nobody understands")
        return real(kind, keys, **options)

    monkeypatch.setattr(publications, "read_documents", reading)
    before = held(session)
    for unit in (broken, whole):
        unit.name = f"Autre nom {unit.id}"
    assert moved(session, before) == {("uo", str(whole.id))}
    (mark,) = session.scalars(sa.select(PublicationMark)).all()
    assert (mark.kind, mark.key) == ("uo", str(broken.id))
    assert "a row that nobody understands" in caplog.text
    monkeypatch.undo()
    assert project_publications() == 0  # not at once: whoever waits behind comes first
    frozen_clock.advance(seconds=publications.SET_ASIDE_FOR.total_seconds() + 1)
    assert moved(session, before) == {("uo", str(broken.id)), ("uo", str(whole.id))}
    assert session.scalars(sa.select(PublicationMark)).all() == []
