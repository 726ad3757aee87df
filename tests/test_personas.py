"""The shared people stand in a real, guarded database, with the rights that their names promise."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import Affiliation, Person, Request
from app.policies.actor import Role
from app.queries.actors import held_mandates
from tests import factories, personas
from tests.personas import Personas


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


def test_each_persona_holds_what_its_name_says_and_nothing_else(people: Personas):
    held = {
        name: [(mandate.role, mandate.establishment_finess) for mandate in held_mandates(persona.person.id)]
        for name, persona in people.everyone().items()
    }
    comtat, other = people.comtat.finess, people.other.finess
    assert held == {
        "agent": [],
        "president": [(Role.PRESIDENT, comtat)],
        "referent": [(Role.REFERENT, comtat)],
        "second_referent": [(Role.REFERENT, comtat)],
        "professional": [],
        "other_president": [(Role.PRESIDENT, other)],
        "other_referent": [(Role.REFERENT, other)],
        "stranger": [],
    }
    assert [name for name, persona in people.everyone().items() if persona.account.agent_since] == ["agent"]


def test_the_professional_is_attached_and_the_stranger_is_not(people: Personas, session: Session):
    attached = session.scalars(sa.select(Affiliation.person_id).where(Affiliation.unit_id == people.comtat.unit.id))
    assert list(attached) == [people.professional.person.id]


def test_factories_add_requests_nominations_and_register_rows_to_the_personas(people: Personas, session: Session):
    request = factories.affiliation_request(session, people.comtat.unit)
    nomination = factories.nomination(session, people.president.mandate)
    factories.professional(session, rpps=nomination.rpps or factories.new_rpps())
    passer_by = factories.person(session, rpps=factories.new_rpps())
    factories.affiliation(session, passer_by, people.comtat.unit, people.referent.mandate)
    session.commit()
    assert session.get_one(Request, request.id).status == "submitted"
    assert session.get_one(Person, passer_by.id).full_name == "Camille Essai"
