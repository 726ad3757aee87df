"""Two agents act on one request at the same instant: one takes it, one decides it, one reminder leaves."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import db
from app.domain.errors import ImpossibleNow
from app.models import JournalEntry, Person, Request, RequestEvent
from app.policies.actor import Actor
from app.usecases.handling import remind_deciders, take_request
from app.usecases.requests import close_request, refuse_request
from tests import factories

ROUNDS = 30
Act = Callable[[], object]


@pytest.fixture
def agents(session: Session) -> tuple[Actor, Actor]:
    found = []
    for given_name in ("Nadia", "Yann"):
        account = factories.agent(session, factories.person(session, given_name, "Ferrero"))
        person = session.get_one(Person, account.person_id)
        found.append(Actor(account_id=account.id, person_id=person.id, name=person.full_name, is_agent=True))
    session.commit()
    return found[0], found[1]


@pytest.fixture
def at_once(app: Flask) -> Callable[..., list[str]]:
    """Every act in its own thread and session, released together; "done", or the sentence that refused it."""

    def run_all(*acts: Act) -> list[str]:
        gate = threading.Barrier(len(acts))

        def run(act: Act) -> str:
            with app.app_context():
                gate.wait()
                try:
                    act()
                except ImpossibleNow as refusal:
                    return str(refusal)
                return "done"

        with ThreadPoolExecutor(len(acts)) as pool:
            return list(pool.map(run, acts))

    return run_all


def message(session: Session) -> uuid.UUID:
    made = factories.request(session, "contact").id
    session.commit()
    return made


def request_of(id_: uuid.UUID) -> Request:
    return db.session().get_one(Request, id_)


def test_of_two_agents_one_takes_it_and_the_other_learns_who(
    session: Session, agents: tuple[Actor, Actor], at_once: Callable[..., list[str]]
) -> None:
    won: Counter[uuid.UUID | None] = Counter()
    for _ in range(ROUNDS):
        id_ = message(session)
        outcomes = at_once(*(lambda a=agent, i=id_: take_request(a, request_of(i), seen=None) for agent in agents))
        session.expire_all()
        holder = session.get_one(Request, id_).assigned_to_account_id
        winner, loser = (0, 1) if agents[0].account_id == holder else (1, 0)
        assert outcomes[winner] == "done"
        assert outcomes[loser] == f"{agents[winner].name} s’en charge."
        assert len(_events(session, id_, "assigned")) == 1
        won[holder] += 1
    assert won.total() == ROUNDS


def test_of_two_agents_one_decides(
    session: Session, agents: tuple[Actor, Actor], at_once: Callable[..., list[str]]
) -> None:
    for _ in range(ROUNDS):
        id_ = message(session)
        outcomes = at_once(
            lambda i=id_: close_request(agents[0], request_of(i), answer="Voici."),
            lambda i=id_: refuse_request(agents[1], request_of(i), reason="Non."),
        )
        assert sorted(outcome == "done" for outcome in outcomes) == [False, True], outcomes
        session.expire_all()
        made = session.get_one(Request, id_)
        decided = agents[outcomes.index("done")]
        assert made.status == ("accepted" if decided is agents[0] else "refused")
        assert made.decided_by_account_id == decided.account_id
        assert len(_events(session, id_, "accepted") + _events(session, id_, "refused")) == 1
        entries = session.scalars(sa.select(JournalEntry.event).where(JournalEntry.subject == f"request:{id_}")).all()
        assert entries == [f"request.{made.status}"]
        session.commit()


def test_of_two_agents_one_reminds(
    session: Session, agents: tuple[Actor, Actor], at_once: Callable[..., list[str]]
) -> None:
    for _ in range(ROUNDS // 3):
        id_ = message(session)
        outcomes = at_once(*(lambda a=agent, i=id_: remind_deciders(a, request_of(i)) for agent in agents))
        assert sorted(outcome == "done" for outcome in outcomes) == [False, True], outcomes
        assert len(_events(session, id_, "reminded")) == 1


def _events(session: Session, id_: uuid.UUID, kind: str) -> list[RequestEvent]:
    found = list(
        session.scalars(sa.select(RequestEvent).where(RequestEvent.request_id == id_, RequestEvent.kind == kind))
    )
    session.commit()
    return found
