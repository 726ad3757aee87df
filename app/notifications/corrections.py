"""Who is told that a correction was applied: the reader is thanked, those in office learn what was done for them."""

from __future__ import annotations

from collections.abc import Iterator

from app import db
from app.domain.requests import Kind
from app.models import Establishment, Request
from app.notifications.mail import Body, Mail
from app.notifications.requests import author_of, when_accepted, words_of
from app.policies.actor import Role
from app.queries.affiliations import decider_addresses

OFFICES = (Role.PRESIDENT, Role.REFERENT)


@when_accepted(Kind.CORRECTION)
def applied(request: Request, _body: Body) -> Iterator[Mail]:
    """The field and its values are those of the request: what the reader proposed is what was put in place."""
    words = {
        **words_of(request),
        "field": request.subject,
        "before": request.details.get("affiche") or "rien",
        "after": request.details.get("valeur"),
        "decider": author_of(request, "accepted"),
    }
    yield Mail("correction_applied", request.email, words)
    if request.decided_as == Role.AGENT:
        mailbox = db.session().get_one(Establishment, request.finess).email
        in_office = [address for role in OFFICES for address in decider_addresses(request.finess, role=role)]
        for address in sorted({*in_office, *([mailbox] if mailbox else [])}):
            yield Mail("correction_on_behalf", address, words)
