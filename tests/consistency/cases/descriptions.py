"""Boxes edited directly, and what is undone. The CPTS of the world is described: its unit has a zone."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import clock
from app.models import BoxDraft, Revision, RevisionBox, UnitCommune
from tests import factories
from tests.consistency.case import Case
from tests.consistency.world import World

EDITED = uuid.UUID(int=46)


def capacity(world: World) -> dict[str, Any]:
    return {"unit_id": world.people.comtat.unit.id, "box": "capacite"}


def saved_by_a_colleague(session: Session, world: World) -> None:
    factories.saved_box(session, world.people.comtat.finess, "capacite", world.people.comtat.unit.id)


def not_described(session: Session, world: World) -> None:
    """The first description takes a dossier (S-133)."""
    session.execute(sa.delete(UnitCommune).where(UnitCommune.unit_id == world.people.comtat.unit.id))


def being_typed(session: Session, world: World) -> None:
    sheet, who = f"uo-{world.people.comtat.unit.id}", world.people.referent.account.id
    draft = BoxDraft(account_id=who, sheet=sheet, box="capacite", fields=[["places", "4"]], base_version=0)
    draft.saved_at = clock.now()
    session.add(draft)


def edited(session: Session, world: World) -> None:
    unit = world.people.comtat.unit
    unit.capacity = 4
    revision = Revision(id=EDITED, establishment_finess=unit.establishment_finess, number=1, source="direct")
    revision.at, revision.account_id = clock.now(), world.people.referent.account.id
    box = RevisionBox(sheet=f"uo-{unit.id}", box="capacite", before={"capacity": 3}, after={"capacity": 4}, version=1)
    revision.boxes = [box]
    session.add(revision)
    saved_by_a_colleague(session, world)


def edited_again(session: Session, world: World) -> None:
    factories.saved_box(session, world.people.comtat.finess, "capacite", world.people.comtat.unit.id)


CASES = (
    Case(
        "descriptions.save",
        "referent",
        "other_referent",
        good={"places": "12", "version": "0"},
        bad={"places": "douze"},
        too_late=saved_by_a_colleague,
        arguments=capacity,
    ),
    Case(
        "descriptions.keep",
        "referent",
        "other_referent",
        good={"places": "12", "version": "0"},
        too_late=not_described,
        works=200,
        arguments=capacity,
    ),
    Case(
        "descriptions.drop",
        "referent",
        "other_referent",
        before=being_typed,
        too_late=not_described,
        arguments=capacity,
    ),
    Case(
        "descriptions.undo",
        "referent",
        "other_referent",
        before=edited,
        too_late=edited_again,
        arguments=lambda world: {"finess": world.people.comtat.finess, "revision_id": EDITED},
    ),
)
