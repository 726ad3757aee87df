"""Open or closed, read from the sentence that people read (S-082)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from app.web.support_hours import openings, support_state

PARIS = ZoneInfo("Europe/Paris")
WEEK = "du lundi au vendredi, de 8 h à 18 h"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """November 2026: the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("moment", "is_open", "words"),
    [
        (at(25, 8), True, "ouvert jusqu’à 18 h"),
        (at(25, 17, 59), True, "ouvert jusqu’à 18 h"),
        (at(25, 18), False, "fermé – réouverture demain à 8 h"),
        (at(25, 7, 59), False, "fermé – réouverture aujourd’hui à 8 h"),
        (at(27, 20), False, "fermé – réouverture lundi 8 h"),
        (at(28, 10), False, "fermé – réouverture lundi 8 h"),
        (at(29, 10), False, "fermé – réouverture demain à 8 h"),
    ],
)
def test_the_week(moment: datetime, is_open: bool, words: str) -> None:
    state = support_state(WEEK, moment)
    assert state is not None
    assert (state.open, state.text.replace("\u202f", " ")) == (is_open, words)


def test_summer_and_winter_are_those_of_paris() -> None:
    state = support_state(WEEK, datetime(2026, 7, 1, 6, 30, tzinfo=ZoneInfo("UTC")))
    assert state is not None
    assert state.open


def test_several_spans_and_minutes() -> None:
    sentence = "lundi à jeudi 9h-12h30 ; vendredi de 14 h 15 à 16 h"
    assert [(span.days, span.opens, span.closes) for span in openings(sentence)] == [
        ((0, 1, 2, 3), 540, 750),
        ((4,), 855, 960),
    ]
    noon = support_state(sentence, at(26, 13))
    assert noon is not None
    assert noon.text.replace("\u202f", " ") == "fermé – réouverture demain à 14 h 15"


def test_two_spans_of_the_same_day() -> None:
    sentence = "du lundi au vendredi, de 9 h à 12 h et de 14 h à 17 h"
    lunch = support_state(sentence, at(25, 13))
    assert lunch is not None
    assert (lunch.open, lunch.text.replace("\u202f", " ")) == (False, "fermé – réouverture aujourd’hui à 14 h")


def test_a_sentence_without_hours_says_nothing() -> None:
    assert support_state("sur rendez-vous", at(25, 10)) is None
