"""The contact details of a CPTS."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from tests.consistency.case import Case, contact
from tests.consistency.world import World


def corrected_by_a_colleague(_session: Session, world: World) -> None:
    world.people.comtat.establishment.updated_at += timedelta(seconds=1)


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
