"""The request of who presides, accepted: free seat, succession, co-presidency, and what stands in the way."""

from __future__ import annotations

import json
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import clock
from app.domain.acts import ProofNeeded, act_key
from app.domain.errors import ImpossibleNow, Invalid, NotAllowed
from app.domain.requests import Kind
from app.domain.successions import TooSoon
from app.journal.verify import verify
from app.models import Account, Establishment, Mandate, Nomination, OneTimeLink, OutboxMessage, Person, Request
from app.notifications.handlers import mails_for
from app.notifications.mail import Mail
from app.notifications.writing import write
from app.policies.actor import ANONYMOUS, Actor
from app.queries.establishments import officers
from app.usecases.presidency_requests import Seating, accept_presidency
from app.usecases.requests import Submission, answer_question, ask_requester, refuse_request, submit_request
from app.usecases.successions import open_successions
from tests import factories, personas
from tests.personas import Personas
from tests.support.actors import proven
from tests.support.time import FrozenClock

EMAIL = "paul.garnier@soins.example"
EVIDENCE = "Procès-verbal du 12 septembre, rappel au 04 65 71 99 01."


@pytest.fixture
def people(session: Session, frozen_clock: FrozenClock) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


@pytest.fixture
def alone(session: Session, people: Personas) -> Establishment:
    """A CPTS that nobody presides."""
    place = factories.establishment(session, "CPTS DES SORGUES")
    factories.unit(session, place)
    session.commit()
    return place


def acting(session: Session, people: Personas, finess: str) -> Actor:
    """An agent who has just proven who they are, for this CPTS."""
    return proven(session, people.agent, act_key("mandate:register_president", finess))


def asked(session: Session, place: Establishment, actor: Actor = ANONYMOUS, **values: Any) -> Request:
    known = {
        "email": EMAIL,
        "family_name": "Garnier",
        "given_name": "Paul",
        "phone": factories.PHONE,
        "profession_code": "10",
        "profession_label": "Médecin",
        "rpps": factories.new_rpps(),
    }
    return submit_request(actor, place, Submission(kind=Kind.PRESIDENCY, **{**known, **values}))


def accepted(actor: Actor, request: Request, seating: Seating = Seating(), **values: Any) -> Mandate:  # noqa: B008
    return accept_presidency(
        actor, request, **{"email": request.email, "evidence": EVIDENCE, "seating": seating, **values}
    )


def told(session: Session, name: str) -> list[Mail]:
    query = sa.select(OutboxMessage.payload).where(OutboxMessage.kind == "event", OutboxMessage.topic == name)
    return [mail for payload in session.scalars(query) for mail in mails_for(name, payload)]


def agreed(session: Session, frozen_clock: FrozenClock) -> None:
    """The presidents in office were told, and seven days have passed."""
    open_successions()
    frozen_clock.advance(days=7, minutes=1)


# ── a free seat ─────────────────────────────────────────────────────────────


def test_the_request_itself_grants_the_mandate(session: Session, people: Personas, alone: Establishment) -> None:
    request = asked(session, alone)
    mandate = accepted(acting(session, people, alone.finess), request, term_ends_on=date(2029, 9, 12))
    session.refresh(request)
    assert (mandate.seat, mandate.granting_request_id, mandate.role) == (1, request.id, "president")
    assert mandate.term_ends_at is not None
    assert (request.status, request.decided_as, request.evidence) == ("accepted", "agent", EVIDENCE)
    assert request.person_id == mandate.person_id
    assert [officer.name for officer in officers(alone.finess)] == ["Paul Garnier"]
    verify(session)


