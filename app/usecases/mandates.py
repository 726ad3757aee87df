"""Référents établissement: nominated by a president in office, by nobody else; ended by one (S-060 to S-066)."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from app import clock, db
from app.credentials.links import Purpose, issue
from app.credentials.proofs import take_proof
from app.domain.acts import act_key
from app.domain.errors import Invalid, NotAllowed
from app.domain.mandates import ANSWER_WITHIN, NominationStatus, check_waiting
from app.journal.catalogue import (
    NominationCancelled,
    NominationExpired,
    NominationReminded,
    ReferentEnded,
    ReferentNominated,
)
from app.models import Account, Establishment, Mandate, Nomination, effective
from app.policies.actor import Actor, HeldMandate, Role
from app.policies.permissions import Permission
from app.usecases.base import usecase
from app.usecases.enrolment import Identity, email_key, known_account
from app.usecases.mandate_steps import (
    SYSTEM,
    cancel_each,
    close,
    end_mandate,
    lock_mandate,
    lock_nomination,
    reason_given,
    tell,
    waiting_nominations,
)
from app.usecases.nomination_answers import Acceptance, accept_nomination, decline_nomination

__all__ = [
    "Acceptance",
    "accept_nomination",
    "cancel_nomination",
    "decline_nomination",
    "end_referent",
    "expire_nominations",
    "nominate_referent",
    "remind_nomination",
]

BATCH = 200


@usecase(Permission.MANDATE_NOMINATE_REFERENT)
def nominate_referent(
    actor: Actor,
    establishment: Establishment,
    *,
    family_name: str,
    given_name: str,
    email: str,
    phone: str,
    function: str,
    rpps: str | None,
    declared: bool,
) -> Nomination:
    """Propose the role to somebody, who answers by a link. Raises ProofNeeded without a proof for this act."""
    if not declared:
        raise Invalid({"declaration": "Confirmez que vous souhaitez que cette personne ait ce rôle."})
    identity = Identity(family_name=family_name, given_name=given_name, email=email, phone=phone, rpps=rpps)
    return propose(actor, establishment.finess, identity, function)


@usecase(Permission.NOMINATION_CANCEL)
def remind_nomination(actor: Actor, nomination: Nomination) -> None:
    """Send the nomination again: a new link, and the whole time to answer it."""
    lock_nomination(nomination)
    check_waiting(nomination.status)
    link = issue(Purpose.NOMINATION, nomination_id=nomination.id)
    nomination.expires_at = link.expires_at
    db.session().flush()
    tell(NominationReminded, actor, nomination, nomination_id=str(nomination.id), link_id=str(link.id))


@usecase(Permission.NOMINATION_CANCEL)
def cancel_nomination(actor: Actor, nomination: Nomination) -> None:
    """Withdraw it: the link no longer opens anything."""
    lock_nomination(nomination)
    check_waiting(nomination.status)
    close(nomination, NominationStatus.CANCELLED)
    tell(NominationCancelled, actor, nomination, nomination_id=str(nomination.id))


@usecase(Permission.MANDATE_END_REFERENT)
def end_referent(actor: Actor, mandate: Mandate, *, reason: str) -> None:
    """End a référent's rights from their next request on, and withdraw what was still proposed to them here."""
    if mandate.role != Role.REFERENT:
        raise NotAllowed(Permission.MANDATE_END_REFERENT)
    reason = reason_given(reason, "Indiquez pourquoi vous retirez ces droits.")
    withdraw_rights(actor, mandate, reason)


def expire_nominations() -> int:
    """Close what nobody answered in time; run by the worker. One transaction a nomination; the number closed."""
    overdue = sa.select(Nomination.id).where(
        Nomination.status == NominationStatus.PROPOSED.value, Nomination.expires_at <= clock.now()
    )
    session = db.session()
    ids = session.scalars(overdue.order_by(Nomination.expires_at).limit(BATCH)).all()
    session.rollback()
    return sum(_expire(id_) for id_ in ids)


# ── steps, shared with the renewal of référents and the review of accesses ───


