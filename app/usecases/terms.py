"""Accepting the terms of use: which version, and when (S-078)."""

from __future__ import annotations

from app import clock, db
from app.domain.errors import Invalid
from app.domain.terms import TERMS_VERSION
from app.journal.catalogue import TermsAccepted
from app.journal.record import record
from app.models import Account
from app.policies.actor import Actor, reference
from app.policies.permissions import Permission
from app.usecases.base import usecase


@usecase(Permission.ACCOUNT_MANAGE)
def accept_terms(actor: Actor, account: Account, *, version: str) -> None:
    """Raises Invalid when it is not the version of now: the person has read another text."""
    if version != TERMS_VERSION:
        raise Invalid({"version": "Ces conditions ont changé entre-temps. Lisez-les, puis acceptez."})
    if account.terms_version == TERMS_VERSION:
        return
    accept(account)
    db.session().flush()
    record(TermsAccepted(actor=actor.reference, subject=reference(account), version=TERMS_VERSION))


def accept(account: Account) -> None:
    """The step shared with the use cases that open an account: their form says that it accepts the terms."""
    account.terms_version, account.terms_accepted_at = TERMS_VERSION, clock.now()
