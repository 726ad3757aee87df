"""Who answers a request and how to reach them: one question for the page, the mail and the counter (d, rule 18)."""

from __future__ import annotations

import sqlalchemy as sa

from app import db
from app.domain.requests import Kind
from app.models import Account, Person, Request
from app.policies.actor import Role
from app.queries.actors import deciders
from app.queries.affiliations import agent_addresses, decider_addresses
from app.queries.requests import delay_of


def by_the_cpts(request: Request) -> bool:
    """Whether those in office decide first: not what is addressed to the service centre, not an appeal."""
    return Kind(request.kind).by_the_cpts and request.appeal_of_id is None


def deciders_of(request: Request) -> list[Person]:
    """Presidents then référents who may decide it; empty when it is for the service centre."""
    return deciders(request.finess, asking=request.email_key) if by_the_cpts(request) else []


def addresses_of_deciders(request: Request) -> list[str]:
    """Where those who decide are told: in office, else the agent who took it, else every agent. Never empty while
    there is an agent (d, rule 2)."""
    if by_the_cpts(request):
        return decider_addresses(request.finess, asking=request.email_key)
    return _assigned(request) or agent_addresses()


def first_addresses(request: Request) -> list[str]:
    """Those reminded first: the référents of the CPTS when it has some (B-06)."""
    if not by_the_cpts(request):
        return addresses_of_deciders(request)
    return decider_addresses(request.finess, asking=request.email_key, role=Role.REFERENT) or addresses_of_deciders(
        request
    )


def delay_for(request: Request) -> int | None:
    """The usual delay of those who decide requests of that kind (B-06)."""
    kind = Kind(request.kind)
    return delay_of(request.finess if kind.by_the_cpts else None, kind)


def _assigned(request: Request) -> list[str]:
    if request.assigned_to_account_id is None:
        return []
    found = sa.select(Account.email).where(Account.id == request.assigned_to_account_id, Account.status == "active")
    return list(db.session().scalars(found))
