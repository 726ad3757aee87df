"""The link of a request (B-07): sent again to who lost it, changed by who fears for it. Never shown to anybody else."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from app import clock, db
from app.journal.catalogue import RequestLinkSent
from app.models import Request, RequestEvent
from app.policies.actor import Actor
from app.policies.permissions import Permission
from app.usecases.base import usecase
from app.usecases.enrolment import email_key
from app.usecases.request_steps import announce, note, refresh

RESEND_AFTER = timedelta(hours=1)


@usecase(Permission.REQUEST_SUBMIT)
def find_tracking_link(actor: Actor, _target: None, *, number: str, email: str) -> None:
    """Mail its link to the address of the request of that number, at most once an hour; silent otherwise."""
    request = db.session().scalar(
        sa.select(Request).where(Request.number == number, Request.email_key == email_key(email))
    )
    if request is not None and not _sent_within_an_hour(request):
        note(request, "link_sent", request.full_name, actor=actor)
        announce(RequestLinkSent, actor, request)


@usecase(Permission.REQUEST_FOLLOW)
def change_tracking_link(actor: Actor, request: Request) -> None:
    """A new link, mailed to the address of the request; the present one opens nothing any more."""
    refresh(request)
    request.tracking_generation += 1
    note(request, "link_changed", request.full_name, actor=actor)
    announce(RequestLinkSent, actor, request)


def _sent_within_an_hour(request: Request) -> bool:
    latest = sa.select(sa.func.max(RequestEvent.at)).where(
        RequestEvent.request_id == request.id, RequestEvent.kind.in_(["submitted", "appealed", "link_sent"])
    )
    at = db.session().scalar(latest)
    return at is not None and clock.now() - at < RESEND_AFTER
