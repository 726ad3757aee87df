"""Tables to open in a spreadsheet. No cell is ever taken for a formula (SECURITY.md, case 18)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from flask import Response

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Full-width forms count as well: a spreadsheet set to Japanese or Chinese reads them the same."""
SKIPPED = " '\u00a0\u202f\u200b\ufeff"
"""What a formula may hide behind: spaces that nobody sees, and the apostrophe, so that ours can be told apart."""
BYTE_ORDER_MARK = "\ufeff"
"""Without it, a spreadsheet reads accents as something else."""
CONTENT_TYPE = "text/csv; charset=utf-8"
Cell = str | int | float | None


def csv_file(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """A download named `name`.csv, as French spreadsheets read it: semicolons, decimal commas."""
    response = Response("".join(csv_lines(header, rows)), content_type=CONTENT_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The same file, a row at a time."""
    line = io.StringIO()
    writer = csv.writer(line, delimiter=";", lineterminator="\r\n")
    line.write(BYTE_ORDER_MARK)
    writer.writerow([safe_cell(cell) for cell in header])
    yield _taken(line)
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in row])
        yield _taken(line)


def safe_cell(value: Cell) -> str:
    """Text that a spreadsheet keeps as text; a negative number stays one."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return f"{value:.10g}".replace(".", ",") if isinstance(value, float) else str(value)
    return f"'{value}" if value.lstrip(SKIPPED).startswith(FORMULA_STARTS) else value


def _taken(line: io.StringIO) -> str:
    text = line.getvalue()
    line.seek(0)
    line.truncate()
    return text
