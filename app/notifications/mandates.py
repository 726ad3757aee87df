"""Who is told what about the trust chain: a handler an event, a mail a recipient (both sides of every act)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from app import clock, db
from app.domain.mandates import grace_until
from app.models import Account, Establishment, Mandate, Nomination, Person, Request, in_office
from app.notifications.mail import Body, Mail, announces
from app.policies.actor import Role
from app.queries.affiliations import address_of
from app.queries.renewals import renewable

RECENTLY = timedelta(days=60)
"""A president who left since then is told of the successor: a false one is noticed."""


@announces("president.registered")
def president_registered(body: Body) -> Iterator[Mail]:
    mandate = _mandate(body)
    words, own = _presidency_words(mandate), address(mandate.person_id)
    renewals = len(renewable(mandate.establishment_finess))
    answer = {"number": _asked(mandate), "link_id": body["activation_link_id"], "renewals": renewals}
    yield Mail("president_registered", own, {**words, **answer})
    for other in concerned_by_presidency(mandate, besides=own):
        yield Mail("presidency_changed", other, {**words, "registered": True, "reason": None})


@announces("president.ended")
def president_ended(body: Body) -> Iterator[Mail]:
    mandate = _mandate(body)
    words = {**_presidency_words(mandate), "reason": body["reason"]}
    own = address(mandate.person_id)
    yield Mail("presidency_ended", own, words)
    for other in concerned_by_presidency(mandate, besides=own):
        yield Mail("presidency_changed", other, {**words, "registered": False})
    yield from referents_named_by(mandate, confirmed=False)
    renewals = len(renewable(mandate.establishment_finess))
    for president in presidents(mandate.establishment_finess) if renewals else []:
        if mandate.ended_at and president.started_at < mandate.ended_at:  # who follows reads it in their own mail
            yield Mail("referents_to_renew", address(president.person_id), {**words, "renewals": renewals})


@announces("referent.nominated")
def referent_nominated(body: Body) -> Iterator[Mail]:
    nomination = _nomination(body)
    words = _nomination_words(nomination)
    yield Mail("nomination", nomination.email, {**words, "link_id": body["link_id"], "again": False})
    for president in presidents(nomination.establishment_finess):
        mine = president.person_id == nomination.nominated_by_person_id
        yield Mail("nomination_sent", address(president.person_id), {**words, "mine": mine})


@announces("nomination.reminded")
def nomination_reminded(body: Body) -> Iterator[Mail]:
    nomination = _nomination(body)
    words = _nomination_words(nomination)
    yield Mail("nomination", nomination.email, {**words, "link_id": body["link_id"], "again": True})


@announces("nomination.accepted")
def nomination_accepted(body: Body) -> Iterator[Mail]:
    nomination = _nomination(body)
    words = _nomination_words(nomination)
    yield Mail("referent_welcome", address(_mandate(body).person_id), words)
    for president in presidents(nomination.establishment_finess):
        yield Mail("nomination_accepted", address(president.person_id), words)


@announces("nomination.declined")
def nomination_declined(body: Body) -> Iterator[Mail]:
    nomination = _nomination(body)
    yield Mail("nomination_declined", address(nomination.nominated_by_person_id), _nomination_words(nomination))


@announces("nomination.cancelled")
def nomination_cancelled(body: Body) -> Iterator[Mail]:
    nomination = _nomination(body)
    yield Mail("nomination_cancelled", nomination.email, _nomination_words(nomination))


@announces("nomination.expired")
def nomination_expired(body: Body) -> Iterator[Mail]:
    nomination = _nomination(body)
    yield Mail("nomination_expired", address(nomination.nominated_by_person_id), _nomination_words(nomination))


@announces("referent.ended")
def referent_ended(body: Body) -> Iterator[Mail]:
    mandate = _mandate(body)
    ending = db.session().get_one(Mandate, mandate.ended_by_mandate_id)
    words = {**place(mandate.establishment_finess), "president": ending.person.full_name, "reason": body["reason"]}
    words["name"] = mandate.person.full_name
    yield Mail("referent_ended", address(mandate.person_id), words)
    for president in presidents(mandate.establishment_finess):
        yield Mail("referent_end_recorded", address(president.person_id), words)


# ── what mails say, and to whom ─────────────────────────────────────────────


def _mandate(body: Body) -> Mandate:
    return db.session().get_one(Mandate, uuid.UUID(body["mandate_id"]))


def _nomination(body: Body) -> Nomination:
    return db.session().get_one(Nomination, uuid.UUID(body["nomination_id"]))


def place(finess: str) -> dict[str, Any]:
    return {"cpts": db.session().get_one(Establishment, finess).name, "finess": finess}


def referents_named_by(former: Mandate, *, confirmed: bool) -> Iterator[Mail]:
    """Référents of an ended presidency: they keep the pages for a while. `confirmed`: the same person goes on."""
    until = grace_until(former.ended_at, former.term_ends_at).isoformat()
    words = {**place(former.establishment_finess), "until": until, "president": former.person.full_name}
    for referent in _named_by(former):
        more = {"name": referent.person.full_name, "confirmed": confirmed}
        yield Mail("referent_suspended", address(referent.person_id), {**words, **more})


def _presidency_words(mandate: Mandate) -> dict[str, Any]:
    return {**place(mandate.establishment_finess), "name": mandate.person.full_name}


def _asked(mandate: Mandate) -> str | None:
    """The number of the request that the person made; None when the service centre recorded the presidency itself."""
    request = db.session().get_one(Request, mandate.granting_request_id)
    return request.number if request.submitted_by_account_id != request.decided_by_account_id else None


def _nomination_words(nomination: Nomination) -> dict[str, Any]:
    president = db.session().get_one(Person, nomination.nominated_by_person_id)
    return {
        **place(nomination.establishment_finess),
        "name": nomination.full_name,
        "function": nomination.function,
        "president": president.full_name,
    }


def address(person_id: uuid.UUID) -> str:
    """Whoever holds or grants a mandate has an account."""
    address = address_of(person_id)
    if address is None:
        raise LookupError(f"person {person_id} has no account")
    return address


def presidents(finess: str) -> list[Mandate]:
    held = sa.select(Mandate).where(
        Mandate.establishment_finess == finess, Mandate.role == Role.PRESIDENT.value, in_office(Mandate)
    )
    return list(db.session().scalars(held.order_by(Mandate.seat)))


def concerned_by_presidency(mandate: Mandate, *, besides: str) -> list[str]:
    """The mailbox of the CPTS, who shares its presidency, who left it lately."""
    lately = sa.or_(Mandate.ended_at.is_(None), Mandate.ended_at > clock.now() - RECENTLY)
    addresses = db.session().scalars(
        sa.select(Account.email)
        .join(Mandate, Mandate.person_id == Account.person_id)
        .where(Mandate.establishment_finess == mandate.establishment_finess, Mandate.role == Role.PRESIDENT.value)
        .where(lately)
    )
    mailbox = db.session().get_one(Establishment, mandate.establishment_finess).email
    return sorted({*addresses, *([mailbox] if mailbox else [])} - {besides})


def _named_by(mandate: Mandate) -> list[Mandate]:
    """Open mandates of the référents that this presidency named."""
    held = sa.select(Mandate).where(Mandate.granting_mandate_id == mandate.id, Mandate.ended_at.is_(None))
    return list(db.session().scalars(held.order_by(Mandate.started_at)))
