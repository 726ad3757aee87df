"""The lines of a FINESS file, told apart by their first column; whatever else the file holds is left alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import NamedTuple

from app.domain.import_report import ImportReport, Outcome
from app.domain.registers import Block, EstablishmentRow, LegalEntityRow, PositionRow
from app.integrations.finess import mapping
from app.integrations.finess.layout import (
    COLUMNS,
    ESTABLISHMENT,
    LEGAL_ENTITY,
    POSITION,
    SHORTEST,
    WHOLE,
    Layout,
    layout,
)
from app.integrations.registers.blocks import digest
from app.integrations.registers.expansion import UnreadableFileError
from app.integrations.registers.lines import OPEN_QUOTE, Line, LineRejected, split

DELIMITER = ";"
LINES_TO_TELL = 200

FinessRow = LegalEntityRow | EstablishmentRow | PositionRow


class Reading(NamedTuple):
    """How to read a line: the columns, and how many a line of its kind has when the file was not cut there."""

    layout: Layout
    whole: int


def kind(lines: Iterable[str]) -> str:
    """The first kind of line found: cs1100501 holds legal entities only, 502 and 507 begin with establishments."""
    for line in split(islice(lines, LINES_TO_TELL), DELIMITER):
        if line.cells[0].lower() in COLUMNS:
            return line.cells[0].lower()
    raise UnreadableFileError(
        "Ce n’est pas un fichier FINESS : aucune ligne « structureet », « structureej » ni « geolocalisation »."
    )


def blocks(lines: Iterable[str]) -> Iterator[Block]:
    """One a line that speaks of an establishment, a legal entity or a position."""
    columns = layout()
    widest = dict(WHOLE)
    for number, text in enumerate(lines, 1):
        if text.isspace():
            continue
        cells = _cells(text)
        section = cells[0].strip().lower()
        header = columns.under(cells)
        if header or section not in (*COLUMNS, OPEN_QUOTE):
            columns = header or columns
            continue
        key = columns.number(section, cells) if section in COLUMNS else ""
        how = Reading(columns, widest.get(section, 2))
        yield Block(section, key, number, (text,), 1, digest(columns.salt, (text,)), how)
        if len(cells) >= SHORTEST.get(section, 2):
            widest[section] = len(cells)


def read_block(block: Block, report: ImportReport, *, category: str | None = None) -> FinessRow | None:
    """The row of the line; None when it says nothing, or speaks of another category than the one asked for."""
    noted, section = report.noted, block.kind
    (line,) = split(block.lines, DELIMITER, first=block.line)
    how: Reading = block.layout
    report.read += 1
    try:
        line.require(SHORTEST.get(section, 2) if line.ended else how.whole)
        values = how.layout.values(section, line.cells)
        if category and section == ESTABLISHMENT and values.get("categetab") != category:
            report.count(Outcome.IGNORED)
            return None
        row = _row(section, line, values, report)
    except LineRejected as rejected:
        report.reject(line.number, rejected.reason, rejected.value)
        return None
    if row is None:
        report.count(Outcome.UNCHANGED)
    return row if row is None or report.noted != noted else _known_again(row, block.digest)


def read(lines: Iterable[str], report: ImportReport, *, category: str | None = None) -> Iterator[FinessRow]:
    rows = (read_block(block, report, category=category) for block in blocks(lines))
    return (row for row in rows if row is not None)


def _cells(text: str) -> Sequence[str]:
    if '"' not in text:
        return text.split(DELIMITER)
    (line,) = split((text,), DELIMITER)
    return line.cells


def _row(section: str, line: Line, values: mapping.Values, report: ImportReport) -> FinessRow | None:
    doubt = partial(report.warn, line.number)
    if section == ESTABLISHMENT:
        return mapping.establishment(line.number, values, doubt)
    if section == LEGAL_ENTITY:
        return mapping.legal_entity(line.number, values, doubt)
    return mapping.position(line.number, values, " ".join(line.cells[4:]), doubt)


def _known_again(row: FinessRow, told: int) -> FinessRow:
    if isinstance(row, PositionRow):
        return replace(row, position_digest=told)
    return replace(row, register_digest=told)


__all__ = ["ESTABLISHMENT", "LEGAL_ENTITY", "POSITION", "blocks", "kind", "read", "read_block"]
