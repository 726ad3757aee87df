"""What an import tells: a summary on the terminal, every rejected line and warning in a CSV file."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from app.domain.import_report import ImportReport, Note, Outcome, Severity

COLUMNS = ("fichier", "ligne", "gravite", "motif", "valeur")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class ReportNotWritableError(Exception):
    """The message is one French sentence; `file` is the name of the report."""

    def __init__(self, path: Path, reason: str | None) -> None:
        super().__init__(f"Le rapport ne peut pas être écrit ({reason}).")
        self.file = path.name


@contextmanager
def note_writer(path: Path | None) -> Iterator[Callable[[Note], None]]:
    """Writes each note as it comes; without a path, forgets them. Raises ReportNotWritableError."""
    if path is None:
        yield lambda _note: None
        return
    try:
        file = path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise ReportNotWritableError(path, error.strerror) from None
    with file:
        yield _writer(file)


def _writer(file: TextIO) -> Callable[[Note], None]:
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(COLUMNS)
    return lambda note: rows.writerow((note.file, note.line, note.severity.value, note.reason, _harmless(note.value)))


def _harmless(value: str) -> str:
    """A spreadsheet takes these beginnings for a formula (SECURITY.md, case 18)."""
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value


def summary(report: ImportReport, *, dry_run: bool) -> Iterator[str]:
    """The report as lines of French text."""
    counts = report.outcomes
    yield f"Lignes lues : {report.read}"
    yield f"  créées : {counts[Outcome.CREATED]}"
    yield f"  modifiées : {counts[Outcome.UPDATED]}"
    yield f"  inchangées : {counts[Outcome.UNCHANGED]}"
    if counts[Outcome.IGNORED]:
        yield f"  écartées (hors catégorie) : {counts[Outcome.IGNORED]}"
    yield f"  rejetées : {report.rejected}"
    if report.warned:
        yield f"Avertissements : {report.warned}"
    for severity, title in ((Severity.REJECTED, "Rejets"), (Severity.WARNING, "Avertissements")):
        yield from _details(report, severity, title)
    yield from report.remarks
    if dry_run:
        yield "Essai à blanc : rien n’a été écrit."


def _details(report: ImportReport, severity: Severity, title: str) -> Iterator[str]:
    reasons = [(count, reason) for (kind, reason), count in report.reasons.items() if kind is severity]
    if not reasons:
        return
    yield f"{title} par motif :"
    yield from (f"  {count} × {reason}" for count, reason in sorted(reasons, reverse=True))
    samples = report.samples[severity]
    yield f"{title}, les premiers :" if len(samples) < sum(count for count, _ in reasons) else f"{title} :"
    for note in samples:
        value = f" (« {note.value} »)" if note.value else ""
        yield f"  {note.file}, ligne {note.line} : {note.reason}{value}"


def typeset(text: str) -> str:
    """French spacing: a no-break space before a colon and inside quotes, a narrow one before ; ! ?"""
    text = re.sub(r" (?=[:»])|(?<=«) ", "\u00a0", text)
    return re.sub(r" (?=[;!?])", "\u202f", text)