def propose(actor: Actor, finess: str, nominee: Identity, function: str) -> Nomination:
    """One nomination, with a proof of its own, and the mail to the nominee."""
    presidency = presidency_of(actor, finess)
    proof = take_proof(actor.session_id, act_key(Permission.MANDATE_NOMINATE_REFERENT, finess))
    _check_nominee(actor, finess, known_account(email=nominee.email, rpps=nominee.rpps))
    _expire_overdue(finess, email_key(nominee.email))
    nomination = _new_nomination(actor, presidency, proof)
    nomination.family_name, nomination.given_name = nominee.family_name, nominee.given_name
    nomination.email, nomination.email_key = nominee.email, email_key(nominee.email)
    nomination.phone, nomination.function, nomination.rpps = nominee.phone or "", function, nominee.rpps
    db.session().add(nomination)
    db.session().flush()
    link = issue(Purpose.NOMINATION, nomination_id=nomination.id)
    tell(
        ReferentNominated,
        actor,
        nomination,
        nomination_id=str(nomination.id),
        authentication_id=str(proof),
        link_id=str(link.id),
    )
    return nomination


def withdraw_rights(actor: Actor, mandate: Mandate, reason: str) -> None:
    """End a référent's mandate, with a proof of its own, and withdraw what was still proposed to them here."""
    presidency = presidency_of(actor, mandate.establishment_finess)
    proof = take_proof(actor.session_id, act_key(Permission.MANDATE_END_REFERENT, mandate.id))
    lock_mandate(mandate)
    by = {"ended_by_mandate_id": presidency.id, "ended_by_role": Role.PRESIDENT.value}
    end_mandate(mandate, reason, **by, end_authentication_id=proof)
    proposed = waiting_nominations(
        Nomination.establishment_finess == mandate.establishment_finess,
        Nomination.email_key.in_(sa.select(Account.email_key).where(Account.person_id == mandate.person_id)),
    )
    cancel_each(actor, proposed, reason=reason)
    fields = {"mandate_id": str(mandate.id), "authentication_id": str(proof)}
    tell(ReferentEnded, actor, mandate, concerned=mandate.person_id, reason=reason, **fields)


def presidency_of(actor: Actor, finess: str) -> HeldMandate:
    """The presidency under which the actor acts. The database checks again that it is in office."""
    held = actor.mandate_in(finess, Role.PRESIDENT)
    if held is None:
        raise NotAllowed(Permission.MANDATE_NOMINATE_REFERENT)
    return held


def _check_nominee(actor: Actor, finess: str, known: Account | None) -> None:
    """Raises Invalid on `email` when the person known by that address or RPPS cannot be nominated here."""
    if known is None:
        return
    if known.person_id == actor.person_id:
        raise Invalid({"email": "Vous ne pouvez pas vous nommer vous-même."})
    if known.agent_since is not None:
        raise Invalid({"email": "Cette adresse est celle d’un agent du centre de services."})
    if known.status in {"suspended", "closed"}:
        raise Invalid({"email": "Le compte de cette personne n’est plus ouvert. Contactez le centre de services."})
    held = sa.select(Mandate.role).where(
        Mandate.person_id == known.person_id, Mandate.establishment_finess == finess, effective(Mandate)
    )
    roles = set(db.session().scalars(held))
    if Role.PRESIDENT in roles:
        raise Invalid({"email": "Cette personne préside déjà la CPTS."})
    if Role.REFERENT in roles:
        raise Invalid({"email": "Cette personne est déjà référente de la CPTS."})


def _new_nomination(actor: Actor, presidency: HeldMandate, proof: uuid.UUID) -> Nomination:
    now = clock.now()
    return Nomination(
        establishment_finess=presidency.establishment_finess,
        mandate_id=presidency.id,
        nominated_by_person_id=actor.person_id,
        granting_role=Role.PRESIDENT.value,
        authentication_id=proof,
        status=NominationStatus.PROPOSED.value,
        created_at=now,
        expires_at=now + ANSWER_WITHIN,
    )


def _expire_overdue(finess: str, key: str) -> None:
    """A nomination of that address that nobody answered in time does not stand in the way of a new one."""
    overdue = waiting_nominations(
        Nomination.establishment_finess == finess, Nomination.email_key == key, Nomination.expires_at <= clock.now()
    )
    for nomination in overdue:
        close(nomination, NominationStatus.EXPIRED)
        tell(NominationExpired, SYSTEM, nomination, nomination_id=str(nomination.id))


def _expire(id_: uuid.UUID) -> int:
    session = db.session()
    found = waiting_nominations(Nomination.id == id_, Nomination.expires_at <= clock.now())
    for nomination in found:
        close(nomination, NominationStatus.EXPIRED)
        tell(NominationExpired, SYSTEM, nomination, nomination_id=str(nomination.id))
    session.commit()
    return len(found)
