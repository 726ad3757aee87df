"""The link of a request (B-07): sent again to who asks twice or lost it, changed by who fears for it; never shown to
anybody else, never a word about a request to who only knows an address (B-09)."""

from __future__ import annotations

import sqlalchemy as sa

from app import db
from app.domain.requests import PENDING, Kind
from app.journal.catalogue import RequestLinkSent
from app.models import Establishment, Request
from app.policies.actor import Actor
from app.policies.permissions import Permission
from app.usecases.base import usecase
from app.usecases.enrolment import email_key
from app.usecases.request_steps import announce, link_sent_lately, note, refresh


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
    if request is None or link_sent_lately(request):
        return
    note(request, "link_sent", request.full_name, actor=actor)
    announce(RequestLinkSent, actor, request)


@usecase(Permission.REQUEST_SUBMIT)
def find_tracking_link(actor: Actor, _target: None, *, number: str, email: str) -> None:
    """Mail its link to the address of the request of that number, at most once an hour; silent otherwise."""
    request = db.session().scalar(
        sa.select(Request).where(Request.number == number, Request.email_key == email_key(email))
    )
    if request is not None and not link_sent_lately(request):
        note(request, "link_sent", request.full_name, actor=actor)
        announce(RequestLinkSent, actor, request)


@usecase(Permission.REQUEST_FOLLOW)
def change_tracking_link(actor: Actor, request: Request) -> None:
    """A new link, mailed to the address of the request; the present one opens nothing any more."""
    refresh(request)
    request.tracking_generation += 1
    note(request, "link_changed", request.full_name, actor=actor)
    announce(RequestLinkSent, actor, request)
