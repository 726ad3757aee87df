"""Participation in unscheduled care through its use cases, on both databases."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.domain.errors import ImpossibleNow, Invalid, NotAllowed
from app.domain.participations import NO_PLACE, Declaration, Effector, Place
from app.journal.verify import verify
from app.models import (
    Affiliation,
    JournalEntry,
    LedgerMessage,
    Participation,
    ParticipationPlace,
    Professional,
    PublicationMark,
    Suspension,
)
from app.policies.actor import Actor
from app.queries.actors import actor_of
from app.queries.participations import EFFECTOR_PARTS, effectors_of
from app.queries.together import Together
from app.usecases.affiliations import end_affiliation
from app.usecases.forgetting import forget_person
from app.usecases.participation_clock import keep_participations
from app.usecases.participations import change_participation, declare_participation, withdraw_participation
from app.working_days import day_of
from tests import factories, personas
from tests.personas import Personas
from tests.support.platform import connect_sas
from tests.support.publishing import make_shown, project
from tests.support.time import FrozenClock

OFFICE = Place("Cabinet de la Garrigue", "3 rue des Essais", "84200", "84031")
BRANCH = Place("Maison de santé", None, "84210", "84088")


@pytest.fixture
def people(session: Session, frozen_clock: FrozenClock) -> Personas:
    """The professional is a doctor; the SAS shows their CPTS."""
    built = personas.build(session)
    factories.doctor(session, built.professional.person)
    make_shown(session, built.comtat.unit)
    session.commit()
    return built


def said(**values: Any) -> Declaration:
    defaults = Declaration((OFFICE,), has_software=True, gives_hours=False, starts_on=day_of(clock.now()))
    return replace(defaults, **values)


def held(session: Session, people: Personas) -> Affiliation:
    mine = sa.select(Affiliation).where(Affiliation.person_id == people.professional.person.id)
    return session.scalars(mine).one()


def doctor(people: Personas) -> Actor:
    return actor_of(people.professional.account)


def declare(session: Session, people: Personas, **values: Any) -> Participation:
    return declare_participation(doctor(people), held(session, people), said=said(**values))


def events(session: Session) -> list[str]:
    told = sa.select(JournalEntry.event).where(JournalEntry.event.like("participation.%"))
    return list(session.scalars(told.order_by(JournalEntry.seq)))


def effectors(session: Session, people: Personas) -> list[str]:
    session.rollback()
    return [one.national_id for one in told_of(people.comtat.finess).get(people.comtat.finess, [])]


def told_of(*finess_codes: str) -> dict[str, list[Effector]]:
    rows = Together(**EFFECTOR_PARTS).read(finess_codes=list(finess_codes), today=day_of(clock.now()))
    return effectors_of(rows)


def test_a_doctor_declares_and_the_sas_has_them(session: Session, people: Personas) -> None:
    declare(session, people, places=(OFFICE, BRANCH))
    (found,) = told_of(people.comtat.finess, people.other.finess)[people.comtat.finess]
    assert (found.national_id, found.speciality) == (f"8{people.professional.person.rpps}", "Médecine générale")
    assert [(place.name, place.city) for place in found.places] == [
        ("Cabinet de la Garrigue", "Carpentras"),
        ("Maison de santé", "Pernes-les-Fontaines"),
    ]
    assert events(session) == ["participation.declared"]
    marks = sa.select(sa.func.count()).where(PublicationMark.kind == "sas", PublicationMark.key == people.comtat.finess)
    assert session.scalar(marks)
    assert verify(b"x" * 32)[1] == []


def test_a_future_participation_begins_on_its_day(
    session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    tomorrow = day_of(clock.now()) + timedelta(days=1)
    one = declare(session, people, starts_on=tomorrow, has_software=False, gives_hours=True)
    assert (one.begun_at, effectors(session, people)) == (None, [])
    assert keep_participations() == 0
    session.execute(sa.delete(PublicationMark))
    session.commit()
    frozen_clock.advance(days=1)
    assert effectors(session, people) == [f"8{people.professional.person.rpps}"]
    assert keep_participations() == 1
    assert session.scalars(sa.select(PublicationMark.key).where(PublicationMark.kind == "sas")).all() == [
        people.comtat.finess
    ]
    assert keep_participations() == 0


@pytest.mark.parametrize("mark", ["not a doctor", "suspended", "not shown", "elsewhere"])
def test_who_may_not_take_part_is_told_why(session: Session, people: Personas, mark: str) -> None:
    own = held(session, people)
    if mark == "not a doctor":
        known = factories.professional(session)
        people.professional.person.rpps = known.rpps
    elif mark == "suspended":
        factories.suspension(session, own)
    elif mark == "not shown":
        people.comtat.unit.sensitive = True
    session.commit()
    who = people.stranger if mark == "elsewhere" else people.professional
    with pytest.raises(NotAllowed if mark == "elsewhere" else ImpossibleNow):
        declare_participation(actor_of(who.account), own, said=said())
    session.rollback()
    assert session.scalars(sa.select(Participation)).all() == []


def test_nobody_takes_part_twice_through_the_same_cpts(session: Session, people: Personas) -> None:
    declare(session, people)
    with pytest.raises(ImpossibleNow, match="déjà déclarée"):
        declare(session, people)
    assert events(session) == ["participation.declared"]


def test_a_change_keeps_what_was_and_dates_it(session: Session, people: Personas, frozen_clock: FrozenClock) -> None:
    one = declare(session, people, places=(OFFICE, BRANCH))
    frozen_clock.advance(days=3)
    end = day_of(clock.now()) + timedelta(days=90)
    wanted = said(places=(BRANCH,), starts_on=one.starts_on, ends_on=end)
    change_participation(doctor(people), one, version=1, said=wanted)
    assert (one.version, one.ends_on) == (2, end)
    rows = session.scalars(sa.select(ParticipationPlace).order_by(ParticipationPlace.position)).all()
    assert [row.removed_at is None for row in rows] == [False, True]
    change_participation(doctor(people), one, version=2, said=wanted)
    assert (one.version, events(session)) == (2, ["participation.declared", "participation.changed"])


def test_the_second_of_two_tabs_is_told_that_it_is_late(session: Session, people: Personas) -> None:
    one = declare(session, people)
    change_participation(doctor(people), one, version=1, said=said(places=(OFFICE, BRANCH)))
    with pytest.raises(ImpossibleNow, match="entre-temps"):
        change_participation(doctor(people), one, version=1, said=said(places=()))
    with pytest.raises(Invalid, match=NO_PLACE):
        change_participation(doctor(people), one, version=2, said=said(places=()))


def test_a_withdrawal_is_immediate_and_final(session: Session, people: Personas) -> None:
    one = declare(session, people)
    withdraw_participation(doctor(people), one)
    assert effectors(session, people) == []
    with pytest.raises(ImpossibleNow, match="déjà pris fin"):
        withdraw_participation(doctor(people), one)
    with pytest.raises(ImpossibleNow, match="déjà pris fin"):
        change_participation(doctor(people), one, version=1, said=said())
    declare(session, people)
    assert len(effectors(session, people)) == 1
    assert events(session) == ["participation.declared", "participation.withdrawn", "participation.declared"]


def test_nobody_changes_or_withdraws_for_another(session: Session, people: Personas) -> None:
    one = declare(session, people)
    for who in (people.president, people.agent, people.stranger):
        with pytest.raises(NotAllowed):
            withdraw_participation(actor_of(who.account), one)
        with pytest.raises(NotAllowed):
            change_participation(actor_of(who.account), one, version=1, said=said())


# ── it ends with the rattachement ───────────────────────────────────────────


@pytest.mark.parametrize("who", ["president", "professional"])
def test_it_ends_with_the_rattachement(session: Session, people: Personas, who: str) -> None:
    one, by = declare(session, people), getattr(people, who)
    end_affiliation(actor_of(by.account), held(session, people), reason="Départ")
    session.refresh(one)
    assert (one.end_reason, one.ended_at) == ("Fin du rattachement à la CPTS", held(session, people).ended_at)
    assert effectors(session, people) == []
    assert events(session) == ["participation.declared", "participation.ended"]


def test_it_outlives_the_end_of_one_of_two_rattachements(session: Session, people: Personas) -> None:
    one, first = declare(session, people), held(session, people)
    assert people.president.mandate is not None
    second = factories.unit(session, people.comtat.establishment)
    factories.affiliation(session, people.professional.person, second, people.president.mandate)
    session.commit()
    end_affiliation(actor_of(people.president.account), first, reason="Départ")
    session.refresh(one)
    assert one.ended_at is None
    assert len(effectors(session, people)) == 1


def test_it_ends_with_the_account(session: Session, people: Personas) -> None:
    one = declare(session, people)
    forget_person(people.professional.account, why="asked")
    session.commit()
    session.refresh(one)
    assert one.end_reason == "Compte fermé"
    (place,) = session.scalars(sa.select(ParticipationPlace))
    assert (place.name, place.street, place.commune_insee) == ("Lieu effacé", None, "84031")


def test_a_suspended_rattachement_is_not_shown_until_it_is_lifted(session: Session, people: Personas) -> None:
    declare(session, people)
    factories.suspension(session, held(session, people))
    session.commit()
    assert effectors(session, people) == []


# ── a known end ─────────────────────────────────────────────────────────────


def end_in(session: Session, people: Personas, days: int) -> tuple[Participation, date]:
    end = day_of(clock.now()) + timedelta(days=days)
    return declare(session, people, ends_on=end), end


def test_a_known_end_is_told_once_thirty_days_before_then_it_ends(
    session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    one, end = end_in(session, people, 60)
    for days, moved in ((29, 0), (1, 1), (1, 0), (29, 0)):
        frozen_clock.advance(days=days)
        assert keep_participations() == moved, days
    assert (one.warned_of, day_of(clock.now()), len(effectors(session, people))) == (end, end, 1)
    frozen_clock.advance(days=1)
    assert effectors(session, people) == []
    assert keep_participations() == 1
    session.refresh(one)
    assert one.end_reason == "Date de fin atteinte"
    assert events(session) == ["participation.declared", "participation.ending", "participation.ended"]


def test_an_end_that_the_confirmation_tells_is_not_told_again(session: Session, people: Personas) -> None:
    end_in(session, people, 20)
    assert keep_participations() == 0


@pytest.mark.parametrize("which", ["establishment", "unit"])
def test_the_closing_of_the_cpts_is_a_known_end(
    session: Session, people: Personas, frozen_clock: FrozenClock, which: str
) -> None:
    one = declare(session, people)
    closing = day_of(clock.now()) + timedelta(days=30)
    getattr(people.comtat, which).closed_on = closing
    session.commit()
    assert (keep_participations(), keep_participations()) == (1, 0)
    session.refresh(one)
    assert one.warned_of == closing
    frozen_clock.advance(days=31)
    assert keep_participations() == 1
    session.refresh(one)
    assert one.end_reason == "Fermeture de la CPTS ou de son unité"


# ── what the SAS is told ────────────────────────────────────────────────────


def test_the_sas_is_told_of_all_that_changes_its_effectors(app: Flask, session: Session, people: Personas) -> None:
    """Unlisted on the public pages, and yet: who takes part is told to the SAS, a withdrawal in the next state."""
    connect_sas(app, "http://127.0.0.1:9/etats")
    person = people.professional.person
    person.listed = False
    project(session)
    one = declare(session, people)
    assert told(session) == ["Marchal"]
    person.family_name = "Marchal-Roux"
    assert told(session) == ["Marchal-Roux"]
    paused = factories.suspension(session, held(session, people))
    assert told(session) == []
    assert people.president.mandate is not None
    lifted = {"lifted_at": clock.now(), "lifted_by_mandate_id": people.president.mandate.id}
    session.execute(
        sa.update(Suspension).where(Suspension.id == paused.id).values(**lifted, lifted_by_role="president")
    )
    assert told(session) == ["Marchal-Roux"]
    session.execute(sa.update(Professional).where(Professional.rpps == person.rpps).values(profession_code="60"))
    assert told(session) == []
    session.execute(sa.update(Professional).where(Professional.rpps == person.rpps).values(profession_code="10"))
    assert told(session) == ["Marchal-Roux"]
    withdraw_participation(doctor(people), one)
    assert told(session) == []
    assert session.scalar(sa.select(sa.func.max(LedgerMessage.version))) == 8


def told(session: Session) -> list[str]:
    """Family names in the latest state that waits for the SAS."""
    project(session)
    latest = sa.select(LedgerMessage.payload).order_by(LedgerMessage.version.desc()).limit(1)
    return [one["family_name"] for one in json.loads(session.scalars(latest).one())["effectors"]]