def test_the_activation_goes_to_the_address_and_nothing_twice(
    session: Session, people: Personas, alone: Establishment
) -> None:
    alone.email = "contact@sorgues.example"
    request = asked(session, alone)
    accepted(acting(session, people, alone.finess), request)
    assert told(session, "request.accepted") == []
    own, mailbox = told(session, "president.registered")
    assert (own.slug, own.recipient, mailbox.slug) == ("president_registered", EMAIL, "presidency_changed")
    link = session.scalars(sa.select(OneTimeLink).where(OneTimeLink.purpose == "activation")).one()
    assert own.context["link_id"] == str(link.id)
    message = write(own.slug, own.recipient, own.context, message_id=uuid.uuid4())
    for body in (message.body or "", message.html or ""):
        assert f"accepté votre demande {request.number}" in body
        assert "/invitations/" in body


def test_a_known_account_is_taken_up(session: Session, people: Personas, alone: Establishment) -> None:
    known = people.professional
    request = asked(session, alone, email=known.email, rpps=known.person.rpps)
    mandate = accepted(acting(session, people, alone.finess), request)
    assert mandate.person_id == known.person.id
    assert session.scalar(sa.select(sa.func.count()).where(Account.email == known.email)) == 1
    assert told(session, "president.registered")[0].context["link_id"] is None


def test_who_asks_while_signed_in_is_recognised(session: Session, people: Personas, alone: Establishment) -> None:
    actor = proven(session, people.stranger)
    request = asked(session, alone, actor, email=people.stranger.email, rpps=people.stranger.person.rpps)
    assert request.person_id == people.stranger.person.id
    assert accepted(acting(session, people, alone.finess), request).person_id == people.stranger.person.id


def test_a_number_of_another_account_asks_the_agent_first(
    session: Session, people: Personas, alone: Establishment
) -> None:
    """Somebody's RPPS with another address: not registered, until the agent says that both are theirs."""
    known = people.professional
    request = asked(session, alone, rpps=known.person.rpps)
    agent = acting(session, people, alone.finess)
    with pytest.raises(Invalid, match="est celui d’un compte à l’adresse") as refusal:
        accepted(agent, request)
    assert set(refusal.value.fields) == {"email"}
    assert accepted(agent, request, email=known.email).person_id == known.person.id
    (elsewhere,) = told(session, "request.accepted")
    assert (elsewhere.slug, elsewhere.recipient) == ("presidency_accepted", EMAIL)
    body = write(elsewhere.slug, elsewhere.recipient, elsewhere.context, message_id=uuid.uuid4()).body or ""
    assert known.email not in body


def test_an_address_and_a_number_of_two_accounts_are_refused(
    session: Session, people: Personas, alone: Establishment
) -> None:
    request = asked(session, alone, email=people.stranger.email, rpps=people.professional.person.rpps)
    with pytest.raises(ImpossibleNow, match="deux comptes différents"):
        accepted(acting(session, people, alone.finess), request)
    assert nobody_presides(session, alone)


def test_somebody_registered_meanwhile_is_not_joined_unawares(
    session: Session, people: Personas, alone: Establishment, frozen_clock: FrozenClock
) -> None:
    request = asked(session, alone)
    factories.presidency(session, alone, people.stranger.person, people.agent.account)
    session.commit()
    agreed(session, frozen_clock)
    with pytest.raises(ImpossibleNow, match="entre-temps"):
        accepted(acting(session, people, alone.finess), request)
    assert accepted(acting(session, people, alone.finess), request, Seating(joins=True)).seat == 2


# ── succession and co-presidency ────────────────────────────────────────────


def test_a_successor_ends_the_former_presidency(session: Session, people: Personas, frozen_clock: FrozenClock) -> None:
    """Its nominations are withdrawn, both are told, the référents decide nothing more."""
    held = people.president.mandate
    assert held is not None
    nomination = factories.nomination(session, held)
    request = asked(session, people.comtat.establishment)
    agreed(session, frozen_clock)
    agent = acting(session, people, people.comtat.finess)
    mandate = accepted(agent, request, Seating(ends=held.id))
    session.expire_all()
    assert mandate.seat == 1
    assert held.ended_at is not None
    assert held.ended_by_account_id == people.agent.account.id
    assert "Paul Garnier préside désormais" in (held.end_reason or "")
    assert session.get_one(Nomination, nomination.id).status == "cancelled"
    (ended, *_) = [mail for mail in told(session, "president.ended") if mail.slug == "presidency_ended"]
    assert ended.recipient == people.president.email
    assert people.president.email in [mail.recipient for mail in told(session, "president.registered")]


