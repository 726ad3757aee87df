"""What a zone surrounds, on a grid of square communes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.domain.borders import sides, surrounded

SIZE = 6


def square(x: int, y: int) -> str:
    return f"M{x * 10} {y * 10}l10 0 0 10-10 0z"


GRID = {f"{x}{y}": sides(square(x, y)) for x in range(SIZE) for y in range(SIZE)}


def test_a_path_is_read_whichever_way_it_turns():
    assert sides("M0 0l10 0 0 10-10 0z") == sides("M10 10l0-10-10 0 0 10z") == sides("M0 10l10 0 0-10-10 0z")
    assert len(sides("M0 0l10 0 0 10-10 0zM20 20l5 0 0 5z")) == 7


def test_the_middle_of_a_ring_is_surrounded_and_a_gap_opens_it():
    ring = {"11", "12", "13", "21", "23", "31", "32", "33"}
    assert surrounded(ring, GRID) == [frozenset({"22"})]
    assert surrounded(ring - {"21"}, GRID) == []
    assert surrounded(ring - {"11"}, GRID) == [frozenset({"22"})], "a corner is no passage"


def test_communes_of_a_hole_come_together():
    ring = {f"{x}{y}" for x in range(1, 5) for y in range(1, 4)} - {"22", "32"}
    assert surrounded(ring, GRID) == [frozenset({"22", "32"})]


def test_nothing_is_said_of_the_edge_of_what_is_drawn():
    assert surrounded({"10", "11", "01"}, GRID) == []
    known = {code: own for code, own in GRID.items() if code != "23"}
    assert surrounded({"11", "12", "13", "21", "31", "32", "33"}, known) == []


@given(st.frozensets(st.sampled_from(sorted(GRID))))
def test_surrounded_is_what_no_walk_reaches_from_the_edge(zone: frozenset[str]):
    outside = {(int(code[0]), int(code[1])) for code in GRID if code not in zone}
    reached = {one for one in outside if {0, SIZE - 1} & set(one)}
    pending = list(reached)
    while pending:
        x, y = pending.pop()
        steps = {(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)} & outside - reached
        reached |= steps
        pending += steps
    found = {code for group in surrounded(zone, GRID) for code in group}
    assert found == {f"{x}{y}" for x, y in outside - reached}
