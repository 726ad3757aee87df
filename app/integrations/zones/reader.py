"""`finess_eg,insee_code` (CONTRACT.md): one commune of one CPTS a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from app.domain.import_report import ImportReport
from app.domain.registers import ZoneRow
from app.integrations.registers.lines import LineRejected, Record, records
from app.integrations.registers.values import Doubt, finess, insee

COLUMNS = ("finess_eg", "insee_code")


def read(lines: Iterable[str], report: ImportReport) -> Iterator[ZoneRow]:
    for record in records(lines, report, required=COLUMNS):
        try:
            yield zone_row(record, partial(report.warn, record.line))
        except LineRejected as rejected:
            report.reject(record.line, rejected.reason, rejected.value)


def zone_row(record: Record, doubt: Doubt) -> ZoneRow:
    return ZoneRow(record.line, finess(record["finess_eg"], doubt), insee(record["insee_code"]))
