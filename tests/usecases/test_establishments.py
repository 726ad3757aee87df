"""« C'est exact »: the contact details are dated by those who keep them. Correcting them: test_descriptions.py."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import NotAllowed
from app.models import JournalEntry
from app.usecases.establishments import confirm_contact
from tests import personas
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY
from tests.support.time import FrozenClock
from tests.usecases.test_descriptions import acting

pytestmark = SQLITE_ONLY


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


def test_referent_confirms_the_details_dated_and_journalled(
    people: Personas, session: Session, frozen_clock: FrozenClock
) -> None:
    establishment = people.comtat.establishment
    updated = establishment.updated_at
    confirm_contact(acting(people.referent), establishment)
    session.refresh(establishment)
    assert establishment.verified_at == frozen_clock.now
    assert establishment.updated_at == updated
    assert session.scalars(sa.select(JournalEntry.event)).all() == ["establishment.confirmed"]


def test_somebody_else_confirms_nothing(people: Personas, session: Session) -> None:
    with pytest.raises(NotAllowed):
        confirm_contact(acting(people.other_referent), people.comtat.establishment)
    assert session.scalars(sa.select(JournalEntry.event)).all() == ["access.refused"]
