"""What accepting a registration brings: the page of a CPTS, a presidency."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from app import db
from app.domain.requests import Kind
from app.models import Mandate, Request
from app.notifications.mail import Body, Mail
from app.notifications.requests import when_accepted, words_of
from app.queries.affiliations import address_of


@when_accepted(Kind.CPTS)
def cpts_registered(request: Request, _body: Body) -> Iterator[Mail]:
    yield Mail("cpts_registered", request.email, words_of(request))


@when_accepted(Kind.PRESIDENCY)
def presidency_accepted(request: Request, body: Body) -> Iterator[Mail]:
    """Who presides has the mail of their mandate (president.registered); another address that was given is told."""
    mandate = db.session().get_one(Mandate, uuid.UUID(body["made"][0].partition(":")[2]))
    address = address_of(mandate.person_id)
    if address is None or address.casefold() != request.email.casefold():
        yield Mail("presidency_accepted", request.email, words_of(request))
