"""Declaring twice, declaring while the rattachement ends: one participation at most, and never one without it."""

from __future__ import annotations

from collections import Counter

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import clock, db
from app.domain.participations import Declaration, Place
from app.models import Affiliation, JournalEntry, Participation, Unit
from app.policies.actor import Actor
from app.queries.actors import actor_of
from app.queries.affiliations import attachments_there
from app.usecases.affiliations import end_affiliation
from app.usecases.participations import change_participation, declare_participation
from app.working_days import day_of
from tests import factories, personas
from tests.personas import Personas
from tests.race.test_decisions import at_once
from tests.support.publishing import make_shown

ROUNDS = 8
OFFICE = Place("Cabinet", "3 rue des Essais", "84200", "84031")


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    factories.doctor(session, built.professional.person)
    make_shown(session, built.comtat.unit)
    session.commit()
    return built


def doctor(people: Personas) -> Actor:
    return actor_of(people.professional.account)


def declare(actor: Actor, finess: str) -> None:
    """As a request of its own: what it holds is read in its session."""
    assert actor.person_id is not None
    (held,) = attachments_there(actor.person_id, finess)
    said = Declaration((OFFICE,), has_software=True, gives_hours=False, starts_on=day_of(clock.now()))
    declare_participation(actor, held, said=said)


def leave(actor: Actor, finess: str) -> None:
    assert actor.person_id is not None
    for held in attachments_there(actor.person_id, finess):
        end_affiliation(actor, held, reason="Départ")


def attached_again(session: Session, people: Personas) -> None:
    """Nothing open but one rattachement."""
    now = {"ended_at": clock.now(), "end_reason": "x"}
    session.execute(sa.update(Participation).where(Participation.ended_at.is_(None)).values(**now))
    own = Affiliation.person_id == people.professional.person.id
    session.execute(sa.update(Affiliation).where(own, Affiliation.ended_at.is_(None)).values(**now))
    assert people.president.mandate is not None
    factories.affiliation(session, people.professional.person, people.comtat.unit, people.president.mandate)
    session.commit()


def opened(session: Session) -> tuple[int, int]:
    """Open participations and rattachements of the doctor."""
    session.rollback()
    counts = [
        session.scalar(sa.select(sa.func.count()).select_from(model).where(model.ended_at.is_(None)))
        for model in (Participation, Affiliation)
    ]
    return counts[0] or 0, counts[1] or 0


def test_of_two_declarations_at_once_one_is_kept(app: Flask, session: Session, people: Personas) -> None:
    actor, finess = doctor(people), people.comtat.finess
    for _ in range(ROUNDS):
        attached_again(session, people)
        outcomes = at_once(app, lambda: declare(actor, finess), lambda: declare(actor, finess))
        assert sorted(outcomes) == ["ImpossibleNow", "done"]
        assert opened(session)[0] == 1
    told = sa.select(sa.func.count()).where(JournalEntry.event == "participation.declared")
    assert session.scalar(told) == ROUNDS


def test_a_participation_never_outlives_the_rattachement(app: Flask, session: Session, people: Personas) -> None:
    """Whoever comes first: declared then ended, or refused."""
    actor, finess = doctor(people), people.comtat.finess
    outcomes: Counter[str] = Counter()
    for _ in range(ROUNDS):
        attached_again(session, people)
        first, second = at_once(app, lambda: declare(actor, finess), lambda: leave(actor, finess))
        assert (first in {"done", "ImpossibleNow"}, second) == (True, "done")
        assert opened(session) == (0, 0)
        outcomes[first] += 1
    assert outcomes.total() == ROUNDS


def test_a_participation_ends_with_the_last_of_two_rattachements_left_at_once(
    app: Flask, session: Session, people: Personas
) -> None:
    actor, finess = doctor(people), people.comtat.finess
    other = factories.unit(session, people.comtat.establishment)
    session.commit()
    for _ in range(ROUNDS):
        attached_again(session, people)
        declare(actor, finess)
        again = session.get_one(Unit, other.id)
        assert people.president.mandate is not None
        factories.affiliation(session, people.professional.person, again, people.president.mandate)
        held = [each.id for each in attachments_there(people.professional.person.id, finess)]
        session.commit()

        def end(index: int, ids: list[object] = held) -> None:  # type: ignore[assignment]
            end_affiliation(actor, db.session().get_one(Affiliation, ids[index]), reason="Départ")

        assert at_once(app, lambda: end(0), lambda: end(1)) == ["done", "done"]
        assert opened(session) == (0, 0)


def test_of_two_changes_at_once_the_second_is_told(app: Flask, session: Session, people: Personas) -> None:
    actor, finess = doctor(people), people.comtat.finess
    declare(actor, finess)
    one = session.scalars(sa.select(Participation)).one().id
    session.commit()
    for version in range(1, ROUNDS):

        def change(street: str, version: int = version) -> None:
            held = db.session().get_one(Participation, one)
            place = Place("Cabinet", street, "84200", "84031")
            said = Declaration((place,), has_software=True, gives_hours=False, starts_on=held.starts_on)
            change_participation(actor, held, version=version, said=said)

        outcomes = at_once(app, lambda: change(f"1 rue {version}"), lambda: change(f"2 rue {version}"))  # noqa: B023
        assert sorted(outcomes) == ["ImpossibleNow", "done"]
