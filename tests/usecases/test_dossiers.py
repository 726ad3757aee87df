"""Dossiers: one open at a time whoever is quicker, writing and sending in turn, drafts reminded."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import db
from app.domain.dossiers import DossierStatus
from app.domain.errors import ImpossibleNow, Invalid, NotAllowed
from app.models import Dossier, DossierBox, DossierReminder, DossierSheet, JournalEntry
from app.queries.dossier_sheets import proposed_of
from app.queries.sheets import SheetRef, read_sheet
from app.usecases.dossier_drafts import keep_typed
from app.usecases.dossier_reminders import remind_drafts
from app.usecases.dossier_sheets import add_units, finalise_sheets, save_box
from app.usecases.dossiers import cancel_dossier, open_dossier, submit_dossier
from app.usecases.sheet_steps import CONFIRM_ERASING, Write, write_boxes
from tests import personas
from tests.notifications.test_requests import deliver, whole
from tests.personas import Persona, Personas
from tests.race.test_decisions import at_once
from tests.support.backends import SQLITE_ONLY
from tests.support.dossiers import WHOLE_UNIT, actor_of
from tests.support.mailbox import Mailbox
from tests.support.time import FrozenClock


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


def opened(people: Personas, by: Persona | None = None) -> Dossier:
    return open_dossier(actor_of(by or people.referent), people.comtat.establishment, name="Automne")


def sheet_id(dossier: Dossier, kind: str) -> DossierSheet:
    found = sa.select(DossierSheet).where(DossierSheet.dossier_id == dossier.id, DossierSheet.kind == kind)
    return db.session().scalars(found).one()


def filled(people: Personas, dossier: Dossier) -> Dossier:
    """Everything said, everything final."""
    sheet = sheet_id(dossier, "uo").id
    for box, said in WHOLE_UNIT.items():
        values = {**said, "type_code": "255"} if box == "offre" else said
        save_box(actor_of(people.referent), dossier, sheet_id=sheet, box=box, values=values, seen=None)
    assert finalise_sheets(actor_of(people.referent), dossier).failing == {}
    return dossier


def test_of_two_who_open_at_once_one_is_told_that_it_is_open(app: Flask, session: Session, people: Personas) -> None:
    president, referent = actor_of(people.president), actor_of(people.referent)
    finess = people.comtat.finess
    session.commit()

    def opening(who: object) -> Callable[[], object]:
        model = type(people.comtat.establishment)
        return lambda: open_dossier(who, db.session().get_one(model, finess), name="Automne")  # type: ignore[arg-type]

    assert sorted(at_once(app, opening(president), opening(referent))) == ["ImpossibleNow", "done"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Dossier)) == 1


def test_of_two_who_save_one_box_at_once_the_second_is_told(app: Flask, session: Session, people: Personas) -> None:
    dossier = opened(people)
    id_, sheet = dossier.id, sheet_id(dossier, "eg").id
    president, referent = actor_of(people.president), actor_of(people.referent)
    before = session.scalars(sa.select(DossierBox.values).where(DossierBox.box == "coordonnees")).one()
    session.commit()

    def saving(who: object, email: str) -> Callable[[], object]:
        values = {**before, "email": email}
        return lambda: save_box(  # type: ignore[arg-type]
            who, db.session().get_one(Dossier, id_), sheet_id=sheet, box="coordonnees", values=values, seen=1
        )

    outcomes = at_once(app, saving(president, "a@cpts.example"), saving(referent, "b@cpts.example"))
    assert sorted(outcomes) == ["StaleBox", "done"]


@SQLITE_ONLY
def test_what_is_published_starts_the_dossier_with_its_versions(session: Session, people: Personas) -> None:
    ref = SheetRef(people.comtat.finess)
    values = {**read_sheet(ref)["coordonnees"], "email": "bureau@cpts.example"}
    write_boxes(
        actor_of(people.referent), people.comtat.establishment, [Write(ref, "coordonnees", values)], source="direct"
    )
    session.commit()
    page, unit = proposed_of(opened(people))
    assert (page.boxes["coordonnees"].base, page.boxes["coordonnees"].base_version) == (values, 1)
    assert (page.boxes["identite"].base_version, unit.unit_id) == (0, people.comtat.unit.id)
    assert all(not box.changes for sheet in (page, unit) for box in sheet.boxes.values())


@SQLITE_ONLY
def test_nothing_published_is_emptied_unsaid(session: Session, people: Personas) -> None:
    people.comtat.establishment.website = "https://cpts.example"
    session.commit()
    dossier = opened(people)
    sheet, referent = sheet_id(dossier, "eg").id, actor_of(people.referent)
    known = proposed_of(dossier)[0].boxes["coordonnees"].values
    where = {"sheet_id": sheet, "box": "coordonnees", "seen": None}
    with pytest.raises(Invalid) as refused:
        save_box(referent, dossier, values={**known, "phone": None, "website": None}, **where)
    assert refused.value.fields["phone"].startswith("Sans téléphone standard")
    assert refused.value.fields["website"] == CONFIRM_ERASING
    save_box(referent, dossier, values={**known, "website": None}, erase={"website"}, **where)
    assert proposed_of(dossier)[0].values["coordonnees"]["website"] is None


@SQLITE_ONLY
def test_sent_by_a_referent_it_waits_for_the_president_and_nobody_writes(session: Session, people: Personas) -> None:
    dossier = opened(people)
    with pytest.raises(ImpossibleNow, match="Toutes les fiches"):
        submit_dossier(actor_of(people.referent), dossier)
    filled(people, dossier)
    with pytest.raises(NotAllowed):
        submit_dossier(actor_of(people.agent), dossier)
    assert submit_dossier(actor_of(people.referent), dossier) is DossierStatus.TO_APPROVE
    with pytest.raises(ImpossibleNow, match="personne n’y écrit"):
        add_units(actor_of(people.referent), dossier, number=1)
    with pytest.raises(ImpossibleNow):
        submit_dossier(actor_of(people.president), dossier)


@SQLITE_ONLY
def test_an_agent_abandons_only_what_the_service_centre_opened(session: Session, people: Personas) -> None:
    dossier = opened(people)
    with pytest.raises(NotAllowed):
        cancel_dossier(actor_of(people.agent), dossier)
    cancel_dossier(actor_of(people.referent), dossier)
    prepared = opened(people, people.agent)
    cancel_dossier(actor_of(people.agent), prepared)
    assert session.get_one(Dossier, prepared.id).status == "cancelled"


@SQLITE_ONLY
def test_a_late_autosave_does_not_bring_back_what_was_saved(session: Session, people: Personas) -> None:
    dossier = opened(people)
    sheet, referent = sheet_id(dossier, "eg").id, actor_of(people.referent)
    known = proposed_of(dossier)[0].boxes["coordonnees"].values
    save_box(referent, dossier, sheet_id=sheet, box="coordonnees", values={**known, "email": "a@b.example"}, seen=1)
    with pytest.raises(ImpossibleNow, match="enregistré cet encadré depuis"):
        keep_typed(referent, dossier, sheet_id=sheet, box="coordonnees", fields=[("courriel", "a@")], seen=1)


@SQLITE_ONLY
def test_a_draft_nobody_sends_is_reminded_once_until_somebody_writes(
    app: Flask, session: Session, people: Personas, smtp: Mailbox, frozen_clock: FrozenClock
) -> None:
    dossier = opened(people)
    assert remind_drafts() == 0
    frozen_clock.advance(days=9)
    assert (remind_drafts(), remind_drafts()) == (1, 0)
    deliver(app)
    told = {mail.recipients[0] for mail in smtp.mails}
    assert told == {people.president.email, people.referent.email, people.second_referent.email}
    mail = whole(smtp.mails[0])
    assert f"/dossiers/{dossier.id}" in mail.text
    assert "Il reste 2 fiches à finaliser sur 2." in " ".join(mail.text.split())
    frozen_clock.advance(days=9)
    assert remind_drafts() == 0
    add_units(actor_of(people.referent), session.get_one(Dossier, dossier.id), number=1)
    frozen_clock.advance(days=9)
    assert remind_drafts() == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(DossierReminder)) == 2


@SQLITE_ONLY
def test_those_who_validate_are_told_and_told_when_it_is_taken_away(
    app: Flask, session: Session, people: Personas, smtp: Mailbox
) -> None:
    dossier = filled(people, opened(people))
    submit_dossier(actor_of(people.referent), dossier)
    deliver(app)
    mail = whole(smtp.only(people.president.email))
    assert "Claire Daumas vous envoie le dossier « Automne »" in mail.text
    assert "la première validation vous revient" in mail.text
    smtp.clear()
    cancel_dossier(actor_of(people.referent), session.get_one(Dossier, dossier.id))
    deliver(app)
    assert "a été abandonné" in whole(smtp.only(people.president.email)).text
    smtp.clear()
    again = filled(people, opened(people, people.agent))
    deliver(app)
    assert {mail.recipients[0] for mail in smtp.mails} == {
        people.president.email,
        people.referent.email,
        people.second_referent.email,
    }
    smtp.clear()
    submit_dossier(actor_of(people.president), session.get_one(Dossier, again.id))
    deliver(app)
    assert "Contrôler le dossier" in whole(smtp.only(people.agent.email)).text
    events = session.scalars(sa.select(JournalEntry.event).where(JournalEntry.event.startswith("dossier.")))
    assert {"dossier.opened", "dossier.submitted", "dossier.cancelled", "dossier.box_saved"} <= set(events)
