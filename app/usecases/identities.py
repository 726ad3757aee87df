"""Signing in with Pro Santé Connect, and what that identity may open.

An RPPS number that a person typed opens nothing (SECURITY.md, case 41). An identity opens the account to which it was
linked: by its owner, signed in and proven again; by its owner's number, when an agent or a president wrote that number
in the act that gave the person a mandate, under the same family name; or when it was opened with it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import sqlalchemy as sa

from app import clock, db
from app.credentials.links import consume
from app.credentials.proofs import take_proof
from app.credentials.sessions import Method, renew_session
from app.domain.acts import act_key
from app.domain.errors import ImpossibleNow
from app.domain.identities import VouchedIdentity
from app.journal.catalogue import IdentityAddressGiven, IdentityLinked, IdentityUnlinked
from app.journal.record import record
from app.models import Account, ExternalIdentity, IdentityClaim, OneTimeLink, Passkey, Person
from app.policies.actor import Actor, reference
from app.policies.permissions import Permission
from app.usecases.base import usecase
from app.usecases.identity_steps import (
    CLOSED,
    answered_for,
    check_open,
    claim_of,
    enrolled,
    issue_for,
    keep_token,
    link_to,
    linked_to,
    locked_account,
    new_claim,
    open_with,
)

ELSEWHERE = "Cette identité Pro Santé Connect ouvre déjà un autre compte."
OTHER_NUMBER = "Votre compte porte un autre numéro RPPS que cette identité. Le centre de services peut vous aider."
ANOTHER_PERSON = "Vous vous êtes identifié avec une autre identité que celle qui ouvre ce compte."


@dataclass(frozen=True)
class Arrival:
    """What an identity opens: a session, or a claim to an account that is still to be opened or linked."""

    session_id: str | None = None
    claim_id: uuid.UUID | None = None


@usecase(Permission.ACCOUNT_SIGN_IN)
def arrive(_actor: Actor, _portal: None, *, identity: VouchedIdentity) -> Arrival:
    """Raises ImpossibleNow when the account that this identity opens is closed."""
    known = linked_to(identity)
    if known is not None:
        return Arrival(session_id=_sign_in(known, identity))
    account = answered_for(identity)
    if account is None:
        return Arrival(claim_id=new_claim(identity).id)
    link_to(account, identity)
    opened = open_with(account, identity)
    record(IdentityLinked(actor=f"account:{account.id}", subject=reference(account), by="rpps"))
    return Arrival(session_id=opened)


@usecase(Permission.ACCOUNT_ACTIVATE)
def give_address(_actor: Actor, claim: IdentityClaim, *, email: str) -> None:
    """Mail a link to that address. Says nothing of whether an account has it: the mail does."""
    check_open(claim)
    link = issue_for(claim, email)
    record(IdentityAddressGiven(actor="anonymous", subject=reference(claim), link_id=str(link.id)))


@usecase(Permission.ACCOUNT_ACTIVATE)
def open_account(_actor: Actor, link: OneTimeLink, *, identity: VouchedIdentity) -> str:
    """Both proofs at once, the mailed link and the identity: the account is opened; the id of a session.

    Raises ImpossibleNow when the link was asked by somebody else, or an active account has that address.
    """
    claim = claim_of(link)
    if (claim.issuer, claim.subject) != (identity.issuer, identity.subject):
        raise ImpossibleNow(ANOTHER_PERSON)
    if linked_to(identity) is not None:
        raise ImpossibleNow("Votre compte est déjà ouvert. Connectez-vous avec Pro Santé Connect.")
    consume(link)
    account = enrolled(str(link.email), identity)
    db.session().delete(claim)
    link_to(account, identity)
    opened = open_with(account, identity)
    record(IdentityLinked(actor=f"account:{account.id}", subject=reference(account), by="new_account"))
    return opened


@usecase(Permission.ACCOUNT_LINK_IDENTITY)
def link_identity(actor: Actor, account: Account, *, identity: VouchedIdentity) -> None:
    """From now on this identity opens the account. Raises ProofNeeded without a proof for this act."""
    if linked_to(identity) is not None:
        raise ImpossibleNow(ELSEWHERE)
    person = db.session().get_one(Person, account.person_id)
    if person.rpps and identity.rpps and person.rpps != identity.rpps:
        raise ImpossibleNow(
            "Votre compte porte un autre numéro RPPS que cette identité. Le centre de services peut vous aider."
        )
    take_proof(actor.session_id, act_key(Permission.ACCOUNT_LINK_IDENTITY, account.id))
    link_to(account, identity)
    record(IdentityLinked(actor=actor.reference, subject=reference(account), by="proof"))


@usecase(Permission.ACCOUNT_LINK_IDENTITY)
def unlink_identity(actor: Actor, account: Account) -> None:
    """Raises ImpossibleNow when nothing else would open the account, ProofNeeded without a proof for this act."""
    session = db.session()
    held = session.scalars(sa.select(ExternalIdentity).where(ExternalIdentity.account_id == account.id)).all()
    if not held:
        raise ImpossibleNow("Votre compte n’est pas relié à Pro Santé Connect.")
    passkey = session.scalar(sa.select(sa.exists().where(Passkey.account_id == account.id)))
    if account.password_hash is None and not passkey:
        raise ImpossibleNow("Choisissez d’abord un mot de passe : plus rien n’ouvrirait votre compte.")
    take_proof(actor.session_id, act_key(Permission.ACCOUNT_LINK_IDENTITY, account.id))
    for identity in held:
        session.delete(identity)
    record(IdentityUnlinked(actor=actor.reference, subject=reference(account)))


@usecase(Permission.ACCOUNT_MANAGE)
def prove_with_identity(
    _actor: Actor, account: Account, *, identity: VouchedIdentity, session_id: str, act: str | None
) -> str:
    """The new id of this session, in which the person has just proven again who they are, for that act."""
    known = linked_to(identity)
    if known is None or known.account_id != account.id:
        raise ImpossibleNow(ANOTHER_PERSON)
    renewed = renew_session(session_id, method=Method.PSC, acts=[act] if act else [])
    known.last_used_at = clock.now()
    keep_token(renewed.id, identity.id_token)
    return renewed.id


def _sign_in(known: ExternalIdentity, identity: VouchedIdentity) -> str:
    account = locked_account(known.account_id)
    if account.status != "active":
        raise ImpossibleNow(CLOSED)
    known.last_used_at = clock.now()
    return open_with(account, identity)
