"""The life of a request, whatever is asked: states, moves, deadlines, numbers (FEATURES E.3)."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import ceil
from statistics import median

from app.domain.errors import ImpossibleNow


class Kind(StrEnum):
    """What is asked. The value is stored and public: never renamed."""

    AFFILIATION = "affiliation"
    PRESIDENCY = "presidency"
    CPTS = "cpts"
    ACCOUNT = "account"
    SAS_ACCOUNT = "sas_account"
    HELP = "help"
    CORRECTION = "correction"
    REPORT = "report"
    CONTACT = "contact"

    @property
    def label(self) -> str:
        """« Rattachement à une CPTS »: what the request is about, as a title."""
        return FACTS[self].label

    @property
    def by_the_cpts(self) -> bool:
        """Whether those in office in the CPTS decide; otherwise the service centre does."""
        return FACTS[self].by_the_cpts


@dataclass(frozen=True)
class Facts:
    """`done`: the state « accepted » in the words of that kind. `by_the_cpts`: who decides first."""

    label: str
    done: str = "acceptée"
    by_the_cpts: bool = False


FACTS = {
    Kind.AFFILIATION: Facts("Rattachement à une CPTS", by_the_cpts=True),
    Kind.PRESIDENCY: Facts("Enregistrement d’une présidence"),
    Kind.CPTS: Facts("Enregistrement d’une CPTS"),
    Kind.ACCOUNT: Facts("Compte d’un professionnel"),
    Kind.SAS_ACCOUNT: Facts("Compte sur la plateforme SAS", done="traitée : le compte est créé"),
    Kind.HELP: Facts("Accompagnement ou formation", done="traitée"),
    Kind.CORRECTION: Facts("Correction d’une information", done="appliquée", by_the_cpts=True),
    Kind.REPORT: Facts("Signalement d’un problème", done="traitée"),
    Kind.CONTACT: Facts("Message au centre de services", done="traitée"),
}
APPEALABLE = (Kind.AFFILIATION, Kind.PRESIDENCY, Kind.CPTS, Kind.ACCOUNT)
"""What a refusal can be appealed against (B-08)."""
BY_THE_CPTS = tuple(kind for kind, facts in FACTS.items() if facts.by_the_cpts)
BY_THE_SERVICE_CENTRE = tuple(kind for kind, facts in FACTS.items() if not facts.by_the_cpts)


class Status(StrEnum):
    SUBMITTED = "submitted"
    INFO_NEEDED = "info_needed"
    ACI_AWAITED = "aci_awaited"
    """Registration of a CPTS whose ACI is not signed: a hard condition (S-054)."""
    ACCEPTED = "accepted"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        """The state in the words of the trade, after "la demande est"."""
        return LABELS[self]

    def label_for(self, kind: str) -> str:
        """The same, where what is asked has a word of its own (« traitée »)."""
        return FACTS[Kind(kind)].done if self is Status.ACCEPTED else self.label


LABELS = {
    Status.SUBMITTED: "en attente d’une décision",
    Status.INFO_NEEDED: "en attente d’une réponse de la personne",
    Status.ACI_AWAITED: "en attente d’ACI",
    Status.ACCEPTED: "acceptée",
    Status.REFUSED: "refusée",
    Status.CANCELLED: "annulée",
    Status.EXPIRED: "expirée",
}
_ENDS = {Status.REFUSED, Status.CANCELLED, Status.EXPIRED}
TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.SUBMITTED: frozenset({Status.ACCEPTED, Status.INFO_NEEDED, Status.ACI_AWAITED, *_ENDS}),
    Status.INFO_NEEDED: frozenset({Status.SUBMITTED, Status.ACCEPTED, *_ENDS}),
    Status.ACI_AWAITED: frozenset({Status.SUBMITTED, *_ENDS}),
    Status.ACCEPTED: frozenset(),
    Status.REFUSED: frozenset(),
    Status.CANCELLED: frozenset(),
    Status.EXPIRED: frozenset(),
}
PENDING = tuple(status for status, moves in TRANSITIONS.items() if moves)

DECISION_WITHIN = timedelta(days=60)
ANSWER_WITHIN = timedelta(days=30)
ACI_WITHIN = timedelta(days=365)
REMIND_AFTER = 3
"""Working days without a decision before those who decide are reminded (B-06)."""
WIDEN_AFTER = 7
"""Working days before all who may decide are told, whatever rhythm they chose."""
ESCALATE_AFTER = 14
"""Working days before the service centre may decide for the CPTS, and says it is late for its own."""
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
    return today + {Status.INFO_NEEDED: ANSWER_WITHIN, Status.ACI_AWAITED: ACI_WITHIN}.get(status, DECISION_WITHIN)


def new_number(entropy: int) -> str:
    """`R-7K3M-9QXA`, from at least 40 random bits. Not a secret: it opens nothing."""
    signs = []
    for _ in range(NUMBER_LENGTH):
        entropy, rank = divmod(entropy, len(ALPHABET))
        signs.append(ALPHABET[rank])
    text = "".join(signs)
    return f"R-{text[:4]}-{text[4:]}"


def working_days(start: date, end: date, holidays: Container[date] = frozenset()) -> int:
    """Days from Monday to Friday that are no holiday, after `start`, up to `end`. 0 on the same day."""
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(is_working_day(day, holidays) for day in days)


def is_working_day(day: date, holidays: Container[date] = frozenset()) -> bool:
    return day.weekday() < 5 and day not in holidays


def after_working_days(start: date, count: int, holidays: Container[date] = frozenset()) -> date:
    """The day on which `count` working days have passed since `start`."""
    day = start
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day, holidays)
    return day


def usual_delay(lives: Sequence[tuple[datetime, datetime]], holidays: Container[date] = frozenset()) -> int | None:
    """Median of working days between submission and decision, rounded up; None when too few to say."""
    if len(lives) < DELAY_MINIMUM:
        return None
    return ceil(median(working_days(submitted.date(), decided.date(), holidays) for submitted, decided in lives))
