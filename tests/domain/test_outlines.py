"""Outlines of several communes: sides that two of them share are inside, whatever the grid."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from app.domain.outlines import coarse_sides, outline


def square(x: int, y: int, size: int = 8) -> str:
    return f"M{x} {y}l{size} 0 0 {size} -{size} 0z"


def test_two_neighbours_have_one_outline_without_the_side_between_them() -> None:
    assert outline([square(0, 0), square(8, 0)]) == "M0 0l16 0 0 8-16 0z"


def test_a_hole_stays_a_ring_of_its_own() -> None:
    around = [square(8 * x, 8 * y) for x, y in product(range(3), repeat=2) if (x, y) != (1, 1)]
    assert outline(around).count("M") == 2


def test_what_is_smaller_than_the_grid_is_not_drawn() -> None:
    assert outline([square(1, 1, 2)]) == ""
    assert outline([]) == ""


@given(st.sets(st.tuples(st.integers(-4, 4), st.integers(-4, 4)), max_size=25))
def test_an_outline_holds_exactly_what_is_put_in_it(cells: set[tuple[int, int]]) -> None:
    """Evenodd: a point of each cell is inside exactly when the cell is there."""
    drawn = coarse_sides(outline(square(8 * x, 8 * y) for x, y in cells))

    def inside(x: int, y: int) -> bool:
        crossed = [one for one in drawn if one[0][0] == one[1][0] > 8 * x + 4 and one[0][1] < 8 * y + 4 < one[1][1]]
        return len(crossed) % 2 == 1

    found = {cell for cell in product(range(-5, 6), repeat=2) if inside(*cell)}
    assert found == cells
