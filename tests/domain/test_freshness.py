"""The national rule RE1.2 exactly (DOMAIN.md §2.10), and the months of verifications."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.freshness import Conformity, months_after, months_between, next_check, outlook, re1_2

TODAY = date(2026, 11, 25)
A_YEAR_AGO = date(2025, 11, 25)
OLD, FRESH = date(2024, 1, 1), date(2026, 6, 1)
CONFORM, GAP = Conformity.CONFORM, Conformity.GAP


@pytest.mark.parametrize(
    ("updates", "said"),
    [
        ([], CONFORM),
        ([FRESH], CONFORM),
        ([OLD], GAP),
        ([A_YEAR_AGO], GAP),  # strictly after
        ([A_YEAR_AGO + timedelta(days=1)], CONFORM),
        ([OLD] * 6 + [FRESH], CONFORM),  # seven: one is enough
        ([OLD] * 7 + [FRESH], GAP),  # eight: 0.13
        ([OLD] * 6 + [FRESH] * 2, CONFORM),  # 0.25
        ([OLD] * 37 + [FRESH] * 12, GAP),  # 12/49 = 0.2449 → 0.24
        ([OLD] * 151 + [FRESH] * 49, CONFORM),  # 49/200 = 0.245 → 0.25, half up
        ([OLD] * 8, GAP),
    ],
)
def test_re1_2_says_what_the_script_of_the_ror_says(updates: list[date], said: Conformity) -> None:
    assert re1_2(updates, TODAY) is said


def test_a_year_before_29_february_is_28_february() -> None:
    leap = date(2028, 2, 29)
    assert re1_2([date(2027, 2, 28)], leap) is GAP
    assert re1_2([date(2027, 3, 1)], leap) is CONFORM
    assert re1_2([leap], date(2029, 2, 28)) is CONFORM
    assert re1_2([leap], date(2029, 3, 1)) is GAP
    assert months_after(leap, -12) == date(2027, 2, 28)
    assert months_after(date(2027, 2, 28), 12) == date(2028, 2, 28)


def test_the_eleventh_month_warns_with_the_day_of_the_gap() -> None:
    touched = date(2026, 1, 10)
    assert outlook([touched], date(2026, 12, 1)).gap_on is None
    assert outlook([touched], date(2026, 12, 15)).gap_on == date(2027, 1, 10)
    assert outlook([touched], date(2027, 1, 9)).gap_on == date(2027, 1, 10)
    assert outlook([touched], date(2027, 1, 10)) == outlook([OLD], TODAY)


@given(
    st.lists(st.dates(date(2020, 1, 1), date(2032, 1, 1)), max_size=12), st.dates(date(2024, 1, 1), date(2032, 1, 1))
)
def test_time_that_passes_never_makes_a_gap_conform(updates: list[date], today: date) -> None:
    known = [update for update in updates if update <= today]
    if re1_2(known, today) is GAP:
        assert re1_2(known, today + timedelta(days=40)) is GAP
    found = outlook(known, today)
    if found.gap_on:
        assert re1_2(known, found.gap_on) is GAP
        assert re1_2(known, found.gap_on - timedelta(days=1)) is CONFORM


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 60))
def test_months_gone_by_are_those_that_were_added(day: date, months: int) -> None:
    assert months_between(day, months_after(day, months)) == months
    assert months == 0 or months_between(day, months_after(day, months) - timedelta(days=1)) == months - 1


def test_who_never_wants_to_be_asked_has_no_next_check() -> None:
    assert next_check(FRESH, 0, since=OLD) is None
    assert next_check(FRESH, 6, since=OLD) == date(2026, 12, 1)
    assert next_check(None, 3, since=date(2026, 8, 31)) == date(2026, 11, 30)
