"""Rattachements through their use cases, on both databases."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import clock
from app.domain.errors import ImpossibleNow, Invalid, NotAllowed
from app.domain.professions import find_profession
from app.journal.verify import verify
from app.models import (
    Account,
    Affiliation,
    JournalEntry,
    Mandate,
    OneTimeLink,
    OutboxMessage,
    Person,
    Request,
    RequestEvent,
)
from app.policies.actor import ANONYMOUS, Actor
from app.queries.actors import held_mandates
from app.usecases.affiliations import (
    AlreadyPending,
    Wish,
    accept_affiliation,
    answer_information,
    ask_affiliation,
    ask_for_information,
    cancel_request,
    choose_listing,
    end_affiliation,
    refuse_affiliation,
    send_tracking_link_again,
)
from app.usecases.request_clock import expire_requests
from app.working_days import day_of
from tests import factories, personas
from tests.personas import Persona, Personas
from tests.support.time import FrozenClock


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


def acting(persona: Persona) -> Actor:
    return Actor(
        account_id=persona.account.id,
        person_id=persona.person.id,
        name=persona.person.full_name,
        is_agent=persona.account.agent_since is not None,
        mandates=held_mandates(persona.person.id),
    )


def wish(people: Personas, **values: Any) -> Wish:
    physio = find_profession("70")
    assert physio is not None
    defaults: dict[str, Any] = {
        "family_name": "Olivier",
        "given_name": "Margaux",
        "email": "Margaux.Olivier@soins.example",
        "phone": factories.PHONE,
        "profession_code": physio.code,
        "profession_label": physio.label,
        "rpps": factories.new_rpps(),
        "function": "Masseuse-kinésithérapeute",
        "message": "Je reprends le cabinet de M. Roche.",
        "unit_id": people.comtat.unit.id,
        "listed": True,
    }
    return Wish(**{**defaults, **values})


def asked(people: Personas, **values: Any) -> Request:
    return ask_affiliation(ANONYMOUS, people.comtat.establishment, wish(people, **values))


def timeline(session: Session, request: Request) -> list[str]:
    query = sa.select(RequestEvent.kind).where(RequestEvent.request_id == request.id).order_by(RequestEvent.id)
    return list(session.scalars(query))


def events(session: Session, subject: Request | Affiliation) -> list[str]:
    query = sa.select(JournalEntry.event).where(JournalEntry.subject.endswith(str(subject.id)))
    return list(session.scalars(query.order_by(JournalEntry.chain, JournalEntry.seq)))


# ── asking ──────────────────────────────────────────────────────────────────


def test_anybody_asks_and_the_request_waits(session: Session, people: Personas) -> None:
    request = asked(people)
    assert (request.status, request.person_id) == ("submitted", None)
    assert request.email_key == "margaux.olivier@soins.example"
    assert request.expires_on == day_of(clock.now()) + timedelta(days=60)
    assert timeline(session, request) == ["submitted"]
    assert events(session, request) == ["affiliation.requested"]
    assert session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) == 1


def test_the_same_form_sent_twice_is_one_request(session: Session, people: Personas) -> None:
    key = uuid.uuid4()
    place, words = people.comtat.establishment, wish(people)
    first = ask_affiliation(ANONYMOUS, place, words, client_key=key)
    assert ask_affiliation(ANONYMOUS, place, words, client_key=key).id == first.id
    assert timeline(session, first) == ["submitted"]


def test_a_second_request_of_the_same_address_is_refused_whatever_its_case(people: Personas) -> None:
    asked(people)
    with pytest.raises(AlreadyPending):
        asked(people, email="MARGAUX.olivier@soins.example", rpps=None)


def test_the_same_address_may_ask_another_cpts(people: Personas) -> None:
    asked(people)
    other = wish(people, unit_id=people.other.unit.id)
    assert ask_affiliation(ANONYMOUS, people.other.establishment, other).status == "submitted"


def test_a_unit_of_another_cpts_is_refused(people: Personas) -> None:
    with pytest.raises(Invalid, match="unité de cette CPTS"):
        asked(people, unit_id=people.other.unit.id)


def test_a_signed_in_person_asks_for_themselves_or_for_somebody_else(people: Personas) -> None:
    actor, place = acting(people.stranger), people.comtat.establishment
    own = ask_affiliation(actor, place, wish(people, email=people.stranger.email))
    assert own.person_id == people.stranger.person.id
    assert ask_affiliation(actor, place, wish(people)).person_id is None


def test_the_link_is_sent_again_at_most_once_an_hour(
    session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    request = asked(people)
    place = people.comtat.establishment
    send_tracking_link_again(ANONYMOUS, place, email=request.email)
    assert timeline(session, request) == ["submitted"]
    frozen_clock.advance(hours=1, minutes=1)
    send_tracking_link_again(ANONYMOUS, place, email=request.email)
    send_tracking_link_again(ANONYMOUS, place, email=request.email)
    assert timeline(session, request) == ["submitted", "link_sent"]


def test_no_link_goes_to_an_address_that_asked_nothing(session: Session, people: Personas) -> None:
    send_tracking_link_again(ANONYMOUS, people.comtat.establishment, email="personne@soins.example")
    assert session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) == 0


# ── accepting ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", ["president", "referent"])
def test_those_in_office_accept_and_the_person_is_enrolled(session: Session, people: Personas, who: str) -> None:
    decider: Persona = getattr(people, who)
    request = asked(people)
    affiliation = accept_affiliation(acting(decider), request)
    person = session.get_one(Person, affiliation.person_id)
    account = session.scalars(sa.select(Account).where(Account.person_id == person.id)).one()
    assert (affiliation.unit_id, affiliation.request_id) == (people.comtat.unit.id, request.id)
    assert (person.full_name, person.listed, account.status) == ("Margaux Olivier", True, "invited")
    assert (request.status, request.decided_as, request.person_id) == ("accepted", who, person.id)
    assert decider.mandate is not None
    assert request.deciding_mandate_id == decider.mandate.id
    assert session.scalar(sa.select(OneTimeLink.purpose).where(OneTimeLink.account_id == account.id)) == "activation"
    assert events(session, request) == ["affiliation.requested", "affiliation.accepted"]
    last = session.scalars(sa.select(RequestEvent).where(RequestEvent.kind == "accepted")).one()
    assert last.author_name == decider.person.full_name
    assert verify(b"no seal was made") == (2, [])


def test_the_decider_may_choose_another_unit_of_the_cpts(session: Session, people: Personas) -> None:
    second = factories.unit(session, people.comtat.establishment, name="Télémédecine")
    session.commit()
    assert accept_affiliation(acting(people.president), asked(people), unit=second).unit_id == second.id


def test_a_unit_elsewhere_cannot_be_chosen_and_nothing_is_decided(session: Session, people: Personas) -> None:
    request = asked(people)
    with pytest.raises(Invalid):
        accept_affiliation(acting(people.president), request, unit=people.other.unit)
    session.refresh(request)
    assert request.status == "submitted"
    assert session.scalar(sa.select(sa.func.count()).where(Affiliation.request_id == request.id)) == 0


def test_a_known_account_is_attached_without_a_second_one(session: Session, people: Personas) -> None:
    before = session.scalar(sa.select(sa.func.count()).select_from(Account))
    request = asked(people, email=people.stranger.email, rpps=people.stranger.person.rpps)
    affiliation = accept_affiliation(acting(people.president), request)
    assert affiliation.person_id == people.stranger.person.id
    assert session.scalar(sa.select(sa.func.count()).select_from(Account)) == before


def test_a_request_by_nobody_does_not_switch_on_the_listing_of_a_known_person(
    session: Session, people: Personas
) -> None:
    people.stranger.person.listed = False
    session.commit()
    request = asked(people, rpps=people.stranger.person.rpps, listed=True)
    accept_affiliation(acting(people.president), request)
    session.refresh(people.stranger.person)
    assert people.stranger.person.listed is False


def test_an_affiliation_is_not_opened_twice(session: Session, people: Personas) -> None:
    known = people.professional
    request = asked(people, email=known.email, rpps=known.person.rpps)
    with pytest.raises(ImpossibleNow, match="déjà rattachée à cette unité"):
        accept_affiliation(acting(people.president), request)
    session.refresh(request)
    assert request.status == "submitted"


@pytest.mark.parametrize("who", ["professional", "other_president", "other_referent", "stranger", "agent"])
def test_others_decide_nothing_and_the_attempt_is_journalled(session: Session, people: Personas, who: str) -> None:
    request = asked(people)
    actor = acting(getattr(people, who))
    with pytest.raises(NotAllowed):
        accept_affiliation(actor, request)
    with pytest.raises(NotAllowed):
        refuse_affiliation(actor, request, reason="Non.")
    with pytest.raises(NotAllowed):
        ask_for_information(actor, request, message="Pourquoi ?")
    session.refresh(request)
    assert request.status == "submitted"
    assert events(session, request).count("access.refused") == 3


def test_nobody_accepts_their_own_request_even_asked_without_signing_in(session: Session, people: Personas) -> None:
    request = asked(people, email=people.president.email, rpps=people.president.person.rpps)
    with pytest.raises(NotAllowed):
        accept_affiliation(acting(people.president), request)
    session.refresh(request)
    assert request.status == "submitted"


def test_the_service_centre_decides_where_nobody_is_in_office(session: Session, people: Personas) -> None:
    empty = factories.establishment(session, "CPTS SANS PRÉSIDENCE")
    unit = factories.unit(session, empty)
    session.commit()
    request = ask_affiliation(ANONYMOUS, empty, wish(people, unit_id=unit.id))
    accept_affiliation(acting(people.agent), request)
    assert (request.decided_as, request.deciding_mandate_id) == ("agent", None)
    last = session.scalars(sa.select(RequestEvent).where(RequestEvent.kind == "accepted")).one()
    assert last.author_name == "Centre de services, pour le compte de la CPTS"


def test_a_president_alone_asks_for_themselves_the_service_centre_decides(session: Session, people: Personas) -> None:
    """A request always has a living decider (decision 4 of the owner): who asks is not one."""
    place = factories.establishment(session, "CPTS À UNE PRÉSIDENCE")
    unit = factories.unit(session, place)
    factories.presidency(session, place, people.stranger.person, people.agent.account)
    request = factories.affiliation_request(session, unit, people.stranger.person, email=people.stranger.email)
    session.commit()
    with pytest.raises(NotAllowed):
        accept_affiliation(acting(people.stranger), request)
    accept_affiliation(acting(people.agent), request)
    session.refresh(request)
    assert (request.status, request.decided_as) == ("accepted", "agent")


def test_a_presidency_is_not_granted_through_the_inbox(session: Session, people: Personas) -> None:
    request = factories.presidency_request(session, people.comtat.establishment, people.stranger.person)
    session.commit()
    with pytest.raises(ImpossibleNow):
        refuse_affiliation(acting(people.president), request, reason="Je garde la place.")
    session.refresh(request)
    assert request.status == "submitted"


# ── one decision, and the other answers ─────────────────────────────────────


def test_the_second_decider_is_told_that_it_is_decided(people: Personas) -> None:
    request = asked(people)
    refuse_affiliation(acting(people.president), request, reason="N’exerce pas sur le territoire.")
    with pytest.raises(ImpossibleNow, match="déjà été traitée"):
        accept_affiliation(acting(people.referent), request)


@pytest.mark.parametrize("reason", ["", "   ", "\n\t"])
def test_a_refusal_needs_a_reason(session: Session, people: Personas, reason: str) -> None:
    request = asked(people)
    with pytest.raises(Invalid) as error:
        refuse_affiliation(acting(people.referent), request, reason=reason)
    assert set(error.value.fields) == {"motif"}
    session.refresh(request)
    assert request.status == "submitted"


def test_a_patient_number_is_refused_in_what_is_written(people: Personas) -> None:
    with pytest.raises(Invalid, match="sécurité sociale"):
        ask_for_information(acting(people.referent), asked(people), message="Patient 1 84 12 76 451 089 46 ?")


def test_information_is_asked_given_then_the_request_decided(
    session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    request = asked(people)
    ask_for_information(acting(people.referent), request, message="Où exercez-vous ?")
    assert request.status == "info_needed"
    assert request.expires_on == (frozen_clock.now + timedelta(days=30)).date()
    answer_information(ANONYMOUS.holding(request), request, message="À Carpentras.")
    assert request.status == "submitted"
    accept_affiliation(acting(people.president), request)
    assert timeline(session, request) == ["submitted", "info_asked", "info_given", "accepted"]


def test_an_answer_needs_a_question(people: Personas) -> None:
    request = asked(people)
    with pytest.raises(ImpossibleNow):
        answer_information(ANONYMOUS.holding(request), request, message="À Carpentras.")


def test_only_who_holds_the_link_answers_or_cancels(session: Session, people: Personas) -> None:
    request, another = asked(people), asked(people, email="autre@soins.example", rpps=None)
    with pytest.raises(NotAllowed):
        cancel_request(ANONYMOUS, request)
    with pytest.raises(NotAllowed):
        cancel_request(ANONYMOUS.holding(another), request)
    with pytest.raises(NotAllowed):
        cancel_request(acting(people.president), request)
    cancel_request(ANONYMOUS.holding(request), request)
    assert request.status == "cancelled"
    assert events(session, request)[-1] == "affiliation.cancelled"


def test_a_request_is_cancelled_once_and_then_asked_again(people: Personas) -> None:
    request = asked(people)
    cancel_request(ANONYMOUS.holding(request), request)
    with pytest.raises(ImpossibleNow, match="annulée"):
        cancel_request(ANONYMOUS.holding(request), request)
    assert asked(people).id != request.id


# ── time ────────────────────────────────────────────────────────────────────


def test_what_nobody_answers_expires_and_is_told(session: Session, people: Personas, frozen_clock: FrozenClock) -> None:
    request = asked(people)
    frozen_clock.advance(days=60)
    assert expire_requests() == 0
    frozen_clock.advance(days=1)
    assert expire_requests() == 1
    session.refresh(request)
    assert (request.status, request.decided_at) == ("expired", None)
    assert timeline(session, request)[-1] == "expired"
    assert events(session, request)[-1] == "affiliation.expired"
    assert expire_requests() == 0


def test_a_right_ended_meanwhile_decides_nothing(session: Session, people: Personas) -> None:
    """The actor was loaded before the end of the mandate: the database has the last word."""
    request, actor = asked(people), acting(people.referent)
    assert people.referent.mandate is not None
    assert people.president.mandate is not None
    act = f"mandate:end_referent/{people.referent.mandate.id.hex}"
    session.execute(
        sa.update(Mandate)
        .where(Mandate.id == people.referent.mandate.id)
        .values(
            end_authentication_id=factories.authentication(session, people.president.person, act=act).id,
            ended_at=clock.now(),
            end_reason="Départ",
            ended_by_mandate_id=people.president.mandate.id,
            ended_by_role="president",
        )
    )
    session.commit()
    with pytest.raises((ImpossibleNow, NotAllowed)):
        accept_affiliation(actor, request)
    session.refresh(request)
    assert request.status == "submitted"


# ── the end, and the listing ────────────────────────────────────────────────


@pytest.mark.parametrize("who", ["president", "referent", "professional"])
def test_an_affiliation_is_ended_by_the_cpts_or_by_the_person(session: Session, people: Personas, who: str) -> None:
    affiliation = session.scalars(sa.select(Affiliation)).one()
    end_affiliation(acting(getattr(people, who)), affiliation, reason="Départ en retraite")
    assert affiliation.ended_at is not None
    assert events(session, affiliation) == ["affiliation.ended"]
    with pytest.raises(ImpossibleNow, match="déjà pris fin"):
        end_affiliation(acting(people.president), affiliation, reason="Encore")


@pytest.mark.parametrize(("who", "words"), [("referent", "lui retire d’abord"), ("president", "met d’abord fin")])
def test_who_acts_for_the_cpts_keeps_their_last_affiliation(
    session: Session, people: Personas, who: str, words: str
) -> None:
    """SECURITY.md, case 7: an ex-member keeps no mandate."""
    held, mandate = getattr(people, who), people.president.mandate
    assert mandate is not None
    if who == "president":
        mandate = people.referent.mandate
    affiliation = factories.affiliation(session, held.person, people.comtat.unit, mandate)
    session.commit()
    with pytest.raises(ImpossibleNow, match=words):
        end_affiliation(acting(held), affiliation, reason="Je pars")
    session.refresh(affiliation)
    assert affiliation.ended_at is None


@pytest.mark.parametrize("who", ["other_president", "stranger", "agent"])
def test_others_end_no_affiliation(session: Session, people: Personas, who: str) -> None:
    affiliation = session.scalars(sa.select(Affiliation)).one()
    with pytest.raises(NotAllowed):
        end_affiliation(acting(getattr(people, who)), affiliation, reason="Non")
    session.refresh(affiliation)
    assert affiliation.ended_at is None


def test_the_person_alone_chooses_to_be_listed(session: Session, people: Personas) -> None:
    known = people.professional
    with pytest.raises(NotAllowed):
        choose_listing(acting(people.president), known.account, listed=False)
    choose_listing(acting(known), known.account, listed=False)
    session.refresh(known.person)
    assert known.person.listed is False
    assert session.scalar(sa.select(sa.func.count()).where(JournalEntry.event == "person.listing_chosen")) == 1
