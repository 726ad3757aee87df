from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.consistency import world as worlds


@pytest.fixture
def world(session: Session) -> worlds.World:
    return worlds.build(session)
