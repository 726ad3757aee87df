"""Grace, renewal and terms: what a référent keeps, whom a successor keeps, when a president is reminded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.acts import ProofNeeded, act_key
from app.domain.errors import ImpossibleNow, Invalid, NotAllowed
from app.models import Mandate, Nomination, OneTimeLink, TermNotice
from app.policies.actor import ANONYMOUS, Role
from app.policies.permissions import Permission
from app.policies.rules import allows
from app.queries.actors import deciders, held_mandates, offices_of
from app.queries.mandates import chain
from app.queries.renewals import renewable
from app.usecases.affiliations import accept_affiliation
from app.usecases.establishments import confirm_contact
from app.usecases.mandates import accept_nomination, end_referent
from app.usecases.presidency_steps import close_presidency
from app.usecases.renewals import renew_referents
from app.usecases.terms_of_office import remind_terms
from tests import factories, personas
from tests.personas import Persona, Personas
from tests.support.actors import proven
from tests.support.time import FrozenClock
from tests.support.written import told, written

TERM = datetime(2027, 6, 30, 21, 59, 59, tzinfo=UTC)


@pytest.fixture
def people(session: Session, frozen_clock: FrozenClock) -> Personas:
    built = personas.build(session)
    built.comtat.establishment.email = "cpts@essai.example"
    session.commit()
    return built


def mandate_of(persona: Persona) -> Mandate:
    assert persona.mandate is not None
    return persona.mandate


def end(session: Session, people: Personas) -> None:
    close_presidency(proven(session, people.agent), mandate_of(people.president), "Fin de mandat")
    session.commit()
    told(session)


@pytest.fixture
def successor(session: Session, people: Personas) -> Persona:
    """The presidency ended, and somebody else's began."""
    end(session, people)
    person = people.stranger.person
    held = factories.presidency(session, people.comtat.establishment, person, people.agent.account)
    session.commit()
    return Persona(person, people.stranger.account, held)


# ── sixty days of grace (decision 3 of the owner) ───────────────────────────


