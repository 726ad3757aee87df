"""The contact details of a CPTS."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tests import factories
from tests.consistency.case import Case, contact
from tests.consistency.world import World


def corrected_by_a_colleague(session: Session, world: World) -> None:
    factories.saved_box(session, world.people.comtat.finess, "coordonnees")


CASES = (
    Case("establishments.confirm", "referent", "other_referent"),
    Case(
        "establishments.correct",
        "referent",
        "other_referent",
        good=contact,
        bad={"telephone": "pas un numéro"},
        too_late=corrected_by_a_colleague,
    ),
)
