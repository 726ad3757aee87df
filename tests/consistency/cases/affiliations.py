"""Requests of professionals, decided by their CPTS."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app import clock
from tests.consistency.case import (
    NO_REASON,
    NO_WORDS,
    NOBODY,
    QUESTION,
    REASON,
    WISH,
    Case,
    request_cancelled,
    unit_closed,
)
from tests.consistency.world import World


def affiliation_ended(_session: Session, world: World) -> None:
    world.affiliation.ended_at, world.affiliation.end_reason = clock.now(), "Départ"


CASES = (
    Case(
        "affiliations.send",
        NOBODY,
        None,
        good=lambda world: {**WISH, "unite": str(world.people.comtat.unit.id)},
        bad={"email": "sans arobase"},
        too_late=unit_closed,
        late=404,
    ),
    Case(
        "affiliations.accept_several",
        "referent",
        "other_referent",
        good=lambda world: {"demande": str(world.request.id)},
        bad={"demande": "pas une demande"},
        too_late=request_cancelled,
    ),
    Case("affiliations.accept", "referent", "other_referent", too_late=request_cancelled),
    Case(
        "affiliations.send_refusal",
        "president",
        "other_president",
        good=REASON,
        bad=NO_REASON,
        too_late=request_cancelled,
    ),
    Case(
        "affiliations.send_question",
        "referent",
        "other_referent",
        good=QUESTION,
        bad=NO_WORDS,
        too_late=request_cancelled,
    ),
    Case(
        "affiliations.confirm_end",
        "president",
        "other_president",
        good=REASON,
        bad=NO_REASON,
        too_late=affiliation_ended,
    ),
)
