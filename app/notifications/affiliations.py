"""Who is told what about rattachements: a handler an event, a mail a recipient."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from app import db
from app.domain.rhythms import Topic
from app.models import Affiliation, Establishment, Request, RequestEvent, Unit
from app.notifications.mail import Body, Mail, announces
from app.notifications.professionals import recognition_mails
from app.policies.actor import Role
from app.queries.actors import deciders
from app.queries.affiliations import address_of, decider_addresses
from app.queries.requests import delay_of

REQUESTS = Topic.REQUESTS.value


@announces("affiliation.requested")
def requested(body: Body) -> Iterator[Mail]:
    request = _request(body)
    who_decides = [person.full_name for person in deciders(request.finess, asking=request.email_key)]
    expected = {"deciders": who_decides, "delay": delay_of(request.finess)}
    yield Mail("affiliation_receipt", request.email, {**_words(request), **expected})
    for address in decider_addresses(request.finess, asking=request.email_key):
        yield Mail(
            "affiliation_to_decide", address, {**_words(request), "service_centre": not who_decides}, topic=REQUESTS
        )
    yield from recognition_mails(request)


@announces("affiliation.link_sent")
def link_sent(body: Body) -> Iterator[Mail]:
    request = _request(body)
    yield Mail("affiliation_tracking", request.email, _words(request))


@announces("affiliation.accepted")
def accepted(body: Body) -> Iterator[Mail]:
    """The link goes to the account's address; another address that was given is told, without the link."""
    request = _request(body)
    place = db.session().get_one(Affiliation, uuid.UUID(body["affiliation_id"]))
    unit = db.session().get_one(Unit, place.unit_id)
    words = {**_words(request), "unit": unit.name, "unit_id": unit.id, "decider": _author(request, "accepted")}
    address = address_of(place.person_id) or request.email
    yield Mail("affiliation_accepted", address, {**words, "link_id": body["activation_link_id"]})
    if address.casefold() != request.email.casefold():
        yield Mail("affiliation_accepted_elsewhere", request.email, words)
    yield from _on_behalf(request, "acceptée")


@announces("affiliation.refused")
def refused(body: Body) -> Iterator[Mail]:
    request = _request(body)
    words = {**_words(request), "decider": _author(request, "refused"), "reason": body["reason"]}
    yield Mail("affiliation_refused", request.email, words)
    yield from _on_behalf(request, "refusée")


@announces("affiliation.info_asked")
def info_asked(body: Body) -> Iterator[Mail]:
    request = _request(body)
    words = {**_words(request), "decider": _author(request, "info_asked"), "message": body["reason"]}
    yield Mail("affiliation_info_asked", request.email, words)


@announces("affiliation.info_given")
def info_given(body: Body) -> Iterator[Mail]:
    request = _request(body)
    for address in decider_addresses(request.finess, asking=request.email_key):
        yield Mail("affiliation_info_given", address, {**_words(request), "message": body["reason"]}, topic=REQUESTS)


@announces("affiliation.cancelled")
def cancelled(body: Body) -> Iterator[Mail]:
    request = _request(body)
    yield Mail("affiliation_cancelled", request.email, _words(request))
    for address in decider_addresses(request.finess, asking=request.email_key):
        yield Mail("affiliation_withdrawn", address, _words(request), topic=REQUESTS)


@announces("affiliation.expired")
def expired(body: Body) -> Iterator[Mail]:
    request = _request(body)
    yield Mail("affiliation_expired", request.email, _words(request))


@announces("affiliation.ended")
def ended(body: Body) -> Iterator[Mail]:
    """The person is told; when they left by themselves, so are those in office."""
    place = db.session().get_one(Affiliation, uuid.UUID(body["affiliation_id"]))
    words = {
        "name": place.person.full_name,
        "cpts": place.unit.establishment.name,
        "finess": place.establishment_finess,
        "unit": place.unit.name,
        "reason": body["reason"],
    }
    address = address_of(place.person_id)
    if address:
        yield Mail("affiliation_ended", address, words)
    for decider in decider_addresses(place.establishment_finess):
        if decider != address:
            yield Mail("affiliation_left", decider, words)


# ── what mails say ──────────────────────────────────────────────────────────


def _request(body: Body) -> Request:
    return db.session().get_one(Request, uuid.UUID(body["request_id"]))


def _words(request: Request) -> dict[str, Any]:
    establishment = db.session().get_one(Establishment, request.finess)
    return {
        "name": request.full_name,
        "profession": request.profession_label,
        "cpts": establishment.name,
        "finess": establishment.finess,
        "unit": request.unit.name if request.unit else establishment.name,
        "number": request.number,
        "request_id": str(request.id),
        "generation": request.tracking_generation,
    }


def _author(request: Request, kind: str) -> str:
    """Who signed the latest act of that kind, in the words of the timeline."""
    latest = (
        sa.select(RequestEvent.author_name)
        .where(RequestEvent.request_id == request.id, RequestEvent.kind == kind)
        .order_by(RequestEvent.id.desc())
        .limit(1)
    )
    return db.session().scalars(latest).one()


def _on_behalf(request: Request, outcome: str) -> Iterator[Mail]:
    """The mailbox of the CPTS hears of what the service centre decided for it (SECURITY.md, decision 4)."""
    mailbox = db.session().get_one(Establishment, request.finess).email
    if request.decided_as == Role.AGENT and mailbox:
        yield Mail("affiliation_on_behalf", mailbox, {**_words(request), "outcome": outcome})
