"""Who is told what about requests: a handler an event, a mail a recipient. What accepting a kind brings is told by the
module of that kind, registered with `@when_accepted`."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from app import clock, db
from app.domain.refusals import OTHER, reason_named
from app.domain.requests import ESCALATE_AFTER, REMIND_AFTER, Kind, Status, working_days
from app.models import Establishment, Request, RequestEvent
from app.notifications.mail import Body, Mail, announces
from app.queries.affiliations import agent_addresses
from app.queries.deciders import addresses_of_deciders, deciders_of, delay_for, first_addresses
from app.queries.to_do import topic_of
from app.usecases.appeals import may_appeal
from app.working_days import HOLIDAYS, day_of

Accepted = Callable[[Request, Body], Iterable[Mail]]
ACCEPTED: dict[Kind, Accepted] = {}
Submitted = Callable[[Request], Iterable[Mail]]
SUBMITTED: dict[Kind, Submitted] = {}


def when_accepted(*kinds: Kind) -> Callable[[Accepted], Accepted]:
    """Register the function that tells what became of an accepted request of these kinds."""

    def register(handler: Accepted) -> Accepted:
        ACCEPTED.update(dict.fromkeys(kinds, handler))
        return handler

    return register


def when_submitted(*kinds: Kind) -> Callable[[Submitted], Submitted]:
    """Register the function that writes the receipts of these kinds, when one asks for somebody else."""

    def register(handler: Submitted) -> Submitted:
        SUBMITTED.update(dict.fromkeys(kinds, handler))
        return handler

    return register


@announces("request.submitted")
def submitted(body: Body) -> Iterator[Mail]:
    request = request_of(body)
    yield from SUBMITTED.get(Kind(request.kind), _receipt)(request)
    yield from _to_deciders("request_to_decide", request, addresses_of_deciders(request), subject=request.subject)


@announces("request.aci_given")
def aci_given(body: Body) -> Iterator[Mail]:
    request = request_of(body)
    yield from _to_deciders("request_to_decide", request, addresses_of_deciders(request), subject=None)


@announces("request.link_sent")
def link_sent(body: Body) -> Iterator[Mail]:
    request = request_of(body)
    yield Mail("request_tracking", request.email, words_of(request))


@announces("request.accepted")
def accepted(body: Body) -> Iterable[Mail]:
    request = request_of(body)
    return ACCEPTED.get(Kind(request.kind), _answered)(request, body)


@announces("request.refused")
def refused(body: Body) -> Iterator[Mail]:
    request = request_of(body)
    motive = reason_named(request.kind, request.refusal_code)
    words = {
        **words_of(request),
        "decider": author_of(request, "refused"),
        "motive": motive.label if motive is not OTHER else "précisé ci-dessous",
        "help": motive.help_,
        "reason": body["reason"],
        "may_appeal": may_appeal(request),
    }
    yield Mail("request_refused", request.email, words)


@announces("request.info_asked")
def info_asked(body: Body) -> Iterator[Mail]:
    request = request_of(body)
    words = {**words_of(request), "decider": author_of(request, "info_asked"), "message": body["reason"]}
    yield Mail("request_info_asked", request.email, words)


@announces("request.info_given")
def info_given(body: Body) -> Iterator[Mail]:
    request = request_of(body)
    yield from _to_deciders("request_info_given", request, addresses_of_deciders(request), message=body["reason"])


@announces("request.cancelled")
def cancelled(body: Body) -> Iterator[Mail]:
    request = request_of(body)
    yield Mail("request_cancelled", request.email, words_of(request))
    yield from _to_deciders("request_withdrawn", request, addresses_of_deciders(request))


@announces("request.expired")
def expired(body: Body) -> Iterator[Mail]:
    request = request_of(body)
    yield Mail("request_expired", request.email, words_of(request))


@announces("request.message_sent")
def message_sent(body: Body) -> Iterator[Mail]:
    request = request_of(body)
    if body["to_requester"]:
        words = {**words_of(request), "decider": author_of(request, "message"), "message": body["reason"]}
        yield Mail("request_message", request.email, words)
    else:
        yield from _to_deciders("request_reply", request, addresses_of_deciders(request), message=body["reason"])


@announces("request.appealed")
def appealed(body: Body) -> Iterator[Mail]:
    request = request_of(body)
    number = db.session().get_one(Request, uuid.UUID(body["refused_id"])).number
    yield Mail("request_appeal_receipt", request.email, {**words_of(request), "refused_number": number})
    words = {"refused_number": number, "message": body["reason"]}
    yield from _to_deciders("request_appealed", request, addresses_of_deciders(request), **words)


@announces("request.reminded")
def reminded(body: Body) -> Iterator[Mail]:
    """Nothing when it was decided meanwhile: a mail and the screen never disagree (d, rule 18)."""
    request, step = request_of(body), body["step"]
    if request.status != Status.SUBMITTED:
        return
    waited = {"waited": _waited(request), "step": step}
    told = first_addresses(request) if step == REMIND_AFTER else addresses_of_deciders(request)
    yield from _to_deciders("request_reminder", request, told, at_once=step > REMIND_AFTER, **waited)
    if step == ESCALATE_AFTER:
        words = {**words_of(request), **_expected(request), **waited}
        yield Mail("request_late", request.email, words)
        for address in agent_addresses():
            if address not in told:
                yield Mail("request_reminder", address, {**words_of(request), **waited, "service_centre": True})


# ── what mails say ──────────────────────────────────────────────────────────


def request_of(body: Body) -> Request:
    return db.session().get_one(Request, uuid.UUID(body["request_id"]))


def words_of(request: Request) -> dict[str, Any]:
    """What every mail about a request may name."""
    establishment = db.session().get(Establishment, request.finess) if request.finess else None
    return {
        "name": request.full_name,
        "label": Kind(request.kind).label,
        "done": Status.ACCEPTED.label_for(request.kind),
        "number": request.number,
        "cpts": establishment.name if establishment else None,
        "finess": request.establishment_finess,
        "request_id": str(request.id),
        "generation": request.tracking_generation,
    }


def author_of(request: Request, kind: str) -> str:
    """Who signed the latest act of that kind, in the words of the timeline."""
    latest = (
        sa.select(RequestEvent.author_name)
        .where(RequestEvent.request_id == request.id, RequestEvent.kind == kind)
        .order_by(RequestEvent.id.desc())
        .limit(1)
    )
    return db.session().scalars(latest).one()


def _receipt(request: Request) -> Iterator[Mail]:
    yield Mail("request_receipt", request.email, {**words_of(request), **_expected(request)})


def _answered(request: Request, body: Body) -> Iterator[Mail]:
    yield Mail("request_accepted", request.email, {**words_of(request), "reason": body["reason"] or ""})


def _to_deciders(
    slug: str, request: Request, addresses: Iterable[str], *, at_once: bool = False, **words: Any
) -> Iterator[Mail]:
    """`at_once`: whatever rhythm one chose."""
    context = {**words_of(request), "service_centre": not deciders_of(request), **words}
    for address in addresses:
        yield Mail(slug, address, context, topic=None if at_once else topic_of(request))


def _expected(request: Request) -> dict[str, Any]:
    return {
        "deciders": [person.full_name for person in deciders_of(request)],
        "delay": delay_for(request),
        "aci_awaited": request.status == Status.ACI_AWAITED,
    }


def _waited(request: Request) -> int:
    since = request.waiting_since or request.submitted_at
    return working_days(day_of(since), day_of(clock.now()), HOLIDAYS)
