"""The end of a presidency's term draws near, or has come: the president, the CPTS, the agents are reminded (B-10)."""

from __future__ import annotations

import uuid
from datetime import timedelta

import sqlalchemy as sa

from app import clock, db
from app.domain.successions import TERM_REMINDERS, due_reminder
from app.journal.catalogue import TermReminded
from app.models import Mandate, TermNotice
from app.policies.actor import Role
from app.usecases.mandate_steps import SYSTEM, tell

BATCH = 200


def remind_terms() -> int:
    """The latest reminder that is due for each open presidency, once; run by the worker. The number sent."""
    session, now = db.session(), clock.now()
    far = timedelta(days=max(TERM_REMINDERS))
    last = sa.exists().where(TermNotice.mandate_id == Mandate.id, TermNotice.days_before == 0)
    near = sa.select(Mandate.id).where(
        Mandate.role == Role.PRESIDENT.value,
        Mandate.ended_at.is_(None),
        Mandate.term_ends_at <= now + far,
        sa.not_(last),
    )
    ids = session.scalars(near.order_by(Mandate.term_ends_at).limit(BATCH)).all()
    session.rollback()
    return sum(_remind(id_) for id_ in ids)


def _remind(id_: uuid.UUID) -> int:
    session = db.session()
    mandate = session.get_one(Mandate, id_, with_for_update={"of": Mandate}, populate_existing=True)
    due = due_reminder(mandate.term_ends_at, clock.now()) if mandate.term_ends_at else None
    told = session.get(TermNotice, (id_, due)) if due is not None else None
    if due is None or told is not None or mandate.ended_at is not None:
        session.rollback()
        return 0
    session.add(TermNotice(mandate_id=id_, days_before=due, told_at=clock.now()))
    tell(TermReminded, SYSTEM, mandate, concerned=mandate.person_id, mandate_id=str(id_), days_before=due)
    session.commit()
    return 1
