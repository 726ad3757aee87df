"""Presidencies: recorded and ended by the service centre, on evidence it checked (S-056 to S-058)."""

from __future__ import annotations

import secrets
import uuid
from datetime import date, datetime

import sqlalchemy as sa

from app import clock, db
from app.credentials.proofs import take_proof
from app.domain.acts import act_key
from app.domain.errors import ImpossibleNow, Invalid, NotAllowed
from app.domain.mandates import free_seat, term_end
from app.domain.requests import Kind, Status, new_number
from app.journal.catalogue import PresidentConfirmed, PresidentEnded, PresidentRegistered
from app.models import Account, Establishment, Mandate, Nomination, Person, Request
from app.policies.actor import Actor, Role
from app.policies.permissions import Permission
from app.usecases.base import usecase
from app.usecases.enrolment import Enrolled, Identity, email_key, enrol
from app.usecases.mandate_steps import cancel_each, end_mandate, lock_mandate, reason_given, tell, waiting_nominations

LONGEST_EVIDENCE = 1000
CONFIRMED = "Présidence confirmée pour un nouveau mandat."
WHOSE_ACCOUNT = (
    "Demandez à la personne si cette adresse est la sienne\u00a0: si oui, enregistrez-la avec cette adresse\u202f; "
    "sinon, n’enregistrez rien, quelqu’un s’est servi de son numéro."
)


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
    _check_establishment(establishment)
    evidence, term_ends_at = _evidence(evidence), _term(term_ends_on)
    take_proof(actor.session_id, act_key(Permission.MANDATE_REGISTER_PRESIDENT, establishment.finess))
    seat = free_seat(_taken_seats(establishment), seat)
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
    _check_president(enrolled.account, email)
    request = _accepted_request(actor, establishment.finess, identity, enrolled.person.id)
    request.evidence = evidence
    db.session().add(request)
    db.session().flush()
    mandate = _mandate(actor, request, enrolled.person, seat, term_ends_at)
    tell(
        PresidentRegistered,
        actor,
        mandate,
        concerned=enrolled.person.id,
        reason=evidence,
        mandate_id=str(mandate.id),
        activation_link_id=_link_id(enrolled),
    )
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
    evidence, term_ends_at = _evidence(evidence), _term(term_ends_on)
    identity, account = _identity_of(mandate)
    _check_president(account, identity.email)
    take_proof(actor.session_id, act_key(Permission.MANDATE_CONFIRM_PRESIDENT, mandate.id))
    _withdraw(actor, mandate, CONFIRMED)
    request = _accepted_request(actor, mandate.establishment_finess, identity, mandate.person_id)
    request.evidence = evidence
    db.session().add(request)
    db.session().flush()
    renewed = _mandate(actor, request, mandate.person, mandate.seat or 1, term_ends_at)
    fields = {"mandate_id": str(renewed.id), "former_id": str(mandate.id)}
    tell(PresidentConfirmed, actor, renewed, concerned=renewed.person_id, reason=evidence, **fields)
    return renewed


# ── steps, shared with the acceptance of a presidency request ───────────────


def close_presidency(actor: Actor, mandate: Mandate, reason: str) -> None:
    """End it now, withdraw its nominations, tell those concerned; its référents keep the pages for sixty days.

    Raises ImpossibleNow when it is over already.
    """
    _withdraw(actor, mandate, reason)
    tell(PresidentEnded, actor, mandate, concerned=mandate.person_id, reason=reason, mandate_id=str(mandate.id))


# ── steps ───────────────────────────────────────────────────────────────────


def _check_establishment(establishment: Establishment) -> None:
    if not establishment.is_cpts or establishment.closed_on is not None:
        raise Invalid({"finess": "Choisissez une CPTS ouverte."})


def _withdraw(actor: Actor, mandate: Mandate, reason: str) -> None:
    lock_mandate(mandate)
    proposed = waiting_nominations(Nomination.mandate_id == mandate.id)
    end_mandate(mandate, reason, ended_by_account_id=actor.account_id)
    cancel_each(actor, proposed, reason="Fin de la présidence.")


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


def _term(last_day: date | None) -> datetime | None:
    """The end of the term, when the agent knows it."""
    if last_day is None:
        return None
    ends_at = term_end(last_day)
    if ends_at <= clock.now():
        raise Invalid({"fin_mandat": "Indiquez une date à venir, ou laissez ce champ vide."})
    return ends_at


def _evidence(text: str) -> str:
    text = text.strip()
    if not text:
        raise Invalid({"justificatif": "Indiquez ce que vous avez vérifié (procès-verbal, rappel au numéro connu…)."})
    if len(text) > LONGEST_EVIDENCE:
        raise Invalid({"justificatif": f"Écrivez {LONGEST_EVIDENCE} caractères au plus."})
    return text


def _taken_seats(establishment: Establishment) -> list[int]:
    """Seats whose mandate is not ended: a term that is over is ended on purpose, by name."""
    open_seats = sa.select(Mandate.seat).where(
        Mandate.establishment_finess == establishment.finess,
        Mandate.role == Role.PRESIDENT.value,
        Mandate.ended_at.is_(None),
    )
    return [seat for seat in db.session().scalars(open_seats) if seat is not None]


def _check_president(account: Account, email: str) -> None:
    """The agent checked the address; a known RPPS number alone only says what somebody once claimed of themselves."""
    if account.email_key != email_key(email):
        raise Invalid({"email": f"Ce numéro RPPS est celui d’un compte à l’adresse {account.email}. {WHOSE_ACCOUNT}"})
    if account.agent_since is not None:
        raise Invalid({"email": "Cette adresse est celle d’un agent du centre de services."})
    if account.status in {"suspended", "closed"}:
        raise ImpossibleNow("Le compte de cette personne n’est plus ouvert.")


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


def _mandate(
    actor: Actor, request: Request, person: Person, seat: int, term_ends_at: datetime | None = None
) -> Mandate:
    mandate = Mandate(
        establishment_finess=request.establishment_finess,
        person_id=person.id,
        role=Role.PRESIDENT.value,
        seat=seat,
        started_at=clock.now(),
        term_ends_at=term_ends_at,
        granting_request_id=request.id,
        granted_by_account_id=actor.account_id,
    )
    db.session().add(mandate)
    db.session().flush()
    return mandate


def _link_id(enrolled: Enrolled) -> str | None:
    return str(enrolled.link.id) if enrolled.link else None
