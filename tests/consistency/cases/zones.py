"""A merger accepted in one click."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import clock
from app.models import Commune, FormerCommune, UnitCommune
from tests import factories
from tests.consistency.case import Case
from tests.consistency.world import World

GONE, NOW = "84088", "84080"


def merged(session: Session, _world: World) -> None:
    factories.commune(session, NOW, "Monteux", "84170")
    session.get_one(Commune, GONE).ceased_at = clock.now()
    session.add(FormerCommune(insee=GONE, name="Pernes-les-Fontaines", current_insee=NOW))


def replaced_meanwhile(session: Session, _world: World) -> None:
    session.execute(sa.delete(UnitCommune).where(UnitCommune.insee == GONE))


CASES = (
    Case(
        "zones.replace",
        may="referent",
        may_not="professional",
        good={"commune": GONE},
        before=merged,
        too_late=replaced_meanwhile,
    ),
)
