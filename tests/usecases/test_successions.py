"""Claims and successors: who is told, who may object until when, what an agent may accept (B-10)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.acts import ProofNeeded, act_key
from app.domain.errors import ImpossibleNow, Invalid, NotAllowed
from app.domain.requests import Kind
from app.domain.successions import TooSoon
from app.models import Mandate, Request, SuccessionNotice
from app.usecases.presidencies import confirm_president, end_president
from app.usecases.presidency_steps import close_presidency
from app.usecases.requests import Submission
from app.usecases.successions import (
    answer_succession,
    check_succession,
    notices_of,
    open_successions,
    present_successor,
)
from tests import factories, personas
from tests.personas import Persona, Personas
from tests.support.actors import proven
from tests.support.time import FrozenClock
from tests.support.written import told, written

MAILBOX = "cpts@essai.example"


@pytest.fixture
def people(session: Session, frozen_clock: FrozenClock) -> Personas:
    built = personas.build(session)
    built.comtat.establishment.email = MAILBOX
    session.commit()
    return built


@pytest.fixture
def claim(session: Session, people: Personas) -> Request:
    """Somebody asks to be registered where Hélène Vasseur presides."""
    request = factories.presidency_request(session, people.comtat.establishment, people.stranger.person)
    session.commit()
    return request


def notice(session: Session, request: Request) -> SuccessionNotice:
    (only,) = notices_of(request.id)
    return only


def agree(session: Session, by: Persona, answered: SuccessionNotice) -> None:
    actor = proven(session, by, act_key("succession:answer", answered.id))
    answer_succession(actor, answered, agrees=True)


def object_to(session: Session, by: Persona, answered: SuccessionNotice) -> None:
    answer_succession(proven(session, by), answered, agrees=False, reason="L’assemblée n’a pas eu lieu.")


def co_president(session: Session, people: Personas) -> Mandate:
    owner = factories.account(session)
    holder = owner.person_id
    person = session.get_one(type(people.stranger.person), holder)
    held = factories.presidency(session, people.comtat.establishment, person, people.agent.account, seat=2)
    session.commit()
    return held


# ── a claim ─────────────────────────────────────────────────────────────────


def test_the_president_in_office_and_the_mailbox_are_told_of_a_claim_once(
    session: Session, people: Personas, claim: Request
) -> None:
    assert open_successions() == 1
    assert told(session) == [("succession_announced", MAILBOX), ("succession_notice", people.president.email)]
    assert open_successions() == 0
    assert told(session) == []


def test_a_claim_cannot_be_accepted_before_the_president_was_told(claim: Request) -> None:
    with pytest.raises(ImpossibleNow, match="pas encore été prévenue"):
        check_succession(claim)


def test_a_claim_without_an_answer_waits_for_seven_days(claim: Request, frozen_clock: FrozenClock) -> None:
    open_successions()
    frozen_clock.advance(days=6, hours=23)
    with pytest.raises(TooSoon, match=r"jusqu’au 02/12/2026 à 10 h 30"):
        check_succession(claim)
    frozen_clock.advance(hours=1)
    check_succession(claim)


def test_an_agreement_ends_the_delay_at_once(session: Session, people: Personas, claim: Request) -> None:
    open_successions()
    agree(session, people.president, notice(session, claim))
    check_succession(claim)


def test_an_agreement_needs_a_proof_of_identity_for_it(session: Session, people: Personas, claim: Request) -> None:
    open_successions()
    with pytest.raises(ProofNeeded):
        answer_succession(proven(session, people.president), notice(session, claim), agrees=True)


def test_an_objection_is_read_by_agents_and_does_not_shorten_the_delay(
    session: Session, people: Personas, claim: Request, frozen_clock: FrozenClock
) -> None:
    open_successions()
    told(session)
    object_to(session, people.president, notice(session, claim))
    ((slug, recipient, mail),) = written(session)
    assert (slug, recipient) == ("succession_answered", people.agent.email)
    assert "L’assemblée n’a pas eu lieu." in mail.body
    with pytest.raises(TooSoon):
        check_succession(claim)
    frozen_clock.advance(days=7)
    check_succession(claim)  # the agent has read it, and decides


def test_an_objection_without_a_word_is_refused(session: Session, people: Personas, claim: Request) -> None:
    open_successions()
    with pytest.raises(Invalid):
        answer_succession(proven(session, people.president), notice(session, claim), agrees=False, reason="  ")


def test_nobody_answers_for_the_president(session: Session, people: Personas, claim: Request) -> None:
    open_successions()
    for somebody in (people.referent, people.other_president, people.agent, people.stranger):
        with pytest.raises(NotAllowed):
            object_to(session, somebody, notice(session, claim))


def test_nobody_answers_once_the_request_is_decided(session: Session, people: Personas, claim: Request) -> None:
    open_successions()
    claim.status = "cancelled"
    session.commit()
    with pytest.raises(ImpossibleNow, match="déjà été traitée"):
        object_to(session, people.president, notice(session, claim))


def test_each_of_two_presidents_must_agree(
    session: Session, people: Personas, claim: Request, frozen_clock: FrozenClock
) -> None:
    held = co_president(session, people)
    open_successions()
    mine = next(told for told in notices_of(claim.id) if told.mandate_id != held.id)
    agree(session, people.president, mine)
    with pytest.raises(TooSoon):
        check_succession(claim)


def ended(session: Session, people: Personas, clock: FrozenClock) -> None:
    mandate = people.president.mandate
    assert mandate is not None
    actor = proven(session, people.agent, act_key("mandate:end_president", mandate.id))
    end_president(actor, mandate, reason="Départ")


def suspended(session: Session, people: Personas, clock: FrozenClock) -> None:
    people.president.account.status = "suspended"
    session.commit()


@pytest.mark.parametrize("gone", [ended, suspended])
def test_nobody_waits_for_a_president_who_cannot_answer(
    session: Session,
    people: Personas,
    claim: Request,
    frozen_clock: FrozenClock,
    gone: Callable[[Session, Personas, FrozenClock], None],
) -> None:
    open_successions()
    gone(session, people, frozen_clock)
    check_succession(claim)


def test_nobody_waits_after_the_term(
    session: Session, people: Personas, claim: Request, frozen_clock: FrozenClock
) -> None:
    """A term of three days: nothing to object to on the fourth."""
    ended(session, people, frozen_clock)
    days = {"term_ends_at": frozen_clock.now + timedelta(days=3)}
    person = people.president.person
    factories.presidency(session, people.comtat.establishment, person, people.agent.account, **days)
    session.commit()
    open_successions()
    with pytest.raises(TooSoon):
        check_succession(claim)
    frozen_clock.advance(days=3)
    check_succession(claim)


def test_a_president_s_own_request_waits_for_nobody(session: Session, people: Personas) -> None:
    own = factories.presidency_request(session, people.comtat.establishment, people.president.person)
    session.commit()
    assert open_successions() == 0
    check_succession(own)


# ── presented by the outgoing president ─────────────────────────────────────


def wish(email: str = "suite@essai.example") -> Submission:
    names = {"family_name": "Roumieux", "given_name": "Élise", "email": email, "phone": factories.PHONE}
    trade = {"profession_code": "60", "profession_label": "Infirmier", "rpps": factories.new_rpps()}
    return Submission(kind=Kind.PRESIDENCY, **names, **trade, details={"minutes": "PV, point 4"})


def presented(session: Session, people: Personas, clock: FrozenClock, email: str = "suite@essai.example") -> Request:
    actor = proven(session, people.president, act_key("mandate:present_successor", people.comtat.finess))
    day = clock.now.date() - timedelta(days=10)
    return present_successor(actor, people.comtat.establishment, wish(email), assembly_on=day)


def test_the_outgoing_president_presents_a_successor_whom_an_agent_may_accept_at_once(
    session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    request = presented(session, people, frozen_clock)
    check_succession(request)
    assert people.president.mandate is not None
    assert request.details == {
        "assembly_on": "2026-11-15",
        "minutes": "PV, point 4",
        "presented_by": str(people.president.mandate.id),
    }
    assert told(session) == [
        ("succession_announced", MAILBOX),
        ("succession_presented", "suite@essai.example"),
        ("succession_to_decide", people.agent.email),
    ]
    assert open_successions() == 0


def test_a_co_president_may_object_to_a_presented_successor(
    session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    co_president(session, people)
    request = presented(session, people, frozen_clock)
    assert ("succession_announced", MAILBOX) in told(session)
    with pytest.raises(TooSoon):
        check_succession(request)


def test_presenting_needs_a_proof_and_an_assembly_that_took_place(
    session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    today = frozen_clock.now.date()
    with pytest.raises(ProofNeeded):
        present_successor(proven(session, people.president), people.comtat.establishment, wish(), assembly_on=today)
    act = act_key("mandate:present_successor", people.comtat.finess)
    with pytest.raises(Invalid, match="pas encore eu lieu"):
        present_successor(
            proven(session, people.president, act),
            people.comtat.establishment,
            wish(),
            assembly_on=today + timedelta(days=1),
        )
    with pytest.raises(Invalid, match="préside déjà"):
        presented(session, people, frozen_clock, people.president.email)
    assert (
        session.scalars(sa.select(Request).where(Request.kind == "presidency", Request.status == "submitted")).all()
        == []
    )


@pytest.mark.parametrize("name", ["referent", "other_president", "agent", "stranger"])
def test_only_the_president_presents_a_successor(
    session: Session, people: Personas, frozen_clock: FrozenClock, name: str
) -> None:
    somebody = proven(session, people.everyone()[name])
    with pytest.raises(NotAllowed):
        present_successor(somebody, people.comtat.establishment, wish(), assembly_on=frozen_clock.now.date())


# ── what the change of a presidency leaves ──────────────────────────────────


def test_closing_a_presidency_tells_everybody_and_until_when_its_referents_keep_the_pages(
    session: Session, people: Personas
) -> None:
    assert people.president.mandate is not None
    close_presidency(proven(session, people.agent), people.president.mandate, "Succession")
    session.commit()
    mails = written(session)
    assert {(slug, to) for slug, to, _ in mails} == {
        ("presidency_changed", MAILBOX),
        ("presidency_ended", people.president.email),
        ("referent_suspended", people.referent.email),
        ("referent_suspended", people.second_referent.email),
    }
    assert all("24 janvier 2027" in mail.body for slug, _, mail in mails if slug == "referent_suspended")


def test_a_president_re_elected_gets_a_new_mandate_and_names_the_referents_again(
    session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    former = people.president.mandate
    assert former is not None
    act = act_key("mandate:confirm_president", former.id)
    last_day = frozen_clock.now.date() + timedelta(days=365)
    renewed = confirm_president(proven(session, people.agent, act), former, evidence="PV", term_ends_on=last_day)
    assert (former.ended_at, renewed.started_at, renewed.seat) == (frozen_clock.now, frozen_clock.now, 1)
    assert renewed.term_ends_at is not None
    slugs = [slug for slug, _ in told(session)]
    assert slugs == ["presidency_confirmed", "presidency_confirmed_others", *["referent_suspended"] * 2]


def test_nobody_confirms_their_own_presidency(session: Session, people: Personas) -> None:
    assert people.president.mandate is not None
    for somebody in (people.president, people.referent, people.other_president):
        with pytest.raises(NotAllowed):
            confirm_president(proven(session, somebody), people.president.mandate, evidence="PV")
