"""Send what the ledger holds: claim one state under a lease, commit, send, write down what was answered.

A worker killed in between sends it again with the same key and version. Of an establishment and a consumer, only the
earliest state without an answer is claimed: versions arrive in order. A consumer that keeps failing is left alone for
a while, so that it delays neither the others nor the mails (SECURITY.md, case 45).
"""

from __future__ import annotations

import logging
import time
import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app import db
from app.consumers import Consumer
from app.integrations.sas.answers import Answer, Verdict, later
from app.integrations.sas.client import Delivery, send
from app.journal.chain import moment
from app.journal.retries import BATCH, HORIZON, LEASE, database_now, wait_after
from app.models import LedgerConsumer, LedgerMessage
from app.models.ledger import unanswered
from app.settings import current_settings

ROUND_SECONDS = 10.0
"""Nothing more is claimed after that: mails wait no longer than one exchange more."""
PATIENT_FOR = 3
"""Failures in a row after which a consumer is left alone."""
LONGEST_PAUSE = timedelta(minutes=5)

log = logging.getLogger(__name__)


def send_states() -> int:
    """One round; the number of states sent, whatever was answered."""
    consumers = {consumer.key: consumer for consumer in current_settings().consumers}
    end, sent = time.monotonic() + ROUND_SECONDS, 0
    while consumers and sent < BATCH and time.monotonic() < end:
        claimed = _claim(list(consumers))
        if claimed is None:
            break
        _send(consumers, *claimed)
        sent += 1
    return sent


def _claim(keys: list[str]) -> tuple[uuid.UUID, datetime] | None:
    """A state that is due, and the end of the lease on it."""
    session, now = db.session(), database_now()
    earlier = aliased(LedgerMessage)
    follows = (
        sa.select(sa.literal(1))
        .where(earlier.consumer == LedgerMessage.consumer, unanswered(earlier))
        .where(earlier.establishment_finess == LedgerMessage.establishment_finess)
        .where(earlier.version < LedgerMessage.version)
        .exists()
    )
    paused = sa.select(LedgerConsumer.key).where(LedgerConsumer.paused_until > now)
    due = (
        sa.select(LedgerMessage.id)
        .where(unanswered(), LedgerMessage.not_before <= now, LedgerMessage.consumer.in_(keys))
        .where(sa.or_(LedgerMessage.leased_until.is_(None), LedgerMessage.leased_until < now))
        .where(LedgerMessage.consumer.not_in(paused), sa.not_(follows))
        .order_by(LedgerMessage.not_before, LedgerMessage.created_at, LedgerMessage.version)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    taken = session.execute(
        sa.update(LedgerMessage)
        .where(LedgerMessage.id == due.scalar_subquery())
        .values(leased_until=now + LEASE, tried_at=now, attempts=LedgerMessage.attempts + 1)
        .returning(LedgerMessage.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    session.commit()
    session.expire_all()
    return (taken, now + LEASE) if taken else None


def _send(consumers: dict[str, Consumer], message_id: uuid.UUID, lease: datetime) -> None:
    session = db.session()
    message = session.get_one(LedgerMessage, message_id, populate_existing=True)
    consumer = consumers[message.consumer]
    delivery = Delivery(
        message.id, message.establishment_finess, message.version, message.payload, moment(message.created_at)
    )
    session.rollback()  # nothing is held while the platform takes its time
    try:
        answer = send(consumer, delivery)
    except Exception:
        log.exception("state %s failed", message_id)
        answer = later("L’envoi n’a pas pu être préparé : c’est une erreur du portail.")
    _write_down(message_id, lease, answer)


def _write_down(message_id: uuid.UUID, lease: datetime, answer: Answer) -> None:
    """Unless it took so long that it is another worker's by now."""
    session = db.session()
    message = session.get_one(LedgerMessage, message_id, populate_existing=True, with_for_update=True)
    if message.leased_until != lease or message.answered_at is not None:
        session.rollback()
        return
    now = database_now()
    message.leased_until = None
    message.last_error = answer.reason if answer.verdict is Verdict.LATER else None
    if answer.verdict is Verdict.ACCEPTED:
        message.accepted_at = now
    elif answer.verdict is Verdict.REFUSED:
        message.refused_at, message.refusal = now, answer.reason
    elif now - message.created_at > HORIZON:
        message.dead_at = now
    else:
        message.not_before = now + (answer.wait or wait_after(message.attempts))
    _note(message.consumer, now, answer)
    session.commit()


def _note(key: str, now: datetime, answer: Answer) -> None:
    """How the consumer answers lately: written when that changes."""
    held = db.session().get(LedgerConsumer, key, populate_existing=True)
    if answer.verdict is not Verdict.LATER:
        if held is not None and held.failures:
            held.failures, held.failing_since, held.paused_until = 0, None, None
        return
    held = held or _first_failure(key)
    held.failures += 1
    held.failing_since = held.failing_since or now
    if answer.wait or held.failures >= PATIENT_FOR:
        held.paused_until = now + (answer.wait or min(wait_after(held.failures), LONGEST_PAUSE))


def _first_failure(key: str) -> LedgerConsumer:
    """Its row, which another worker may be adding too."""
    session = db.session()
    try:
        with session.begin_nested():
            session.add(LedgerConsumer(key=key, failures=0))
    except sa.exc.IntegrityError:
        log.info("%s: another worker told its failure first", key)
    return session.get_one(LedgerConsumer, key, populate_existing=True)
