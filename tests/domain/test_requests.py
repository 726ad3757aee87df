from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.affiliations import Check, RegisterEntry, compare
from app.domain.errors import ImpossibleNow
from app.domain.professions import PROFESSIONS, find_profession
from app.domain.requests import (
    ALPHABET,
    PENDING,
    TRANSITIONS,
    Status,
    check_move,
    deadline,
    new_number,
    usual_delay,
    working_days,
)

MONDAY = date(2026, 11, 23)


def test_final_states_lead_nowhere() -> None:
    final = {Status.ACCEPTED, Status.REFUSED, Status.CANCELLED, Status.EXPIRED}
    assert {status for status, moves in TRANSITIONS.items() if not moves} == final
    assert set(PENDING) == set(Status) - final


@pytest.mark.parametrize("current", list(Status))
@pytest.mark.parametrize("to", list(Status))
def test_check_move_agrees_with_the_table(current: Status, to: Status) -> None:
    if to in TRANSITIONS[current]:
        check_move(current.value, to)
    else:
        with pytest.raises(ImpossibleNow, match=current.label):
            check_move(current.value, to)


def test_a_request_that_waits_for_an_answer_expires_sooner() -> None:
    assert deadline(Status.SUBMITTED, MONDAY) == MONDAY + timedelta(days=60)
    assert deadline(Status.INFO_NEEDED, MONDAY) == MONDAY + timedelta(days=30)


@given(st.integers(min_value=0, max_value=2**64 - 1))
def test_number_is_eleven_signs_that_read_aloud(entropy: int) -> None:
    number = new_number(entropy)
    assert len(number) == 11
    assert number[:2] == "R-"
    assert number[6] == "-"
    assert set(number[2:6] + number[7:]) <= set(ALPHABET)
    assert not set(ALPHABET) & set("01ILOU")


def test_numbers_differ_with_what_makes_them() -> None:
    assert len({new_number(n) for n in range(2000)}) == 2000


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, 0), (1, 1), (4, 4), (5, 4), (6, 4), (7, 5), (14, 10)],
)
def test_working_days_leave_week_ends_out(days: int, expected: int) -> None:
    assert working_days(MONDAY, MONDAY + timedelta(days=days)) == expected


def test_working_days_from_a_saturday() -> None:
    assert working_days(MONDAY - timedelta(days=2), MONDAY) == 1


def life(days: int) -> tuple[datetime, datetime]:
    start = datetime(2026, 11, 23, 9, tzinfo=UTC)
    return start, start + timedelta(days=days)


def test_usual_delay_is_the_median_rounded_up() -> None:
    assert usual_delay([life(0), life(1), life(4)]) == 1
    assert usual_delay([life(0), life(1), life(2), life(4)]) == 2


def test_usual_delay_is_unknown_under_three_decisions() -> None:
    assert usual_delay([]) is None
    assert usual_delay([life(1), life(1)]) is None


def test_professions_are_found_by_code_and_by_label() -> None:
    for profession in PROFESSIONS:
        assert find_profession(profession.key) is profession
        assert find_profession(profession.label.upper()) is profession
    assert find_profession("Masseur kinesitherapeute") is find_profession("70")
    assert find_profession("Astrologue") is None


def test_only_functions_outside_the_register_go_without_rpps() -> None:
    assert {p.label for p in PROFESSIONS if not p.needs_rpps} == {"Coordination", "Fonction administrative"}


def test_compare_without_an_entry_asks_to_verify() -> None:
    assert compare("Olivier", None, {"84031"}) == [Check.TO_VERIFY]


def test_compare_same_name_in_the_zone() -> None:
    entry = RegisterEntry("RIPERT NOËL", frozenset({"84031"}))
    assert compare("Ripert-Noel", entry, {"84031", "84088"}) == [Check.IN_REGISTER, Check.IN_ZONE]


def test_compare_another_name_out_of_the_zone() -> None:
    entry = RegisterEntry("DURAND", frozenset({"13055"}))
    assert compare("Olivier", entry, {"84031"}) == [Check.NAME_DIFFERS, Check.TO_VERIFY, Check.OUT_OF_ZONE]


def test_compare_says_nothing_of_the_zone_when_one_side_is_unknown() -> None:
    assert compare("Durand", RegisterEntry("DURAND", frozenset()), {"84031"}) == [Check.IN_REGISTER]
    assert compare("Durand", RegisterEntry("DURAND", frozenset({"84031"})), set()) == [Check.IN_REGISTER]
