"""Presidencies: recorded and ended by the service centre, on evidence it checked (S-056 to S-058)."""

from __future__ import annotations

import secrets
import uuid
from datetime import date

import sqlalchemy as sa

from app import clock, db
from app.credentials.proofs import take_proof
from app.domain.acts import act_key
from app.domain.errors import NotAllowed
from app.domain.mandates import free_seat
from app.domain.requests import Kind, Status, new_number
from app.journal.catalogue import PresidentConfirmed
from app.models import Account, Establishment, Mandate, Request
from app.policies.actor import Actor, Role
from app.policies.permissions import Permission
from app.usecases.base import usecase
from app.usecases.enrolment import Identity, email_key, enrol
from app.usecases.mandate_steps import reason_given, tell
from app.usecases.presidency_steps import (
    check_establishment,
    check_president,
    close_presidency,
    evidence_given,
    open_presidency,
    taken_seats,
    tell_registered,
    term_of,
    withdraw,
)

CONFIRMED = "Présidence confirmée pour un nouveau mandat."


@usecase(Permission.MANDATE_REGISTER_PRESIDENT)
def register_president(
    actor: Actor,
    establishment: Establishment,
    *,
    family_name: str,
    given_name: str,
    email: str,
    phone: str,
    profession_code: str | None,
    profession_label: str,
    rpps: str,
    evidence: str,
    seat: int | None = None,
    term_ends_on: date | None = None,
) -> Mandate:
    """Record who presides, on evidence the agent checked: an accepted request, an account, a mandate on a free seat."""
    check_establishment(establishment)
    evidence, term_ends_at = evidence_given(evidence), term_of(term_ends_on)
    take_proof(actor.session_id, act_key(Permission.MANDATE_REGISTER_PRESIDENT, establishment.finess))
    seat = free_seat(taken_seats(establishment), seat)
    identity = Identity(
        family_name=family_name,
        given_name=given_name,
        email=email,
        phone=phone,
        profession_code=profession_code,
        profession_label=profession_label,
        rpps=rpps,
    )
    enrolled = enrol(identity)
    check_president(enrolled.account, email)
    request = _accepted_request(actor, establishment.finess, identity, enrolled.person.id)
    request.evidence = evidence
    db.session().add(request)
    db.session().flush()
    mandate = open_presidency(actor, request, enrolled.person, seat, term_ends_at)
    tell_registered(actor, mandate, enrolled, evidence)
    return mandate


@usecase(Permission.MANDATE_END_PRESIDENT)
def end_president(actor: Actor, mandate: Mandate, *, reason: str) -> None:
    """End a presidency now: its nominations are withdrawn, the référents it named decide nothing any more."""
    if mandate.role != Role.PRESIDENT:
        raise NotAllowed(Permission.MANDATE_END_PRESIDENT)
    reason = reason_given(reason, "Indiquez pourquoi cette présidence prend fin.")
    take_proof(actor.session_id, act_key(Permission.MANDATE_END_PRESIDENT, mandate.id))
    close_presidency(actor, mandate, reason)


@usecase(Permission.MANDATE_CONFIRM_PRESIDENT)
def confirm_president(actor: Actor, mandate: Mandate, *, evidence: str, term_ends_on: date | None = None) -> Mandate:
    """The same person goes on presiding, re-elected: a new mandate on a new accepted request; the former ends.

    A mandate is never prolonged (guard_mandate_close_only): each term rests on its own evidence. The référents of the
    former one keep the pages for sixty days; the president names them again on one page.
    """
    if mandate.role != Role.PRESIDENT:
        raise NotAllowed(Permission.MANDATE_CONFIRM_PRESIDENT)
    evidence, term_ends_at = evidence_given(evidence), term_of(term_ends_on)
    identity, account = _identity_of(mandate)
    check_president(account, identity.email)
    take_proof(actor.session_id, act_key(Permission.MANDATE_CONFIRM_PRESIDENT, mandate.id))
    withdraw(actor, mandate, CONFIRMED)
    request = _accepted_request(actor, mandate.establishment_finess, identity, mandate.person_id)
    request.evidence = evidence
    db.session().add(request)
    db.session().flush()
    renewed = open_presidency(actor, request, mandate.person, mandate.seat or 1, term_ends_at)
    fields = {"mandate_id": str(renewed.id), "former_id": str(mandate.id)}
    tell(PresidentConfirmed, actor, renewed, concerned=renewed.person_id, reason=evidence, **fields)
    return renewed


# ── steps ───────────────────────────────────────────────────────────────────


def _identity_of(mandate: Mandate) -> tuple[Identity, Account]:
    """What the portal knows of who presides."""
    account = db.session().scalars(sa.select(Account).where(Account.person_id == mandate.person_id)).one()
    person = mandate.person
    identity = Identity(
        family_name=person.family_name,
        given_name=person.given_name,
        email=account.email,
        phone=person.phone,
        profession_code=person.profession_code,
        profession_label=person.profession_label,
        rpps=person.rpps,
    )
    return identity, account


def _accepted_request(actor: Actor, finess: str, identity: Identity, person_id: uuid.UUID) -> Request:
    now = clock.now()
    return Request(
        number=new_number(secrets.randbits(64)),
        kind=Kind.PRESIDENCY.value,
        status=Status.ACCEPTED.value,
        establishment_finess=finess,
        family_name=identity.family_name,
        given_name=identity.given_name,
        email=identity.email,
        email_key=email_key(identity.email),
        phone=identity.phone,
        profession_code=identity.profession_code,
        profession_label=identity.profession_label,
        rpps=identity.rpps,
        person_id=person_id,
        submitted_by_account_id=actor.account_id,
        submitted_at=now,
        updated_at=now,
        decided_at=now,
        decided_by_account_id=actor.account_id,
        decided_as=Role.AGENT.value,
    )
