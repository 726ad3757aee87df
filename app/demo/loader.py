"""Fills an empty database with the demonstration, in one transaction: registers first, then the story."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from app import clock, db
from app.demo.moved_clock import moved_clock
from app.demo.registers import load_registers
from app.demo.stage import Stage, cast
from app.demo.story import scenes
from app.models import Account, OutboxMessage
from app.usecases.enrolment import email_key

REGISTERS_READ = timedelta(days=150)
"""How long ago: before what people published since, and lately enough that nothing is to be verified yet."""
STILL_TO_SEND = timedelta(hours=1)
"""Mails of the last hour are left to the worker, so that a visitor finds an invitation to open."""


class Held(StrEnum):
    """What the database holds before."""

    NOTHING = "nothing"
    DEMONSTRATION = "demonstration"
    REAL_ACCOUNTS = "real accounts"


def load() -> Held:
    """What was held; the demonstration is written when it was nothing, and whole or not at all."""
    with db.one_transaction() as connection:
        held = what_is_held()
        if held is not Held.NOTHING:
            return held
        now = clock.now()
        stage = Stage()
        with moved_clock(connection) as move:
            move(now - REGISTERS_READ)
            load_registers()
            for scene in sorted(scenes(), key=lambda scene: scene.moment(now)):
                move(scene.moment(now))
                scene.act(stage)
        _deliver_the_past(now - STILL_TO_SEND)
    return Held.NOTHING


def cast_is_there() -> bool:
    """Whether the demonstration was played here, also when accounts have been opened since."""
    keys = [email_key(character.email) for character in cast().values()]
    return db.session().scalar(sa.select(sa.exists().where(Account.email_key.in_(keys)))) is True


def what_is_held() -> Held:
    """Any account that is not of the cast is taken for a real one."""
    keys = set(db.session().scalars(sa.select(Account.email_key)))
    if not keys:
        return Held.NOTHING
    own = {email_key(character.email) for character in cast().values()}
    return Held.DEMONSTRATION if keys <= own else Held.REAL_ACCOUNTS


def _deliver_the_past(until: datetime) -> None:
    """What was announced before `until` is taken as told: nobody gets mails about years ago."""
    past = sa.update(OutboxMessage).where(OutboxMessage.created_at < until, OutboxMessage.delivered_at.is_(None))
    db.session().execute(past.values(delivered_at=OutboxMessage.created_at))
    db.session().commit()
