"""Mails about identities of Pro Santé Connect."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import sqlalchemy as sa

from app import db
from app.journal.catalogue import IdentityAddressGiven, IdentityLinked, IdentityUnlinked, RppsWithdrawn
from app.models import Account, IdentityClaim, OneTimeLink, Person
from app.notifications.mail import Body, Mail, announces
from app.usecases.enrolment import email_key


@announces(IdentityAddressGiven.name)
def address_given(body: Body) -> Iterator[Mail]:
    """A link to a free address; to that of an account, the news that it has one. The page said the same to both."""
    link = db.session().get(OneTimeLink, uuid.UUID(body["link_id"]))
    if link is None or link.email is None:
        return
    claim = db.session().scalars(sa.select(IdentityClaim).where(IdentityClaim.link_id == link.id)).one_or_none()
    if claim is None:
        return  # another address was given since
    owner = account_of(link.email)
    if owner is not None:
        yield Mail("identity_known_address", owner.email, {"name": owner_name(owner)})
    else:
        name = f"{claim.given_name} {claim.family_name}"
        yield Mail("identity_confirm", link.email, {"name": name, "link_id": str(link.id)})


@announces(IdentityLinked.name)
def linked(body: Body) -> Iterator[Mail]:
    yield _to_owner(body, "identity_linked", by=body["by"])


@announces(IdentityUnlinked.name)
def unlinked(body: Body) -> Iterator[Mail]:
    yield _to_owner(body, "identity_unlinked")


@announces(RppsWithdrawn.name)
def rpps_withdrawn(body: Body) -> Iterator[Mail]:
    yield _to_owner(body, "rpps_withdrawn")


def account_of(email: str) -> Account | None:
    """The account opened by its owner that has this address."""
    opened = sa.select(Account).where(Account.email_key == email_key(email), Account.status != "invited")
    return db.session().scalars(opened).one_or_none()


def owner_name(account: Account) -> str:
    return db.session().get_one(Person, account.person_id).full_name


def _to_owner(body: Body, slug: str, **context: str) -> Mail:
    account = db.session().get_one(Account, uuid.UUID(body["subject"].partition(":")[2]))
    return Mail(slug, account.email, {"name": owner_name(account), **context})
