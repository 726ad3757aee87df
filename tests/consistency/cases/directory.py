"""The répertoire: favourites, names, moves."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.orm import Session

from app import clock
from app.models import StructureMove, Unit
from tests import factories
from tests.consistency.case import Case, Fields
from tests.consistency.world import World

MOVE = uuid.UUID(int=1300)
EMPTY = 1300
"""A unit to which nobody is attached: the one of the world has people."""
WHY = "Fusion votée le 12 novembre"
_BY_AGENTS = {"may": "agent", "may_not": "president"}


def of_the_establishment(world: World) -> Fields:
    return {"nom": "CPTS DU COMTAT ET DU VENTOUX", "vu": world.people.comtat.establishment.name}


def of_the_unit(world: World) -> Fields:
    return {"nom": "UNITE DU VENTOUX", "vu": world.people.comtat.unit.name}


def renamed_meanwhile(_session: Session, world: World) -> None:
    world.people.comtat.establishment.name = "AUTRE NOM"


def unit_renamed_meanwhile(_session: Session, world: World) -> None:
    world.people.comtat.unit.name = "AUTRE NOM"


def empty_unit(session: Session, world: World) -> None:
    if session.get(Unit, EMPTY) is None:
        factories.unit(session, world.people.comtat.establishment, id=EMPTY, name="UNITE VIDE")


def to_the_other(world: World) -> Fields:
    return {"destination": world.people.other.finess, "vu": world.people.comtat.finess, "motif": WHY}


def somebody_attached(session: Session, world: World) -> None:
    assert world.people.president.mandate is not None
    empty = session.get_one(Unit, EMPTY)
    factories.affiliation(session, factories.person(session), empty, world.people.president.mandate)


def to_the_other_entity(world: World) -> Fields:
    held = world.people.comtat.establishment.legal_entity_finess
    return {"destination": str(world.people.other.establishment.legal_entity_finess), "vu": str(held), "motif": WHY}


def entity_changed(_session: Session, world: World) -> None:
    world.people.comtat.establishment.legal_entity_finess = None


def moved(session: Session, world: World) -> None:
    """The empty unit, under the other CPTS."""
    empty_unit(session, world)
    if session.get(StructureMove, MOVE) is None:
        session.get_one(Unit, EMPTY).establishment_finess = world.people.other.finess
        by = world.people.agent.account.id
        there = {"origin": world.people.comtat.finess, "destination": world.people.other.finess}
        session.add(StructureMove(id=MOVE, unit_id=EMPTY, **there, reason=WHY, at=clock.now(), moved_by_account_id=by))


def undone(session: Session, world: World) -> None:
    move = session.get_one(StructureMove, MOVE)
    move.undone_at, move.undone_by_account_id = clock.now(), world.people.agent.account.id


def empty_unit_id(_world: World) -> dict[str, Any]:
    return {"unit_id": EMPTY}


def move_id(_world: World) -> dict[str, Any]:
    return {"move_id": MOVE}


CASES = (
    Case("directory.keep", "stranger", None, good={"garder": "oui"}),
    Case(
        "directory.name_establishment",
        **_BY_AGENTS,
        good=of_the_establishment,
        bad={"nom": ""},
        too_late=renamed_meanwhile,
    ),
    Case(
        "directory.name_unit",
        "referent",
        "other_referent",
        good=of_the_unit,
        bad={"nom": ""},
        too_late=unit_renamed_meanwhile,
    ),
    Case(
        "directory.put_unit",
        **_BY_AGENTS,
        good=to_the_other,
        bad={"motif": ""},
        before=empty_unit,
        too_late=somebody_attached,
        arguments=empty_unit_id,
    ),
    Case(
        "directory.put_establishment",
        **_BY_AGENTS,
        good=to_the_other_entity,
        bad={"motif": ""},
        too_late=entity_changed,
    ),
    Case("directory.undo", **_BY_AGENTS, before=moved, too_late=undone, arguments=move_id),
)
