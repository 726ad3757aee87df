"""Find or create the person and the account that an accepted act gives rights to: a step of several use cases."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import sqlalchemy as sa

from app import clock, db
from app.credentials.links import Purpose, issue
from app.domain.errors import ImpossibleNow
from app.models import Account, OneTimeLink, Person


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What was typed about a person, already checked by a form: phone in E.164, RPPS of 11 digits or None."""

    family_name: str
    given_name: str
    email: str
    phone: str | None = None
    profession_code: str | None = None
    profession_label: str | None = None
    rpps: str | None = None
    listed: bool = False


@dataclass(frozen=True)
class Enrolled:
    """`link`: an activation link when the account is not active yet."""

    person: Person
    account: Account
    link: OneTimeLink | None


def email_key(email: str) -> str:
    """The form under which an address is unique: NFKC, in lower case. Not casefolded: straße.example and
    strasse.example are two domains, which two people may own."""
    return unicodedata.normalize("NFKC", email.strip()).lower()


def known_account(*, email: str, rpps: str | None) -> Account | None:
    """The account of that RPPS or of that address. Raises ImpossibleNow when they belong to two people."""
    session = db.session()
    by_email = session.scalars(sa.select(Account).where(Account.email_key == email_key(email))).one_or_none()
    if rpps is None:
        return by_email
    by_rpps = session.scalars(
        sa.select(Account).join(Person, Person.id == Account.person_id).where(Person.rpps == rpps)
    ).one_or_none()
    if by_rpps and by_email and by_rpps.id != by_email.id:
        raise ImpossibleNow("Cette adresse et ce numéro RPPS appartiennent à deux comptes différents.")
    if by_email and not by_rpps:
        person = session.get_one(Person, by_email.person_id)
        if person.rpps and person.rpps != rpps:
            raise ImpossibleNow("Un compte existe avec cette adresse et un autre numéro RPPS.")
    return by_rpps or by_email


def enrol(identity: Identity, *, activate_by_mail: bool = True, proven: bool = True) -> Enrolled:
    """The person and account of `identity`, created when unknown; completed, never overwritten, when known.

    `proven`: what is said of a known person comes from them or from who answers for it; otherwise nothing is written.
    """
    account = known_account(email=identity.email, rpps=identity.rpps)
    if account is None:
        account = _create(identity)
    session = db.session()
    person = session.get_one(Person, account.person_id)
    if proven:
        _complete(person, identity)
    waiting = account.status == "invited" and activate_by_mail
    link = issue(Purpose.ACTIVATION, account_id=account.id) if waiting else None
    return Enrolled(person, account, link)


def _create(identity: Identity) -> Account:
    session, now = db.session(), clock.now()
    person = Person(
        family_name=identity.family_name,
        given_name=identity.given_name,
        phone=identity.phone,
        profession_code=identity.profession_code,
        profession_label=identity.profession_label,
        rpps=identity.rpps,
        listed=identity.listed,
        created_at=now,
    )
    session.add(person)
    session.flush()
    account = Account(
        person_id=person.id,
        email=identity.email.strip(),
        email_key=email_key(identity.email),
        status="invited",
        created_at=now,
    )
    session.add(account)
    session.flush()
    return account


def _complete(person: Person, identity: Identity) -> None:
    """Fill what was empty; the person alone changes what they already said."""
    for name in ("phone", "profession_code", "profession_label", "rpps"):
        if getattr(person, name) is None:
            setattr(person, name, getattr(identity, name))
    if identity.listed:
        person.listed = True
