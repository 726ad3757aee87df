"""The people whom the attacks of this folder are aimed at."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.policies.actor import Actor
from app.queries.actors import held_mandates
from tests import personas
from tests.personas import Persona, Personas


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


def acting(persona: Persona) -> Actor:
    """The actor that a signed-in persona is."""
    return Actor(
        account_id=persona.account.id,
        person_id=persona.person.id,
        name=persona.person.full_name,
        is_agent=persona.account.agent_since is not None,
        mandates=held_mandates(persona.person.id),
    )
