"""What the requester does on the tracking page; rhythms of the digest."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app import clock
from tests import factories
from tests.consistency.case import NO_WORDS, NOBODY, QUESTION, Case, held_by, request_cancelled
from tests.consistency.world import World


def request_refused(_session: Session, world: World) -> None:
    asked, by = world.request, held_by(world, "referent")
    asked.decided_at, asked.decided_by_account_id = clock.now(), world.people.referent.account.id
    asked.decided_as, asked.deciding_mandate_id = "referent", by.id
    asked.status, asked.refusal_reason = "refused", "Inconnu ici."


def already_appealed(session: Session, world: World) -> None:
    factories.affiliation_request(session, world.people.comtat.unit, appeal_of_id=world.request.id)


def information_asked(_session: Session, world: World) -> None:
    world.request.status = "info_needed"


CASES = (
    Case(
        "requests.answer",
        NOBODY,
        None,
        good=QUESTION,
        bad=NO_WORDS,
        before=information_asked,
        too_late=request_cancelled,
    ),
    Case("requests.confirm_cancel", NOBODY, None, too_late=request_cancelled),
    Case("requests.message", NOBODY, None, good=QUESTION, bad=NO_WORDS, too_late=request_cancelled),
    Case(
        "requests.appeal",
        NOBODY,
        None,
        good=QUESTION,
        bad=NO_WORDS,
        before=request_refused,
        too_late=already_appealed,
    ),
    Case("requests.change_link", NOBODY, None),
    Case(
        "requests.send_link",
        NOBODY,
        None,
        good=lambda world: {"numero": world.request.number, "email": world.request.email},
        bad={"numero": " ", "email": "sans arobase"},
    ),
    Case(
        "to_do.rhythm",
        "referent",
        NOBODY,
        good={"requests": "daily", "corrections": "weekly"},
        bad={"requests": "hourly", "corrections": "weekly"},
    ),
)
