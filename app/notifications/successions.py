"""Who is told about the end of a term and about successors: presidents, candidates, the CPTS's mailbox, agents."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from app import db
from app.models import Establishment, Mandate, Request, SuccessionNotice
from app.notifications.mail import Body, Mail, announces
from app.notifications.mandates import address, concerned_by_presidency, place, referents_named_by
from app.queries.affiliations import agent_addresses
from app.queries.renewals import renewable
from app.queries.successions import notices


@announces("term.reminded")
def term_reminded(body: Body) -> Iterator[Mail]:
    mandate = _mandate(body["mandate_id"])
    if mandate.term_ends_at is None:
        return
    words = {**_presidency(mandate), "ends_at": mandate.term_ends_at.isoformat(), "days": body["days_before"]}
    yield Mail("term_reminder", address(mandate.person_id), words)
    mailbox = _mailbox(mandate.establishment_finess)
    if mailbox:
        yield Mail("term_reminder_others", mailbox, {**words, "agent": False})
    for agent in agent_addresses():
        yield Mail("term_reminder_others", agent, {**words, "agent": True})


@announces("president.confirmed")
def president_confirmed(body: Body) -> Iterator[Mail]:
    mandate, former = _mandate(body["mandate_id"]), _mandate(body["former_id"])
    ends_at = mandate.term_ends_at.isoformat() if mandate.term_ends_at else None
    words = {**_presidency(mandate), "ends_at": ends_at}
    own = address(mandate.person_id)
    renewals = len(renewable(mandate.establishment_finess))
    yield Mail("presidency_confirmed", own, {**words, "renewals": renewals})
    for other in concerned_by_presidency(mandate, besides=own):
        yield Mail("presidency_confirmed_others", other, words)
    yield from referents_named_by(former, confirmed=True)


@announces("succession.presented")
def succession_presented(body: Body) -> Iterator[Mail]:
    request = _request(body)
    words = {**_claim(request), "president": _mandate(body["mandate_id"]).person.full_name}
    yield Mail("succession_presented", request.email, {**words, "generation": request.tracking_generation})
    for agent in agent_addresses():
        yield Mail("succession_to_decide", agent, words)
    yield from _told(request, body["told"], words)


@announces("succession.claimed")
def succession_claimed(body: Body) -> Iterator[Mail]:
    request = _request(body)
    yield from _told(request, body["told"], {**_claim(request), "president": None})


@announces("succession.answered")
def succession_answered(body: Body) -> Iterator[Mail]:
    words = {
        **_claim(_request(body)),
        "president": _mandate(body["mandate_id"]).person.full_name,
        "agrees": body["answer"] == "agreed",
        "reason": body["reason"],
    }
    for agent in agent_addresses():
        yield Mail("succession_answered", agent, words)


# ── what mails say, and to whom ─────────────────────────────────────────────


def _told(request: Request, told: list[str], words: dict[str, Any]) -> Iterator[Mail]:
    """Each president who may object, and the mailbox of the CPTS."""
    found = {str(notice.mandate_id): notice for notice in notices(request.id)}
    for mandate_id in told:
        yield Mail("succession_notice", address(found[mandate_id].person_id), {**words, **_deadline(found[mandate_id])})
    mailbox = _mailbox(str(request.establishment_finess))
    if mailbox:
        yield Mail("succession_announced", mailbox, words)


def _deadline(notice: SuccessionNotice) -> dict[str, str]:
    return {"notice_id": str(notice.id), "until": notice.objects_until.isoformat()}


def _mandate(id_: str) -> Mandate:
    return db.session().get_one(Mandate, uuid.UUID(id_))


def _request(body: Body) -> Request:
    return db.session().get_one(Request, uuid.UUID(body["request_id"]))


def _presidency(mandate: Mandate) -> dict[str, Any]:
    return {**place(mandate.establishment_finess), "name": mandate.person.full_name}


def _claim(request: Request) -> dict[str, Any]:
    words = {"name": request.full_name, "number": request.number, "request_id": str(request.id)}
    return {**place(str(request.establishment_finess)), **words}


def _mailbox(finess: str) -> str | None:
    return db.session().get_one(Establishment, finess).email
