"""Requests that are no rattachement: sent by anybody, decided by the service centre (corrections: by the CPTS first).

What accepting one *does* is the business of its kind (registrations, presidencies, account_requests, corrections…);
everything else a request goes through is here, once.
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from app import clock, db
from app.domain.errors import ImpossibleNow
from app.domain.refusals import reason_named
from app.domain.requests import FACTS, Kind, Status, deadline, new_number
from app.journal.catalogue import (
    RequestAccepted,
    RequestCancelled,
    RequestInfoAsked,
    RequestInfoGiven,
    RequestMessageSent,
    RequestRefused,
    RequestSubmitted,
)
from app.models import Establishment, Request
from app.policies.actor import Actor
from app.policies.permissions import Permission
from app.usecases.base import usecase
from app.usecases.enrolment import email_key
from app.usecases.request_steps import (
    announce,
    decide,
    enter,
    lock,
    note,
    own_person,
    refresh,
    signature,
    words,
)
from app.working_days import day_of

GENERIC = tuple(kind for kind in FACTS if kind is not Kind.AFFILIATION)
CLOSED_WITH_AN_ANSWER = (Kind.HELP, Kind.REPORT, Kind.CONTACT)
"""Nothing is created by accepting one: it is answered, and closed."""


@dataclass(frozen=True, kw_only=True)
class Submission:
    """What was typed, checked by a form. `details`: JSON, what only that kind asks. `email`: where one is answered."""

    kind: Kind
    email: str
    family_name: str | None = None
    given_name: str | None = None
    phone: str | None = None
    profession_code: str | None = None
    profession_label: str | None = None
    rpps: str | None = None
    function: str | None = None
    subject: str | None = None
    message: str | None = None
    unit_id: int | None = None
    details: dict[str, Any] = field(default_factory=dict)
    came_from: str | None = None
    status: Status = Status.SUBMITTED


@usecase(Permission.REQUEST_SUBMIT)
def submit_request(
    actor: Actor, establishment: Establishment | None, submission: Submission, *, client_key: uuid.UUID | None = None
) -> Request:
    """A new request, sent once however often the same form is. Raises ImpossibleNow when one is pending already."""
    session = db.session()
    id_ = uuid.uuid5(client_key, f"{submission.kind}:{email_key(submission.email)}") if client_key else uuid.uuid4()
    if (sent_before := session.get(Request, id_)) is not None:
        return sent_before
    request = new_request(actor, establishment, submission, id_)
    try:
        with session.begin_nested():
            session.add(request)
    except sa.exc.IntegrityError:
        same = session.get(Request, id_, populate_existing=True)
        if same is None:
            raise
        return same
    note(request, "submitted", request.full_name, actor=actor, body=submission.message)
    announce(RequestSubmitted, actor, request)
    return request


@usecase(Permission.REQUEST_DECIDE)
def close_request(actor: Actor, request: Request, *, answer: str) -> None:
    """Answer a message, a report or a request for help, and close it: the answer is mailed. Raises Invalid."""
    answer = words(answer, "reponse", "Écrivez la réponse : elle est envoyée à la personne.")
    lock(request, Status.ACCEPTED, *CLOSED_WITH_AN_ANSWER)
    decide(actor, request, Status.ACCEPTED)
    note(request, "accepted", signature(actor, request), actor=actor, body=answer)
    announce(RequestAccepted, actor, request, reason=answer)


@usecase(Permission.REQUEST_DECIDE)
def refuse_request(actor: Actor, request: Request, *, reason: str, code: str | None = None) -> None:
    """Refuse, with the words that reach the person; `code`: of app/domain/refusals.py. Raises Invalid without words."""
    _refuse(actor, request, reason, code)


@usecase(Permission.CORRECTION_DECIDE)
def refuse_correction(actor: Actor, request: Request, *, reason: str, code: str | None = None) -> None:
    """Set a proposed correction aside, with the reason that reaches who proposed it."""
    _refuse(actor, request, reason, code)


@usecase(Permission.REQUEST_DECIDE)
def ask_requester(actor: Actor, request: Request, *, message: str) -> None:
    """Ask the person a question; the request waits for the answer."""
    _ask(actor, request, message)


@usecase(Permission.CORRECTION_DECIDE)
def ask_corrector(actor: Actor, request: Request, *, message: str) -> None:
    """Ask who proposed a correction a question; it waits for the answer."""
    _ask(actor, request, message)


@usecase(Permission.REQUEST_ANSWER)
def answer_question(actor: Actor, request: Request, *, message: str) -> None:
    """The person answers; the request is to be decided again."""
    message = words(message, "message", "Écrivez votre réponse.")
    lock(request, Status.SUBMITTED, *GENERIC)
    enter(request, Status.SUBMITTED)
    note(request, "info_given", request.full_name, actor=actor, body=message)
    announce(RequestInfoGiven, actor, request, reason=message)


@usecase(Permission.REQUEST_ANSWER)
def withdraw_request(actor: Actor, request: Request) -> None:
    """The person withdraws, once."""
    lock(request, Status.CANCELLED, *GENERIC)
    enter(request, Status.CANCELLED)
    note(request, "cancelled", request.full_name, actor=actor)
    announce(RequestCancelled, actor, request)


@usecase(Permission.REQUEST_WRITE)
def write_message(actor: Actor, request: Request, *, message: str, to_requester: bool) -> None:
    """A word in the thread of a pending request, of any kind; its state does not change. The other side is mailed."""
    message = words(message, "message", "Écrivez votre message.")
    refresh(request)
    if Status(request.status) in (Status.CANCELLED, Status.EXPIRED):
        raise ImpossibleNow(
            f"Cette demande est {Status(request.status).label_for(request.kind)}\u00a0: on n’y écrit plus."
        )
    author = signature(actor, request) if to_requester else request.full_name
    note(request, "message" if to_requester else "reply", author, actor=actor, body=message)
    announce(RequestMessageSent, actor, request, reason=message, to_requester=to_requester)


# ── steps ───────────────────────────────────────────────────────────────────


def _refuse(actor: Actor, request: Request, reason: str, code: str | None) -> None:
    reason = words(reason, "motif", "Indiquez le motif du refus : il est transmis à la personne.")
    lock(request, Status.REFUSED, *GENERIC)
    request.refusal_code, request.refusal_reason = reason_named(request.kind, code).key, reason
    decide(actor, request, Status.REFUSED)
    note(request, "refused", signature(actor, request), actor=actor, body=reason)
    announce(RequestRefused, actor, request, reason=reason)


def _ask(actor: Actor, request: Request, message: str) -> None:
    message = words(message, "message", "Écrivez la précision que vous demandez.")
    lock(request, Status.INFO_NEEDED, *GENERIC)
    enter(request, Status.INFO_NEEDED)
    note(request, "info_asked", signature(actor, request), actor=actor, body=message)
    announce(RequestInfoAsked, actor, request, reason=message)


def new_request(actor: Actor, establishment: Establishment | None, submission: Submission, id_: uuid.UUID) -> Request:
    now = clock.now()
    return Request(
        id=id_,
        number=new_number(secrets.randbits(64)),
        kind=submission.kind.value,
        status=submission.status.value,
        establishment_finess=establishment.finess if establishment else None,
        unit_id=submission.unit_id,
        family_name=submission.family_name,
        given_name=submission.given_name,
        email=submission.email,
        email_key=email_key(submission.email),
        phone=submission.phone,
        profession_code=submission.profession_code,
        profession_label=submission.profession_label,
        rpps=submission.rpps,
        function=submission.function,
        subject=submission.subject,
        message=submission.message,
        details=submission.details,
        came_from=submission.came_from,
        person_id=own_person(actor, submission.email),
        submitted_by_account_id=actor.account_id,
        submitted_at=now,
        updated_at=now,
        waiting_since=now if submission.status is Status.SUBMITTED else None,
        expires_on=deadline(submission.status, day_of(now)),
    )
