"""The clock of requests (B-06): 3, 7 and 14 working days, with the mails of each step.

25 November 2026 is a Wednesday.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.domain.errors import ImpossibleNow, NotAllowed
from app.models import Request, RequestEvent
from app.policies.actor import Actor
from app.queries.actors import actor_of
from app.queries.deciders import delay_for
from app.queries.requests import delay_of
from app.usecases.affiliations import accept_affiliation, refuse_affiliation
from app.usecases.request_clock import keep_the_clock
from tests import factories, personas
from tests.personas import Persona, Personas
from tests.support.client import settle
from tests.support.mailbox import Mailbox
from tests.support.time import FrozenClock

ASKER = "thomas.perrin@soins.example"


@pytest.fixture
def people(session: Session, frozen_clock: FrozenClock) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


def acting(persona: Persona) -> Actor:
    return actor_of(persona.account)


def worker(app: Flask) -> None:
    settle()
    result = app.test_cli_runner().invoke(args=["worker", "--once"])
    assert result.exit_code == 0, result.output
    settle()


def told(smtp: Mailbox) -> dict[str, str]:
    """Subject by recipient of the mails received since the last time one looked."""
    found = {mail.recipients[0]: mail.subject for mail in smtp.mails}
    smtp.clear()
    return found


def on(day: int, month: int = 12, *, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def test_a_rattachement_is_reminded_at_three_seven_and_fourteen_working_days(
    app: Flask, session: Session, people: Personas, smtp: Mailbox, frozen_clock: FrozenClock
) -> None:
    request = factories.affiliation_request(session, people.comtat.unit, email=ASKER)
    session.commit()
    worker(app)
    assert told(smtp) == {}

    frozen_clock.move_to(on(29, 11))  # Sunday: two working days
    worker(app)
    assert told(smtp) == {}

    frozen_clock.move_to(on(30, 11))  # Monday: three; the référents first
    worker(app)
    assert set(told(smtp)) == {people.referent.email, people.second_referent.email}
    worker(app)
    assert told(smtp) == {}, "each step is taken once"

    frozen_clock.move_to(on(4))  # Friday: seven; all who may decide
    worker(app)
    everybody = {people.president.email, people.referent.email, people.second_referent.email}
    assert set(told(smtp)) == everybody
    with pytest.raises(NotAllowed):
        accept_affiliation(acting(people.agent), session.get_one(Request, request.id))

    frozen_clock.move_to(on(15))  # Tuesday: fourteen; the service centre is let in, the person is told
    worker(app)
    received = told(smtp)
    assert set(received) == {*everybody, people.agent.email, ASKER}
    assert "prend du retard" in received[ASKER]
    accept_affiliation(acting(people.agent), session.get_one(Request, request.id))
    settle()
    assert session.get_one(Request, request.id).decided_as == "agent"


def test_holidays_do_not_count(session: Session, people: Personas, frozen_clock: FrozenClock) -> None:
    """From Wednesday 23 December: Christmas and New Year's Day are Fridays, so three days are over on Tuesday 29."""
    frozen_clock.move_to(on(23))
    request = factories.affiliation_request(session, people.comtat.unit)
    session.commit()
    frozen_clock.move_to(on(28, hour=20))
    assert keep_the_clock() == 0
    frozen_clock.move_to(on(29))
    assert keep_the_clock() == 1
    session.refresh(request)
    assert (request.reminded_at, request.widened_at) == (frozen_clock.now, None)


def test_a_worker_that_was_away_takes_only_the_last_step(
    app: Flask, session: Session, people: Personas, smtp: Mailbox, frozen_clock: FrozenClock
) -> None:
    factories.affiliation_request(session, people.comtat.unit, email=ASKER)
    session.commit()
    frozen_clock.move_to(on(16))
    worker(app)
    assert len(smtp.mails) == 5, "one mail each: three deciders, the agent, the person"


def test_an_answer_starts_the_clock_again(session: Session, people: Personas, frozen_clock: FrozenClock) -> None:
    request = factories.affiliation_request(session, people.comtat.unit)
    request.status, request.waiting_since = "info_needed", None
    session.commit()
    frozen_clock.move_to(on(10))
    assert keep_the_clock() == 0, "it waits for the person, not for who decides"


def test_a_request_to_the_service_centre_reminds_who_took_it_then_every_agent(
    app: Flask, session: Session, people: Personas, smtp: Mailbox, frozen_clock: FrozenClock
) -> None:
    other = factories.agent(session, factories.person(session, "Paul", "Giraud"), "paul.giraud@essai.example")
    taken_by = people.agent.account.id
    factories.request(session, "contact", email=ASKER, assigned_to_account_id=taken_by, subject="Bonjour")
    session.commit()
    frozen_clock.move_to(on(30, 11))
    worker(app)
    assert set(told(smtp)) == {people.agent.email}
    frozen_clock.move_to(on(15))
    worker(app)
    assert set(told(smtp)) == {people.agent.email, other.email, ASKER}


def test_a_request_decided_meanwhile_is_not_reminded(
    app: Flask, session: Session, people: Personas, smtp: Mailbox, frozen_clock: FrozenClock
) -> None:
    """The clock struck, the decision came before the mail was written: the mail and the screen agree."""
    request = factories.affiliation_request(session, people.comtat.unit, email=ASKER)
    session.commit()
    frozen_clock.move_to(on(30, 11))
    assert keep_the_clock() == 1
    accept_affiliation(acting(people.referent), session.get_one(Request, request.id))
    worker(app)
    assert all("attend votre réponse" not in mail.subject for mail in smtp.mails)


def test_a_step_is_written_in_the_timeline_only_when_it_concerns_the_person(
    session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    request = factories.affiliation_request(session, people.comtat.unit)
    session.commit()
    for day in (on(30, 11), on(4), on(15)):
        frozen_clock.move_to(day)
        assert keep_the_clock() == 1
    kinds = session.scalars(sa.select(RequestEvent.kind).where(RequestEvent.request_id == request.id))
    assert list(kinds) == ["escalated"]


def test_a_decision_by_an_agent_before_its_time_is_refused_by_the_database_too(
    session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    """A forged `escalated_at` opens nothing before fourteen days."""
    request = factories.affiliation_request(session, people.comtat.unit)
    request.escalated_at = frozen_clock.now
    session.commit()
    with pytest.raises(ImpossibleNow):
        accept_affiliation(acting(people.agent), session.get_one(Request, request.id))


def test_the_delay_is_the_same_on_every_page_and_counts_no_holiday(
    session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    """Thursday 24 to Monday 28 December: one working day, Christmas being a Friday."""
    frozen_clock.move_to(on(24))
    requests = [factories.affiliation_request(session, people.comtat.unit) for _ in range(3)]
    session.commit()
    frozen_clock.move_to(on(28))
    for request in requests:
        refuse_affiliation(acting(people.referent), request, reason="Inconnu ici.")
    assert delay_of(people.comtat.finess) == delay_for(requests[0]) == 1
