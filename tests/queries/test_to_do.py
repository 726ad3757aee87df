"""What waits for a decision is counted on every page of whoever decides."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import db
from app.queries.to_do import to_decide_count
from tests import personas
from tests.personas import Persona, Personas
from tests.support.backends import SQLITE_ONLY
from tests.support.dossiers import actor_of
from tests.support.statements import recorded

pytestmark = SQLITE_ONLY


@pytest.fixture
def people(session: Session) -> Personas:
    return personas.build(session)


@pytest.mark.parametrize("name", ["president", "referent", "agent"])
def test_who_decides_has_it_counted_by_an_index(session: Session, people: Personas, name: str) -> None:
    """It took half a second among the 1,500,000 requests of a country."""
    persona: Persona = getattr(people, name)
    with recorded(db.engine()) as statements:
        session.scalar(sa.select(to_decide_count(actor_of(persona))))
    counted = statements[-1]
    plan = [step[3] for step in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {counted.replace('?', '0')}")]
    assert any("SEARCH request USING" in step for step in plan), plan
    assert not any(step.startswith("SCAN request") for step in plan), plan
