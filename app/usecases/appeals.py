"""One appeal to the service centre against a refusal (B-08): a request of its own, which points to the first."""

from __future__ import annotations

import secrets
from datetime import timedelta

import sqlalchemy as sa

from app import clock, db
from app.domain.errors import ImpossibleNow
from app.domain.requests import APPEALABLE, Status, deadline, new_number
from app.journal.catalogue import RequestAppealed
from app.models import Request
from app.policies.actor import Actor
from app.policies.permissions import Permission
from app.usecases.base import usecase
from app.usecases.request_steps import announce, note, refresh, words
from app.working_days import day_of

WITHIN = timedelta(days=60)
COPIED = (
    "kind",
    "establishment_finess",
    "unit_id",
    "family_name",
    "given_name",
    "email",
    "email_key",
    "phone",
    "profession_code",
    "profession_label",
    "rpps",
    "function",
    "subject",
    "details",
    "listed",
    "person_id",
    "submitted_by_account_id",
)


def may_appeal(request: Request) -> bool:
    """Refused less than sixty days ago, of a kind that can be appealed, and no appeal itself."""
    return (
        request.status == Status.REFUSED
        and request.kind in APPEALABLE
        and request.appeal_of_id is None
        and request.decided_at is not None
        and clock.now() - request.decided_at <= WITHIN
    )


@usecase(Permission.REQUEST_ANSWER)
def appeal(actor: Actor, refused: Request, *, message: str) -> Request:
    """Ask the service centre to look again. Raises Invalid without words, ImpossibleNow the second time."""
    message = words(message, "message", "Expliquez pourquoi cette décision devrait être revue.")
    refresh(refused)
    if not may_appeal(refused):
        raise ImpossibleNow("Un recours n’est pas possible pour cette demande.")
    if (made := appeal_of(refused)) is not None:
        raise ImpossibleNow(f"Un recours a déjà été fait : c’est la demande {made.number}.")
    now = clock.now()
    request = Request(
        **{name: getattr(refused, name) for name in COPIED},
        number=new_number(secrets.randbits(64)),
        status=Status.SUBMITTED.value,
        message=message,
        appeal_of_id=refused.id,
        submitted_at=now,
        updated_at=now,
        waiting_since=now,
        expires_on=deadline(Status.SUBMITTED, day_of(now)),
    )
    db.session().add(request)
    db.session().flush()
    note(request, "appealed", refused.full_name, actor=actor, body=message)
    note(refused, "appealed", refused.full_name, actor=actor, body=message)
    announce(RequestAppealed, actor, request, reason=message, refused_id=str(refused.id))
    return request


def appeal_of(refused: Request) -> Request | None:
    return db.session().scalar(sa.select(Request).where(Request.appeal_of_id == refused.id))
