"""How long a request has waited for its decision, and what the clock does next (B-06)."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date

from app.domain.requests import ESCALATE_AFTER, REMIND_AFTER, WIDEN_AFTER, after_working_days, working_days

LATE_AFTER = 5
"""Working days after which the desk marks it (UI.md §6, item 17)."""
STEPS = (REMIND_AFTER, WIDEN_AFTER, ESCALATE_AFTER)


@dataclass(frozen=True, slots=True)
class Wait:
    """`days`: working days waited. `step`: the next one of the clock, which comes on `step_on`; None after the last."""

    days: int
    step: int | None
    step_on: date | None

    @property
    def is_late(self) -> bool:
        return self.days > LATE_AFTER


def wait_since(start: date, today: date, holidays: Container[date] = frozenset()) -> Wait:
    days = working_days(start, today, holidays)
    step = next((step for step in STEPS if step > days), None)
    return Wait(days, step, after_working_days(start, step, holidays) if step else None)
