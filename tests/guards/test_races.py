"""An act and the end of the power behind it are never both accepted: the one that comes second waits, then is refused.

Each test holds the first transaction open: without the row locks of the guards the second would not wait (SECURITY.md:
129 of 300 decisions were accepted after the end had been acknowledged). SQLite has one writer at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import clock
from app.db import make_engine
from app.models import Account, Mandate, Nomination, Request, Suspension
from tests import factories
from tests.guards.world import World, build
from tests.support.backends import POSTGRES_ONLY

pytestmark = POSTGRES_ONLY
Step = Callable[[World], sa.Executable]
"""Prepares what it needs, and returns the one statement that races."""


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    made = make_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def world(engine: sa.Engine) -> Iterator[World]:
    with Session(engine, expire_on_commit=False) as session:
        built = build(session)
        session.commit()
        yield built
    clock.use(None)


def end_presidency(world: World) -> sa.Executable:
    end = {"ended_at": world.now, "end_reason": "x", "ended_by_account_id": world.agent.id}
    return sa.update(Mandate).where(Mandate.id == world.president.id).values(**end)


def end_referent(world: World) -> sa.Executable:
    """What a president does, on its own page or in answer to a review."""
    end = world.referent_end(world.referent, world.president)
    return sa.update(Mandate).where(Mandate.id == world.referent.id).values(**end)


def suspend_agent(world: World) -> sa.Executable:
    return sa.update(Account).where(Account.id == world.agent.id).values(status="suspended")


def decide(world: World) -> sa.Executable:
    request = factories.affiliation_request(world.session, world.unit, world.person())
    return sa.update(Request).where(Request.id == request.id).values(**world.decision(world.referent))


def grant(world: World) -> sa.Executable:
    return sa.insert(Mandate).values(**world.referent_row(world.accepted_nomination()))


def nominate(world: World) -> sa.Executable:
    return sa.insert(Nomination).values(**world.nomination_row())


def preside(world: World) -> sa.Executable:
    return sa.insert(Mandate).values(**world.president_row(world.presidency_request()))


def lift(world: World) -> sa.Executable:
    """What a president answers about somebody suspended."""
    suspension = factories.suspension(world.session, world.referent)
    by = {"lifted_by_mandate_id": world.president.id, "lifted_by_role": "president"}
    return sa.update(Suspension).where(Suspension.id == suspension.id).values(lifted_at=world.now, **by)


RACES = [
    (decide, end_referent),
    (decide, end_presidency),
    (grant, end_presidency),
    (nominate, end_presidency),
    (preside, suspend_agent),
    (lift, end_presidency),
    (end_referent, end_presidency),
]
each_race = pytest.mark.parametrize(("act", "end"), RACES, ids=lambda step: step.__name__)


@each_race
def test_an_act_waits_for_the_end_that_came_first_then_is_refused(
    engine: sa.Engine, world: World, act: Step, end: Step
) -> None:
    act_statement, end_statement = act(world), end(world)
    world.session.commit()
    with Session(engine) as ending, Session(engine) as acting:
        ending.execute(end_statement)
        with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
            impatient(acting, act_statement)
        ending.commit()
        with pytest.raises(sa.exc.IntegrityError, match="guard_"):
            impatient(acting, act_statement)


@each_race
def test_an_end_waits_for_the_act_that_came_first(engine: sa.Engine, world: World, act: Step, end: Step) -> None:
    act_statement, end_statement = act(world), end(world)
    world.session.commit()
    with Session(engine) as acting, Session(engine) as ending:
        acting.execute(act_statement)
        with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
            impatient(ending, end_statement)
        acting.commit()
        impatient(ending, end_statement)
        ending.commit()


def impatient(session: Session, statement: sa.Executable) -> None:
    session.rollback()
    session.execute(sa.text("SET LOCAL lock_timeout = '200ms'"))
    session.execute(statement)
