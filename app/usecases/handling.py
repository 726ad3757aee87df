"""What agents do with a request without deciding it: take it, give it back, annotate it, remind those who decide."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from app import clock, db
from app.domain.errors import ImpossibleNow
from app.domain.requests import Status, check_move, is_pending
from app.journal.catalogue import RequestAssigned, RequestNoted, RequestReminded
from app.models import Account, Person, Request, RequestEvent
from app.policies.actor import Actor
from app.policies.permissions import Permission
from app.usecases.base import usecase
from app.usecases.request_steps import announce, note, refresh, words
from app.working_days import day_of


@usecase(Permission.REQUEST_HANDLE)
def take_request(actor: Actor, request: Request, *, seen: uuid.UUID | None) -> None:
    """The agent takes charge of it. `seen`: who had it on the page they looked at; raises ImpossibleNow, and says who,
    when another agent has taken it meanwhile."""
    _lock_pending(request)
    if request.assigned_to_account_id == actor.account_id:
        return
    if request.assigned_to_account_id != seen:
        raise ImpossibleNow(_now_with(request))
    request.assigned_to_account_id = actor.account_id
    note(request, "assigned", actor.name, actor=actor, internal=True)
    announce(RequestAssigned, actor, request)


@usecase(Permission.REQUEST_HANDLE)
def release_request(actor: Actor, request: Request) -> None:
    """Who has taken it gives it back to the queue."""
    _lock_pending(request)
    if request.assigned_to_account_id != actor.account_id:
        raise ImpossibleNow(_now_with(request))
    request.assigned_to_account_id = None
    note(request, "released", actor.name, actor=actor, internal=True)
    announce(RequestAssigned, actor, request, taken=False)


@usecase(Permission.REQUEST_HANDLE)
def annotate_request(actor: Actor, request: Request, *, text: str) -> None:
    """A note between agents, at any time of its life; never shown to who asks nor to the CPTS. Raises Invalid."""
    text = words(text, "note", "Écrivez la note.")
    refresh(request)
    note(request, "note", actor.name, actor=actor, body=text, internal=True)
    announce(RequestNoted, actor, request)


@usecase(Permission.REQUEST_HANDLE)
def remind_deciders(actor: Actor, request: Request) -> None:
    """Write to those who decide, before or after the clock does. Raises ImpossibleNow the second time of a day."""
    refresh(request)
    if request.status != Status.SUBMITTED:
        check_move(request.status, Status.ACCEPTED)
        raise ImpossibleNow(f"Cette demande n’attend pas de décision : elle est {Status(request.status).label}.")
    if _reminded_today(request):
        raise ImpossibleNow("Un rappel est déjà parti aujourd’hui pour cette demande.")
    note(request, "reminded", actor.name, actor=actor, internal=True)
    announce(RequestReminded, actor, request, step=0)


# ── steps ───────────────────────────────────────────────────────────────────


def _lock_pending(request: Request) -> None:
    refresh(request)
    if not is_pending(request.status):
        raise ImpossibleNow(f"Cette demande est {Status(request.status).label_for(request.kind)}.")


def _now_with(request: Request) -> str:
    if request.assigned_to_account_id is None:
        return "Plus personne ne s’en charge."
    holder = db.session().scalars(
        sa.select(Person)
        .join(Account, Account.person_id == Person.id)
        .where(Account.id == request.assigned_to_account_id)
    )
    return f"{holder.one().full_name} s’en charge."


def _reminded_today(request: Request) -> bool:
    latest = db.session().scalar(
        sa.select(sa.func.max(RequestEvent.at)).where(
            RequestEvent.request_id == request.id, RequestEvent.kind == "reminded"
        )
    )
    return latest is not None and day_of(latest) == day_of(clock.now())
