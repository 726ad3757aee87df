"""Deliver the outbox: claim under a lease, commit, then send (SECURITY.md §4).

An `event` becomes its mails in one transaction; a `mail` is sent, then marked. A worker killed in between sends it
again with the same Message-ID: at least once, never lost. Leases, waits and the end of trying: retries.py.
"""

from __future__ import annotations

import hashlib
import json
import logging
import smtplib
import uuid
from datetime import datetime

import sqlalchemy as sa

from app import db
from app.journal.retries import BATCH, HORIZON, LEASE, database_now, wait_after
from app.models import OutboxMessage
from app.notifications.handlers import mails_for
from app.notifications.mail import Mail
from app.notifications.transport import send
from app.notifications.writing import write

log = logging.getLogger(__name__)


def deliver_pending() -> int:
    """One batch; the number of messages handled, whatever became of them."""
    lease, claimed = _claim()
    for message_id in claimed:
        try:
            _deliver(message_id, lease)
        except (OSError, smtplib.SMTPException) as error:
            _postpone(message_id, error)
        except Exception as error:
            log.exception("outbox message %s failed", message_id)
            _postpone(message_id, error)
    return len(claimed)


def _deliver(message_id: uuid.UUID, lease: datetime) -> None:
    """Unless those before it in the batch took so long that it is another worker's, or anybody's, by now."""
    session = db.session()
    message = session.get_one(OutboxMessage, message_id, populate_existing=True)
    if message.leased_until != lease or database_now() >= lease:
        session.rollback()
        return
    if message.kind == "event":
        _expand(message)
    else:
        mail = write(message.topic, str(message.recipient), json.loads(message.payload), message_id=message.id)
        session.rollback()  # nothing is held while the mail server takes its time
        send(mail)
        message.last_error = None
    message.delivered_at = database_now()
    session.commit()


def _claim() -> tuple[datetime, list[uuid.UUID]]:
    """The end of the lease, and what it covers."""
    session = db.session()
    now = database_now()
    lease = now + LEASE
    waiting = (
        sa.select(OutboxMessage.id)
        .where(OutboxMessage.delivered_at.is_(None), OutboxMessage.dead_at.is_(None), OutboxMessage.not_before <= now)
        .where(sa.or_(OutboxMessage.leased_until.is_(None), OutboxMessage.leased_until < now))
        .order_by(OutboxMessage.created_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    taken = session.execute(
        sa.update(OutboxMessage)
        .where(OutboxMessage.id.in_(waiting))
        .values(leased_until=lease, attempts=OutboxMessage.attempts + 1)
        .returning(OutboxMessage.id, OutboxMessage.created_at)
        .execution_options(synchronize_session=False)
    )
    ids = [id_ for id_, _ in sorted(taken, key=lambda row: row.created_at)]  # RETURNING keeps no order
    session.commit()
    session.expire_all()
    return lease, ids


def _expand(message: OutboxMessage) -> None:
    """One mail a recipient, also when two of those to tell gave the same address in two ways."""
    rows = {
        row.dedupe_key: row for row in (_mail_row(message, mail) for mail in mails_for(message.topic, message.payload))
    }
    db.session().add_all(rows.values())
    db.session().flush()


def _mail_row(event: OutboxMessage, mail: Mail) -> OutboxMessage:
    recipient = hashlib.sha256(mail.recipient.casefold().encode()).hexdigest()[:32]  # of one length, however long it is
    return OutboxMessage(
        kind="mail",
        dedupe_key=f"mail:{event.chain}:{event.seq}:{mail.slug}:{recipient}",
        topic=mail.slug,
        recipient=mail.recipient,
        payload=json.dumps(mail.context, ensure_ascii=False),
        chain=event.chain,
        seq=event.seq,
        created_at=event.created_at,
        not_before=event.not_before,
    )


def _postpone(message_id: uuid.UUID, error: Exception) -> None:
    """Try again later, a little later each time; after 72 hours it is dead: kept, and shown to the agents."""
    session = db.session()
    session.rollback()
    message = session.get_one(OutboxMessage, message_id, populate_existing=True)
    now = database_now()
    message.leased_until = None
    message.last_error = f"{type(error).__name__}: {error}"[:2000]
    if now - message.created_at > HORIZON:
        message.dead_at = now
    else:
        message.not_before = now + wait_after(message.attempts)
    session.commit()
