"""Mails about accounts: an activation link, a link to a new password, a warning that it changed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from app import db
from app.journal.catalogue import (
    AccountReopened,
    AccountSuspended,
    ActivationResent,
    AgentCreated,
    PasswordChanged,
    PasswordResetAsked,
)
from app.models import Account, Person
from app.notifications.mail import Body, Mail, announces


@announces(AgentCreated.name)
def agent_created(event: Body) -> Iterator[Mail]:
    yield _to_owner(event, "agent_created", link_id=event["activation_link_id"])


@announces(ActivationResent.name)
def activation_resent(event: Body) -> Iterator[Mail]:
    yield _to_owner(event, "activation", link_id=event["link_id"])


@announces(PasswordResetAsked.name)
def password_reset_asked(event: Body) -> Iterator[Mail]:
    yield _to_owner(event, "password_reset", link_id=event["link_id"])


@announces(PasswordChanged.name)
def password_changed(event: Body) -> Iterator[Mail]:
    yield _to_owner(event, "password_changed")


@announces(AccountSuspended.name)
def account_suspended(event: Body) -> Iterator[Mail]:
    yield replace(_to_owner(event, "account_suspended", reason=event["reason"]), even_suspended=True)


@announces(AccountReopened.name)
def account_reopened(event: Body) -> Iterator[Mail]:
    account = db.session().get_one(Account, uuid.UUID(event["subject"].partition(":")[2]))
    yield _to_owner(event, "account_reopened", reason=event["reason"], activated=account.activated_at is not None)


def _to_owner(event: Body, slug: str, **context: Any) -> Mail:
    """To the address of the account that the event is about."""
    account = db.session().get_one(Account, uuid.UUID(event["subject"].partition(":")[2]))
    person = db.session().get_one(Person, account.person_id)
    return Mail(slug, account.email, {"name": person.full_name, **context})
