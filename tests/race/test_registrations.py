"""Agents at the same instant: one CPTS for a number, one legal entity, one president for a seat, one decision."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import clock, db
from app.domain.acts import act_key
from app.domain.requests import Kind
from app.models import Establishment, LegalEntity, Mandate, Request, SuccessionNotice, Unit
from app.policies.actor import ANONYMOUS, Actor
from app.usecases.presidency_requests import Seating, accept_presidency
from app.usecases.registrations import CptsPages, accept_cpts
from app.usecases.requests import Submission, submit_request
from tests import factories, personas
from tests.personas import Persona, Personas
from tests.race.test_decisions import at_once
from tests.support.actors import proven

ROUNDS = 8


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


@pytest.fixture
def agents(session: Session, people: Personas) -> tuple[Persona, Persona]:
    other = factories.person(session, "Second", "Agent")
    return people.agent, Persona(other, factories.agent(session, other))


def pages(finess: str, entity: str) -> CptsPages:
    return CptsPages(
        finess=finess,
        legal_entity_finess=entity,
        name="CPTS du Pays d’Apt",
        street="12 rue du Stade",
        postcode="84200",
        city="Carpentras",
        commune_insee="84031",
        phone="+33465719910",
        zone=("84031",),
        aci_signed_on=date(2025, 3, 12),
    )


def registration() -> uuid.UUID:
    email = factories.new_email("cpts")
    details = {"name": "CPTS du Pays d’Apt", "aci_signed_on": "2025-03-12"}
    return submit_request(ANONYMOUS, None, Submission(kind=Kind.CPTS, email=email, details=details)).id


def accepting(actor: Actor, request_id: uuid.UUID, opened: CptsPages) -> Callable[[], object]:
    return lambda: accept_cpts(actor, db.session().get_one(Request, request_id), pages=opened)


def count(session: Session, *conditions: sa.ColumnElement[bool]) -> int:
    session.expire_all()
    found = session.scalar(sa.select(sa.func.count()).where(*conditions)) or 0
    session.commit()
    return found


def test_two_agents_accept_one_registration_once(app: Flask, session: Session, agents: tuple[Persona, Persona]) -> None:
    one, other = (proven(session, agent) for agent in agents)
    for _ in range(ROUNDS):
        id_, opened = registration(), pages(factories.new_finess(), factories.new_finess())
        outcomes = at_once(app, accepting(one, id_, opened), accepting(other, id_, opened))
        assert sorted(outcomes) == ["ImpossibleNow", "done"]
        assert count(session, Unit.establishment_finess == opened.finess) == 1


def test_two_registrations_of_one_number_make_one_cpts(
    app: Flask, session: Session, agents: tuple[Persona, Persona]
) -> None:
    one, other = (proven(session, agent) for agent in agents)
    for _ in range(ROUNDS):
        first, second = registration(), registration()
        opened = pages(factories.new_finess(), factories.new_finess())
        outcomes = at_once(app, accepting(one, first, opened), accepting(other, second, opened))
        assert sorted(outcomes) == ["ImpossibleNow", "done"]
        assert count(session, Establishment.finess == opened.finess) == 1
        assert count(session, Unit.establishment_finess == opened.finess) == 1
        assert count(session, Request.id.in_([first, second]), Request.status == "accepted") == 1


def test_two_cpts_of_one_new_legal_entity_share_it(
    app: Flask, session: Session, agents: tuple[Persona, Persona]
) -> None:
    one, other = (proven(session, agent) for agent in agents)
    for _ in range(ROUNDS):
        opened = pages(factories.new_finess(), factories.new_finess())
        also = replace(opened, finess=factories.new_finess())
        outcomes = at_once(app, accepting(one, registration(), opened), accepting(other, registration(), also))
        assert outcomes == ["done", "done"]
        assert count(session, LegalEntity.finess == opened.legal_entity_finess) == 1


# ── presidencies ────────────────────────────────────────────────────────────


def presidency(session: Session, place: Establishment) -> uuid.UUID:
    """Asked long enough ago: who presides was told and let the time pass."""
    asked = submit_request(
        ANONYMOUS,
        place,
        Submission(
            kind=Kind.PRESIDENCY,
            email=factories.new_email("presidence"),
            family_name="Garnier",
            given_name="Paul",
            phone=factories.PHONE,
            profession_label="Médecin",
            rpps=factories.new_rpps(),
        ),
    )
    told_at = clock.now() - timedelta(days=8)
    held = sa.select(Mandate).where(Mandate.establishment_finess == place.finess, Mandate.role == "president")
    for mandate in session.scalars(held.where(Mandate.ended_at.is_(None))).all():
        session.add(
            SuccessionNotice(
                request_id=asked.id,
                mandate_id=mandate.id,
                mandate_role="president",
                person_id=mandate.person_id,
                establishment_finess=place.finess,
                told_at=told_at,
                objects_until=told_at + timedelta(days=7),
            )
        )
    session.commit()
    return asked.id


def presiding(actor: Actor, request_id: uuid.UUID, seating: Seating) -> Callable[[], object]:
    def accept() -> object:
        request = db.session().get_one(Request, request_id)
        return accept_presidency(actor, request, email=request.email, evidence="PV", seating=seating)

    return accept


def ready(session: Session, agents: tuple[Persona, Persona], place: Establishment) -> list[Actor]:
    act = act_key("mandate:register_president", place.finess)
    actors = [proven(session, agent, act) for agent in agents]
    session.commit()  # of two engines one lets a single writer in
    return actors


def presidents(session: Session, place: Establishment) -> int:
    return count(session, Mandate.establishment_finess == place.finess, Mandate.ended_at.is_(None))


def test_two_agents_accept_one_presidency_once(app: Flask, session: Session, agents: tuple[Persona, Persona]) -> None:
    for _ in range(ROUNDS):
        place = factories.establishment(session)
        id_, (one, other) = presidency(session, place), ready(session, agents, place)
        outcomes = at_once(app, presiding(one, id_, Seating()), presiding(other, id_, Seating()))
        assert sorted(outcomes) == ["ImpossibleNow", "done"]
        assert presidents(session, place) == 1


def test_of_two_who_ask_for_the_free_seat_one_has_it(
    app: Flask, session: Session, agents: tuple[Persona, Persona]
) -> None:
    for _ in range(ROUNDS):
        place = factories.establishment(session)
        first, second = presidency(session, place), presidency(session, place)
        one, other = ready(session, agents, place)
        outcomes = at_once(app, presiding(one, first, Seating()), presiding(other, second, Seating()))
        assert sorted(outcomes) == ["ImpossibleNow", "done"]
        assert presidents(session, place) == 1


def test_of_two_successors_of_one_president_one_succeeds(
    app: Flask, session: Session, people: Personas, agents: tuple[Persona, Persona]
) -> None:
    for _ in range(ROUNDS):
        place = factories.establishment(session)
        leaving = factories.person(session, rpps=factories.new_rpps())
        factories.account(session, leaving)
        held = factories.presidency(session, place, leaving, people.agent.account).id
        session.commit()
        first, second = presidency(session, place), presidency(session, place)
        one, other = ready(session, agents, place)
        seating = Seating(ends=held)
        outcomes = at_once(app, presiding(one, first, seating), presiding(other, second, seating))
        assert sorted(outcomes) == ["ImpossibleNow", "done"]
        assert presidents(session, place) == 1
