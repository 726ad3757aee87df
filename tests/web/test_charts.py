"""Bars say what the table says: as high as their value, inside the drawing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.charts import HEIGHT, TOP, WIDTH, bar_chart

VALUES = st.lists(st.none() | st.integers(0, 100_000), min_size=1, max_size=24)


@given(VALUES)
def test_bars_are_in_proportion_and_inside(values: list[int | None]) -> None:
    chart = bar_chart(["x"] * len(values), [("Reçues", values)])
    assert [bar.value for bar in chart.bars] == [value for value in values if value is not None]
    full = chart.base - TOP
    top = float(chart.levels[-1].text)
    for bar in chart.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH
        assert bar.y >= TOP
        assert bar.y + bar.height == pytest.approx(chart.base, abs=0.11)
        assert bar.height == pytest.approx(full * bar.value / top, abs=0.11)
    assert chart.base < HEIGHT


def test_levels_are_round_numbers() -> None:
    assert [level.text for level in bar_chart(["a"], [("n", [7])]).levels] == ["0", "2", "4", "6", "8"]
    assert [level.text for level in bar_chart(["a"], [("n", [0])]).levels] == ["0", "1", "2", "3", "4"]


def test_a_crowd_of_months_names_every_other_one() -> None:
    chart = bar_chart([str(rank) for rank in range(24)], [("n", [1] * 24)])
    assert len(chart.groups) == 12
    assert not chart.values_shown
