"""What agents do for the account of somebody else: a new link, a suspension and its end. They never give a right."""

from __future__ import annotations

from typing import Any

from app import db
from app.credentials.links import Purpose, cancel, issue
from app.credentials.sessions import end_sessions
from app.domain.errors import ImpossibleNow
from app.journal.catalogue import AccountReopened, AccountSuspended, ActivationResent
from app.journal.record import record
from app.models import Account
from app.policies.actor import Actor, reference
from app.policies.permissions import Permission
from app.usecases.base import usecase
from app.usecases.request_steps import words

AGENTS_ELSEWHERE = "Le compte d’un agent se gère avec qui exploite le portail, pas ici."


@usecase(Permission.ACCOUNT_ASSIST)
def resend_activation(actor: Actor, account: Account) -> None:
    """A fresh activation link, to the address of the account; the former ones no longer open."""
    _lock(account)
    if account.status != "invited":
        raise ImpossibleNow("Ce compte n’attend pas d’être activé.")
    link = issue(Purpose.ACTIVATION, account_id=account.id)
    record(ActivationResent(**_about(actor, account), link_id=str(link.id)))


@usecase(Permission.ACCOUNT_ASSIST)
def suspend_account(actor: Actor, account: Account, *, reason: str) -> None:
    """Nobody signs in with it any more; mandates and rattachements stay. Raises Invalid without a reason."""
    reason = words(reason, "motif", "Indiquez pourquoi ce compte est suspendu : le motif est envoyé à la personne.")
    _lock(account)
    if account.agent_since is not None:
        raise ImpossibleNow(AGENTS_ELSEWHERE)
    if account.status not in ("active", "invited"):
        raise ImpossibleNow("Ce compte est déjà suspendu ou fermé.")
    account.status = "suspended"
    end_sessions(account.id)
    for purpose in (Purpose.ACTIVATION, Purpose.PASSWORD_RESET):
        cancel(purpose, account_id=account.id)
    record(AccountSuspended(**_about(actor, account), reason=reason))


@usecase(Permission.ACCOUNT_ASSIST)
def reopen_account(actor: Actor, account: Account, *, reason: str) -> None:
    """It is what it was before: active, or still to be activated. Raises Invalid without a reason."""
    reason = words(reason, "motif", "Indiquez pourquoi ce compte est rouvert.")
    _lock(account)
    if account.agent_since is not None:
        raise ImpossibleNow(AGENTS_ELSEWHERE)
    if account.status != "suspended":
        raise ImpossibleNow("Ce compte n’est pas suspendu.")
    account.status = "active" if account.activated_at else "invited"
    record(AccountReopened(**_about(actor, account), reason=reason))


# ── steps ───────────────────────────────────────────────────────────────────


def _lock(account: Account) -> None:
    db.session().refresh(account, with_for_update={"of": Account})


def _about(actor: Actor, account: Account) -> dict[str, Any]:
    person = f"person:{account.person_id}"
    return {
        "actor": actor.reference,
        "subject": reference(account),
        "concerned": person,
        "on_behalf_of": person,
    }
