"""What linking and opening with an identity are made of: whose account it is, the claim that waits, the RPPS number."""

from __future__ import annotations

import uuid
from datetime import timedelta

import sqlalchemy as sa

from app import clock, db
from app.credentials.links import Purpose, cancel, is_usable, issue
from app.credentials.sessions import Method, open_session
from app.domain.errors import ImpossibleNow
from app.domain.identities import VouchedIdentity, same_name
from app.domain.professions import TRE_G15
from app.journal.catalogue import RppsWithdrawn
from app.journal.record import record
from app.models import (
    Account,
    ExternalIdentity,
    IdentityClaim,
    Mandate,
    Nomination,
    OneTimeLink,
    Person,
    ProviderSession,
    Request,
)
from app.policies.actor import reference
from app.usecases.enrolment import Identity, email_key, enrol
from app.usecases.participation_steps import NO_RPPS, end_all
from app.usecases.terms import accept

CLAIM_LIFETIME = timedelta(hours=1)
CLOSED = "Ce compte n’est plus ouvert. Le centre de services peut vous dire pourquoi."
GONE = "Cette identification est trop ancienne. Identifiez-vous de nouveau avec Pro Santé Connect."


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


def linked_to(identity: VouchedIdentity) -> ExternalIdentity | None:
    return db.session().get(ExternalIdentity, (identity.issuer, identity.subject), with_for_update=True)


def open_with(account: Account, identity: VouchedIdentity) -> str:
    session_id = open_session(account, method=Method.PSC).id
    keep_token(session_id, identity.id_token)
    return session_id


def answered_for(identity: VouchedIdentity) -> Account | None:
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
    return locked_account(account.id)


def new_claim(identity: VouchedIdentity) -> IdentityClaim:
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


def check_open(claim: IdentityClaim) -> None:
    if not is_open(claim):
        raise ImpossibleNow(GONE)


def claim_of(link: OneTimeLink) -> IdentityClaim:
    claim = db.session().scalars(sa.select(IdentityClaim).where(IdentityClaim.link_id == link.id)).one_or_none()
    if link.purpose != Purpose.NEW_ACCOUNT or claim is None or not is_usable(link):
        raise ImpossibleNow("Ce lien a déjà servi ou n’est plus valable.")
    return claim


def enrolled(email: str, identity: VouchedIdentity) -> Account:
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


def link_to(account: Account, identity: VouchedIdentity) -> None:
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
    end_all("system", person.id, NO_RPPS)
    db.session().flush()
    if account is not None:
        record(RppsWithdrawn(actor="system", subject=reference(account)))


def locked_account(account_id: uuid.UUID) -> Account:
    return db.session().get_one(Account, account_id, with_for_update=True, populate_existing=True)
