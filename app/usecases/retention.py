"""What is not kept for ever (SECURITY.md §3.2): each duty in batches, a transaction each; run again, it finds nothing.

technical traces (sessions, proofs that no act uses, links, mails sent)   12 months, then deleted
drafts of boxes that nobody takes up again                                90 days, then deleted
requests and nominations that led nowhere                                 12 months, then pseudonymised
accounts that nobody opens                                                24 months: notice, 25: pseudonymised
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app import clock, db
from app.domain.erasure import CLOSURE, DOMAIN, LOGS, NOTICE, REQUESTS, WARNED_DAYS, months_before
from app.domain.requests import Kind, Status
from app.journal.catalogue import AccountIdleNoticed, RetentionApplied
from app.journal.record import record
from app.models import (
    Account,
    Authentication,
    Base,
    BoxDraft,
    Challenge,
    IdentityClaim,
    Mandate,
    Nomination,
    OneTimeLink,
    OutboxMessage,
    ProviderSession,
    Request,
    SignInSession,
    effective,
)
from app.usecases.forgetting import forget_nominations, forget_person, forget_requests
from app.usecases.personal_data import is_last_agent

BATCH = 200
DRAFTS = timedelta(days=90)
SYSTEM = "system"
LED_TO_NOTHING = (Kind.SAS_ACCOUNT, Kind.HELP, Kind.CORRECTION, Kind.REPORT, Kind.CONTACT)
"""Kinds that, once dealt with, prove no right."""

Keys = Sequence[Any]


@dataclass(frozen=True)
class Duty:
    """`due`: the keys of what is due; `act`: on one batch of them, in one transaction."""

    name: str
    label: str
    due: Callable[[datetime], sa.Select[Any]]
    act: Callable[[Keys], None]


def apply_retention(*, dry_run: bool = False) -> dict[str, int]:
    """How many rows each duty found, by its label; nothing is changed in a dry run."""
    now = clock.now()
    done = {duty.name: _count(duty, now) if dry_run else _fulfil(duty, now) for duty in DUTIES}
    if not dry_run and any(done.values()):
        record(RetentionApplied(actor=SYSTEM, subject="portal", counts={k: v for k, v in done.items() if v}))
        db.session().commit()
    return {duty.label: done[duty.name] for duty in DUTIES}


def _count(duty: Duty, now: datetime) -> int:
    return db.session().scalar(sa.select(sa.func.count()).select_from(duty.due(now).subquery())) or 0


def _fulfil(duty: Duty, now: datetime) -> int:
    """Batch after batch; what a batch could not clear ends the duty rather than turn for ever."""
    session, total = db.session(), 0
    while keys := session.execute(duty.due(now).limit(BATCH)).scalars().all():
        duty.act(keys)
        session.commit()
        total += len(keys)
        if len(keys) < BATCH:
            break
    session.rollback()
    return total


# ── what is due ─────────────────────────────────────────────────────────────


def _claims(now: datetime) -> sa.Select[Any]:
    return sa.select(IdentityClaim.id).where(IdentityClaim.created_at < now - timedelta(days=1))


def _challenges(now: datetime) -> sa.Select[Any]:
    return sa.select(Challenge.id).where(Challenge.expires_at < now - timedelta(days=1))


def _sessions(now: datetime) -> sa.Select[Any]:
    """Not the latest of an account: it says since when nobody opened it."""
    later = sa.orm.aliased(SignInSession)
    return sa.select(SignInSession.id).where(
        SignInSession.expires_at < months_before(now, LOGS),
        sa.exists().where(later.account_id == SignInSession.account_id, later.created_at > SignInSession.created_at),
    )


def _proofs(now: datetime) -> sa.Select[Any]:
    """Those that no act refers to, whatever the table."""
    old = Authentication.at < months_before(now, LOGS)
    return sa.select(Authentication.id).where(old, *_unreferenced(Authentication))


def _links(now: datetime) -> sa.Select[Any]:
    old = OneTimeLink.expires_at < months_before(now, LOGS)
    return sa.select(OneTimeLink.id).where(old, *_unreferenced(OneTimeLink))


def _drafts(now: datetime) -> sa.Select[Any]:
    """Whose: a draft has no key of its own."""
    return sa.select(BoxDraft.account_id).where(BoxDraft.saved_at < now - DRAFTS).distinct()


def _messages(now: datetime) -> sa.Select[Any]:
    handled = sa.func.coalesce(OutboxMessage.delivered_at, OutboxMessage.dead_at)
    return sa.select(OutboxMessage.id).where(handled < months_before(now, LOGS))


def _farewells(_now: datetime) -> sa.Select[Any]:
    """The last mail to somebody erased, once it has left, is the last place that knows their address."""
    last = OutboxMessage.topic.in_(("account_erased", "email_changed"))
    handled = sa.func.coalesce(OutboxMessage.delivered_at, OutboxMessage.dead_at)
    return sa.select(OutboxMessage.id).where(last, handled.is_not(None), OutboxMessage.recipient.is_not(None))


def _requests(now: datetime) -> sa.Select[Any]:
    ended = Request.status.in_((Status.REFUSED, Status.CANCELLED, Status.EXPIRED))
    dealt_with = sa.and_(Request.status == Status.ACCEPTED, Request.kind.in_(LED_TO_NOTHING))
    return sa.select(Request.id).where(
        sa.or_(ended, dealt_with),
        Request.updated_at < months_before(now, REQUESTS),
        Request.email_key.not_like(f"%@{DOMAIN}"),
    )


def _nominations(now: datetime) -> sa.Select[Any]:
    return sa.select(Nomination.id).where(
        Nomination.status.in_(("declined", "cancelled", "expired")),
        Nomination.closed_at < months_before(now, REQUESTS),
        Nomination.email_key.not_like(f"%@{DOMAIN}"),
    )


def _idle_to_notice(now: datetime) -> sa.Select[Any]:
    told = sa.and_(Account.idle_noticed_at.is_not(None), Account.idle_noticed_at > _last_use())
    return _idle_since(months_before(now, NOTICE)).where(sa.not_(told))


def _idle_to_close(now: datetime) -> sa.Select[Any]:
    told = sa.and_(Account.idle_noticed_at > _last_use(), Account.idle_noticed_at < now - timedelta(days=WARNED_DAYS))
    return _idle_since(months_before(now, CLOSURE)).where(told)


def _idle_since(moment: datetime) -> sa.Select[Any]:
    """Accounts that nobody opened since; those in office are needed, and so is the last agent."""
    held = sa.exists().where(Mandate.person_id == Account.person_id, effective(Mandate))
    agent = sa.orm.aliased(Account)
    others = sa.exists().where(agent.agent_since.is_not(None), agent.status == "active", agent.id != Account.id)
    spared = sa.or_(held, sa.and_(Account.agent_since.is_not(None), sa.not_(others)))
    return sa.select(Account.id).where(Account.status != "closed", _last_use() < moment, sa.not_(spared))


def _last_use() -> sa.ColumnElement[Any]:
    opened = sa.select(sa.func.max(SignInSession.created_at)).where(SignInSession.account_id == Account.id)
    return sa.func.coalesce(opened.scalar_subquery(), Account.activated_at, Account.created_at)


def _unreferenced(model: type[Base]) -> list[sa.ColumnElement[bool]]:
    """No foreign key of any table points to the row."""
    (key,) = model.__table__.primary_key
    pointing = [
        column
        for table in Base.metadata.tables.values()
        for column in table.columns
        if any(foreign.column is key for foreign in column.foreign_keys)
    ]
    return [sa.not_(sa.exists().where(column == key)) for column in pointing]


# ── what is done ────────────────────────────────────────────────────────────


def _delete(model: type[Any]) -> Callable[[Keys], None]:
    def act(keys: Keys) -> None:
        db.session().execute(sa.delete(model).where(model.id.in_(keys)))

    return act


def _delete_sessions(keys: Keys) -> None:
    db.session().execute(sa.delete(ProviderSession).where(ProviderSession.session_id.in_(keys)))
    db.session().execute(sa.delete(SignInSession).where(SignInSession.id.in_(keys)))


def _forget_addresses(keys: Keys) -> None:
    wiped = sa.update(OutboxMessage).where(OutboxMessage.id.in_(keys)).values(recipient=None, payload="{}")
    db.session().execute(wiped)


def _notice(keys: Keys) -> None:
    for account in _accounts(keys):
        account.idle_noticed_at = clock.now()
        record(AccountIdleNoticed(actor=SYSTEM, subject=f"account:{account.id}"))


def _close(keys: Keys) -> None:
    for account in _accounts(keys):
        if not is_last_agent(account):
            forget_person(account, why="idle")


def _accounts(keys: Keys) -> Sequence[Account]:
    return db.session().scalars(sa.select(Account).where(Account.id.in_(keys)).with_for_update()).all()


def _drop_drafts(accounts: Keys) -> None:
    old = BoxDraft.saved_at < clock.now() - DRAFTS
    db.session().execute(sa.delete(BoxDraft).where(BoxDraft.account_id.in_(accounts), old))


DUTIES = (
    Duty("claims", "Identifications restées sans suite, effacées", _claims, _delete(IdentityClaim)),
    Duty("challenges", "Étapes de connexion abandonnées, effacées", _challenges, _delete(Challenge)),
    Duty("sessions", "Sessions de connexion, effacées", _sessions, _delete_sessions),
    Duty("proofs", "Preuves d’identité sans acte, effacées", _proofs, _delete(Authentication)),
    Duty("links", "Liens à usage unique, effacés", _links, _delete(OneTimeLink)),
    Duty("messages", "Messages partis, effacés", _messages, _delete(OutboxMessage)),
    Duty("drafts", "Brouillons d’encadrés laissés, effacés", _drafts, _drop_drafts),
    Duty("addresses", "Adresses abandonnées, effacées", _farewells, _forget_addresses),
    Duty("requests", "Demandes closes, pseudonymisées", _requests, forget_requests),
    Duty("nominations", "Nominations sans suite, pseudonymisées", _nominations, forget_nominations),
    Duty("notices", "Comptes inactifs, prévenus", _idle_to_notice, _notice),
    Duty("accounts", "Comptes inactifs, pseudonymisés", _idle_to_close, _close),
)
