"""The life of mandates and nominations: when something may happen. Who may is in app/policies (FEATURES E.3)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from app.domain.errors import ImpossibleNow
from app.working_days import PARIS

SEATS = (1, 2)
"""A CPTS has one president, or two who share the presidency (SECURITY.md, decision 2 of the owner)."""
ANSWER_WITHIN = timedelta(days=7)
"""A nomination is to be answered within this time; a reminder starts it again."""
NEWLY_REGISTERED = timedelta(hours=72)
"""How long a new presidency is pointed out, so that a false one is noticed (decision 2)."""


GRACE = timedelta(days=60)
"""How long a référent keeps the pages up to date, and nothing else, once its presidency ended (decision 3)."""
RENEWABLE = timedelta(days=365)
"""How long the référents of an ended presidency are proposed to its successor."""


class NominationStatus(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        """The state in the words of the trade, after "cette nomination est"."""
        return LABELS[self]


LABELS = {
    NominationStatus.PROPOSED: "en attente de réponse",
    NominationStatus.ACCEPTED: "acceptée",
    NominationStatus.DECLINED: "déclinée",
    NominationStatus.CANCELLED: "annulée",
    NominationStatus.EXPIRED: "expirée",
}
TRANSITIONS: dict[NominationStatus, frozenset[NominationStatus]] = {
    NominationStatus.PROPOSED: frozenset(NominationStatus) - {NominationStatus.PROPOSED},
    NominationStatus.ACCEPTED: frozenset(),
    NominationStatus.DECLINED: frozenset(),
    NominationStatus.CANCELLED: frozenset(),
    NominationStatus.EXPIRED: frozenset(),
}


def check_answerable(status: str, expires_at: datetime, now: datetime) -> None:
    """Raises ImpossibleNow when the nomination was answered, withdrawn, or waited for too long."""
    state = NominationStatus(status)
    if not TRANSITIONS[state]:
        raise ImpossibleNow(f"Cette nomination est déjà {state.label}.")
    if expires_at <= now:
        raise ImpossibleNow("Cette nomination a expiré. La présidence de la CPTS peut vous la renvoyer.")


def check_waiting(status: str) -> None:
    """Raises ImpossibleNow when the nomination is closed. One that is overdue may still be sent again or withdrawn."""
    state = NominationStatus(status)
    if not TRANSITIONS[state]:
        raise ImpossibleNow(f"Cette nomination est déjà {state.label}.")


def check_open(ended: bool) -> None:
    """Raises ImpossibleNow when the mandate is over already."""
    if ended:
        raise ImpossibleNow("Ce mandat a déjà pris fin.")


def grace_until(ended_at: datetime | None, term_ends_at: datetime | None) -> datetime:
    """Until when the référents of a presidency that ended, or whose term passed, keep the pages."""
    return min(moment for moment in (ended_at, term_ends_at) if moment is not None) + GRACE


def term_end(last_day: date) -> datetime:
    """The moment at which a term ends: the end of its last day, in Paris."""
    return datetime.combine(last_day, time(23, 59, 59), PARIS).astimezone(UTC)


def free_seat(taken: Collection[int], wanted: int | None = None) -> int:
    """The seat of a new president: the one wanted, or the first free. Raises ImpossibleNow when it is taken."""
    free = [seat for seat in SEATS if seat not in taken]
    if not free:
        raise ImpossibleNow("Les deux sièges de la présidence sont occupés. Mettez d’abord fin à l’un des mandats.")
    if wanted is None:
        return free[0]
    if wanted not in free:
        raise ImpossibleNow("Ce siège de présidence est déjà occupé.")
    return wanted
