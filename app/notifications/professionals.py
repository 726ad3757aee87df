"""Who is told that a professional was registered by those in office, or for them by the service centre; and B-09."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from app import db
from app.domain.masking import masked
from app.domain.requests import Kind
from app.models import Account, Affiliation, Person, Request, Unit
from app.notifications.mail import Body, Mail, announces
from app.notifications.requests import request_of, when_accepted, when_submitted, words_of
from app.policies.actor import Role
from app.queries.affiliations import address_of
from app.queries.recognitions import known_elsewhere
from app.usecases.on_behalf import ON_BEHALF

AS = {Role.PRESIDENT: "présidence", Role.REFERENT: "référent établissement"}


@announces("affiliation.created")
def created(body: Body) -> Iterator[Mail]:
    """To the account of the person, with its activation link; the decider saw it on screen."""
    request = request_of(body)
    place = db.session().get_one(Affiliation, uuid.UUID(body["affiliation_id"]))
    decider = db.session().get_one(Account, request.decided_by_account_id)
    signed = {"decider": _name(decider), "role": AS[Role(request.decided_as or "")]}
    words = {**_words(request, place), **signed, "link_id": body["activation_link_id"]}
    yield Mail("professional_registered", address_of(place.person_id) or request.email, words)


@when_submitted(Kind.ACCOUNT)
def handed_over(request: Request) -> Iterator[Mail]:
    """Both: who handed the coordinates over gets the receipt, the person learns who gave them and to whom."""
    sender = _sender(request)
    if sender is None:
        return
    words = {**words_of(request), "sender": _name(sender)}
    yield Mail("account_handed_over", sender.email, words)
    if sender.email_key != request.email_key:
        yield Mail("account_announced", request.email, words)


@when_accepted(Kind.ACCOUNT)
def opened(request: Request, body: Body) -> Iterator[Mail]:
    """The person gets the activation link, at the address of their account; who handed them over is told."""
    place = db.session().get_one(Affiliation, uuid.UUID(_made(body, "affiliation")))
    sender = _sender(request)
    words = {**_words(request, place), "sender": _name(sender) if sender else None}
    address = address_of(place.person_id) or request.email
    yield Mail("account_opened", address, {**words, "link_id": body["activation_link_id"]})
    if sender is not None and sender.email != address:
        yield Mail("account_opened_for_you", sender.email, words)


def recognition_mails(request: Request) -> Iterator[Mail]:
    """« C’est vous ? », to the account whose RPPS number somebody typed with another address."""
    known = known_elsewhere(request) if request.person_id is None else None
    if known is None:
        return
    account, person = known
    yield Mail(
        "recognition",
        account.email,
        {**words_of(request), "name": person.full_name, "given": masked(request.email), "account_id": str(account.id)},
    )


# ── what mails say ──────────────────────────────────────────────────────────


def _words(request: Request, place: Affiliation) -> dict[str, Any]:
    unit = db.session().get_one(Unit, place.unit_id)
    return {**words_of(request), "name": place.person.full_name, "unit": unit.name, "unit_id": unit.id}


def _made(body: Body, noun: str) -> str:
    """The id of the first object of that noun that the decision made."""
    return next(str(ref).partition(":")[2] for ref in body["made"] if str(ref).startswith(f"{noun}:"))


def _sender(request: Request) -> Account | None:
    """Who handed the coordinates over, by an agent's hand when it is written down for them."""
    asked_by = (request.details or {}).get(ON_BEHALF)
    account_id = uuid.UUID(asked_by) if asked_by else request.submitted_by_account_id
    return db.session().get(Account, account_id) if account_id else None


def _name(account: Account) -> str:
    return db.session().get_one(Person, account.person_id).full_name
