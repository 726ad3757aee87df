"""No cell of a download is ever a formula, and nothing else is lost on the way (SECURITY.md, case 18)."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.csv_files import FORMULA_STARTS, SKIPPED, csv_file, csv_lines, safe_cell

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)
STARTS = "=+-@\t\r\n＝＋－＠"
DANGEROUS = st.sampled_from([*STARTS, " =", "  @", "\u00a0=", "\u200b+", "'=", "' -", "\ufeff@"])


@given(DANGEROUS, TEXT)
def test_what_starts_like_a_formula_is_text(start: str, rest: str) -> None:
    cell = safe_cell(start + rest)
    assert cell == "'" + start + rest


@given(st.lists(st.lists(TEXT, min_size=2, max_size=2), max_size=5))
def test_cells_come_back_as_they_went(rows: list[list[str]]) -> None:
    """Taking off the apostrophe that stands before a formula gives back what was written, whatever it was."""
    body = csv_file("essai", ["a", "b"], rows).get_data(as_text=True)
    read = list(csv.reader(io.StringIO(body.removeprefix("\ufeff"), newline=""), delimiter=";"))[1:]
    assert [[as_written(cell) for cell in row] for row in read] == rows


@given(st.lists(st.lists(TEXT | st.builds(str.__add__, DANGEROUS, TEXT), min_size=1, max_size=3), max_size=4))
def test_no_cell_of_a_streamed_file_is_taken_for_a_formula(rows: list[list[str]]) -> None:
    text = "".join(csv_lines(["a", "b", "c"], rows)).removeprefix("\ufeff")
    cells = [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=";") for cell in row]
    assert [cell for cell in cells if cell.lstrip(" \u00a0\u202f\u200b\ufeff")[:1] in set(STARTS)] == []


def as_written(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell.lstrip(SKIPPED).startswith(FORMULA_STARTS) else cell


@pytest.mark.parametrize(
    ("value", "cell"),
    [(None, ""), (3, "3"), (2.5, "2,5"), (-4, "-4"), (2.0, "2"), (43.055123, "43,055123"), (-1.5, "-1,5"), ("a", "a")],
)
def test_numbers_stay_numbers(value: str | float | None, cell: str) -> None:
    assert safe_cell(value) == cell
