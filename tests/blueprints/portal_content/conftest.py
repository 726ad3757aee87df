from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests import personas
from tests.personas import Personas


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    session.commit()
    return built
