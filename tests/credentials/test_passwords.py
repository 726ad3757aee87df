"""The rule is CNIL délibération 2022-100 (50 bits with throttling) and ASVS 6.2.5 (no composition rule)."""

import pytest

from app.credentials.passwords import hash_password, verify_password, weakness


@pytest.mark.parametrize(
    "password",
    ["quatre chevaux verts dansent", "Tr0mbone-lagune-74", "été à Fontaine-de-Vaucluse", "xk7-Qp2mvv!tz9"],
)
def test_anyone_chooses_a_long_unpredictable_password_accepted(password: str) -> None:
    assert weakness(password, "Hélène Vasseur", "helene@cpts.example") is None


@pytest.mark.parametrize(
    "password",
    [
        "court-Ab1!",
        "123456789012",
        "aaaaaaaaaaaaaaaa",
        "motdepasse123",
        "vasseur-helene",
        "cptsmedecinsante",
        "x" * 129,
    ],
)
def test_anyone_chooses_a_weak_password_refused(password: str) -> None:
    assert weakness(password, "Hélène Vasseur", "helene@cpts.example")


def test_right_password_matches_in_any_unicode_form_and_wrong_one_does_not() -> None:
    hashed = hash_password("été à la mer, 1998")
    assert verify_password("été à la mer, 1998", hashed)
    assert not verify_password("ete a la mer, 1998", hashed)


def test_nobody_matches_when_there_is_no_account() -> None:
    assert not verify_password("nobody holds this password", None)
