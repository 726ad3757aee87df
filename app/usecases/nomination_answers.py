"""The nominee's answer, by the link that only they received: accept and become référent, or decline."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from app import clock, db
from app.credentials.links import Purpose, consume
from app.domain.errors import ImpossibleNow, Invalid
from app.domain.mandates import NominationStatus, check_answerable
from app.journal.catalogue import AccountActivated, NominationAccepted, NominationDeclined, ReferentEnded
from app.journal.record import record
from app.models import Account, Affiliation, Mandate, Nomination, OneTimeLink, Unit, effective, in_office
from app.policies.actor import Actor, Role, reference
from app.policies.permissions import Permission
from app.search.index import index_professional
from app.usecases.accounts import open_activated, own_reference, set_password
from app.usecases.base import usecase
from app.usecases.enrolment import Identity, email_key, enrol
from app.usecases.mandate_steps import close, end_mandate, lock_nomination, tell
from app.usecases.terms import accept

RENEWED = "Renouvellement par la nouvelle présidence."
GONE = "Ce lien a déjà servi ou n’est plus valable."


@dataclass(frozen=True)
class Acceptance:
    """`session_id`: a session opened for who has just chosen a password; None for who signs in as usual."""

    mandate: Mandate
    account: Account
    session_id: str | None


@usecase(Permission.NOMINATION_ANSWER)
def accept_nomination(
    actor: Actor, nomination: Nomination, *, link: OneTimeLink, password: str | None = None
) -> Acceptance:
    """The nominee becomes référent, and a professional of the CPTS if they were not. A new account needs a password."""
    _check_link(link, nomination)
    lock_nomination(nomination)
    check_answerable(nomination.status, nomination.expires_at, clock.now())
    _check_presidency(nomination)
    account = _nominee(actor, nomination)
    session_id = _activate(account, password)
    consume(link)
    close(nomination, NominationStatus.ACCEPTED, person_id=account.person_id)
    mandate = _mandate(nomination, account)
    _affiliate(nomination, account)
    index_professional(db.session(), account.person_id)
    fields = {"nomination_id": str(nomination.id), "mandate_id": str(mandate.id)}
    tell(NominationAccepted, own_reference(account), nomination, concerned=account.person_id, **fields)
    return Acceptance(mandate, account, session_id)


@usecase(Permission.NOMINATION_ANSWER)
def decline_nomination(actor: Actor, nomination: Nomination, *, link: OneTimeLink) -> None:
    """The nominee says no: nothing is created, the president is told."""
    _check_link(link, nomination)
    lock_nomination(nomination)
    check_answerable(nomination.status, nomination.expires_at, clock.now())
    consume(link)
    close(nomination, NominationStatus.DECLINED)
    tell(NominationDeclined, actor, nomination, nomination_id=str(nomination.id))


# ── steps ───────────────────────────────────────────────────────────────────


def _check_link(link: OneTimeLink, nomination: Nomination) -> None:
    if link.purpose != Purpose.NOMINATION or link.nomination_id != nomination.id:
        raise ImpossibleNow(GONE)


def _check_presidency(nomination: Nomination) -> None:
    held = sa.select(Mandate.id).where(Mandate.id == nomination.mandate_id, in_office(Mandate))
    if db.session().scalar(held) is None:
        raise ImpossibleNow("La présidence qui vous a nommé n’est plus en exercice.")


def _nominee(actor: Actor, nomination: Nomination) -> Account:
    """The account of the nominee, created when unknown. The link proves the address it was sent to, nothing else:
    whoever is known by RPPS under another address, or signed in as somebody else, must first say who they are."""
    identity = Identity(
        family_name=nomination.family_name,
        given_name=nomination.given_name,
        email=nomination.email,
        phone=nomination.phone,
        rpps=nomination.rpps,
    )
    account = enrol(identity, activate_by_mail=False).account
    if actor.account_id is not None and actor.account_id != account.id:
        raise ImpossibleNow("Cette nomination est adressée à une autre personne. Déconnectez-vous pour y répondre.")
    if account.email_key != email_key(nomination.email) and actor.account_id != account.id:
        raise ImpossibleNow("Vous avez déjà un compte, avec une autre adresse. Connectez-vous, puis rouvrez ce lien.")
    if account.person_id == nomination.nominated_by_person_id:
        raise ImpossibleNow("Personne ne peut se nommer soi-même.")
    return account


def _activate(account: Account, password: str | None) -> str | None:
    """Open the account with the password chosen; the id of a session. None when it is active already."""
    if account.status == "active":
        return None
    if account.status != "invited":
        raise ImpossibleNow("Ce compte n’est plus ouvert. Le centre de services peut vous dire pourquoi.")
    if not password:
        raise Invalid({"password": "Choisissez un mot de passe."})
    set_password(account, password)
    account.status, account.activated_at = "active", clock.now()
    accept(account)
    opened = open_activated(account).id
    record(AccountActivated(actor=own_reference(account), subject=reference(account)))
    return opened


def _mandate(nomination: Nomination, account: Account) -> Mandate:
    """The référent's mandate; one that an earlier presidency granted, and that decides nothing any more, ends."""
    _end_orphan(nomination, account)
    mandate = Mandate(
        establishment_finess=nomination.establishment_finess,
        person_id=account.person_id,
        role=Role.REFERENT.value,
        function=nomination.function,
        started_at=clock.now(),
        nomination_id=nomination.id,
        granting_mandate_id=nomination.mandate_id,
        granting_person_id=nomination.nominated_by_person_id,
        granting_role=Role.PRESIDENT.value,
    )
    db.session().add(mandate)
    db.session().flush()
    return mandate


def _end_orphan(nomination: Nomination, account: Account) -> None:
    held = sa.select(Mandate).where(
        Mandate.establishment_finess == nomination.establishment_finess,
        Mandate.person_id == account.person_id,
        Mandate.role == Role.REFERENT.value,
        Mandate.ended_at.is_(None),
        sa.not_(effective(Mandate)),
    )
    for orphan in db.session().scalars(held):
        by = {"ended_by_mandate_id": nomination.mandate_id, "ended_by_role": Role.PRESIDENT.value}
        end_mandate(orphan, RENEWED, **by, end_authentication_id=nomination.authentication_id)
        fields = {"mandate_id": str(orphan.id), "authentication_id": str(nomination.authentication_id)}
        by_president = sa.select(Account).where(Account.person_id == nomination.nominated_by_person_id)
        president = own_reference(db.session().scalars(by_president).one())
        tell(ReferentEnded, president, orphan, concerned=account.person_id, reason=RENEWED, **fields)


def _affiliate(nomination: Nomination, account: Account) -> None:
    """A référent is a professional of the CPTS (S-061): attached to its first unit when attached to none."""
    session, finess = db.session(), nomination.establishment_finess
    attached = sa.select(Affiliation.id).where(
        Affiliation.person_id == account.person_id,
        Affiliation.establishment_finess == finess,
        Affiliation.ended_at.is_(None),
    )
    first_unit = sa.select(Unit.id).where(Unit.establishment_finess == finess, Unit.closed_on.is_(None))
    unit_id = session.scalar(first_unit.order_by(Unit.id).limit(1))
    if unit_id is None or session.scalar(attached.limit(1)) is not None:
        return
    session.add(
        Affiliation(
            person_id=account.person_id,
            unit_id=unit_id,
            establishment_finess=finess,
            function=nomination.function,
            started_at=clock.now(),
            nomination_id=nomination.id,
        )
    )
    session.flush()
