"""Accepting the request of who presides: it grants the mandate itself, and may end the one it follows (S-058)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from app import db
from app.credentials.proofs import take_proof
from app.domain.acts import act_key
from app.domain.errors import ImpossibleNow, Invalid
from app.domain.mandates import free_seat
from app.domain.requests import Kind, Status
from app.journal.catalogue import RequestAccepted
from app.models import Establishment, Mandate, Request
from app.policies.actor import Actor, Role, reference
from app.policies.permissions import Permission
from app.usecases.base import usecase
from app.usecases.enrolment import Identity, enrol
from app.usecases.mandate_steps import lock_mandate
from app.usecases.presidency_steps import (
    check_establishment,
    check_president,
    close_presidency,
    evidence_given,
    open_presidency,
    taken_seats,
    tell_registered,
    term_of,
)
from app.usecases.request_steps import announce, decide, lock, note, signature
from app.usecases.successions import check_succession

SOMEBODY_PRESIDES = "Une présidence est enregistrée entre-temps\u00a0: dites si la nouvelle lui succède ou la rejoint."


@dataclass(frozen=True)
class Seating:
    """The seat of `ends`, whose mandate ends; or another beside who presides (`joins`); or nobody presides."""

    ends: uuid.UUID | None = None
    joins: bool = False


@usecase(Permission.REQUEST_DECIDE)
def accept_presidency(
    actor: Actor,
    request: Request,
    *,
    email: str,
    evidence: str,
    seating: Seating,
    term_ends_on: date | None = None,
) -> Mandate:
    """The person presides: account, mandate, activation. `email`: their account's, asked again by the agent.

    Raises TooSoon while a president in office may object, ProofNeeded without a proof for this CPTS, Invalid on
    `justificatif`, `email` or `siege`, ImpossibleNow when the seats are not what was shown.
    """
    evidence, term_ends_at = evidence_given(evidence), term_of(term_ends_on)
    lock(request, Status.ACCEPTED, Kind.PRESIDENCY)
    establishment = db.session().get_one(Establishment, request.finess)
    check_establishment(establishment)
    followed = _followed(establishment, seating)
    check_succession(request)
    take_proof(actor.session_id, act_key(Permission.MANDATE_REGISTER_PRESIDENT, establishment.finess))
    if followed is not None:
        close_presidency(actor, followed, f"Succession\u00a0: {request.full_name} préside désormais la CPTS.")
    taken = taken_seats(establishment)
    if taken and not (seating.joins or seating.ends):
        raise ImpossibleNow(SOMEBODY_PRESIDES)
    seat = free_seat(taken)
    enrolled = enrol(_identity(request, email))
    check_president(enrolled.account, email)
    request.person_id, request.evidence = enrolled.person.id, evidence
    decide(actor, request, Status.ACCEPTED)
    note(request, "accepted", signature(actor, request), actor=actor)
    mandate = open_presidency(actor, request, enrolled.person, seat, term_ends_at)
    tell_registered(actor, mandate, enrolled, evidence)
    link = str(enrolled.link.id) if enrolled.link else None
    announce(RequestAccepted, actor, request, made=[reference(mandate)], activation_link_id=link)
    return mandate


# ── steps ───────────────────────────────────────────────────────────────────


def _followed(establishment: Establishment, seating: Seating) -> Mandate | None:
    """The mandate to end, its row held first: of two agents who end it, the second is told that it is over."""
    if seating.ends is None:
        return None
    mandate = db.session().get(Mandate, seating.ends)
    if mandate is None or (mandate.establishment_finess, mandate.role) != (establishment.finess, Role.PRESIDENT):
        raise Invalid({"siege": "Choisissez une présidence de cette CPTS."})
    lock_mandate(mandate)
    return mandate


def _identity(request: Request, email: str) -> Identity:
    return Identity(
        family_name=request.family_name or "",
        given_name=request.given_name or "",
        email=email,
        phone=request.phone,
        profession_code=request.profession_code,
        profession_label=request.profession_label,
        rpps=request.rpps,
    )