def test_a_referent_keeps_the_pages_for_sixty_days_after_the_presidency_and_nothing_else(
    session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    request = factories.affiliation_request(session, people.comtat.unit)
    end(session, people)
    place = people.comtat.establishment
    frozen_clock.advance(days=59, hours=23)
    referent = proven(session, people.referent)
    assert referent.mandates == ()
    opened = {
        p
        for p in (Permission.ESTABLISHMENT_UPDATE, Permission.REQUEST_READ_INBOX, Permission.MANDATE_READ_CHAIN)
        if allows(p, referent, place)
    }
    assert opened == {Permission.ESTABLISHMENT_UPDATE}
    confirm_contact(referent, place)
    with pytest.raises(NotAllowed):
        accept_affiliation(referent, request)
    frozen_clock.advance(hours=1)
    with pytest.raises(NotAllowed):
        confirm_contact(proven(session, people.referent), place)


def test_the_grace_runs_from_the_end_of_the_term_when_that_came_first(
    session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    end(session, people)
    ends_at = frozen_clock.now + timedelta(days=10)
    place, holder = people.comtat.establishment, people.stranger.person
    short = factories.presidency(session, place, holder, people.agent.account, term_ends_at=ends_at)
    somebody = factories.account(session)
    session.flush()
    factories.referent_mandate(session, short, session.get_one(type(holder), somebody.person_id))
    session.commit()
    frozen_clock.advance(days=30)
    close_presidency(proven(session, people.agent), short, "Terme échu")
    session.commit()
    held, graces = offices_of(somebody.person_id)
    assert (held, [grace.until for grace in graces]) == ((), [ends_at + timedelta(days=60)])


def test_a_referent_whose_rights_were_withdrawn_keeps_nothing(session: Session, people: Personas) -> None:
    gone = mandate_of(people.referent)
    act = act_key("mandate:end_referent", gone.id)
    end_referent(proven(session, people.president, act), gone, reason="Départ")
    end(session, people)
    assert offices_of(people.referent.person.id) == ((), ())


def test_a_suspended_account_is_not_an_ended_presidency(session: Session, people: Personas) -> None:
    people.president.account.status = "suspended"
    session.commit()
    assert [held.role for held in held_mandates(people.referent.person.id)] == [Role.REFERENT]


def test_a_suspended_president_decides_nothing_and_is_mailed_nothing(session: Session, people: Personas) -> None:
    """Alone: the service centre answers, the policy and the database agree (decision 4)."""
    for persona in (people.referent, people.second_referent):
        factories.suspension(session, mandate_of(persona))
    people.president.account.status = "suspended"
    request = factories.affiliation_request(session, people.comtat.unit)
    session.commit()
    assert deciders(people.comtat.finess) == []
    assert not request.has_decider
    accept_affiliation(proven(session, people.agent), request)
    assert people.president.email not in {recipient for _, recipient in told(session)}


def test_an_invited_president_is_a_living_decider(session: Session, people: Personas) -> None:
    people.president.account.status = "invited"
    for persona in (people.referent, people.second_referent):
        persona.account.status = "closed"
    request = factories.affiliation_request(session, people.comtat.unit)
    session.commit()
    assert [person.id for person in deciders(people.comtat.finess)] == [people.president.person.id]
    with pytest.raises(NotAllowed):
        accept_affiliation(proven(session, people.agent), request)


# ── renewal by the successor ────────────────────────────────────────────────


def nominating(people: Personas, count: int) -> list[str]:
    return [act_key("mandate:nominate_referent", people.comtat.finess)] * count


def test_a_successor_keeps_the_referents_of_before_who_accept_again(
    session: Session, people: Personas, successor: Persona
) -> None:
    place = people.comtat.establishment
    former = renewable(place.finess)
    assert [one.name for one in former] == ["Karim Bensalem", "Claire Daumas"]
    president = proven(session, successor, *nominating(people, 2))
    sent = renew_referents(president, place, mandate_ids={one.mandate_id for one in former}, declared=True)
    assert sorted(nomination.email for nomination in sent) == sorted(
        [people.referent.email, people.second_referent.email]
    )
    assert {slug for slug, _ in told(session)} == {"nomination", "nomination_sent"}
    assert renewable(place.finess) == []
    assert held_mandates(people.referent.person.id) == ()
    accept(session, people.referent, sent)
    (held,) = held_mandates(people.referent.person.id)
    assert held.role is Role.REFERENT
    assert [line.nominated_by for line in chain(place.finess).referents if line.effective] == [
        successor.person.full_name
    ]


def accept(session: Session, nominee: Persona, sent: list[Nomination]) -> None:
    (mine,) = [nomination for nomination in sent if nomination.email == nominee.email]
    link = session.scalars(sa.select(OneTimeLink).where(OneTimeLink.nomination_id == mine.id)).one()
    accept_nomination(ANONYMOUS.holding(mine), mine, link=link)


def test_a_renewal_takes_a_proof_for_each_and_a_declaration(
    session: Session, people: Personas, successor: Persona
) -> None:
    place = people.comtat.establishment
    ids = {one.mandate_id for one in renewable(place.finess)}
    with pytest.raises(ProofNeeded):
        renew_referents(proven(session, successor, *nominating(people, 1)), place, mandate_ids=ids, declared=True)
    assert session.scalars(sa.select(Nomination).where(Nomination.status == "proposed")).all() == []
    for values in ({"mandate_ids": ids, "declared": False}, {"mandate_ids": set(), "declared": True}):
        with pytest.raises(Invalid):
            renew_referents(proven(session, successor), place, **values)


def test_nobody_is_kept_twice(session: Session, people: Personas, successor: Persona) -> None:
    place = people.comtat.establishment
    ids = {one.mandate_id for one in renewable(place.finess)}
    renew_referents(proven(session, successor, *nominating(people, 2)), place, mandate_ids=ids, declared=True)
    with pytest.raises(ImpossibleNow, match="Rechargez"):
        renew_referents(proven(session, successor, *nominating(people, 2)), place, mandate_ids=ids, declared=True)


def test_only_the_president_renews(session: Session, people: Personas, successor: Persona) -> None:
    place = people.comtat.establishment
    for somebody in (people.president, people.referent, people.other_president, people.agent):
        with pytest.raises(NotAllowed):
            renew_referents(proven(session, somebody), place, mandate_ids=set(), declared=True)


def test_suspended_people_and_those_of_long_ago_are_not_proposed(
    session: Session, people: Personas, successor: Persona, frozen_clock: FrozenClock
) -> None:
    people.referent.account.status = "suspended"
    session.commit()
    assert [one.name for one in renewable(people.comtat.finess)] == ["Karim Bensalem"]
    frozen_clock.advance(days=366)
    assert renewable(people.comtat.finess) == []


# ── the end of a term ───────────────────────────────────────────────────────


@pytest.fixture
def term(session: Session, people: Personas) -> Mandate:
    """Somebody presides until the end of June."""
    end(session, people)
    place, holder = people.comtat.establishment, people.stranger.person
    held = factories.presidency(session, place, holder, people.agent.account, term_ends_at=TERM)
    session.commit()
    return held


def test_the_end_of_a_term_is_recalled_sixty_and_fourteen_days_before_and_on_the_day(
    session: Session, people: Personas, term: Mandate, frozen_clock: FrozenClock
) -> None:
    sent = {}
    frozen_clock.move_to(TERM - timedelta(days=70))
    for _ in range(80):
        frozen_clock.advance(days=1)
        if remind_terms():
            sent[(TERM - frozen_clock.now).days] = told(session)
        assert remind_terms() == 0
    assert list(sent) == [60, 14, 0]
    everybody = [
        ("term_reminder", people.stranger.email),
        ("term_reminder_others", people.agent.email),
        ("term_reminder_others", "cpts@essai.example"),
    ]
    assert all(sorted(mails) == sorted(everybody) for mails in sent.values())


def test_a_late_worker_sends_only_the_latest_reminder(
    session: Session, term: Mandate, frozen_clock: FrozenClock
) -> None:
    frozen_clock.move_to(TERM - timedelta(days=3))
    assert remind_terms() == 1
    assert [notice.days_before for notice in session.scalars(sa.select(TermNotice))] == [14]
    frozen_clock.move_to(TERM + timedelta(days=3))
    assert remind_terms() == 1
    assert remind_terms() == 0


def test_the_mail_of_the_day_says_what_changed(session: Session, term: Mandate, frozen_clock: FrozenClock) -> None:
    frozen_clock.move_to(TERM)
    remind_terms()
    mail = next(mail for slug, _, mail in written(session) if slug == "term_reminder")
    assert mail.subject.endswith("est arrivé à son terme")
    assert "mandat à confirmer" in mail.body


def test_an_ended_mandate_is_recalled_to_nobody(
    session: Session, people: Personas, term: Mandate, frozen_clock: FrozenClock
) -> None:
    close_presidency(proven(session, people.agent), term, "Départ")
    session.commit()
    frozen_clock.move_to(TERM)
    assert remind_terms() == 0
