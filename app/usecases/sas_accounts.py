"""Accounts on the SAS platform: opened there by the service centre, told here (S-155, S-162)."""

from __future__ import annotations

from app.domain.errors import ImpossibleNow
from app.domain.requests import Kind, Status
from app.journal.catalogue import RequestAccepted, SasWelcomeSent
from app.models import Request
from app.policies.actor import Actor
from app.policies.permissions import Permission
from app.usecases.base import usecase
from app.usecases.request_steps import announce, decide, lock, note, refresh, signature


@usecase(Permission.REQUEST_DECIDE)
def record_sas_account(actor: Actor, request: Request) -> None:
    """« Compte créé » : the agent has opened it on the SAS platform; the welcome mail leaves."""
    lock(request, Status.ACCEPTED, Kind.SAS_ACCOUNT)
    decide(actor, request, Status.ACCEPTED)
    note(request, "accepted", signature(actor, request), actor=actor)
    announce(RequestAccepted, actor, request)


@usecase(Permission.REQUEST_HANDLE)
def send_sas_welcome_again(actor: Actor, request: Request) -> None:
    """The same welcome mail, for who lost it. Raises ImpossibleNow while there is no account."""
    refresh(request)
    if request.kind != Kind.SAS_ACCOUNT or request.status != Status.ACCEPTED:
        raise ImpossibleNow("Ce compte n’est pas créé\u00a0: il n’y a pas de courriel de bienvenue à renvoyer.")
    note(request, "link_sent", signature(actor, request), actor=actor)
    announce(SasWelcomeSent, actor, request)
