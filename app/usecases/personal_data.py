"""What a person does with their own data: correct them, change their address, have them erased (RGPD)."""

from __future__ import annotations

import sqlalchemy as sa

from app import db
from app.credentials.links import Purpose, cancel, consume, is_usable, issue
from app.credentials.proofs import take_proof
from app.domain.acts import act_key
from app.domain.errors import ImpossibleNow, Invalid
from app.journal.catalogue import EmailChangeAsked, EmailChanged, PersonCorrected
from app.journal.record import post, record
from app.models import Account, Mandate, OneTimeLink, Person, effective
from app.policies.actor import Actor, reference
from app.policies.permissions import Permission
from app.search.index import index_professional
from app.usecases.base import usecase
from app.usecases.enrolment import email_key
from app.usecases.forgetting import forget_person

NAME_IN_OFFICE = (
    "Votre nom figure sur un mandat en exercice : le centre de services le corrige avec vous, après vérification."
)
IN_OFFICE = (
    "Vous exercez un mandat. Un référent demande d’abord à sa présidence de retirer ses droits ; "
    "une présidence demande au centre de services de mettre fin à la sienne."
)
LAST_AGENT = "Vous êtes le dernier agent du centre de services. Un autre compte d’agent doit être ouvert avant."


@usecase(Permission.ACCOUNT_MANAGE)
def correct_person(actor: Actor, account: Account, *, given_name: str, family_name: str, phone: str | None) -> None:
    """Raises Invalid on `nom` for who is in office: their name says who answers for a CPTS."""
    person = db.session().get_one(Person, account.person_id, with_for_update=True)
    wanted = {"given_name": given_name, "family_name": family_name, "phone": phone}
    changed = [name for name, value in wanted.items() if getattr(person, name) != value]
    if not changed:
        return
    if changed != ["phone"] and in_office(account):
        raise Invalid({"nom": NAME_IN_OFFICE})
    for name in changed:
        setattr(person, name, wanted[name])
    db.session().flush()
    index_professional(db.session(), person.id)
    record(PersonCorrected(actor=actor.reference, subject=reference(account), fields=changed))


@usecase(Permission.ACCOUNT_CHANGE_EMAIL)
def ask_email_change(actor: Actor, account: Account, *, email: str) -> None:
    """Mail a link to the new address, a notice to the present one. Says nothing of whether the new one is taken."""
    if email_key(email) == account.email_key:
        raise Invalid({"email": "C’est déjà l’adresse de votre compte."})
    take_proof(actor.session_id, act_key(Permission.ACCOUNT_CHANGE_EMAIL, account.id))
    link = issue(Purpose.NEW_EMAIL, account_id=account.id)
    link.email = email.strip()
    record(EmailChangeAsked(actor=actor.reference, subject=reference(account), link_id=str(link.id)))


@usecase(Permission.ACCOUNT_ACTIVATE)
def confirm_email(_actor: Actor, link: OneTimeLink) -> None:
    """The address of the link is the account's from now on; the former one is told."""
    if link.purpose != Purpose.NEW_EMAIL or link.account_id is None or link.email is None or not is_usable(link):
        raise ImpossibleNow("Ce lien a déjà servi ou n’est plus valable.")
    account = db.session().get_one(Account, link.account_id, with_for_update=True, populate_existing=True)
    if account.status != "active":
        raise ImpossibleNow("Ce compte n’est plus ouvert. Le centre de services peut vous dire pourquoi.")
    consume(link)
    former, name = account.email, db.session().get_one(Person, account.person_id).full_name
    account.email, account.email_key = link.email, email_key(link.email)
    cancel(Purpose.PASSWORD_RESET, account_id=account.id)
    link.email = None
    entry = record(EmailChanged(actor=f"account:{account.id}", subject=reference(account)))
    post(entry, "email_changed", former, {"name": name})


@usecase(Permission.ACCOUNT_ERASE)
def erase_account(actor: Actor, account: Account) -> None:
    """Raises ImpossibleNow, saying the way out, for who is in office; ProofNeeded without a proof for this act."""
    db.session().refresh(account, with_for_update=True)  # a mandate accepted meanwhile is seen, or waits
    refuse_unless_free(account)
    take_proof(actor.session_id, act_key(Permission.ACCOUNT_ERASE, account.id))
    address, name = account.email, db.session().get_one(Person, account.person_id).full_name
    entry = forget_person(account, why="asked", by=actor.reference)
    post(entry, "account_erased", address, {"name": name})


def refuse_unless_free(account: Account) -> None:
    """Raises ImpossibleNow while somebody depends on that account."""
    if in_office(account):
        raise ImpossibleNow(IN_OFFICE)
    if is_last_agent(account):
        raise ImpossibleNow(LAST_AGENT)


def in_office(account: Account) -> bool:
    held = sa.exists().where(Mandate.person_id == account.person_id, effective(Mandate))
    return bool(db.session().scalar(sa.select(held)))


def is_last_agent(account: Account) -> bool:
    if account.agent_since is None:
        return False
    others = sa.exists().where(Account.agent_since.is_not(None), Account.status == "active", Account.id != account.id)
    return not db.session().scalar(sa.select(others))
