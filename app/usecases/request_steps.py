"""The steps that every act on a request is made of: lock, change state, sign the decision, note, record."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from app import clock, db
from app.domain.errors import ImpossibleNow, Invalid
from app.domain.free_text import holds_nir
from app.domain.requests import Kind, Status, check_move, deadline, is_pending
from app.journal.catalogue import Event, RequestFact
from app.journal.record import record
from app.models import Account, Request, RequestEvent, Unit
from app.policies.actor import Actor, HeldMandate, Role, reference
from app.usecases.enrolment import email_key
from app.working_days import day_of

SERVICE_CENTRE = "Centre de services, pour le compte de la CPTS"
SYSTEM = "system"
LONGEST = 2000
RESEND_AFTER = timedelta(hours=1)
LINK_SENT = ("submitted", "appealed", "link_sent")


def lock(request: Request, to: Status, *kinds: Kind) -> None:
    """The row as it is now, kept until the commit: of two deciders the second sees the first's decision.

    Raises ImpossibleNow when the move is not possible from that state, or the request is of none of `kinds`.
    """
    refresh(request)
    if request.kind not in (kinds or (Kind.AFFILIATION,)):
        raise ImpossibleNow("Cette demande se traite autrement.")
    check_move(request.status, to)


def refresh(request: Request) -> None:
    """The row as it is now, locked until the commit."""
    db.session().refresh(request, with_for_update={"of": Request})


def enter(request: Request, status: Status) -> None:
    """Change state; a request that still waits gets a new deadline, one that waits for a decision a new clock."""
    now = clock.now()
    request.status, request.updated_at = status.value, now
    request.expires_on = deadline(status, day_of(now)) if is_pending(status) else None
    request.waiting_since = now if status is Status.SUBMITTED else None
    if status is Status.SUBMITTED:
        request.reminded_at = request.widened_at = request.escalated_at = None


def decide(actor: Actor, request: Request, status: Status) -> None:
    """Change state and sign: who, when, and under which mandate (none for the service centre)."""
    enter(request, status)
    mandate = deciding_mandate(actor, request)
    request.decided_at, request.decided_by_account_id = request.updated_at, actor.account_id
    request.decided_as = mandate.role.value if mandate else Role.AGENT.value
    request.deciding_mandate_id = mandate.id if mandate else None
    db.session().flush()  # the guards of the database look at the decision before at what it grants


def deciding_mandate(actor: Actor, request: Request) -> HeldMandate | None:
    """The mandate under which the actor decides; none on what only the service centre decides."""
    if not Kind(request.kind).by_the_cpts or request.appeal_of_id is not None:
        return None
    return actor.mandate_in(request.establishment_finess or "", Role.PRESIDENT, Role.REFERENT)


def signature(actor: Actor, request: Request) -> str:
    """The name that the requester reads: the decider's, or the service centre's, never its agent's."""
    if deciding_mandate(actor, request):
        return actor.name
    return SERVICE_CENTRE if Kind(request.kind).by_the_cpts else "Centre de services"


def note(
    request: Request,
    kind: str,
    author: str,
    *,
    actor: Actor | None = None,
    body: str | None = None,
    internal: bool = False,
) -> None:
    """A line of the timeline; an internal one is for agents only."""
    event = RequestEvent(
        request_id=request.id,
        at=clock.now(),
        kind=kind,
        author_name=author,
        author_account_id=actor.account_id if actor else None,
        body=body,
        internal=internal,
    )
    db.session().add(event)


def tell(event: Callable[..., Event], actor: Actor | None, request: Request, **fields: Any) -> None:
    """Journal and announce; the last step, it locks the chain of the establishment."""
    record(
        event(
            actor=actor.reference if actor else SYSTEM,
            subject=reference(request),
            concerned=f"request:{request.id}",
            establishment_finess=request.establishment_finess,
            request_id=str(request.id),
            **fields,
        )
    )


def link_sent_lately(request: Request) -> bool:
    """Whether that address got its link within the hour: nobody's mailbox is flooded."""
    latest = sa.select(sa.func.max(RequestEvent.at)).where(
        RequestEvent.request_id == request.id, RequestEvent.kind.in_(LINK_SENT)
    )
    at = db.session().scalar(latest)
    return at is not None and clock.now() - at < RESEND_AFTER


def words(text: str, field: str, missing: str) -> str:
    """The text without its margins. Raises Invalid on `field` when it is empty, endless or holds a patient's number."""
    text = text.strip()
    if not text:
        raise Invalid({field: missing})
    if len(text) > LONGEST:
        raise Invalid({field: f"Écrivez {LONGEST} caractères au plus."})
    if holds_nir(text):
        raise Invalid({field: "N’écrivez pas de numéro de sécurité sociale ni de donnée sur un patient."})
    return text


def own_person(actor: Actor, email: str) -> uuid.UUID | None:
    """The actor's person when they ask for themselves: a request for somebody else is not theirs."""
    if actor.account_id is None:
        return None
    account = db.session().get_one(Account, actor.account_id)
    return account.person_id if account.email_key == email_key(email) else None


def check_unit(finess: str, unit_id: int | None) -> None:
    """Raises Invalid unless it is an open unit of that establishment."""
    unit = db.session().get(Unit, unit_id) if unit_id is not None else None
    if unit is None or unit.establishment_finess != finess or unit.closed_on is not None:
        raise Invalid({"unite": "Choisissez une unité de cette CPTS."})


def announce(event: Callable[..., RequestFact], actor: Actor | None, request: Request, **fields: Any) -> None:
    """`tell`, of a request that is no rattachement; says for whom an agent acted."""
    behalf = f"request:{request.id}" if actor is not None and actor.is_agent else None
    tell(event, actor, request, kind=request.kind, on_behalf_of=behalf, **fields)