def test_a_second_president_joins(session: Session, people: Personas, frozen_clock: FrozenClock) -> None:
    held = people.president.mandate
    assert held is not None
    request = asked(session, people.comtat.establishment)
    agreed(session, frozen_clock)
    assert accepted(acting(session, people, people.comtat.finess), request, Seating(joins=True)).seat == 2
    session.refresh(held)
    assert held.ended_at is None


def test_a_third_president_does_not_join(session: Session, people: Personas, frozen_clock: FrozenClock) -> None:
    place = people.comtat.establishment
    factories.presidency(session, place, people.stranger.person, people.agent.account, seat=2)
    request = asked(session, place)
    agreed(session, frozen_clock)
    with pytest.raises(ImpossibleNow, match="deux sièges"):
        accepted(acting(session, people, place.finess), request, Seating(joins=True))


def test_a_presidency_of_another_cpts_is_not_ended(session: Session, people: Personas, alone: Establishment) -> None:
    for mandate in (people.other_president.mandate, people.referent.mandate):
        assert mandate is not None
        request = asked(session, alone, email=factories.new_email("autre"))
        with pytest.raises(Invalid) as refusal:
            accepted(acting(session, people, alone.finess), request, Seating(ends=mandate.id))
        assert set(refusal.value.fields) == {"siege"}
        session.refresh(mandate)
        assert mandate.ended_at is None


def test_a_presidency_ended_meanwhile_is_said(session: Session, people: Personas, frozen_clock: FrozenClock) -> None:
    held = people.president.mandate
    assert held is not None
    request = asked(session, people.comtat.establishment)
    agreed(session, frozen_clock)
    held.ended_at, held.end_reason, held.ended_by_account_id = clock.now(), "Démission", people.agent.account.id
    session.commit()
    with pytest.raises(ImpossibleNow, match="déjà pris fin"):
        accepted(acting(session, people, people.comtat.finess), request, Seating(ends=held.id))


