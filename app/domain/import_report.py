"""What an import did, line by line: counted, and told apart between refused lines and doubtful values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

SAMPLES_KEPT = 10
LONGEST_VALUE = 200


class Severity(StrEnum):
    REJECTED = "rejet"
    WARNING = "avertissement"


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Note:
    """One line of one file, why it was refused or doubted, and the value at fault."""

    file: str
    line: int
    severity: Severity
    reason: str
    value: str


@dataclass(slots=True)
class ImportReport:
    """Counts every line; keeps the first notes of each severity and hands all of them to `on_note` as they come.

    read = created + updated + unchanged + ignored + rejected.
    """

    on_note: Callable[[Note], None] = lambda _note: None
    file: str = ""
    read: int = 0
    rejected: int = 0
    warned: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    reasons: Counter[tuple[Severity, str]] = field(default_factory=Counter)
    samples: dict[Severity, list[Note]] = field(default_factory=lambda: {severity: [] for severity in Severity})
    remarks: list[str] = field(default_factory=list)

    @property
    def noted(self) -> int:
        """How many notes were made so far."""
        return self.rejected + self.warned

    def reject(self, line: int, reason: str, value: str = "") -> None:
        self.rejected += 1
        self._note(Severity.REJECTED, line, reason, value)

    def warn(self, line: int, reason: str, value: str = "") -> None:
        self.warned += 1
        self._note(Severity.WARNING, line, reason, value)

    def count(self, outcome: Outcome, lines: int = 1) -> None:
        self.outcomes[outcome] += lines

    def _note(self, severity: Severity, line: int, reason: str, value: str) -> None:
        note = Note(self.file, line, severity, reason, value[:LONGEST_VALUE])
        self.reasons[severity, reason] += 1
        if len(self.samples[severity]) < SAMPLES_KEPT:
            self.samples[severity].append(note)
        self.on_note(note)
