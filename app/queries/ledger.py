"""The ledger as it is read: the last state of each CPTS for each consumer, the lines of the pages, what changed."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app import clock, db
from app.consumers import Consumer
from app.domain.ledger import Fate, ordinal
from app.domain.ledger_changes import Change, changes
from app.models import Establishment, LedgerConsumer, LedgerMessage
from app.models.ledger import unanswered
from app.queries.together import Together
from app.settings import current_settings

PER_PAGE = 25
LATEST = 5
"""Earlier states of an establishment, on its page."""

FATES: dict[Fate, sa.ColumnElement[bool]] = {
    Fate.WAITING: unanswered(),
    Fate.ACCEPTED: LedgerMessage.accepted_at.is_not(None),
    Fate.REFUSED: LedgerMessage.refused_at.is_not(None),
    Fate.DEAD: LedgerMessage.dead_at.is_not(None),
}


@dataclass(frozen=True, slots=True)
class Last:
    version: int
    digest: str


@dataclass(frozen=True, slots=True)
class Line:
    """A state and what became of it. `next_at`: of the next attempt, None once answered, and while one is under way.

    `consumer`: None when the settings name it no more: nothing is sent to it. `behind`: the version that is to be
    answered first. `is_last`: no later state follows.
    """

    message: LedgerMessage
    establishment: str
    consumer: Consumer | None
    next_at: datetime | None
    behind: int | None
    is_last: bool

    @property
    def fate(self) -> Fate:
        if self.message.accepted_at:
            return Fate.ACCEPTED
        if self.message.refused_at:
            return Fate.REFUSED
        return Fate.DEAD if self.message.dead_at else Fate.WAITING

    @property
    def to(self) -> str:
        return self.consumer.name if self.consumer else removed(self.message.consumer)

    @property
    def due(self) -> bool:
        """Only a worker is missing."""
        return self.next_at is not None and self.next_at <= clock.now()

    @property
    def attempt(self) -> str:
        """« 3ᵉ essai »: the next one, or the one under way."""
        return f"{ordinal(self.message.attempts + (self.next_at is not None))} essai"

    @property
    def may_be_sent_again(self) -> bool:
        return self.is_last and self.consumer is not None


@dataclass(frozen=True, slots=True)
class Told:
    """What one consumer was told of an establishment: its last state, how it differs, those before it."""

    consumer: Consumer
    last: Line | None
    changes: list[Change]
    earlier: list[Line]
    accepted: LedgerMessage | None
    """The last state that it holds for sure."""


@dataclass(frozen=True, slots=True)
class Health:
    """How a consumer of the settings answers, and how much waits for it."""

    consumer: Consumer
    waiting: int
    failing_since: datetime | None
    paused_until: datetime | None


@dataclass(frozen=True, slots=True)
class Ledger:
    lines: list[Line]
    counts: dict[Fate, int]
    page: int
    pages: int
    health: list[Health]


def removed(key: str) -> str:
    """The name of a consumer that the settings do not name any more."""
    return f"{key} (retiré des réglages)"


def last_of_each(consumers: Sequence[str], codes: Collection[str]) -> dict[tuple[str, str], Last]:
    """Consumer and FINESS → the last state queued: one statement."""
    versions = _versions().where(LedgerMessage.consumer.in_(consumers), LedgerMessage.establishment_finess.in_(codes))
    held = versions.subquery()
    rows = db.session().execute(
        sa.select(
            LedgerMessage.consumer, LedgerMessage.establishment_finess, LedgerMessage.version, LedgerMessage.digest
        ).join(held, _same(held))
    )
    return {(consumer, finess): Last(version, digest) for consumer, finess, version, digest in rows}


def told_of(finess: str) -> list[Told]:
    """What each consumer of the settings was told of that establishment: two statements a consumer at most."""
    consumers = current_settings().consumers
    health = _health_of([consumer.key for consumer in consumers]) if consumers else {}
    return [_told(consumer, finess, health.get(consumer.key)) for consumer in consumers]


def ledger(*, fate: Fate | None, consumer: str | None, finess: str | None, page: int) -> Ledger:
    """A page of the ledger, the latest first: five statements."""
    query = sa.select(LedgerMessage)
    if consumer:
        query = query.where(LedgerMessage.consumer == consumer)
    if finess:
        query = query.where(LedgerMessage.establishment_finess == finess)
    counts = _counts(query)
    total = counts[fate] if fate else sum(counts.values())
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, page), pages)
    if fate:
        query = query.where(FATES[fate])
    query = query.order_by(
        LedgerMessage.created_at.desc(),
        LedgerMessage.establishment_finess,
        LedgerMessage.version.desc(),
        LedgerMessage.consumer,
    )
    found = db.session().scalars(query.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()
    return Ledger(_lines(found), counts, page, pages, _all_health())


def message_of(message_id: uuid.UUID) -> LedgerMessage | None:
    return db.session().get(LedgerMessage, message_id)


def line_of(message: LedgerMessage) -> Line:
    return _lines([message])[0]


def changes_of(message: LedgerMessage) -> list[Change]:
    """Against the state before it, for the same consumer."""
    before = db.session().scalar(
        sa.select(LedgerMessage.payload)
        .where(LedgerMessage.consumer == message.consumer)
        .where(LedgerMessage.establishment_finess == message.establishment_finess)
        .where(LedgerMessage.version < message.version)
        .order_by(LedgerMessage.version.desc())
        .limit(1)
    )
    return changes(json.loads(before) if before else None, json.loads(message.payload))


def known_consumers() -> dict[str, str]:
    """Key → name: of the settings, then of what the ledger holds still."""
    named = {consumer.key: consumer.name for consumer in current_settings().consumers}
    held = db.session().scalars(sa.select(LedgerMessage.consumer).distinct().order_by(LedgerMessage.consumer))
    return named | {key: removed(key) for key in held if key not in named}


# ── steps ───────────────────────────────────────────────────────────────────


def _versions() -> sa.Select[str, str, int]:
    return sa.select(
        LedgerMessage.consumer, LedgerMessage.establishment_finess, sa.func.max(LedgerMessage.version).label("version")
    ).group_by(LedgerMessage.consumer, LedgerMessage.establishment_finess)


def _same(held: Any) -> sa.ColumnElement[bool]:
    return sa.and_(
        LedgerMessage.consumer == held.c.consumer,
        LedgerMessage.establishment_finess == held.c.establishment_finess,
        LedgerMessage.version == held.c.version,
    )


def _told(consumer: Consumer, finess: str, health: LedgerConsumer | None) -> Told:
    mine = (LedgerMessage.consumer == consumer.key, LedgerMessage.establishment_finess == finess)
    query = sa.select(LedgerMessage).where(*mine).order_by(LedgerMessage.version.desc())
    found = db.session().scalars(query.limit(LATEST + 1)).all()
    accepted = db.session().scalar(query.where(LedgerMessage.accepted_at.is_not(None)).limit(1))
    first = _first_unanswered([consumer.key], [finess])
    lines = [_line(row, "", consumer, health, first, is_last=row is found[0]) for row in found]
    if not lines:
        return Told(consumer, None, [], [], None)
    before = json.loads(found[1].payload) if len(found) > 1 else None
    return Told(consumer, lines[0], changes(before, json.loads(found[0].payload)), lines[1:], accepted)


def _line(
    message: LedgerMessage,
    establishment: str,
    consumer: Consumer | None,
    health: Any | None,
    first: Mapping[tuple[str, str], int],
    *,
    is_last: bool,
) -> Line:
    behind = first.get((message.consumer, message.establishment_finess), message.version)
    next_at = None
    leased = message.leased_until is not None and message.leased_until > clock.now()
    if consumer is not None and message.answered_at is None and not leased:
        paused_until = health.paused_until if health else None
        next_at = max(message.not_before, paused_until or message.not_before)
    return Line(message, establishment, consumer, next_at, behind if behind < message.version else None, is_last)


def _lines(messages: Sequence[LedgerMessage]) -> list[Line]:
    """One statement, whatever their number."""
    consumers = {consumer.key: consumer for consumer in current_settings().consumers}
    rows = _BESIDE.read(
        keys=sorted({message.consumer for message in messages}),
        codes=sorted({message.establishment_finess for message in messages}),
    )
    names = {row.finess: row.name for row in rows["names"]}
    health = {row.key: row for row in rows["health"]}
    first = {(row.consumer, row.finess): row.first for row in rows["first"]}
    last = {(row.consumer, row.finess): row.version for row in rows["last"]}
    return [
        _line(
            message,
            names[message.establishment_finess],
            consumers.get(message.consumer),
            health.get(message.consumer),
            first,
            is_last=last[message.consumer, message.establishment_finess] == message.version,
        )
        for message in messages
    ]


_KEYS: sa.BindParameter[Any] = sa.bindparam("keys", expanding=True)
_WHOSE = (LedgerMessage.consumer, LedgerMessage.establishment_finess.label("finess"))
_ASKED = sa.and_(
    LedgerMessage.consumer.in_(_KEYS), LedgerMessage.establishment_finess.in_(sa.bindparam("codes", expanding=True))
)
_FIRST_UNANSWERED = (
    sa.select(*_WHOSE, sa.func.min(LedgerMessage.version).label("first"))
    .where(_ASKED, unanswered())
    .group_by(LedgerMessage.consumer, LedgerMessage.establishment_finess)
)
_BESIDE = Together(
    names=sa.select(Establishment.finess, Establishment.name).where(
        Establishment.finess.in_(sa.bindparam("codes", expanding=True))
    ),
    health=sa.select(LedgerConsumer.key, LedgerConsumer.paused_until).where(LedgerConsumer.key.in_(_KEYS)),
    first=_FIRST_UNANSWERED,
    last=sa.select(*_WHOSE, sa.func.max(LedgerMessage.version).label("version"))
    .where(_ASKED)
    .group_by(LedgerMessage.consumer, LedgerMessage.establishment_finess),
)
"""Of the consumers `keys` and the establishments `codes`."""


def _first_unanswered(keys: Sequence[str], codes: Sequence[str]) -> dict[tuple[str, str], int]:
    rows = db.session().execute(_FIRST_UNANSWERED, {"keys": keys, "codes": codes})
    return {(consumer, finess): first for consumer, finess, first in rows}


def _counts(query: sa.Select[Any]) -> dict[Fate, int]:
    each = query.with_only_columns(*(sa.func.count().filter(FATES[fate]) for fate in Fate))
    return dict(zip(Fate, db.session().execute(each).one(), strict=True))


def _health_of(keys: Sequence[str]) -> Mapping[str, LedgerConsumer]:
    rows = db.session().scalars(sa.select(LedgerConsumer).where(LedgerConsumer.key.in_(keys)))
    return {row.key: row for row in rows}


def _all_health() -> list[Health]:
    consumers = current_settings().consumers
    held = _health_of([consumer.key for consumer in consumers])
    waiting = sa.select(LedgerMessage.consumer, sa.func.count()).where(unanswered()).group_by(LedgerMessage.consumer)
    counts: dict[str, int] = dict(db.session().execute(waiting).all())
    return [
        Health(
            consumer,
            counts.get(consumer.key, 0),
            row.failing_since if (row := held.get(consumer.key)) else None,
            row.paused_until if row and row.paused_until and row.paused_until > clock.now() else None,
        )
        for consumer in consumers
    ]
