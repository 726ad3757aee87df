"""A commune of a grouping a line: EPCI (`epci_siren,epci_name,epci_type,insee_code`) or cantons
(`canton_code,canton_name,insee_code`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from app.domain.import_report import ImportReport
from app.domain.registers import GroupingRow
from app.domain.zones import Kind
from app.integrations.registers.lines import LineRejected, Record, fold, records
from app.integrations.registers.values import insee, text

INVALID_SIREN = "numéro SIREN d’EPCI invalide"
INVALID_CANTON = "code de canton invalide"
NO_NAME = "nom du groupement manquant"


@dataclass(frozen=True, slots=True)
class Layout:
    """How one kind of file names its columns, and what its codes look like."""

    kind: Kind
    code: str
    name: str
    type: str
    valid: re.Pattern[str]
    invalid: str

    @property
    def required(self) -> tuple[str, ...]:
        return (self.code, self.name, "insee_code")


EPCI = Layout(Kind.EPCI, "epci_siren", "epci_name", "epci_type", re.compile(r"[0-9]{9}", re.ASCII), INVALID_SIREN)
CANTON = Layout(
    Kind.CANTON,
    "canton_code",
    "canton_name",
    "",
    re.compile(r"(?:[0-9]{2}|2[AB]|97[0-9])[0-9]{2}", re.ASCII),
    INVALID_CANTON,
)


def read_groupings(lines: Iterable[str], report: ImportReport) -> Iterator[GroupingRow]:
    """The header says which kind of grouping the file holds."""
    remaining = iter(lines)
    header = next(remaining, "")
    layout = CANTON if fold(CANTON.code) in fold(header) else EPCI
    found = records(chain([header], remaining), report, required=layout.required, optional=(layout.type,))
    for record in found:
        try:
            yield grouping_row(record, layout, report)
        except LineRejected as rejected:
            report.reject(record.line, rejected.reason, rejected.value)


def grouping_row(record: Record, layout: Layout, report: ImportReport) -> GroupingRow:
    code, name = record[layout.code].replace(" ", "").upper(), text(record[layout.name])
    if not layout.valid.fullmatch(code):
        raise LineRejected(layout.invalid, record[layout.code])
    if name is None:
        raise LineRejected(NO_NAME, code)
    return GroupingRow(
        line=record.line,
        kind=layout.kind.value,
        code=code,
        name=name,
        type=text(record[layout.type]),
        insee=_member(record, report),
    )


def _member(record: Record, report: ImportReport) -> str | None:
    """None for a code that cannot be read: the line is rejected, and its grouping is known to lack one."""
    try:
        return insee(record["insee_code"])
    except LineRejected as rejected:
        report.reject(record.line, rejected.reason, rejected.value)
        return None
