"""Signing in, invitations, passwords and the pages about oneself, as a browser without JavaScript goes through them."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests import personas
from tests.personas import Personas
from tests.support.client import Visitor


@pytest.fixture
def people(session: Session) -> Personas:
    return personas.build(session)


def test_a_person_signs_in_and_sees_their_roles(client: Visitor, people: Personas) -> None:
    page = client.sign_in(people.referent)
    assert page.path == "/etablissements/840021281"
    page = client.get("/mes-roles")
    assert "Comtat" in page.text
