"""Participation in unscheduled care through its use cases, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import clock
from app.domain.errors import ImpossibleNow, Invalid, NotAllowed
from app.domain.participations import NO_PLACE, Declaration, Place
from app.journal.verify import verify
from app.models import Affiliation, JournalEntry, Participation, ParticipationPlace, PublicationMark
from app.policies.actor import Actor
from app.queries.actors import actor_of
from app.queries.participations import effectors_of
from app.usecases.affiliations import end_affiliation
from app.usecases.forgetting import forget_person
from app.usecases.participation_clock import keep_participations
from app.usecases.participations import change_participation, declare_participation, withdraw_participation
from app.working_days import day_of
from tests import factories, personas
from tests.personas import Personas
from tests.support.publishing import make_shown
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
    return [one.national_id for one in effectors_of([people.comtat.finess]).get(people.comtat.finess, [])]


def test_a_doctor_declares_and_the_sas_has_them(session: Session, people: Personas) -> None:
    declare(session, people, places=(OFFICE, BRANCH))
    (found,) = effectors_of([people.comtat.finess, people.other.finess])[people.comtat.finess]
    assert (found.national_id, found.speciality) == (f"8{people.professional.person.rpps}", "Médecine générale")
    assert [(place.name, place.city) for place in found.places] == [
        ("Cabinet de la Garrigue", "Carpentras"),
        ("Maison de santé", "Pernes-les-Fontaines"),
    ]
    assert events(session) == ["participation.declared"]
    marks = sa.select(sa.func.count()).where(PublicationMark.kind == "sas", PublicationMark.key == people.comtat.finess)
    assert session.scalar(marks)
    assert verify(b"x" * 32)[1] == []
