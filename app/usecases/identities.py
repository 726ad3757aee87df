"""Signing in with Pro Santé Connect, and what that identity may open.

An RPPS number that a person typed opens nothing (SECURITY.md, case 41). An identity opens the account to which it was
linked: by its owner, signed in and proven again; by its owner's number, when an agent or a president wrote that number
in the act that gave the person a mandate, under the same family name; or when it was opened with it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from app import clock, db
from app.credentials.links import Purpose, cancel, consume, is_usable, issue
from app.credentials.proofs import take_proof
from app.credentials.sessions import Method, open_session, renew_session
from app.domain.acts import act_key
from app.domain.errors import ImpossibleNow
from app.domain.identities import VouchedIdentity, same_name
from app.domain.professions import TRE_G15
from app.journal.catalogue import (
    IdentityAddressGiven,
    IdentityLinked,
    IdentityUnlinked,
    RppsWithdrawn,
)
from app.journal.record import record
from app.models import (
    Account,
    ExternalIdentity,
    IdentityClaim,
    Mandate,
    Nomination,
    OneTimeLink,
    Passkey,
    Person,
    ProviderSession,
    Request,
)
from app.policies.actor import Actor, reference
from app.policies.permissions import Permission
from app.usecases.base import usecase
from app.usecases.enrolment import Identity, email_key, enrol
from app.usecases.terms import accept

CLAIM_LIFETIME = timedelta(hours=1)
CLOSED = "Ce compte n’est plus ouvert. Le centre de services peut vous dire pourquoi."
ELSEWHERE = "Cette identité Pro Santé Connect ouvre déjà un autre compte."
GONE = "Cette identification est trop ancienne. Identifiez-vous de nouveau avec Pro Santé Connect."
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
    known = _linked(identity)
    if known is not None:
        return Arrival(session_id=_sign_in(known, identity))
    account = _answered_for(identity)
    if account is None:
        return Arrival(claim_id=_claim(identity).id)
    _link(account, identity)
    opened = _open(account, identity)
    record(IdentityLinked(actor=f"account:{account.id}", subject=reference(account), by="rpps"))
    return Arrival(session_id=opened)


@usecase(Permission.ACCOUNT_ACTIVATE)
def give_address(_actor: Actor, claim: IdentityClaim, *, email: str) -> None:
    """Mail a link to that address. Says nothing of whether an account has it: the mail does."""
    _check_open(claim)
    link = issue_for(claim, email)
    record(IdentityAddressGiven(actor="anonymous", subject=reference(claim), link_id=str(link.id)))


@usecase(Permission.ACCOUNT_ACTIVATE)
def open_account(_actor: Actor, link: OneTimeLink, *, identity: VouchedIdentity) -> str:
    """Both proofs at once, the mailed link and the identity: the account is opened; the id of a session.

    Raises ImpossibleNow when the link was asked by somebody else, or an active account has that address.
    """
    claim = _claim_of(link)
    if (claim.issuer, claim.subject) != (identity.issuer, identity.subject):
        raise ImpossibleNow(ANOTHER_PERSON)
    if _linked(identity) is not None:
        raise ImpossibleNow("Votre compte est déjà ouvert. Connectez-vous avec Pro Santé Connect.")
    consume(link)
    account = _enrolled(str(link.email), identity)
    db.session().delete(claim)
    _link(account, identity)
    opened = _open(account, identity)
    record(IdentityLinked(actor=f"account:{account.id}", subject=reference(account), by="new_account"))
    return opened


@usecase(Permission.ACCOUNT_LINK_IDENTITY)
def link_identity(actor: Actor, account: Account, *, identity: VouchedIdentity) -> None:
    """From now on this identity opens the account. Raises ProofNeeded without a proof for this act."""
    if _linked(identity) is not None:
        raise ImpossibleNow(ELSEWHERE)
    person = db.session().get_one(Person, account.person_id)
    if person.rpps and identity.rpps and person.rpps != identity.rpps:
        raise ImpossibleNow(
            "Votre compte porte un autre numéro RPPS que cette identité. Le centre de services peut vous aider."
        )
    take_proof(actor.session_id, act_key(Permission.ACCOUNT_LINK_IDENTITY, account.id))
    _link(account, identity)
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
    known = _linked(identity)
    if known is None or known.account_id != account.id:
        raise ImpossibleNow(ANOTHER_PERSON)
    renewed = renew_session(session_id, method=Method.PSC, acts=[act] if act else [])
    known.last_used_at = clock.now()
    keep_token(renewed.id, identity.id_token)
    return renewed.id


# ── steps ───────────────────────────────────────────────────────────────────


def keep_token(session_id: str, id_token: str) -> None:
    """The provider's token goes with the session, to end both."""
    if id_token:
        db.session().merge(ProviderSession(session_id=session_id, id_token=id_token))


def is_open(claim: IdentityClaim) -> bool:
    return claim.created_at > clock.now() - CLAIM_LIFETIME


