"""When a nomination may be answered, a seat is free."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.errors import ImpossibleNow
from app.domain.mandates import (
    TRANSITIONS,
    NominationStatus,
    check_answerable,
    check_open,
    check_waiting,
    free_seat,
)
from tests.support.time import A_WEDNESDAY

CLOSED = [status for status in NominationStatus if status is not NominationStatus.PROPOSED]
LATER = A_WEDNESDAY + timedelta(days=1)


def test_a_nomination_waits_then_closes_for_good() -> None:
    assert TRANSITIONS[NominationStatus.PROPOSED] == set(CLOSED)
    assert all(not TRANSITIONS[status] for status in CLOSED)


@pytest.mark.parametrize("status", CLOSED)
def test_a_closed_nomination_is_neither_answered_nor_withdrawn(status: NominationStatus) -> None:
    with pytest.raises(ImpossibleNow, match=status.label):
        check_answerable(status, LATER, A_WEDNESDAY)
    with pytest.raises(ImpossibleNow, match=status.label):
        check_waiting(status)


def test_an_overdue_nomination_is_withdrawn_but_not_answered() -> None:
    check_waiting("proposed")
    check_answerable("proposed", LATER, A_WEDNESDAY)
    with pytest.raises(ImpossibleNow, match="a expiré"):
        check_answerable("proposed", A_WEDNESDAY, A_WEDNESDAY)


def test_a_mandate_ends_once() -> None:
    check_open(ended=False)
    with pytest.raises(ImpossibleNow, match="déjà pris fin"):
        check_open(ended=True)


@pytest.mark.parametrize(
    ("taken", "wanted", "seat"), [([], None, 1), ([1], None, 2), ([2], None, 1), ([1], 2, 2), ([], 2, 2)]
)
def test_the_seat_is_the_one_wanted_or_the_first_free(taken: list[int], wanted: int | None, seat: int) -> None:
    assert free_seat(taken, wanted) == seat


@pytest.mark.parametrize(
    ("taken", "wanted", "words"), [([1, 2], None, "deux sièges"), ([1, 2], 1, "deux sièges"), ([1], 1, "déjà occupé")]
)
def test_a_taken_seat_is_refused(taken: list[int], wanted: int | None, words: str) -> None:
    with pytest.raises(ImpossibleNow, match=words):
        free_seat(taken, wanted)
