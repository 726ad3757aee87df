"""Open or closed, in the time that clocks show in Paris (S-082)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.support_hours import Hours, Span, SpecialDay, Week, read_sentence, write_sentence
from app.working_days import HOLIDAYS, PARIS

SENTENCE = "du lundi au vendredi, de 8 h à 18 h"
WEEK = Hours(SENTENCE, read_sentence(SENTENCE), is_holiday=HOLIDAYS.__contains__)


def at(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=PARIS)


def said(hours: Hours, moment: datetime) -> str:
    state = hours.state(moment)
    assert state is not None
    assert state.open == state.text.startswith("ouvert")
    return state.text.replace("\u202f", " ")


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (at(11, 25, 8), "ouvert jusqu’à 18 h"),
        (at(11, 25, 17, 59), "ouvert jusqu’à 18 h"),
        (at(11, 25, 18), "fermé – réouverture demain à 8 h"),
        (at(11, 25, 7, 59), "fermé – réouverture aujourd’hui à 8 h"),
        (at(11, 27, 20), "fermé – réouverture lundi 8 h"),
        (at(11, 28, 10), "fermé – réouverture lundi 8 h"),
        (at(11, 29, 10), "fermé – réouverture demain à 8 h"),
    ],
)
def test_the_week(moment: datetime, words: str) -> None:
    assert said(WEEK, moment) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (at(11, 11, 10), "fermé aujourd’hui, jour férié – réouverture demain à 8 h"),
        (at(11, 10, 19), "fermé – réouverture jeudi 8 h"),
        (at(5, 1, 10), "fermé aujourd’hui, jour férié – réouverture lundi 8 h"),
        (at(8, 15, 10), "fermé – réouverture lundi 8 h"),  # a Saturday: closed anyway
        (at(4, 3, 19), "fermé – réouverture mardi 8 h"),  # before the Monday of Easter
        (at(12, 24, 19), "fermé – réouverture lundi 8 h"),
    ],
)
def test_public_holidays_are_closed(moment: datetime, words: str) -> None:
    assert said(WEEK, moment) == words


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (datetime(2026, 3, 27, 6, 59, tzinfo=UTC), False),  # winter time: 7 h 59
        (datetime(2026, 3, 27, 7, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 30, 5, 59, tzinfo=UTC), False),  # summer time began on Sunday the 29th: 7 h 59
        (datetime(2026, 3, 30, 6, 0, tzinfo=UTC), True),
        (datetime(2026, 10, 23, 6, 0, tzinfo=UTC), True),
        (datetime(2026, 10, 26, 6, 0, tzinfo=UTC), False),  # it ended on Sunday the 25th: 7 h
        (datetime(2026, 10, 26, 7, 0, tzinfo=UTC), True),
    ],
)
def test_summer_and_winter_are_those_of_paris(moment: datetime, is_open: bool) -> None:
    state = WEEK.state(moment.astimezone(PARIS))
    assert state is not None
    assert state.open == is_open


def test_a_closed_day_says_why_and_a_special_one_has_its_own_hours() -> None:
    hours = replace(
        WEEK,
        special={
            date(2026, 5, 15): SpecialDay("pont de l’Ascension"),
            date(2026, 11, 11): SpecialDay("permanence", (Span(600, 720),)),
        },
    )
    assert said(hours, at(5, 15, 10)) == "fermé aujourd’hui (pont de l’Ascension) – réouverture lundi 8 h"
    assert said(hours, at(5, 13, 19)) == "fermé – réouverture lundi 8 h", "the 14th is Ascension day"
    assert said(hours, at(11, 11, 10)) == "ouvert jusqu’à 12 h", "an exceptional day wins over a public holiday"


def test_a_long_closing_names_the_date() -> None:
    closed = {date(2026, 12, day): SpecialDay("congés") for day in range(21, 32)}
    assert said(replace(WEEK, special=closed), at(12, 18, 19)) == "fermé – réouverture le lundi 4 janvier à 8 h"


def test_never_open_says_no_date() -> None:
    assert said(Hours("", ((),) * 7), at(11, 25, 10)) == "fermé – réouverture prochainement"


def test_several_spans_and_minutes() -> None:
    week = read_sentence("lundi à jeudi 9h-12h30 ; vendredi de 14 h 15 à 16 h")
    assert week == ((Span(540, 750),),) * 4 + ((Span(855, 960),), (), ())
    assert said(Hours("", week), at(11, 26, 13)) == "fermé – réouverture demain à 14 h 15"


@pytest.mark.parametrize(
    ("sentence", "days"),
    [
        ("lundi-vendredi 9h-18h", {0, 1, 2, 3, 4}),
        ("les lundi, mercredi et vendredi, de 9 h à 18 h", {0, 2, 4}),
        ("du vendredi au lundi de 9 h à 18 h", {4, 5, 6, 0}),
        ("les samedi et dimanche de 9 h à 18 h", {5, 6}),
        ("le jeudi de 9 h à 18 h", {3}),
    ],
)
def test_days_are_read_as_people_write_them(sentence: str, days: set[int]) -> None:
    week = read_sentence(sentence)
    assert week is not None
    assert {day for day, spans in enumerate(week) if spans} == days


def test_two_spans_of_the_same_day() -> None:
    week = read_sentence("du lundi au vendredi, de 9 h à 12 h et de 14 h à 17 h")
    assert said(Hours("", week), at(11, 25, 13)) == "fermé – réouverture aujourd’hui à 14 h"


def test_a_sentence_without_hours_says_nothing() -> None:
    assert read_sentence("sur rendez-vous") is None
    assert Hours("sur rendez-vous", None).state(at(11, 25, 10)) is None


@st.composite
def weeks(draw: st.DrawFn) -> Week:
    def day() -> tuple[Span, ...]:
        edges = sorted(draw(st.sets(st.integers(0, 1439), max_size=4)))
        return tuple(Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False))

    return tuple(day() for _ in range(7))


@given(weeks())
def test_what_is_written_reads_back_the_same(week: Week) -> None:
    assert read_sentence(write_sentence(week)) == (week if any(week) else None)


def test_neighbouring_days_are_told_together() -> None:
    week = read_sentence("du lundi au jeudi de 9 h à 12 h et de 14 h à 17 h 30, vendredi de 9 h à 12 h")
    assert week is not None
    assert write_sentence(week).replace("\u202f", " ") == (
        "du lundi au jeudi, de 9 h à 12 h et de 14 h à 17 h 30, puis le vendredi, de 9 h à 12 h"
    )
