"""Tables to open in a spreadsheet. No cell is ever taken for a formula (SECURITY.md, case 18)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
BYTE_ORDER_MARK = "\ufeff"
"""Without it, a spreadsheet reads accents as something else."""
Cell = str | int | float | None


def csv_file(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """A download named `name`.csv, as French spreadsheets read it: semicolons, decimal commas."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([safe_cell(cell) for cell in header])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    response = Response(BYTE_ORDER_MARK + text.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


def safe_cell(value: Cell) -> str:
    """Text that a spreadsheet keeps as text; a negative number stays one."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return f"{value:g}".replace(".", ",") if isinstance(value, float) else str(value)
    return f"'{value}" if value.lstrip(" ").startswith(FORMULA_STARTS) else value
