"""To whom something of the portal is addressed: a fact of the actor, like the rights, read at each request."""

from __future__ import annotations

from app.domain.portal_content import Audience
from app.policies.actor import Actor, Role

BY_ROLE = {Role.PRESIDENT: Audience.PRESIDENT, Role.REFERENT: Audience.REFERENT}


def audiences_of(actor: Actor) -> set[Audience]:
    """The audiences this actor belongs to."""
    found = {Audience.EVERYONE}
    if actor.account_id is not None:
        found |= {Audience.SIGNED_IN} | {BY_ROLE[mandate.role] for mandate in actor.mandates}
    if actor.is_agent:
        found.add(Audience.AGENT)
    return found
