"""Direct creation, and the public request for an account."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tests.consistency.case import NOBODY, WISH, Case, request_cancelled, unit_closed
from tests.consistency.world import World


def asked_meanwhile(_session: Session, world: World) -> None:
    world.request.email = world.request.email_key = WISH["email"]


CASES = (
    Case(
        "professionals.register",
        "referent",
        "other_referent",
        good=lambda world: {**WISH, "fonction": "Infirmière", "unite": str(world.people.comtat.unit.id)},
        bad={"fonction": ""},
        too_late=asked_meanwhile,
    ),
    Case(
        "professionals.ask",
        NOBODY,
        None,
        good=lambda world: {**WISH, "finess": world.people.comtat.finess},
        bad={"rpps": "123"},
        too_late=unit_closed,
        late=404,
    ),
    Case(
        "professionals.answer_recognition",
        NOBODY,
        None,
        good={"moi": "y"},
        bad={"moi": ""},
        too_late=request_cancelled,
    ),
)
