"""Mails about one's own data: a new address, a correction, an account that nobody opens."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from app import db
from app.journal.catalogue import AccountIdleNoticed, EmailChangeAsked, PersonCorrected
from app.models import Account, OneTimeLink
from app.notifications.identities import account_of, owner_name
from app.notifications.mail import Body, Mail, announces
from app.queries.participations import participations_of

FIELDS = {"given_name": "prénom", "family_name": "nom", "phone": "téléphone"}


@announces(EmailChangeAsked.name)
def email_change_asked(body: Body) -> Iterator[Mail]:
    """A link to the new address, unless it is another account's; a notice to the present one."""
    account = _account(body)
    link = db.session().get(OneTimeLink, uuid.UUID(body["link_id"]))
    if link is not None and link.email is not None:
        other = account_of(link.email)
        if other is None:
            yield Mail("email_change", link.email, {"name": owner_name(account), "link_id": str(link.id)})
        else:
            yield Mail("email_change_taken", other.email, {"name": owner_name(other)})
    yield Mail("email_change_asked", account.email, {"name": owner_name(account)})


@announces(PersonCorrected.name)
def corrected(body: Body) -> Iterator[Mail]:
    account = _account(body)
    fields = [FIELDS[name] for name in body["fields"]]
    yield Mail("person_corrected", account.email, {"name": owner_name(account), "fields": fields})


@announces(AccountIdleNoticed.name)
def idle(body: Body) -> Iterator[Mail]:
    account = _account(body)
    taking_part = any(each.ended_at is None for each in participations_of(account.person_id))
    yield Mail("account_idle", account.email, {"name": owner_name(account), "taking_part": taking_part})


def _account(body: Body) -> Account:
    return db.session().get_one(Account, uuid.UUID(body["subject"].partition(":")[2]))
