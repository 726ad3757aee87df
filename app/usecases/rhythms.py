"""How often one is told (B-23): chosen by each, kept by the worker. No digest is empty."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time

import sqlalchemy as sa

from app import clock, db
from app.domain.requests import is_working_day
from app.domain.rhythms import DIGEST_HOUR, Rhythm, Topic
from app.journal.catalogue import DigestDue, RhythmChosen
from app.journal.record import record
from app.models import Account, MailRhythm
from app.policies.actor import Actor, reference
from app.policies.permissions import Permission
from app.queries.actors import actor_of
from app.queries.to_do import to_do
from app.usecases.base import usecase
from app.working_days import HOLIDAYS, PARIS, day_of

SYSTEM = "system"
BATCH = 200


@usecase(Permission.ACCOUNT_MANAGE)
def choose_rhythm(actor: Actor, account: Account, *, chosen: Mapping[Topic, Rhythm]) -> None:
    """What comes in a digest from now on. What was waiting is in the next one."""
    session = db.session()
    for topic, rhythm in chosen.items():
        row = session.get(MailRhythm, (account.id, topic.value))
        if row is None:
            session.add(MailRhythm(account_id=account.id, topic=topic.value, rhythm=rhythm.value))
        else:
            row.rhythm = rhythm.value
    rhythms = {topic.value: rhythm.value for topic, rhythm in chosen.items()}
    record(RhythmChosen(actor=actor.reference, subject=reference(account), rhythms=rhythms))


def send_digests() -> int:
    """Announce the digests that are due; their number. Run by the worker; one transaction an account."""
    session, sent = db.session(), 0
    due = sa.select(MailRhythm.account_id).join(Account, Account.id == MailRhythm.account_id)
    due = due.where(_due(clock.now()), Account.status == "active").distinct().limit(BATCH)
    for account_id in session.scalars(due).all():
        sent += _send(session.get_one(Account, account_id, with_for_update=True, populate_existing=True))
        session.commit()
    return sent


def _send(account: Account) -> bool:
    """Only what still waits; nothing when nothing does."""
    session, now = db.session(), clock.now()
    rows = session.scalars(
        sa.select(MailRhythm).where(MailRhythm.account_id == account.id, _due(now)).with_for_update()
    ).all()
    topics = {row.topic for row in rows}
    for row in rows:
        row.digest_at = now
    waiting = [waiting for waiting in to_do(actor_of(account), account.email_key).decide if waiting.topic in topics]
    if waiting:
        record(DigestDue(actor=SYSTEM, subject=reference(account), topics=sorted(topics)))
    return bool(waiting)


def _due(now: datetime) -> sa.ColumnElement[bool]:
    """Rhythms whose morning has come and whose digest was not sent since: Monday's serves the week."""
    today = day_of(now)
    morning = datetime.combine(today, time(DIGEST_HOUR), PARIS)
    if now < morning or not is_working_day(today, HOLIDAYS):
        return sa.false()
    daily = sa.and_(MailRhythm.rhythm == Rhythm.DAILY, MailRhythm.digest_at < morning)
    monday = datetime.combine(today.fromordinal(today.toordinal() - today.weekday()), time(DIGEST_HOUR), PARIS)
    weekly = sa.and_(MailRhythm.rhythm == Rhythm.WEEKLY, MailRhythm.digest_at < monday)
    never = sa.and_(MailRhythm.rhythm != Rhythm.IMMEDIATE, MailRhythm.digest_at.is_(None))
    return sa.or_(daily, weekly, never)
