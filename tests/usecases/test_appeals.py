"""One appeal to the service centre against a refusal (B-08)."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.cli.journal import seal_key
from app.domain.errors import ImpossibleNow, NotAllowed
from app.journal.verify import verify
from app.models import Request
from app.policies.actor import ANONYMOUS
from app.queries.actors import actor_of
from app.usecases.affiliations import accept_affiliation, refuse_affiliation
from app.usecases.appeals import appeal, may_appeal
from tests import factories, personas
from tests.personas import Personas
from tests.support.client import settle
from tests.support.mailbox import Mailbox
from tests.support.time import FrozenClock


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


@pytest.fixture
def refused(session: Session, people: Personas) -> Request:
    request = factories.affiliation_request(session, people.comtat.unit, email="thomas.perrin@soins.example")
    session.commit()
    refuse_affiliation(actor_of(people.referent.account), request, reason="Inconnu ici.", code="inconnu")
    settle()
    return session.get_one(Request, request.id)


def test_the_person_appeals_and_the_service_centre_alone_decides(
    app: Flask, session: Session, people: Personas, refused: Request, smtp: Mailbox
) -> None:
    made = appeal(ANONYMOUS.holding(refused), refused, message="J’exerce à Carpentras depuis dix ans.")
    for nearby in (people.referent, people.president):
        with pytest.raises(NotAllowed):
            accept_affiliation(actor_of(nearby.account), session.get_one(Request, made.id))
    settle()
    assert app.test_cli_runner().invoke(args=["worker", "--once"]).exit_code == 0
    assert refused.number in smtp.latest(people.agent.email).text
    accept_affiliation(actor_of(people.agent.account), session.get_one(Request, made.id))
    settle()
    accepted, first = session.get_one(Request, made.id), session.get_one(Request, refused.id)
    assert (accepted.status, accepted.decided_as) == ("accepted", "agent")
    assert (first.status, first.refusal_code) == ("refused", "inconnu"), "the first decision stays what it was"
    assert verify(seal_key())[1] == []


def test_an_appeal_is_made_once(session: Session, people: Personas, refused: Request) -> None:
    made = appeal(ANONYMOUS.holding(refused), refused, message="Regardez encore.")
    with pytest.raises(ImpossibleNow, match=made.number):
        appeal(ANONYMOUS.holding(refused), refused, message="Encore.")
    assert not may_appeal(session.get_one(Request, made.id))


def test_a_stranger_cannot_appeal(people: Personas, refused: Request) -> None:
    with pytest.raises(NotAllowed):
        appeal(actor_of(people.stranger.account), refused, message="Moi aussi.")


@pytest.mark.parametrize("days", [59, 61])
def test_after_sixty_days_it_is_too_late(
    session: Session, people: Personas, frozen_clock: FrozenClock, days: int
) -> None:
    request = factories.affiliation_request(session, people.comtat.unit)
    session.commit()
    refuse_affiliation(actor_of(people.referent.account), request, reason="Inconnu ici.")
    frozen_clock.advance(days=days)
    refused = session.get_one(Request, request.id)
    assert may_appeal(refused) == (days < 60)
