"""No cell of a download is ever a formula, and nothing else is lost on the way (SECURITY.md, case 18)."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.csv_files import csv_file, safe_cell

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)
DANGEROUS = st.sampled_from(["=", "+", "-", "@", "\t", "\r", "\n", " =", "  @"])


@given(DANGEROUS, TEXT)
def test_what_starts_like_a_formula_is_text(start: str, rest: str) -> None:
    cell = safe_cell(start + rest)
    assert cell == "'" + start + rest


@given(st.lists(st.lists(TEXT, min_size=2, max_size=2), max_size=5))
def test_cells_come_back_as_they_went(rows: list[list[str]]) -> None:
    body = csv_file("essai", ["a", "b"], rows).get_data(as_text=True)
    read = list(csv.reader(io.StringIO(body.removeprefix("\ufeff"), newline=""), delimiter=";"))[1:]
    assert [[cell.removeprefix("'") if cell[:1] == "'" else cell for cell in row] for row in read] == [
        [cell.removeprefix("'") if cell[:1] == "'" else cell for cell in row] for row in rows
    ]


@pytest.mark.parametrize(("value", "cell"), [(None, ""), (3, "3"), (2.5, "2,5"), (-4, "-4"), (2.0, "2"), ("a", "a")])
def test_numbers_stay_numbers(value: str | float | None, cell: str) -> None:
    assert safe_cell(value) == cell
