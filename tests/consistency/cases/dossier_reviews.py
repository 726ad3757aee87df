"""A dossier that was sent: the presidency and the service centre answer it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import db
from app.models import Dossier
from app.queries.dossier_differences import read_dossier
from tests.consistency.case import Case, Fields
from tests.consistency.world import World
from tests.support import dossiers

CHANGES: dict[str, Any] = {"page": {"coordonnees": {"phone": "+33490000002"}}}


def sent(status: str) -> Callable[[Session, World], None]:
    def before(session: Session, world: World) -> None:
        session.execute(sa.update(Dossier).where(_ours(world)).values(status="cancelled"))
        dossiers.sent(session, world.people, status=status, **CHANGES)

    return before


def taken_back(session: Session, world: World) -> None:
    session.get_one(Dossier, _id(world)).status = "draft"


def answer(action: str) -> Callable[[World], Fields]:
    def good(world: World) -> Fields:
        stamp = read_dossier(db.session().get_one(Dossier, _id(world))).stamp
        return {"action": action, "vu": stamp, "message": "Lu et relu."}

    return good


def _ours(world: World) -> sa.ColumnElement[bool]:
    return sa.and_(Dossier.establishment_finess == world.people.comtat.finess, Dossier.status != "cancelled")


def _id(world: World) -> Any:
    return db.session().scalars(sa.select(Dossier.id).where(_ours(world))).one()


CASES = (
    Case(
        "dossier_reviews.approve",
        "president",
        "referent",
        good=answer("valider"),
        bad={"action": "renvoyer", "message": " "},
        before=sent("to_approve"),
        too_late=taken_back,
        arguments=lambda world: {"dossier_id": _id(world)},
    ),
    Case(
        "dossier_reviews.answer",
        "agent",
        "president",
        good=answer("publier"),
        bad={"action": "renvoyer", "message": " "},
        before=sent("to_review"),
        too_late=taken_back,
        arguments=lambda world: {"dossier_id": _id(world)},
    ),
)
