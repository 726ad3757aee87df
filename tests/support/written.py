"""The mails of what happened, written as the worker would, without a mail server."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import OutboxMessage
from app.notifications.handlers import mails_for
from app.notifications.writing import write

Written = tuple[str, str, Any]
"""Slug, recipient, message."""


def written(session: Session) -> list[Written]:
    """The mails of what happened since the last time."""
    waiting = sa.select(OutboxMessage).where(OutboxMessage.kind == "event", OutboxMessage.delivered_at.is_(None))
    mails = []
    for event in session.scalars(waiting.order_by(OutboxMessage.created_at)).all():
        mails += mails_for(event.topic, event.payload)
        event.delivered_at = event.created_at
    session.commit()
    return [
        (mail.slug, mail.recipient, write(mail.slug, mail.recipient, mail.context, message_id=uuid.uuid4()))
        for mail in mails
    ]


def told(session: Session) -> list[tuple[str, str]]:
    """Slug and recipient of each, in order of slug."""
    return sorted((slug, recipient) for slug, recipient, _ in written(session))
