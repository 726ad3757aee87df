"""Nominations answered, mandates ended, and who is told: beyond what the state machine plays."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.domain.acts import ProofNeeded, act_key
from app.domain.errors import ImpossibleNow, Invalid
from app.models import Account, Affiliation, JournalBody, Mandate, Nomination, OneTimeLink, OutboxMessage, Person
from app.notifications.handlers import mails_for
from app.notifications.writing import write
from app.policies.actor import ANONYMOUS, Actor
from app.usecases.enrolment import Identity
from app.usecases.mandates import (
    Acceptance,
    accept_nomination,
    cancel_nomination,
    decline_nomination,
    end_referent,
    expire_nominations,
    nominate_referent,
    remind_nomination,
)
from app.usecases.presidencies import end_president, register_president
from tests import factories, personas
from tests.personas import Personas
from tests.policies.test_scopes import actor_of
from tests.support.actors import proven
from tests.support.time import FrozenClock

Written = tuple[str, str, Any]
PASSWORD = "olivier-safran-91-menthe"


@pytest.fixture
def people(session: Session, frozen_clock: FrozenClock) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


def nominated(session: Session, people: Personas, **values: str | None) -> Nomination:
    nominee = {"family_name": "Arnaud", "given_name": "Lucie", "email": "lucie@essai.example", "rpps": None, **values}
    president = proven(session, people.president, act_key("mandate:nominate_referent", people.comtat.finess))
    return nominate_referent(
        president, people.comtat.establishment, **nominee, phone=factories.PHONE, function="Coordination", declared=True
    )


def link_of(session: Session, nomination: Nomination) -> OneTimeLink:
    usable = OneTimeLink.cancelled_at.is_(None)
    return session.scalars(sa.select(OneTimeLink).where(OneTimeLink.nomination_id == nomination.id, usable)).one()


def accepted(
    session: Session, nomination: Nomination, password: str | None = PASSWORD, by: Actor = ANONYMOUS
) -> Acceptance:
    return accept_nomination(by.holding(nomination), nomination, link=link_of(session, nomination), password=password)


def attached(session: Session, person_id: uuid.UUID) -> list[Affiliation]:
    return list(session.scalars(sa.select(Affiliation).where(Affiliation.person_id == person_id)))


# ── accept ──────────────────────────────────────────────────────────────────


def test_a_newcomer_gets_an_account_a_session_the_role_and_a_place(session: Session, people: Personas) -> None:
    nomination = nominated(session, people)
    answer = accepted(session, nomination)
    assert answer.account.status == "active"
    assert answer.session_id is not None
    assert (answer.mandate.role, answer.mandate.granting_person_id) == ("referent", people.president.person.id)
    (place,) = attached(session, answer.account.person_id)
    assert (place.unit_id, place.nomination_id) == (people.comtat.unit.id, nomination.id)


@pytest.mark.parametrize("password", [None, "", "court"])
def test_a_newcomer_needs_a_password_and_nothing_is_half_done(
    session: Session, people: Personas, password: str | None
) -> None:
    nomination = nominated(session, people)
    with pytest.raises(Invalid):
        accepted(session, nomination, password)
    assert session.scalar(sa.select(Account.id).where(Account.email_key == "lucie@essai.example")) is None
    assert accepted(session, nomination).mandate.ended_at is None


def test_a_known_professional_keeps_account_and_place(session: Session, people: Personas) -> None:
    nomination = nominated(session, people, email=people.professional.email)
    answer = accepted(session, nomination, None)
    assert answer.account.id == people.professional.account.id
    assert answer.session_id is None
    assert len(attached(session, answer.account.person_id)) == 1


def test_a_link_opens_once(session: Session, people: Personas) -> None:
    nomination = nominated(session, people)
    link = link_of(session, nomination)
    accepted(session, nomination)
    with pytest.raises(ImpossibleNow, match="déjà acceptée"):
        accept_nomination(ANONYMOUS.holding(nomination), nomination, link=link, password=PASSWORD)


def test_the_link_of_another_nomination_does_not_open_this_one(session: Session, people: Personas) -> None:
    one, other = nominated(session, people), nominated(session, people, email="autre@essai.example")
    with pytest.raises(ImpossibleNow, match="n’est plus valable"):
        accept_nomination(ANONYMOUS.holding(one), one, link=link_of(session, other), password=PASSWORD)


def test_it_is_too_late_after_seven_days(session: Session, people: Personas, frozen_clock: FrozenClock) -> None:
    nomination = nominated(session, people)
    frozen_clock.advance(days=7)
    with pytest.raises(ImpossibleNow, match="a expiré"):
        accepted(session, nomination)


def test_somebody_else_signed_in_does_not_accept(session: Session, people: Personas) -> None:
    nomination = nominated(session, people)
    with pytest.raises(ImpossibleNow, match="une autre personne"):
        accepted(session, nomination, by=actor_of(people.stranger))


def test_an_rpps_typed_by_the_president_does_not_open_somebody_s_account(session: Session, people: Personas) -> None:
    """The link proves the mailbox; the account of that RPPS has another one: its owner signs in first."""
    nomination = nominated(session, people, rpps=people.professional.person.rpps)
    with pytest.raises(ImpossibleNow, match="Connectez-vous"):
        accepted(session, nomination)
    answer = accepted(session, nomination, None, by=actor_of(people.professional))
    assert answer.account.id == people.professional.account.id


def test_a_new_presidency_renews_a_referent(session: Session, people: Personas, frozen_clock: FrozenClock) -> None:
    old = people.referent.mandate
    assert old is not None
    end_presidency(session, people)
    successor = register(session, people)
    nomination = factories.nomination(session, successor, people.referent.person, email=people.referent.email)
    session.add(nomination_link(nomination, frozen_clock))
    session.commit()
    answer = accepted(session, nomination, None)
    session.refresh(old)
    assert old.ended_by_mandate_id == successor.id
    assert (answer.mandate.person_id, answer.mandate.ended_at) == (people.referent.person.id, None)


def test_a_declined_nomination_creates_nobody(session: Session, people: Personas) -> None:
    nomination = nominated(session, people)
    before = session.scalar(sa.select(sa.func.count(Person.id)))
    decline_nomination(ANONYMOUS.holding(nomination), nomination, link=link_of(session, nomination))
    assert nomination.status == "declined"
    assert session.scalar(sa.select(sa.func.count(Person.id))) == before


# ── nominate, expire, end ───────────────────────────────────────────────────


@pytest.mark.parametrize("who", ["president", "agent", "referent"])
def test_who_cannot_be_nominated(session: Session, people: Personas, who: str) -> None:
    with pytest.raises(Invalid) as refusal:
        nominated(session, people, email=getattr(people, who).email)
    assert set(refusal.value.fields) == {"email"}


def test_a_proof_of_eleven_minutes_is_too_old(session: Session, people: Personas, frozen_clock: FrozenClock) -> None:
    assert people.referent.mandate is not None
    president = proven(session, people.president, act_key("mandate:end_referent", people.referent.mandate.id))
    frozen_clock.advance(minutes=11)
    with pytest.raises(ProofNeeded):
        end_referent(president, people.referent.mandate, reason="Départ")


def test_a_proof_serves_one_act_and_no_other(session: Session, people: Personas) -> None:
    one, other = people.referent.mandate, people.second_referent.mandate
    assert one is not None
    assert other is not None
    nominating = act_key("mandate:nominate_referent", people.comtat.finess)
    president = proven(session, people.president, nominating, act_key("mandate:end_referent", one.id))
    with pytest.raises(ProofNeeded):
        end_referent(president, other, reason="Départ")
    end_referent(president, one, reason="Départ")
    assert one.end_authentication_id is not None
    elsewhere = proven(session, people.president, act_key("mandate:end_referent", other.id))
    with pytest.raises(ProofNeeded):
        end_referent(president, other, reason="Départ")  # given in another session
    end_referent(elsewhere, other, reason="Départ")


def test_a_proof_serves_once(session: Session, people: Personas) -> None:
    president = proven(session, people.president, act_key("mandate:nominate_referent", people.comtat.finess))
    nominee = {"family_name": "Arnaud", "given_name": "Lucie", "rpps": None, "phone": factories.PHONE}
    place, job = people.comtat.establishment, {"function": "Coordination", "declared": True}
    nominate_referent(president, place, email="une@essai.example", **nominee, **job)
    with pytest.raises(ProofNeeded):
        nominate_referent(president, place, email="deux@essai.example", **nominee, **job)


def test_a_refused_act_leaves_the_proof(session: Session, people: Personas) -> None:
    president = proven(session, people.president, act_key("mandate:nominate_referent", people.comtat.finess))
    nominee = {"family_name": "Arnaud", "given_name": "Lucie", "rpps": None, "phone": factories.PHONE}
    place, job = people.comtat.establishment, {"function": "Coordination", "declared": True}
    with pytest.raises(Invalid):
        nominate_referent(president, place, email=people.president.email, **nominee, **job)
    nominate_referent(president, place, email="une@essai.example", **nominee, **job)


def test_an_overdue_nomination_expires_and_may_be_made_again(
    session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    first = nominated(session, people)
    frozen_clock.advance(days=8)
    second = nominated(session, people)
    session.refresh(first)
    assert (first.status, second.status) == ("expired", "proposed")
    frozen_clock.advance(days=8)
    assert expire_nominations() == 1
    session.refresh(second)
    assert second.status == "expired"


def test_the_end_of_a_presidency_withdraws_its_nominations(session: Session, people: Personas) -> None:
    nomination = nominated(session, people)
    link = link_of(session, nomination)
    end_presidency(session, people)
    session.refresh(nomination)
    session.refresh(link)
    assert nomination.status == "cancelled"
    assert link.cancelled_at is not None


# ── mails ───────────────────────────────────────────────────────────────────


def test_both_sides_of_every_act_are_told(
    app: Flask, session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    """Every event of the chain is played; its mails are written in full, each saying why it came."""
    people.comtat.establishment.email = "contact@cpts.example"
    session.commit()
    mails = play(session, people, frozen_clock)
    sent = {(slug, address) for slug, address, _message in mails}
    president, referent, lucie = people.president.email, people.referent.email, "lucie@essai.example"
    assert sent == {
        ("nomination", lucie),
        ("nomination_sent", president),
        ("nomination_cancelled", lucie),
        ("nomination_declined", president),
        ("nomination_expired", president),
        ("nomination_accepted", president),
        ("referent_welcome", lucie),
        ("referent_ended", referent),
        ("referent_end_recorded", president),
        ("presidency_ended", president),
        ("presidency_changed", "contact@cpts.example"),
        ("presidency_changed", president),
        ("referent_suspended", people.second_referent.email),
        ("referent_suspended", lucie),
        ("president_registered", "paul@essai.example"),
    }
    for slug, _address, message in mails:
        assert "Vous recevez ce message parce que" in message.body, slug
        assert "Vous recevez ce message parce que" in message.html, slug
        assert "CPTS" in message.subject + message.body, slug


def test_the_reason_reaches_the_person(session: Session, people: Personas) -> None:
    assert people.referent.mandate is not None
    end_referent(ending(session, people), people.referent.mandate, reason="Changement de coordination.")
    bodies = [message.body for slug, _address, message in written(session) if slug == "referent_ended"]
    assert len(bodies) == 1
    assert "Changement de coordination." in bodies[0]


def test_the_journal_keeps_the_proof_of_a_nomination(session: Session, people: Personas) -> None:
    nomination = nominated(session, people)
    bodies = [json.loads(body) for body in session.scalars(sa.select(JournalBody.body))]
    proofs = [body["authentication_id"] for body in bodies if body.get("nomination_id") == str(nomination.id)]
    assert proofs == [str(nomination.authentication_id)]


# ── steps ───────────────────────────────────────────────────────────────────


def play(session: Session, people: Personas, clock: FrozenClock) -> list[Written]:
    """Every act, its mails written before the next presidency."""
    reminded = nominated(session, people)
    remind_nomination(actor_of(people.president), reminded)
    cancel_nomination(actor_of(people.president), reminded)
    declined = nominated(session, people)
    decline_nomination(ANONYMOUS.holding(declined), declined, link=link_of(session, declined))
    nominated(session, people)
    clock.advance(days=8)
    expire_nominations()
    accepted(session, nominated(session, people))
    assert people.referent.mandate is not None
    end_referent(ending(session, people), people.referent.mandate, reason="Départ")
    first = written(session)
    end_presidency(session, people)
    second = written(session)
    register(session, people)
    return [*first, *second, *written(session)]


def written(session: Session) -> list[Written]:
    """The mails of what happened since the last time."""
    waiting = sa.select(OutboxMessage).where(OutboxMessage.kind == "event", OutboxMessage.delivered_at.is_(None))
    mails = []
    for event in session.scalars(waiting).all():
        mails += mails_for(event.topic, event.payload)
        event.delivered_at = event.created_at
    session.commit()
    return [
        (mail.slug, mail.recipient, write(mail.slug, mail.recipient, mail.context, message_id=uuid.uuid4()))
        for mail in mails
    ]


def end_presidency(session: Session, people: Personas) -> None:
    assert people.president.mandate is not None
    act = act_key("mandate:end_president", people.president.mandate.id)
    end_president(proven(session, people.agent, act), people.president.mandate, reason="Élection")


def register(session: Session, people: Personas) -> Mandate:
    who = Identity(family_name="Garnier", given_name="Paul", email="paul@essai.example", phone=factories.PHONE)
    act = act_key("mandate:register_president", people.comtat.finess)
    return register_president(
        proven(session, people.agent, act),
        people.comtat.establishment,
        family_name=who.family_name,
        given_name=who.given_name,
        email=who.email,
        phone=factories.PHONE,
        profession_code="10",
        profession_label="Médecin",
        rpps=factories.new_rpps(),
        evidence="Procès-verbal",
    )


def ending(session: Session, people: Personas) -> Actor:
    """The president, who has just proven who they are to end the référent's mandate."""
    assert people.referent.mandate is not None
    return proven(session, people.president, act_key("mandate:end_referent", people.referent.mandate.id))


def nomination_link(nomination: Nomination, clock: FrozenClock) -> OneTimeLink:
    expires = clock.now + timedelta(days=7)
    return OneTimeLink(purpose="nomination", nomination_id=nomination.id, created_at=clock.now, expires_at=expires)
