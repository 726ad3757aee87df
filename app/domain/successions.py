"""The change of a presidency: who must have been told of a successor, and until when they may object (B-10).

A presidency request is a claim by an incoming person (form `/demandes/presidence`) or is presented by the outgoing
president. While a president whose account lives is in office, an agent accepts it at once if every one of them agreed,
else after their seven days; an objection does not decide, it is read by the agent before deciding. Once the presidency
ended, or its term passed, nobody waits.

In `request.details`: `assembly_on` (ISO date of the general assembly), `minutes` (reference of its minutes) and, when
the outgoing president presented it, `presented_by` (id of their mandate).

Whoever accepts calls `app.usecases.successions.check_succession(request)` first, which raises `TooSoon`.
Whoever submits has nothing to call: the worker tells the presidents in office within minutes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.errors import ImpossibleNow
from app.working_days import PARIS

OBJECTION_WITHIN = timedelta(days=7)
"""How long a president in office has to object to a successor before an agent may register them."""
TERM_REMINDERS = (60, 14, 0)
"""Days before the end of a term on which the president, the CPTS and the agents are reminded, once each."""


class Answer(StrEnum):
    AGREED = "agreed"
    OBJECTED = "objected"


class TooSoon(ImpossibleNow):
    """An agent cannot register the successor before `until`."""

    def __init__(self, until: datetime) -> None:
        here = until.astimezone(PARIS)
        super().__init__(
            f"La présidence en exercice peut s’opposer jusqu’au {here:%d/%m/%Y} à {here.hour} h {here:%M}. "
            "Vous pourrez accepter la demande ensuite, ou dès qu’elle aura donné son accord."
        )
        self.until = until


def waits_until(notices: Iterable[tuple[str | None, datetime]]) -> datetime | None:
    """From when an agent may accept, given the (answer, last moment to object) of each president in office."""
    return max((until for answer, until in notices if answer != Answer.AGREED), default=None)


def due_reminder(term_ends_at: datetime, now: datetime) -> int | None:
    """The reminder that this moment calls for: the latest reached; None while the term is far."""
    reached = [days for days in TERM_REMINDERS if now >= term_ends_at - timedelta(days=days)]
    return min(reached, default=None)
