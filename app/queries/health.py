"""What must hold for the portal to serve: database, migrations, guards, outbox."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from app import clock, db
from app.models import OutboxMessage
from app.models.guards import missing_guards

OLDEST_MESSAGE = timedelta(minutes=15)


def database_fault() -> str | None:
    try:
        db.session().execute(sa.text("SELECT 1"))
    except sa.exc.DatabaseError:
        db.session().rollback()
        return "la base de données ne répond pas"
    return None


def guards_fault() -> str | None:
    """SQLite drops the triggers of a rebuilt table without a word: the trust chain would be held by Python alone."""
    missing = missing_guards(db.session().connection())
    return f"gardes absentes de la base : {', '.join(sorted(missing))}" if missing else None


def outbox_fault() -> str | None:
    """A message that waits for long means that no worker delivers, or that the mail server refuses."""
    waiting = sa.select(sa.func.min(OutboxMessage.created_at)).where(
        OutboxMessage.delivered_at.is_(None), OutboxMessage.dead_at.is_(None)
    )
    oldest: datetime | None = db.session().scalars(waiting).one()
    if oldest is not None and clock.now() - oldest > OLDEST_MESSAGE:
        return f"un message attend depuis le {oldest:%d/%m/%Y à %H:%M} UTC"
    return None
