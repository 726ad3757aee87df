"""Whether what a CPTS publishes is still true: the national rule RE1.2, the rhythm of verifications; pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import IntEnum, StrEnum

MANY = 8
"""RE1.2: from that many offers on, a quarter of them must be fresh; below, one is enough."""
QUARTER = Decimal("0.25")
AGAIN_AFTER = timedelta(days=30)
"""Of the first mail without an answer."""
LINK_FOR = timedelta(days=60)
ASKED_TWICE = 2
WARNING = 31
"""Days before the gap when those in office are warned: the eleventh month without a change."""


class Rhythm(IntEnum):
    """Months between two verifications."""

    NEVER = 0
    QUARTERLY = 3
    TWICE_A_YEAR = 6
    YEARLY = 12

    @property
    def label(self) -> str:
        return {0: "Jamais", 3: "Tous les trois mois", 6: "Tous les six mois", 12: "Une fois par an"}[self.value]


USUAL = Rhythm.TWICE_A_YEAR


class Conformity(StrEnum):
    CONFORM = "Conforme"
    GAP = "Écart"


@dataclass(frozen=True, slots=True)
class Outlook:
    """RE1.2 today, and the day when it will be a gap if nobody touches anything, once that is near."""

    today: Conformity
    gap_on: date | None = None


def months_after(day: date, months: int) -> date:
    """The same day of another month, its last one when it is shorter: a year before 29 February is 28 February."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def re1_2(updates: Sequence[date], today: date) -> Conformity:
    """`updates`: of each open offer, the last day when it, its contacts or its telecoms changed (DOMAIN.md §2.10)."""
    limit = months_after(today, -12)
    fresh = sum(update > limit for update in updates)
    if not updates:
        return Conformity.CONFORM
    if len(updates) < MANY:
        return Conformity.CONFORM if fresh else Conformity.GAP
    share = (Decimal(fresh) / len(updates)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return Conformity.CONFORM if share >= QUARTER else Conformity.GAP


def outlook(updates: Sequence[date], today: date) -> Outlook:
    """With the warning of the eleventh month (DOMAIN.md §2.12)."""
    now = re1_2(updates, today)
    if now is Conformity.GAP:
        return Outlook(now)
    days = (today + timedelta(days=number) for number in range(1, WARNING + 1))
    return Outlook(now, next((day for day in days if re1_2(updates, day) is Conformity.GAP), None))


def next_check(verified: date | None, rhythm: int, *, since: date) -> date | None:
    """When it should be verified again; never verified, it counts from `since`. None: nobody wants to be asked."""
    return months_after(verified or since, rhythm) if rhythm else None


def months_between(earlier: date, later: date) -> int:
    """Whole months gone by."""
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    return months if months_after(earlier, months) <= later else months - 1
