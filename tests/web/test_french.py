"""What people read: dates, numbers, phones, addresses."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import clock
from app.web import french

THIN, HARD = "\u202f", "\u00a0"
NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _wednesday() -> object:
    clock.use(lambda: NOW)
    yield
    clock.use(None)


def test_dates_are_those_of_paris() -> None:
    assert french.date_fr(datetime(2026, 11, 20, 23, 30, tzinfo=UTC)) == "21 novembre 2026"
    assert french.date_fr(date(2026, 8, 1)) == "1er août 2026"
    assert french.datetime_fr(datetime(2026, 7, 1, 4, 12, tzinfo=UTC)) == f"1er juillet 2026 à 6{THIN}h{THIN}12"
    assert french.datetime_fr(date(2026, 2, 12)) == "12 février 2026"
    assert french.date_fr(None) == french.datetime_fr(None) == french.relative_fr(None) == ""


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=20), "à l’instant"),
        (timedelta(minutes=1), f"il y a 1{HARD}minute"),
        (timedelta(hours=3), f"il y a 3{HARD}heures"),
        (timedelta(hours=12), "hier"),
        (timedelta(days=1), "hier"),
        (timedelta(days=6), "il y a 6 jours"),
        (timedelta(days=7), "le 18 novembre 2026"),
        (timedelta(days=-1), "demain"),
        (timedelta(days=-2), "dans 2 jours"),
        (timedelta(days=-30), "le 25 décembre 2026"),
    ],
)
def test_a_moment_is_relative_under_seven_days(ago: timedelta, words: str) -> None:
    assert french.relative_fr(NOW - ago) == words


def test_a_day_is_counted_in_paris_not_in_hours() -> None:
    """23 h 30 in Paris is « hier » at one in the morning, an hour and a half later."""
    clock.use(lambda: datetime(2026, 11, 25, 0, 0, tzinfo=UTC))
    assert french.relative_fr(datetime(2026, 11, 24, 22, 30, tzinfo=UTC)) == "hier"


def test_zero_is_singular_and_thousands_do_not_break() -> None:
    assert french.plural(0, "commune") == f"0{HARD}commune"
    assert french.plural(2, "commune") == f"2{HARD}communes"
    assert french.plural(150, "an") == f"150{HARD}ans"
    assert french.plural(2, "CPTS déclare", "CPTS déclarent") == f"2{HARD}CPTS déclarent"
    assert french.number_fr(34920) == f"34{THIN}920"


@pytest.mark.parametrize(
    ("number", "written", "uri"),
    [
        ("+33465710000", "04 65 71 00 00", "+33465710000"),
        ("04 65 71 00 00", "04 65 71 00 00", "+33465710000"),
        ("+32475123456", "+32 475 12 34 56", "+32475123456"),
        ("poste 12", "poste 12", "12"),
        ("15", "15", "15"),
        (None, "", ""),
    ],
)
def test_a_phone_is_written_in_pairs(number: str | None, written: str, uri: str) -> None:
    assert french.phone_fr(number).replace(HARD, " ") == written
    assert french.phone_uri(number) == uri


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.from_regex(r"(\+33|0)[1-9][0-9]{8}", fullmatch=True))
def test_a_landline_is_written_as_the_library_would(number: str) -> None:
    quick = french._written.__wrapped__(number), french._dialled.__wrapped__(number)
    with patch.object(french, "_LANDLINE", re.compile("(?!)")):
        assert quick == (french._written.__wrapped__(number), french._dialled.__wrapped__(number))


def test_hours_do_not_break_at_the_end_of_a_line() -> None:
    assert french.hours_fr("de 8 h à 18 h 30") == f"de 8{THIN}h à 18{THIN}h{THIN}30"
    assert french.hours_fr("2 heures") == "2 heures"


def test_initials_leave_titles_out() -> None:
    assert french.initials("Dre Hélène Vasseur") == "HV"
    assert french.initials("Jean-Baptiste Roux") == "JR"
    assert french.initials("Cher") == "C"
    assert french.initials("Dr") == "?"


def test_only_http_becomes_a_link() -> None:
    assert french.is_web_address("https://cpts.example")
    assert not french.is_web_address("javascript:alert(1)")
    assert not french.is_web_address(None)
    assert french.web_label("https://www.cpts.example/accueil/") == "cpts.example/accueil"


def test_sorting_ignores_accents_case_and_punctuation() -> None:
    names = ["Zébulon", "école", "Eaux", "L’Isle", "L'Abeille"]
    assert sorted(names, key=french.sort_key) == ["Eaux", "école", "L'Abeille", "L’Isle", "Zébulon"]
