"""The life of a request, whatever is asked: states, moves, deadlines, numbers (FEATURES E.3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import ceil
from statistics import median

from app.domain.errors import ImpossibleNow


class Kind(StrEnum):
    AFFILIATION = "affiliation"
    PRESIDENCY = "presidency"


class Status(StrEnum):
    SUBMITTED = "submitted"
    INFO_NEEDED = "info_needed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        """The state in the words of the trade, after "la demande est"."""
        return LABELS[self]


LABELS = {
    Status.SUBMITTED: "en attente d’une décision",
    Status.INFO_NEEDED: "en attente d’une réponse de la personne",
    Status.ACCEPTED: "acceptée",
    Status.REFUSED: "refusée",
    Status.CANCELLED: "annulée",
    Status.EXPIRED: "expirée",
}
TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.SUBMITTED: frozenset(
        {Status.ACCEPTED, Status.REFUSED, Status.INFO_NEEDED, Status.CANCELLED, Status.EXPIRED}
    ),
    Status.INFO_NEEDED: frozenset(
        {Status.SUBMITTED, Status.ACCEPTED, Status.REFUSED, Status.CANCELLED, Status.EXPIRED}
    ),
    Status.ACCEPTED: frozenset(),
    Status.REFUSED: frozenset(),
    Status.CANCELLED: frozenset(),
    Status.EXPIRED: frozenset(),
}
PENDING = tuple(status for status, moves in TRANSITIONS.items() if moves)

DECISION_WITHIN = timedelta(days=60)
ANSWER_WITHIN = timedelta(days=30)
DELAY_SAMPLE = 30
"""The last decisions that the announced delay is the median of (B-06)."""
DELAY_MINIMUM = 3
"""Under three decisions a median says nothing: the delay is unknown."""

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0 and O, 1 and I, L, U: a number is read aloud on the phone."""
NUMBER_LENGTH = 8


def check_move(current: str, to: Status) -> None:
    """Raises ImpossibleNow when a request in that state cannot take the other."""
    state = Status(current)
    if to in TRANSITIONS[state]:
        return
    if not TRANSITIONS[state]:
        raise ImpossibleNow(f"Cette demande a déjà été traitée\u00a0: elle est {state.label}.")
    raise ImpossibleNow(f"Ce n’est pas possible maintenant\u00a0: la demande est {state.label}.")


def is_pending(status: str) -> bool:
    return status in PENDING


def deadline(status: Status, today: date) -> date:
    """The last day of a request that enters this state: it expires the day after."""
    return today + (ANSWER_WITHIN if status is Status.INFO_NEEDED else DECISION_WITHIN)


def new_number(entropy: int) -> str:
    """`R-7K3M-9QXA`, from at least 40 random bits. Not a secret: it opens nothing."""
    signs = []
    for _ in range(NUMBER_LENGTH):
        entropy, rank = divmod(entropy, len(ALPHABET))
        signs.append(ALPHABET[rank])
    text = "".join(signs)
    return f"R-{text[:4]}-{text[4:]}"


def working_days(start: date, end: date) -> int:
    """Days from Monday to Friday after `start`, up to `end`. 0 on the same day."""
    days = (end - start).days
    return sum((start + timedelta(days=n)).weekday() < 5 for n in range(1, days + 1))


def usual_delay(lives: Sequence[tuple[datetime, datetime]]) -> int | None:
    """Median of working days between submission and decision, rounded up; None when too few to say."""
    if len(lives) < DELAY_MINIMUM:
        return None
    return ceil(median(working_days(submitted.date(), decided.date()) for submitted, decided in lives))
