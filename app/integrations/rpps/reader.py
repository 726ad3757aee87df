"""Consecutive lines of one person make one row; `|` separates, nothing is quoted, columns go by their name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from app.domain.import_report import ImportReport
from app.domain.registers import ProfessionalRow
from app.integrations.registers.lines import LineRejected, Record, records
from app.integrations.rpps import mapping

ZIP_MEMBER = "Personne_activite"
"""The national archive holds three files; this is the one."""
MOST_LINES_TOGETHER = 500


def read(lines: Iterable[str], report: ImportReport) -> Iterator[ProfessionalRow]:
    group: list[Record] = []
    current = ""
    found = records(lines, report, required=mapping.REQUIRED, optional=mapping.OPTIONAL, quoted=False)
    for record in found:
        try:
            number = mapping.rpps(record, partial(report.warn, record.line))
        except LineRejected as rejected:
            report.reject(record.line, rejected.reason, rejected.value)
            continue
        if group and (number != current or len(group) == MOST_LINES_TOGETHER):
            yield _professional(current, group, report)
            group = []
        current = number
        group.append(record)
    if group:
        yield _professional(current, group, report)


def _professional(number: str, group: list[Record], report: ImportReport) -> ProfessionalRow:
    activities = (mapping.activity(record, partial(report.warn, record.line)) for record in group)
    return mapping.professional(number, group, [activity for activity in activities if activity])
