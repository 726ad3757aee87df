"""The tracking link sent again to who asks twice: never a dead end, never a word about the first request (B-09)."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from app import clock, db
from app.domain.requests import PENDING, Kind
from app.journal.catalogue import RequestLinkSent
from app.models import Establishment, Request, RequestEvent
from app.policies.actor import Actor
from app.policies.permissions import Permission
from app.usecases.base import usecase
from app.usecases.enrolment import email_key
from app.usecases.request_steps import announce, note

RESEND_AFTER = timedelta(hours=1)


@usecase(Permission.REQUEST_SUBMIT)
def send_link_again(actor: Actor, establishment: Establishment, *, kind: Kind, email: str) -> None:
    """Mail its link to the address that has such a request pending there, at most once an hour; silent otherwise."""
    pending = sa.select(Request).where(
        Request.kind == kind,
        Request.establishment_finess == establishment.finess,
        Request.email_key == email_key(email),
        Request.status.in_(PENDING),
    )
    request = db.session().scalars(pending).first()
    if request is None or _sent_lately(request):
        return
    note(request, "link_sent", request.full_name, actor=actor)
    announce(RequestLinkSent, actor, request)


def _sent_lately(request: Request) -> bool:
    """Nobody's mailbox is flooded."""
    latest = sa.select(sa.func.max(RequestEvent.at)).where(
        RequestEvent.request_id == request.id, RequestEvent.kind.in_(["submitted", "link_sent"])
    )
    at = db.session().scalar(latest)
    return at is not None and clock.now() - at < RESEND_AFTER
