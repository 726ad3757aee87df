"""Campaigns of the service centre."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import clock
from app.models import Campaign, UnitCommune
from tests.consistency.case import Case
from tests.consistency.world import CONTENT, World

_BY_AGENTS = {"may": "agent", "may_not": "president"}
GOOD = {"nom": "Campagne", "debut": "2026-01-01", "fin": "2036-12-31", "departements": "84"}


def opened(session: Session, world: World) -> None:
    today, now = clock.now().date(), clock.now()
    session.add(
        Campaign(
            id=CONTENT,
            name="Campagne d’essai",
            starts_on=today,
            ends_on=today + timedelta(days=30),
            departements=["84"],
            created_at=now,
            created_by_account_id=world.people.agent.account.id,
            updated_at=now,
        )
    )
    session.flush()


def opened_and_stuck(session: Session, world: World) -> None:
    """The Comtat, whose unit says where it intervenes no more."""
    opened(session, world)
    session.execute(sa.delete(UnitCommune).where(UnitCommune.unit_id == world.people.comtat.unit.id))


def _opened(session: Session) -> Campaign:
    return session.get_one(Campaign, CONTENT)


def saved(session: Session, world: World) -> None:
    _opened(session).version += 1


def over(session: Session, world: World) -> None:
    campaign = _opened(session)
    campaign.starts_on = campaign.ends_on = clock.now().date() - timedelta(days=1)


CASES = (
    Case("service_centre.create_campaign", **_BY_AGENTS, good=GOOD, bad={"nom": " "}),
    Case(
        "service_centre.save_campaign",
        **_BY_AGENTS,
        good=GOOD | {"version": "1"},
        bad={"nom": " "},
        before=opened,
        too_late=saved,
    ),
    Case(
        "service_centre.remind_targets",
        **_BY_AGENTS,
        good=lambda world: {"etape": "3", "cpts": world.people.comtat.finess},
        before=opened_and_stuck,
        too_late=over,
    ),
)
