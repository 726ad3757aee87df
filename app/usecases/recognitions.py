"""« C’est vous ? » (B-09): the holder of a known account answers for a request made with their RPPS number.

The link went to the address of the account; who opens it holds that mailbox, as for any other link of the portal.
"""

from __future__ import annotations

import uuid

from app import db
from app.domain.errors import ImpossibleNow
from app.domain.requests import is_pending
from app.journal.catalogue import RequestRecognised
from app.models import Account, Person, Request
from app.policies.actor import Actor
from app.policies.permissions import Permission
from app.usecases.base import usecase
from app.usecases.request_steps import note, refresh, tell


@usecase(Permission.REQUEST_FOLLOW)
def recognise_request(actor: Actor, request: Request, *, account_id: uuid.UUID) -> None:
    """« C’est moi » : the request is theirs from now on, and will join their account once accepted."""
    refresh(request)
    account = db.session().get_one(Account, account_id)
    if request.person_id == account.person_id:
        return
    if request.person_id is not None or not is_pending(request.status):
        raise ImpossibleNow("Cette demande a déjà été traitée, ou reconnue par quelqu’un d’autre.")
    request.person_id = account.person_id
    person = db.session().get_one(Person, account.person_id)
    note(request, "recognised", person.full_name, actor=actor)
    tell(RequestRecognised, actor, request, kind=request.kind)
