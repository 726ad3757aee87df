"""The service centre in figures: received, decided, delays, what waits; by month and by kind, from one reading."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil
from statistics import median

import sqlalchemy as sa

from app import clock, db
from app.domain.requests import PENDING, Kind, Status, is_working_day
from app.models import Request
from app.working_days import HOLIDAYS, PARIS, day_of

PERIODS = (3, 6, 12, 24)
AGES = (3, 7, 14)
"""Working days at which the clock of requests takes a step: the bounds of the ages of what waits."""


@dataclass
class Tally:
    """Of one month or one kind. `delays`: working days between submission and decision, of each decided request."""

    received: int = 0
    delays: list[int] = field(default_factory=list)

    @property
    def decided(self) -> int:
        return len(self.delays)

    @property
    def median(self) -> float | None:
        return median(self.delays) if self.delays else None

    @property
    def ninth_decile(self) -> int | None:
        """The delay that nine decisions out of ten did not exceed (nearest rank)."""
        return sorted(self.delays)[ceil(0.9 * len(self.delays)) - 1] if self.delays else None


@dataclass
class Backlog:
    """What waits now. `ages`: of what waits for a decision, up to each of AGES, then more."""

    waiting: int = 0
    elsewhere: int = 0
    ages: list[int] = field(default_factory=lambda: [0] * (len(AGES) + 1))
    oldest: int | None = None

    def add(self, days: int | None) -> None:
        if days is None:
            self.elsewhere += 1
            return
        self.waiting += 1
        self.ages[sum(days > bound for bound in AGES)] += 1
        self.oldest = max(days, self.oldest or 0)


@dataclass(frozen=True)
class Figures:
    """`kind`: what the months are about, all of them when None; `kinds` is always about each."""

    since: date
    until: date
    kind: Kind | None
    months: dict[date, Tally]
    kinds: dict[Kind, Tally]
    total: Tally
    backlog: Backlog
    backlogs: dict[Kind, Backlog]


def figures(months: int, kind: Kind | None = None) -> Figures:
    """Of that many months, the present one included: two statements, whatever the number of requests."""
    today = day_of(clock.now())
    firsts = _first_days(today, months)
    found = Figures(
        since=firsts[0],
        until=today,
        kind=kind,
        months={first: Tally() for first in firsts},
        kinds={each: Tally() for each in Kind},
        total=Tally(),
        backlog=Backlog(),
        backlogs={each: Backlog() for each in Kind},
    )
    _count_lives(found)
    _count_waits(found, today)
    return found


# ── steps ───────────────────────────────────────────────────────────────────


def _count_lives(found: Figures) -> None:
    start = datetime(found.since.year, found.since.month, 1, tzinfo=PARIS)
    rows = db.session().execute(
        sa.select(Request.kind, Request.status, Request.submitted_at, Request.decided_at).where(
            sa.or_(Request.submitted_at >= start, Request.decided_at >= start)
        )
    )
    lives = [(Kind(kind), status, day_of(sent), day_of(end) if end else None) for kind, status, sent, end in rows]
    delay = _counter(min((sent for *_, sent, _ in lives), default=found.since), found.until)
    for kind, status, sent, end in lives:
        for tally in _concerned(found, kind, sent):
            tally.received += 1
        if end is not None and status in (Status.ACCEPTED, Status.REFUSED):
            for tally in _concerned(found, kind, end):
                tally.delays.append(delay(sent, end))


def _concerned(found: Figures, kind: Kind, day: date) -> Iterable[Tally]:
    """The tallies that a request of that kind counts in on that day."""
    if not found.since <= day <= found.until:
        return
    yield found.kinds[kind]
    if found.kind in (None, kind):
        yield found.months[day.replace(day=1)]
        yield found.total


def _count_waits(found: Figures, today: date) -> None:
    rows = db.session().execute(
        sa.select(Request.kind, Request.status, Request.waiting_since).where(Request.status.in_(PENDING))
    )
    waits = [
        (Kind(kind), day_of(since) if since and status == Status.SUBMITTED else None) for kind, status, since in rows
    ]
    age = _counter(min((since for _, since in waits if since), default=today), today)
    for kind, since in waits:
        days = age(since, today) if since else None
        found.backlogs[kind].add(days)
        if found.kind in (None, kind):
            found.backlog.add(days)


def _counter(first: date, last: date) -> Callable[[date, date], int]:
    """Working days between two days of that range, from one walk through it."""
    passed, total, day = {first: 0}, 0, first
    while day < last:
        day += timedelta(days=1)
        total += is_working_day(day, HOLIDAYS)
        passed[day] = total
    return lambda start, end: max(0, passed[min(end, last)] - passed[start])


def _first_days(today: date, months: int) -> list[date]:
    """The first day of each month, the oldest first."""
    ranks = (today.year * 12 + today.month - 1 - back for back in reversed(range(months)))
    return [date(rank // 12, rank % 12 + 1, 1) for rank in ranks]