def test_the_president_in_office_has_seven_days_to_object(
    session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    held = people.president.mandate
    assert held is not None
    request = asked(session, people.comtat.establishment)
    open_successions()
    agent = acting(session, people, people.comtat.finess)
    with pytest.raises(TooSoon):
        accepted(agent, request, Seating(ends=held.id))
    session.refresh(held)
    assert (held.ended_at, request.status) == (None, "submitted")
    frozen_clock.advance(days=7, minutes=1)
    assert accepted(acting(session, people, people.comtat.finess), request, Seating(ends=held.id)).seat == 1


# ── what stands in the way ──────────────────────────────────────────────────


def test_accepting_asks_who_the_agent_is(session: Session, people: Personas, alone: Establishment) -> None:
    request = asked(session, alone)
    with pytest.raises(ProofNeeded):
        accepted(proven(session, people.agent), request)
    with pytest.raises(ProofNeeded):
        accepted(acting(session, people, people.comtat.finess), request)
    agent = acting(session, people, alone.finess)
    accepted(agent, request)
    second = asked(session, alone, email=factories.new_email("deux"), rpps=factories.new_rpps())
    with pytest.raises(ImpossibleNow):  # told first: somebody presides now
        accepted(agent, second)


@pytest.mark.parametrize(
    ("wrong", "field"), [({"evidence": " "}, "justificatif"), ({"term_ends_on": date(2020, 1, 1)}, "fin_mandat")]
)
def test_evidence_and_term_are_checked(
    session: Session, people: Personas, alone: Establishment, wrong: dict[str, Any], field: str
) -> None:
    request = asked(session, alone)
    with pytest.raises(Invalid) as refusal:
        accepted(acting(session, people, alone.finess), request, **wrong)
    assert set(refusal.value.fields) == {field}
    assert nobody_presides(session, alone)


def test_an_agent_is_not_registered(session: Session, people: Personas, alone: Establishment) -> None:
    other = factories.agent(session, email="autre.agent@essai.example")
    request = asked(session, alone, email=other.email)
    with pytest.raises(Invalid, match="agent du centre de services"):
        accepted(acting(session, people, alone.finess), request)


def test_a_cpts_closed_meanwhile_is_refused(session: Session, people: Personas, alone: Establishment) -> None:
    request = asked(session, alone)
    alone.closed_on = clock.now().date() - timedelta(days=1)
    session.commit()
    with pytest.raises(Invalid, match="CPTS ouverte"):
        accepted(acting(session, people, alone.finess), request)


def test_only_agents_accept(session: Session, people: Personas) -> None:
    request = asked(session, people.comtat.establishment)
    act = act_key("mandate:register_president", people.comtat.finess)
    for somebody in (people.president, people.referent, people.stranger):
        with pytest.raises(NotAllowed):
            accepted(proven(session, somebody, act), request, Seating(joins=True))
    with pytest.raises(NotAllowed):
        accepted(ANONYMOUS.holding(request), request, Seating(joins=True))


def test_another_kind_is_not_accepted_so(session: Session, people: Personas) -> None:
    other = factories.affiliation_request(session, people.comtat.unit, kind="help")
    with pytest.raises(ImpossibleNow):
        accepted(acting(session, people, people.comtat.finess), other, Seating(joins=True))


def test_a_question_reopens_it_to_the_requester_and_it_may_then_be_accepted(
    session: Session, people: Personas, alone: Establishment
) -> None:
    request = asked(session, alone)
    agent = acting(session, people, alone.finess)
    ask_requester(agent, request, message="Quelle est la date de l’assemblée ?")
    assert request.status == "info_needed"
    answer_question(ANONYMOUS.holding(request), request, message="Le 12 septembre.")
    assert request.status == "submitted"
    accepted(agent, request)
    with pytest.raises(ImpossibleNow, match="déjà été traitée"):
        refuse_request(agent, request, reason="Trop tard.")


def test_refusing_needs_a_reason(session: Session, people: Personas, alone: Establishment) -> None:
    request = asked(session, alone)
    agent = acting(session, people, alone.finess)
    with pytest.raises(Invalid):
        refuse_request(agent, request, reason=" ")
    refuse_request(agent, request, reason="Aucune assemblée ne vous a élu.")
    (mail,) = told(session, "request.refused")
    assert mail.recipient == EMAIL
    assert nobody_presides(session, alone)


def nobody_presides(session: Session, place: Establishment) -> bool:
    session.expire_all()
    held = session.scalars(sa.select(Mandate).where(Mandate.establishment_finess == place.finess)).all()
    strangers = session.scalars(sa.select(Person).where(Person.family_name == "Garnier")).all()
    return not held and not strangers


def test_the_journal_says_who_for_whom_and_on_what_evidence(
    session: Session, people: Personas, alone: Establishment
) -> None:
    request = asked(session, alone)
    accepted(acting(session, people, alone.finess), request)
    query = sa.select(OutboxMessage.payload).where(
        OutboxMessage.topic.in_(["president.registered", "request.accepted"])
    )
    bodies = [json.loads(payload) for payload in session.scalars(query)]
    assert {body["actor"] for body in bodies} == {f"account:{people.agent.account.id}"}
    assert {body["establishment_finess"] for body in bodies} == {alone.finess}
    assert any(body["reason"] == EVIDENCE for body in bodies)
    assert any(body["on_behalf_of"] == f"request:{request.id}" for body in bodies)
