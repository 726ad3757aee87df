"""The lines of a FINESS file, told apart by their first column; whatever else the file holds is left alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice

from app.domain.import_report import ImportReport, Outcome
from app.domain.registers import EstablishmentRow, LegalEntityRow, PositionRow
from app.integrations.finess import mapping
from app.integrations.finess.layout import COLUMNS, ESTABLISHMENT, LEGAL_ENTITY, POSITION, SHORTEST, WHOLE, Layout
from app.integrations.registers.expansion import UnreadableFileError
from app.integrations.registers.lines import OPEN_QUOTE, Line, LineRejected, split

DELIMITER = ";"
LINES_TO_TELL = 200

FinessRow = LegalEntityRow | EstablishmentRow | PositionRow


def kind(lines: Iterable[str]) -> str:
    """The first kind of line found: cs1100501 holds legal entities only, 502 and 507 begin with establishments."""
    for line in split(islice(lines, LINES_TO_TELL), DELIMITER):
        if line.cells[0].lower() in COLUMNS:
            return line.cells[0].lower()
    raise UnreadableFileError(
        "Ce n’est pas un fichier FINESS : aucune ligne « structureet », « structureej » ni « geolocalisation »."
    )


def read(lines: Iterable[str], report: ImportReport, *, category: str | None = None) -> Iterator[FinessRow]:
    """Rows of the file; establishments of another category, when one is asked for, are counted and left aside."""
    layout = Layout()
    widest = dict(WHOLE)
    for line in split(lines, DELIMITER):
        section = line.cells[0].lower()
        if layout.adopt_header(line.cells) or section not in (*COLUMNS, OPEN_QUOTE):
            continue
        report.read += 1
        try:
            line.require((SHORTEST if line.ended else widest).get(section, 2))
            widest[section] = len(line.cells)
            values = layout.values(section, line.cells)
            if category and section == ESTABLISHMENT and values.get("categetab") != category:
                report.count(Outcome.IGNORED)
                continue
            row = _row(section, line, values, report)
        except LineRejected as rejected:
            report.reject(line.number, rejected.reason, rejected.value)
            continue
        if row is None:
            report.count(Outcome.UNCHANGED)
        else:
            yield row


def _row(section: str, line: Line, values: mapping.Values, report: ImportReport) -> FinessRow | None:
    doubt = partial(report.warn, line.number)
    if section == ESTABLISHMENT:
        return mapping.establishment(line.number, values, doubt)
    if section == LEGAL_ENTITY:
        return mapping.legal_entity(line.number, values, doubt)
    return mapping.position(line.number, values, " ".join(line.cells[4:]), doubt)


__all__ = ["ESTABLISHMENT", "LEGAL_ENTITY", "POSITION", "kind", "read"]
