"""Contact details of a CPTS: confirmed, corrected, never emptied, never lost to a second editor."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import ImpossibleNow, Invalid, NotAllowed
from app.models import Establishment, JournalEntry
from app.policies.actor import Actor
from app.queries.actors import held_mandates
from app.usecases.establishments import Contact, confirm_contact, update_contact
from tests import personas
from tests.personas import Persona, Personas
from tests.support.time import FrozenClock


def acting(persona: Persona) -> Actor:
    account, person = persona.account, persona.person
    return Actor(account.id, person.id, person.full_name, mandates=held_mandates(person.id))


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    built.comtat.establishment.phone = "+33465710001"
    built.comtat.establishment.street = "584 AV VICTOR HUGO"
    session.commit()
    return built


def test_referent_confirms_the_details_dated_and_journalled(
    people: Personas, session: Session, frozen_clock: FrozenClock
) -> None:
    establishment = people.comtat.establishment
    updated = establishment.updated_at
    confirm_contact(acting(people.referent), establishment)
    assert establishment.verified_at == frozen_clock.now
    assert establishment.updated_at == updated
    assert session.scalars(sa.select(JournalEntry.event)).all() == ["establishment.confirmed"]


@pytest.mark.parametrize("who", ["other_president", "other_referent", "professional", "stranger", "agent"])
def test_somebody_else_changes_the_details_refused_and_journalled(people: Personas, session: Session, who: str) -> None:
    establishment = people.comtat.establishment
    contact = replace(Contact.of(establishment), phone="+33465719999")
    with pytest.raises(NotAllowed):
        update_contact(acting(getattr(people, who)), establishment, contact=contact, seen=establishment.updated_at)
    session.expire_all()
    assert session.get_one(Establishment, establishment.finess).phone == "+33465710001"
    assert session.scalars(sa.select(JournalEntry.event)).all() == ["access.refused"]


def test_president_corrects_the_phone_kept_with_before_and_after(people: Personas, session: Session) -> None:
    establishment = people.comtat.establishment
    contact = replace(Contact.of(establishment), phone="+33465710002")
    update_contact(acting(people.president), establishment, contact=contact, seen=establishment.updated_at)
    session.expire_all()
    assert session.get_one(Establishment, establishment.finess).phone == "+33465710002"
    assert session.scalars(sa.select(JournalEntry.event)).all() == ["establishment.updated"]


@pytest.mark.parametrize("blank", [None, "", "   "])
def test_president_empties_what_the_sas_needs_refused(people: Personas, session: Session, blank: str | None) -> None:
    establishment = people.comtat.establishment
    contact = replace(Contact.of(establishment), phone=blank, street=blank, email=None)
    with pytest.raises(Invalid) as refusal:
        update_contact(acting(people.president), establishment, contact=contact, seen=establishment.updated_at)
    assert set(refusal.value.fields) == {"phone", "street"}
    session.expire_all()
    assert session.get_one(Establishment, establishment.finess).street == "584 AV VICTOR HUGO"


def test_two_people_save_at_once_the_second_is_told(people: Personas, session: Session) -> None:
    establishment = people.comtat.establishment
    seen = establishment.updated_at
    first = replace(Contact.of(establishment), phone="+33465710002")
    second = replace(Contact.of(establishment), phone="+33465710003")
    update_contact(acting(people.president), establishment, contact=first, seen=seen)
    with pytest.raises(ImpossibleNow):
        update_contact(acting(people.referent), establishment, contact=second, seen=seen)
    session.expire_all()
    assert session.get_one(Establishment, establishment.finess).phone == "+33465710002"
