"""Whoever the service centre acts for is told, and so are those who answer for the CPTS (SECURITY.md, decision 5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app import db
from app.domain.requests import Kind
from app.models import Establishment, Request
from app.notifications.mail import Body, Mail, announces
from app.notifications.requests import request_of, words_of
from app.policies.actor import Role
from app.queries.affiliations import decider_addresses
from app.queries.deciders import addresses_of_deciders, deciders_of
from app.queries.on_behalf import address_of_requester
from app.queries.to_do import topic_of
from app.usecases.enrolment import email_key

LABELS = {
    "phone": "Téléphone standard",
    "street": "Numéro et voie",
    "postcode": "Code postal",
    "city": "Ville",
    "email": "Courriel",
    "website": "Site internet",
    "opening_hours": "Horaires du secrétariat",
}


@announces("establishment.updated_for")
def contact_updated(body: Body) -> Iterator[Mail]:
    """Old and new, to who asked, to those who preside, and to the mailbox of the CPTS, the former one too."""
    place = db.session().get_one(Establishment, body["establishment_finess"])
    name, address = address_of_requester(body["on_behalf_of"]) or ("une personne", "")
    words = {
        "requester": name,
        "cpts": place.name,
        "finess": place.finess,
        "reason": body["reason"],
        "changes": [
            {"field": field, "label": LABELS[field], "before": old, "after": body["after"][field]}
            for field, old in body["before"].items()
        ],
    }
    presiding = decider_addresses(place.finess, role=Role.PRESIDENT)
    told = {email_key(each): each for each in (*presiding, place.email, body["before"].get("email")) if each}
    told.pop(email_key(address), None)
    if address:
        yield Mail("contact_updated_for", address, {**words, "name": name, "is_requester": True})
    for each in told.values():
        yield Mail("contact_updated_for", each, {**words, "name": "", "is_requester": False})


@announces("request.submitted_for")
def submitted(body: Body) -> Iterator[Mail]:
    """The person, who asked, and those who decide."""
    request = request_of(body)
    name, address = address_of_requester(body["on_behalf_of"]) or ("une personne", "")
    words = {**words_of(request), "requester": name, "reason": body["reason"]}
    yield Mail("request_submitted_for", request.email, words)
    if address and email_key(address) != request.email_key:
        yield Mail("request_submitted_on_behalf", address, words)
    for each in addresses_of_deciders(request):
        yield Mail(_slug(request.kind), each, {**words, **_place(request)}, topic=topic_of(request))


def _slug(kind: str) -> str:
    return "affiliation_to_decide" if kind == Kind.AFFILIATION else "request_to_decide"


def _place(request: Request) -> dict[str, Any]:
    return {
        "service_centre": not deciders_of(request),
        "subject": request.subject,
        "profession": request.profession_label,
        "unit": request.unit.name if request.unit else None,
    }
