"""The quarterly access review (B-12): when it opens, when it reminds, what may be answered."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from app.domain.errors import ImpossibleNow
from app.working_days import PARIS

ANSWER_WITHIN = timedelta(days=30)
"""Whoever nobody answered for is suspended then."""
REMINDERS = (14, 25)
"""Days after which the presidents are reminded of those still unanswered."""
MONTHS = 3
UNANSWERED = "Personne n’a répondu pour vous à la revue trimestrielle des accès."


class Answer(StrEnum):
    KEPT = "kept"
    REMOVED = "removed"
    UNANSWERED = "unanswered"
    GONE = "gone"
    """Ended by another way before anybody answered."""


def quarter_of(day: date) -> str:
    """`2026-T4`."""
    return f"{day.year}-T{(day.month - 1) // MONTHS + 1}"


def quarter_start(day: date) -> datetime:
    """The first instant of that quarter, in Paris: what was granted since then needs no review yet."""
    first = date(day.year, (day.month - 1) // MONTHS * MONTHS + 1, 1)
    return datetime.combine(first, time(), PARIS).astimezone(UTC)


def next_quarter(day: date) -> date:
    """The day on which the next review opens."""
    month = (day.month - 1) // MONTHS * MONTHS + 1 + MONTHS
    return date(day.year + month // 12, month % 12, 1)


def due_reminders(opened_at: datetime, now: datetime) -> int:
    """How many reminders should have been sent by now."""
    return sum(now >= opened_at + timedelta(days=days) for days in REMINDERS)


def check_open(closed_at: datetime | None) -> None:
    """Raises ImpossibleNow once the review is closed."""
    if closed_at is not None:
        raise ImpossibleNow("Cette revue est close. Les personnes suspendues se rétablissent une par une.")