def issue_for(claim: IdentityClaim, email: str) -> OneTimeLink:
    """A link to that address for that claim; the one sent before, to another address perhaps, dies."""
    session = db.session()
    before = session.get(OneTimeLink, claim.link_id) if claim.link_id else None
    if before is not None:
        before.cancelled_at = before.cancelled_at or clock.now()
    link = issue(Purpose.NEW_ACCOUNT)
    link.email, claim.link_id = email.strip(), link.id
    session.flush()
    return link


def _linked(identity: VouchedIdentity) -> ExternalIdentity | None:
    return db.session().get(ExternalIdentity, (identity.issuer, identity.subject), with_for_update=True)


def _sign_in(known: ExternalIdentity, identity: VouchedIdentity) -> str:
    account = _locked(known.account_id)
    if account.status != "active":
        raise ImpossibleNow(CLOSED)
    known.last_used_at = clock.now()
    return _open(account, identity)


def _open(account: Account, identity: VouchedIdentity) -> str:
    session_id = open_session(account, method=Method.PSC).id
    keep_token(session_id, identity.id_token)
    return session_id


def _answered_for(identity: VouchedIdentity) -> Account | None:
    """The active account of that number, when somebody else than its owner wrote the number in an act that counts.

    Never an agent's, never under another family name: a digit mistyped by a president opens nothing to a stranger.
    """
    if identity.rpps is None:
        return None
    on_request = sa.exists().where(Request.id == Mandate.granting_request_id, Request.rpps == identity.rpps)
    on_nomination = sa.exists().where(Nomination.id == Mandate.nomination_id, Nomination.rpps == identity.rpps)
    found = (
        db.session()
        .execute(
            sa.select(Account, Person)
            .join(Person, Person.id == Account.person_id)
            .where(Person.rpps == identity.rpps, Account.status == "active", Account.agent_since.is_(None))
            .where(sa.exists().where(Mandate.person_id == Person.id, sa.or_(on_request, on_nomination)))
            .where(~sa.exists().where(ExternalIdentity.account_id == Account.id))
        )
        .one_or_none()
    )
    if found is None or not same_name(found[1].family_name, identity.family_name):
        return None
    account: Account = found[0]
    return _locked(account.id)


def _claim(identity: VouchedIdentity) -> IdentityClaim:
    claim = IdentityClaim(
        issuer=identity.issuer,
        subject=identity.subject,
        family_name=identity.family_name,
        given_name=identity.given_name,
        rpps=identity.rpps,
        profession_code=identity.profession_code,
        created_at=clock.now(),
    )
    db.session().add(claim)
    db.session().flush()
    return claim


def _check_open(claim: IdentityClaim) -> None:
    if not is_open(claim):
        raise ImpossibleNow(GONE)


def _claim_of(link: OneTimeLink) -> IdentityClaim:
    claim = db.session().scalars(sa.select(IdentityClaim).where(IdentityClaim.link_id == link.id)).one_or_none()
    if link.purpose != Purpose.NEW_ACCOUNT or claim is None or not is_usable(link):
        raise ImpossibleNow("Ce lien a déjà servi ou n’est plus valable.")
    return claim


def _enrolled(email: str, identity: VouchedIdentity) -> Account:
    """The account of that address, now active: a new one, or one that waited for its activation."""
    _free_rpps(identity.rpps, keep_for=email)
    label = TRE_G15.get(identity.profession_code or "")
    account = enrol(
        Identity(
            family_name=identity.family_name,
            given_name=identity.given_name,
            email=email,
            rpps=identity.rpps,
            profession_code=identity.profession_code if label else None,
            profession_label=label,
        ),
        activate_by_mail=False,
    ).account
    if account.status != "invited":
        raise ImpossibleNow(
            "Un compte a déjà cette adresse. Connectez-vous, puis reliez-le à Pro Santé Connect dans Mon compte."
            if account.status == "active"
            else CLOSED
        )
    account.status, account.activated_at = "active", clock.now()
    cancel(Purpose.ACTIVATION, account_id=account.id)
    accept(account)
    return account


def _link(account: Account, identity: VouchedIdentity) -> None:
    """The identity opens the account, whose person holds the number that it proves."""
    now = clock.now()
    person = db.session().get_one(Person, account.person_id)
    if identity.rpps and person.rpps is None:
        _free_rpps(identity.rpps, keep_for=account.email)
        person.rpps = identity.rpps
    db.session().add(
        ExternalIdentity(
            issuer=identity.issuer, subject=identity.subject, account_id=account.id, linked_at=now, last_used_at=now
        )
    )
    db.session().flush()


def _free_rpps(rpps: str | None, *, keep_for: str) -> None:
    """Who proves a number has it: somebody else who bore it keeps their account and their mandates, and is told."""
    if rpps is None:
        return
    bearer = (
        db.session()
        .execute(
            sa.select(Person, Account)
            .outerjoin(Account, Account.person_id == Person.id)
            .where(Person.rpps == rpps, sa.or_(Account.id.is_(None), Account.email_key != email_key(keep_for)))
        )
        .one_or_none()
    )
    if bearer is None:
        return
    person, account = bearer
    person.rpps = None
    db.session().flush()
    if account is not None:
        record(RppsWithdrawn(actor="system", subject=reference(account)))


def _locked(account_id: uuid.UUID) -> Account:
    return db.session().get_one(Account, account_id, with_for_update=True, populate_existing=True)
