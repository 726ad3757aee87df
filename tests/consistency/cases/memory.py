"""What is taken up again, confirmed in the page or by the mailed link, and how often one is asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import clock
from app.models import FreshnessAsk, Revision, RevisionBox, Unit
from app.queries.freshness import asked_boxes, asked_fingerprint
from app.queries.past import end_of
from app.queries.restorations import fingerprint, restoration
from app.working_days import day_of
from tests import factories
from tests.consistency.case import NOBODY, Case, Fields
from tests.consistency.world import World


def yesterday(world: World) -> dict[str, Any]:
    return {
        "finess": world.people.comtat.finess,
        "au": (day_of(clock.now()) - timedelta(days=1)).isoformat(),
    }


def capacity_published(session: Session, world: World) -> None:
    """Three places yesterday, four today."""
    unit = world.people.comtat.unit
    session.execute(sa.update(Unit).where(Unit.id == unit.id).values(capacity=4))
    revision = Revision(establishment_finess=unit.establishment_finess, number=1, source="direct", at=clock.now())
    revision.account_id = world.people.referent.account.id
    revision.boxes = [
        RevisionBox(sheet=f"uo-{unit.id}", box="capacite", before={"capacity": 3}, after={"capacity": 4}, version=1)
    ]
    session.add(revision)
    factories.saved_box(session, world.people.comtat.finess, "capacite", unit.id)


def taken_up(world: World) -> Fields:
    until = end_of(day_of(clock.now()) - timedelta(days=1))
    seen = fingerprint(restoration(world.people.comtat.finess, until))
    return {"motif": "Trois places, pas quatre.", "version": seen}


def capacity_saved(session: Session, world: World) -> None:
    factories.saved_box(session, world.people.comtat.finess, "capacite", world.people.comtat.unit.id)


def page_saved(session: Session, world: World) -> None:
    factories.saved_box(session, world.people.comtat.finess, "contacts")


def unit_saved(session: Session, world: World) -> None:
    factories.saved_box(session, world.people.comtat.finess, "contacts", world.people.comtat.unit.id)


def answered(session: Session, world: World) -> None:
    now = clock.now()
    session.execute(sa.update(FreshnessAsk).values(closed_at=now, outcome="verified"))


CASES = (
    Case(
        "memory.restored",
        "referent",
        "other_referent",
        good=taken_up,
        bad={"motif": " "},
        before=capacity_published,
        too_late=capacity_saved,
        arguments=yesterday,
    ),
    Case(
        "memory.confirm_box",
        "referent",
        "other_referent",
        good={"version": "0"},
        bad={"version": "x"},
        too_late=page_saved,
    ),
    Case(
        "memory.confirm_unit_box",
        "referent",
        "other_referent",
        good={"version": "0"},
        bad={"version": "x"},
        too_late=unit_saved,
    ),
    Case("memory.choose_rhythm", "president", "other_president", good={"rythme": "3"}, bad={"rythme": "7"}),
    Case(
        "memory.confirmed_by_link",
        NOBODY,
        None,
        good=lambda world: {"version": asked_fingerprint(asked_boxes(world.people.comtat.finess))},
        works=200,
        too_late=answered,
        late=410,
    ),
)
