"""FINESS, RPPS and INSEE numbers; département and commune of a FINESS address."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.identifiers import Finess, InseeCode, InvalidIdentifier, Rpps, luhn_is_valid, luhn_key
from app.domain.territories import (
    DEPARTEMENTS,
    REGIONS,
    departement_from_finess,
    departement_name,
    insee_from_finess,
)

REAL = ("840021281", "840021273", "950047225", "010000024", "540002698", "10002909371", "10001045367", "26010004500012")
FALSE_IN_OFFICIAL_EXAMPLES = ("750000001", "458174839", "060785432", "11102379616")


@pytest.mark.parametrize("number", REAL)
def test_real_numbers_have_a_valid_key(number: str):
    assert luhn_is_valid(number)
    assert luhn_key(number[:-1]) == number[-1]


@pytest.mark.parametrize("number", [*FALSE_IN_OFFICIAL_EXAMPLES, "", "84002128A", "８４００２１２８１"])
def test_other_numbers_have_not(number: str):
    assert not luhn_is_valid(number)


@given(st.text("0123456789", min_size=1, max_size=20), st.data())
def test_luhn_sees_any_wrong_digit(body: str, data: st.DataObject):
    number = body + luhn_key(body)
    place = data.draw(st.integers(0, len(number) - 1))
    wrong = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != number[place]))
    assert luhn_is_valid(number)
    assert not luhn_is_valid(number[:place] + wrong + number[place + 1 :])


def test_finess_is_read_as_people_write_it():
    for text in ("840021281", " 84 002 128 1", "84\u202f002\u202f128\u202f1", "84.002.128-1"):
        assert Finess.parse(text).value == "840021281"
    finess = Finess.parse("840021281")
    assert (finess.formatted(), finess.national_id, finess.key_is_valid) == ("84 002 128 1", "1840021281", True)


def test_wrong_finess_key_is_said_not_refused():
    assert not Finess.parse("750000001").key_is_valid


def test_letters_of_corsica_are_taken_as_they_are():
    assert Finess.parse("2a0000014").value == "2A0000014"
    assert Finess.parse("2A0000014").key_is_valid


@pytest.mark.parametrize(
    "text", ["", "84002128", "8400212811", "A40021281", "84002128A", "840021281; DROP", "8" * 10_000]
)
def test_what_is_no_finess_is_refused(text: str):
    with pytest.raises(InvalidIdentifier, match="neuf"):
        Finess.parse(text)


def test_rpps_is_read_with_or_without_its_national_prefix():
    assert Rpps.parse("10002909371") == Rpps.parse("8 10002909371") == Rpps("10002909371")
    assert Rpps("10002909371").national_id == "810002909371"
    assert Rpps("10002909371").formatted() == "100 029 093 71"


@pytest.mark.parametrize("text", ["", "1000290937", "710002909371", "1000290937A", "9" * 10_000])
def test_what_is_no_rpps_is_refused(text: str):
    with pytest.raises(InvalidIdentifier, match="onze"):
        Rpps.parse(text)


@pytest.mark.parametrize(("text", "departement"), [("84031", "84"), ("2a004", "2A"), ("97105", "971"), ("04070", "04")])
def test_commune_codes_keep_their_zeros_and_letters(text: str, departement: str):
    code = InseeCode.parse(text)
    assert (code.value, code.departement) == (text.upper(), departement)


@pytest.mark.parametrize("text", ["", "4070", "2C004", "840311", "84O31", "5" * 10_000])
def test_what_is_no_commune_code_is_refused(text: str):
    with pytest.raises(InvalidIdentifier, match="cinq"):
        InseeCode.parse(text)


@pytest.mark.parametrize("kind", [Finess, Rpps, InseeCode])
def test_hostile_text_is_refused_at_once(kind: type[Finess | Rpps | InseeCode]):
    start = perf_counter()
    for text in ("1" * 10_000, " " * 10_000, "8" + "0" * 9_999, "\u00a0" * 10_000 + "x"):
        with pytest.raises(InvalidIdentifier):
            kind.parse(text)
    assert perf_counter() - start < 0.05


def test_france_is_whole():
    assert (len(DEPARTEMENTS), len(REGIONS)) == (101, 18)
    assert {departement.region for departement in DEPARTEMENTS.values()} == set(REGIONS)
    assert all(code == departement.code for code, departement in DEPARTEMENTS.items())
    assert departement_name("21") == "Côte-d’Or"
    assert departement_name("00") is None


@pytest.mark.parametrize(
    ("departement", "commune", "insee"),
    [
        ("84", "031", "84031"),
        ("1", "53", "01053"),
        ("2A", "004", "2A004"),
        ("9A", "105", "97105"),
        ("9C", "302", "97302"),
        ("9D", "411", "97411"),
        ("9F", "610", "97610"),
        ("9J", "613", "98613"),
        ("84", "", None),
        ("84", "A31", None),
        ("84", "1031", None),
        ("99", "031", None),
        ("", "031", None),
    ],
)
def test_insee_code_of_a_finess_address(departement: str, commune: str, insee: str | None):
    assert insee_from_finess(departement, commune) == insee


def test_finess_departements_overseas():
    assert departement_from_finess("9f") == "976"
    assert departement_from_finess("974") == "974"
    assert departement_from_finess("9Z") is None
