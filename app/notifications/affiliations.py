"""Who is told what about rattachements: a handler an event, a mail a recipient."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from app import db
from app.domain.rhythms import Topic
from app.models import Affiliation, Establishment, Request, Unit
from app.notifications.mail import Body, Mail, announces
from app.notifications.professionals import recognition_mails
from app.notifications.requests import author_of, request_of, words_of
from app.policies.actor import Role
from app.queries.actors import deciders
from app.queries.affiliations import address_of, decider_addresses
from app.queries.requests import delay_of

REQUESTS = Topic.REQUESTS.value


@announces("affiliation.requested")
def requested(body: Body) -> Iterator[Mail]:
    request = request_of(body)
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
    request = request_of(body)
    yield Mail("affiliation_tracking", request.email, _words(request))


@announces("affiliation.accepted")
def accepted(body: Body) -> Iterator[Mail]:
    """The link goes to the account's address; another address that was given is told, without the link."""
    request = request_of(body)
    place = db.session().get_one(Affiliation, uuid.UUID(body["affiliation_id"]))
    unit = db.session().get_one(Unit, place.unit_id)
    words = {**_words(request), "unit": unit.name, "unit_id": unit.id, "decider": author_of(request, "accepted")}
    address = address_of(place.person_id) or request.email
    yield Mail("affiliation_accepted", address, {**words, "link_id": body["activation_link_id"]})
    if address.casefold() != request.email.casefold():
        yield Mail("affiliation_accepted_elsewhere", request.email, words)
    yield from _on_behalf(request, "acceptée")


@announces("affiliation.refused")
def refused(body: Body) -> Iterator[Mail]:
    request = request_of(body)
    words = {**_words(request), "decider": author_of(request, "refused"), "reason": body["reason"]}
    yield Mail("affiliation_refused", request.email, words)
    yield from _on_behalf(request, "refusée")


@announces("affiliation.info_asked")
def info_asked(body: Body) -> Iterator[Mail]:
    request = request_of(body)
    words = {**_words(request), "decider": author_of(request, "info_asked"), "message": body["reason"]}
    yield Mail("affiliation_info_asked", request.email, words)


@announces("affiliation.info_given")
def info_given(body: Body) -> Iterator[Mail]:
    request = request_of(body)
    for address in decider_addresses(request.finess, asking=request.email_key):
        yield Mail("affiliation_info_given", address, {**_words(request), "message": body["reason"]}, topic=REQUESTS)


@announces("affiliation.cancelled")
def cancelled(body: Body) -> Iterator[Mail]:
    request = request_of(body)
    yield Mail("affiliation_cancelled", request.email, _words(request))
    for address in decider_addresses(request.finess, asking=request.email_key):
        yield Mail("affiliation_withdrawn", address, _words(request), topic=REQUESTS)


@announces("affiliation.expired")
def expired(body: Body) -> Iterator[Mail]:
    request = request_of(body)
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
        "took_part": body.get("participation_ended", False),
    }
    address = address_of(place.person_id)
    if address:
        yield Mail("affiliation_ended", address, words)
    for decider in decider_addresses(place.establishment_finess):
        if decider != address:
            yield Mail("affiliation_left", decider, words)


# ── what mails say ──────────────────────────────────────────────────────────


def _words(request: Request) -> dict[str, Any]:
    """What every mail about a rattachement may name, besides what those of every request do."""
    words = words_of(request)
    unit = request.unit.name if request.unit else words["cpts"]
    return {**words, "profession": request.profession_label, "unit": unit}


def _on_behalf(request: Request, outcome: str) -> Iterator[Mail]:
    """The mailbox of the CPTS hears of what the service centre decided for it (SECURITY.md, decision 4)."""
    mailbox = db.session().get_one(Establishment, request.finess).email
    if request.decided_as == Role.AGENT and mailbox:
        yield Mail("affiliation_on_behalf", mailbox, {**_words(request), "outcome": outcome})
