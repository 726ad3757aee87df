"""The life of an account: activated by a link, its password changed, its agents appointed at the console."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from app import clock, db
from app.credentials.links import Purpose, cancel, consume, is_usable, issue
from app.credentials.passwords import hash_password, verify_password, weakness
from app.credentials.sessions import Method, end_sessions, open_session
from app.domain.errors import ImpossibleNow, Invalid
from app.journal.catalogue import (
    AccountActivated,
    ActivationResent,
    AgentCreated,
    PasswordChanged,
    PasswordResetAsked,
)
from app.journal.record import record
from app.models import Account, OneTimeLink, Person, SignInSession
from app.policies.actor import Actor, reference
from app.policies.permissions import Permission
from app.usecases.base import usecase
from app.usecases.enrolment import Identity, email_key, enrol, known_account
from app.usecases.factor_steps import WRONG_PASSWORD
from app.usecases.factors import ADD_GENERATOR, ADD_PASSKEY
from app.usecases.sign_in import Entry, after_first_factor
from app.usecases.terms import accept

SYSTEM = "system"
CLOSED = "Ce compte n’est plus ouvert. Le centre de services peut vous dire pourquoi."


@usecase(Permission.ACCOUNT_ACTIVATE)
def activate(_actor: Actor, link: OneTimeLink, *, password: str) -> str:
    """The account becomes active with this password; the id of a new session."""
    account = _account_of(link, Purpose.ACTIVATION)
    if account.status != "invited":
        raise ImpossibleNow("Ce compte est déjà activé. Connectez-vous.")
    set_password(account, password)
    consume(link)
    account.status, account.activated_at = "active", clock.now()
    accept(account)
    opened = open_activated(account)
    record(AccountActivated(actor=own_reference(account), subject=reference(account)))
    return opened.id


@usecase(Permission.ACCOUNT_ACTIVATE)
def reset_password(_actor: Actor, link: OneTimeLink, *, password: str) -> Entry:
    """The password changes, every session ends; a second factor stays, and is asked before a new one opens."""
    account = _account_of(link, Purpose.PASSWORD_RESET)
    if account.status != "active":
        raise ImpossibleNow(CLOSED)
    set_password(account, password)
    consume(link)
    end_sessions(account.id)
    entry = after_first_factor(account, method=Method.LINK)
    record(PasswordChanged(actor=own_reference(account), subject=reference(account)))
    return entry


@usecase(Permission.ACCOUNT_MANAGE)
def change_password(actor: Actor, account: Account, *, current: str, password: str, session_id: str) -> None:
    """The other sessions end, and so do the links that could still change it."""
    if not verify_password(current, account.password_hash):
        raise Invalid({"actuel": WRONG_PASSWORD})
    set_password(account, password)
    end_sessions(account.id, except_=session_id)
    cancel(Purpose.PASSWORD_RESET, account_id=account.id)
    record(PasswordChanged(actor=actor.reference, subject=reference(account)))


@usecase(Permission.ACCOUNT_SIGN_IN)
def ask_new_password(actor: Actor, _portal: None, *, email: str) -> None:
    """Mail a link to whoever owns that address. Says nothing to the one who asks: it may be somebody else."""
    account = db.session().scalars(sa.select(Account).where(Account.email_key == email_key(email))).one_or_none()
    if account is None or account.status not in {"invited", "active"}:
        return
    if account.status == "invited":
        _send_activation(actor, account)
        return
    link = issue(Purpose.PASSWORD_RESET, account_id=account.id)
    record(PasswordResetAsked(actor=actor.reference, subject=reference(account), link_id=str(link.id)))


@usecase(Permission.ACCOUNT_ACTIVATE)
def send_activation_again(actor: Actor, link: OneTimeLink) -> None:
    """A fresh link, to the address of the account, for the holder of one that no longer opens."""
    account = _account_of(link, Purpose.ACTIVATION)
    if account.status != "invited" or is_usable(link):
        raise ImpossibleNow("Ce lien n’a pas besoin d’être remplacé.")
    _send_activation(actor, account)


def create_agent(identity: Identity) -> OneTimeLink:
    """An agent of the service centre, appointed by who runs the portal; the link that activates the account.

    Not a use case: nobody acts from within the portal (an agent never gives a right to another).
    """
    known = known_account(email=identity.email, rpps=identity.rpps)
    if known is not None and known.agent_since is None:
        raise ImpossibleNow("Un compte existe avec cette adresse : un agent a un compte à part.")
    enrolled = enrol(identity)
    account = enrolled.account
    if enrolled.link is None:
        raise ImpossibleNow("Cette adresse est déjà celle d’un agent dont le compte est activé.")
    account.agent_since = account.agent_since or clock.now()
    record(AgentCreated(actor=SYSTEM, subject=reference(account), activation_link_id=str(enrolled.link.id)))
    db.session().commit()
    return enrolled.link


# ── steps, shared with the use cases that open an account by another door ───


def set_password(account: Account, password: str) -> None:
    """Raises Invalid on `password` when it is too weak for that person."""
    person = db.session().get_one(Person, account.person_id)
    weak = weakness(password, person.full_name, account.email)
    if weak:
        raise Invalid({"password": weak})
    account.password_hash = hash_password(password)


def open_activated(account: Account) -> SignInSession:
    """The first session of an account, which may add a second factor without choosing a password twice."""
    return open_session(account, method=Method.LINK, acts=(ADD_PASSKEY, ADD_GENERATOR))


def own_reference(account: Account) -> str:
    """Who acts when a person shows a link that only they received."""
    return f"account:{account.id}"


def _account_of(link: OneTimeLink, purpose: Purpose) -> Account:
    """The account of the link, its row locked. Raises ImpossibleNow when the link is for something else."""
    if link.purpose != purpose or link.account_id is None:
        raise ImpossibleNow("Ce lien sert à autre chose.")
    account_id: uuid.UUID = link.account_id
    return db.session().get_one(Account, account_id, with_for_update=True, populate_existing=True)


def _send_activation(actor: Actor, account: Account) -> None:
    link = issue(Purpose.ACTIVATION, account_id=account.id)
    record(ActivationResent(actor=actor.reference, subject=reference(account), link_id=str(link.id)))
