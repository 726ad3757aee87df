"""What a stranger types about themselves never gives them, or changes, what belongs to somebody else."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import db
from app.domain.acts import act_key
from app.domain.errors import Invalid
from app.models import Account, Mandate, Person, Request
from app.policies.actor import ANONYMOUS
from app.usecases.affiliations import Wish, accept_affiliation, ask_affiliation
from app.usecases.enrolment import email_key
from app.usecases.presidencies import register_president
from tests import factories
from tests.personas import Personas
from tests.security.conftest import acting
from tests.support.actors import proven
from tests.support.client import Visitor

THIEF = "voleur@essai.example"


def claimed(people: Personas, **values: Any) -> Request:
    """A request sent without signing in: nothing in it is proven."""
    defaults: dict[str, Any] = {
        "family_name": "Olivier",
        "given_name": "Margaux",
        "email": THIEF,
        "phone": "+33639980066",
        "profession_code": "70",
        "profession_label": "Masseur-Kinésithérapeute",
        "rpps": None,
        "unit_id": people.comtat.unit.id,
        "listed": True,
    }
    return ask_affiliation(ANONYMOUS, people.comtat.establishment, Wish(**{**defaults, **values}))


def presidency(place: Any, people: Personas, **values: Any) -> Mandate:
    president = {
        "family_name": "Roche",
        "given_name": "Paul",
        "email": "paul.roche@essai.example",
        "phone": factories.PHONE,
        "profession_code": "10",
        "profession_label": "Médecin",
        "evidence": "Procès-verbal de l’assemblée générale",
    }
    agent = proven(db.session(), people.agent, act_key("mandate:register_president", place.finess))
    return register_president(agent, place, **{**president, **values})


def test_who_claimed_the_rpps_of_a_future_president_does_not_receive_the_presidency(
    session: Session, people: Personas
) -> None:
    """RPPS numbers are public: the account that carries one is that of whoever typed it first, and was believed."""
    number = factories.new_rpps()
    accept_affiliation(acting(people.referent), claimed(people, rpps=number))
    empty = factories.establishment(session, "CPTS SANS PRÉSIDENCE")
    session.commit()
    with pytest.raises(Invalid) as refused:
        presidency(empty, people, rpps=number)
    assert THIEF in refused.value.fields["email"]
    assert session.scalar(sa.select(sa.func.count()).where(Mandate.establishment_finess == empty.finess)) == 0


def test_the_agent_reads_whose_account_it_is_and_may_register_that_very_one(
    session: Session, people: Personas, client: Visitor
) -> None:
    empty = factories.establishment(session, "CPTS SANS PRÉSIDENCE")
    session.commit()
    known = people.professional
    client.enter(people.agent)
    client.get(f"/centre/presidences/nouvelle?finess={empty.finess}")
    typed = {
        "nom": "Marchal",
        "prenom": "Sophie",
        "email": "sophie@ailleurs.example",
        "telephone": "06 39 98 00 01",
        "profession": "60",
        "rpps": known.person.rpps,
        "justificatif": "Procès-verbal",
        "mot_de_passe": factories.PASSWORD,
    }
    page = client.submit("main form[method=post]", status=422, **typed)
    assert known.email in page.text
    del typed["mot_de_passe"]  # the proof that was given waits
    client.submit("main form[method=post]", **{**typed, "email": known.email})
    held = session.scalars(sa.select(Mandate).where(Mandate.establishment_finess == empty.finess)).one()
    assert held.person_id == known.person.id


def test_a_request_with_somebody_else_s_address_writes_nothing_on_that_person(
    session: Session, people: Personas
) -> None:
    """A référent without RPPS keeps none: a number that a stranger typed would make them somebody else."""
    victim = factories.person(session, "Anne", "Sans-Numéro", rpps=None, phone=None, listed=False)
    address = factories.account(session, victim).email
    session.commit()
    accept_affiliation(acting(people.president), claimed(people, email=address, rpps=factories.new_rpps()))
    session.refresh(victim)
    assert (victim.rpps, victim.phone, victim.listed) == (None, None, False)


def test_who_asks_signed_in_completes_what_the_portal_does_not_know_of_them(session: Session, people: Personas) -> None:
    own = factories.person(session, "Anne", "Sans-Numéro", rpps=None, phone=None, listed=False)
    account = factories.account(session, own)
    session.commit()
    actor = acting(people.stranger)
    me = type(actor)(account_id=account.id, person_id=own.id, name=own.full_name)
    number = factories.new_rpps()
    wish = claimed(people, email="unused@essai.example")
    request = ask_affiliation(
        me,
        people.comtat.establishment,
        Wish(
            family_name="Sans-Numéro",
            given_name="Anne",
            email=account.email,
            phone="+33639980066",
            profession_code="70",
            profession_label=wish.profession_label or "",
            rpps=number,
            unit_id=people.comtat.unit.id,
            listed=True,
        ),
    )
    accept_affiliation(acting(people.president), request)
    session.refresh(own)
    assert (own.rpps, own.phone, own.listed) == (number, "+33639980066", True)


def test_the_activation_link_never_leaves_for_the_address_that_a_stranger_typed(
    session: Session, people: Personas
) -> None:
    """An invited account is opened from its own address, whoever asks under its RPPS number."""
    invited = factories.person(session, "Paul", "Invité", rpps=factories.new_rpps())
    account = factories.account(session, invited, status="invited", password_hash=None, activated_at=None)
    session.commit()
    accept_affiliation(acting(people.president), claimed(people, rpps=invited.rpps))
    assert session.scalar(sa.select(Account.id).where(Account.email_key == THIEF)) is None
    assert session.scalar(sa.select(sa.func.count()).select_from(Person).where(Person.rpps == invited.rpps)) == 1
    assert account.status == "invited"


@pytest.mark.parametrize(
    ("mine", "theirs"), [("a@straße.example", "a@strasse.example"), ("a@ας.example", "a@ασ.example")]
)
def test_two_domains_that_two_people_may_own_are_two_addresses(mine: str, theirs: str) -> None:
    """IDNA 2008 tells ß from ss and ς from σ: a nomination sent to one must not show in the roles of the other."""
    assert email_key(mine) != email_key(theirs)
    assert email_key(mine.replace("a@", "A@")) == email_key(mine)
