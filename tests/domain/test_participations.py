"""Taking part in unscheduled care through a CPTS: every obstacle with its remedy, every rule of what is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.domain.errors import ImpossibleNow, Invalid
from app.domain.participations import (
    MOST_PLACES,
    NO_ANSWER,
    NO_HOURS,
    NO_PLACE,
    Declaration,
    Place,
    Remedy,
    Standing,
    check_declaration,
    check_standing,
    is_to_warn,
    obstacles,
)

TODAY = date(2026, 11, 26)
DOCTOR = Standing(
    rpps="10999800112",
    registered=True,
    profession_code="10",
    profession="Médecin",
    attached=True,
    asked=False,
    suspended=False,
)
OFFICE = Place("Cabinet", "3 rue des Essais", "84200", "84031")
SAID = Declaration((OFFICE,), has_software=True, gives_hours=False, starts_on=TODAY)


# ── who may ─────────────────────────────────────────────────────────────────


def test_a_doctor_attached_to_a_cpts_that_the_sas_shows_may_take_part() -> None:
    assert obstacles(DOCTOR) == []
    check_standing(DOCTOR)


@pytest.mark.parametrize(
    ("change", "key", "remedy", "why"),
    [
        ({"profession_code": "60", "profession": "Infirmier"}, "profession", Remedy.CONTACT, "« Infirmier »"),
        ({"profession_code": None, "profession": None}, "profession", Remedy.CONTACT, "Seuls les médecins"),
        ({"rpps": None, "registered": False}, "rpps", Remedy.IDENTITY, "numéro RPPS"),
        ({"registered": False}, "register", Remedy.CONTACT, "10999800112"),
        ({"attached": False}, "attached", Remedy.ASK, "pas rattaché"),
        ({"attached": False, "asked": True}, "asked", Remedy.FOLLOW, "attend sa réponse"),
        ({"suspended": True}, "suspended", Remedy.CPTS, "suspendu"),
        ({"missing": ("Aucun téléphone.",)}, "published", Remedy.READINESS, "vous n’y apparaîtriez pas"),
    ],
)
def test_each_obstacle_says_why_and_what_to_do(change: dict[str, object], key: str, remedy: Remedy, why: str) -> None:
    (found,) = obstacles(replace(DOCTOR, **change))  # type: ignore[arg-type]
    assert (found.key, found.remedy) == (key, remedy)
    assert why in found.why
    assert found.what_to_do.endswith(".")


def test_obstacles_come_in_the_order_in_which_they_are_lifted() -> None:
    nobody = Standing(None, False, "60", "Infirmier", False, False, False, ("Aucun téléphone.", "Aucune commune."))
    assert [found.key for found in obstacles(nobody)] == ["profession", "rpps", "attached", "published"]
    with pytest.raises(ImpossibleNow, match="Seuls les médecins"):
        check_standing(nobody)


def test_what_the_cpts_lacks_is_told_in_full() -> None:
    unseen = replace(DOCTOR, missing=("Aucun téléphone.", "Aucune commune."))
    with pytest.raises(ImpossibleNow, match=r"Aucun téléphone\. Aucune commune\. La présidence"):
        check_standing(unseen)


def test_an_unknown_number_says_nothing_of_the_profession() -> None:
    """Declared by themselves, and not confirmed by any register: the number comes first."""
    assert [found.key for found in obstacles(replace(DOCTOR, registered=False, profession_code="60"))] == ["register"]


# ── what is said ────────────────────────────────────────────────────────────


def check(said: Declaration, attached_on: date = TODAY, kept_start: date | None = None) -> dict[str, str]:
    try:
        check_declaration(said, today=TODAY, attached_on=attached_on, kept_start=kept_start)
    except Invalid as error:
        return error.fields
    return {}


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"places": ()}, {"lieux": NO_PLACE}),
        ({"has_software": None}, {"logiciel": NO_ANSWER}),
        ({"has_software": False}, {"deux_heures": NO_HOURS}),
        ({"has_software": False, "gives_hours": True}, {}),
        ({"places": (), "has_software": None}, {"lieux": NO_PLACE, "logiciel": NO_ANSWER}),
        ({"ends_on": TODAY}, {}),
        ({"ends_on": TODAY + timedelta(days=400)}, {}),
        ({"starts_on": TODAY + timedelta(days=365)}, {}),
    ],
)
def test_a_declaration_is_complete_or_says_what_is_missing(change: dict[str, object], fields: dict[str, str]) -> None:
    assert check(replace(SAID, **change)) == fields  # type: ignore[arg-type]


def test_ten_places_are_enough() -> None:
    places = tuple(replace(OFFICE, name=f"Cabinet {number}") for number in range(MOST_PLACES))
    assert check(replace(SAID, places=places)) == {}
    assert list(check(replace(SAID, places=(*places, OFFICE)))) == ["lieux"]


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        (TODAY - timedelta(days=1), None, "debut"),
        (TODAY + timedelta(days=366), None, "debut"),
        (TODAY + timedelta(days=2), TODAY + timedelta(days=1), "fin"),
    ],
)
def test_dates_are_coherent(start: date, end: date | None, field: str) -> None:
    assert list(check(replace(SAID, starts_on=start, ends_on=end))) == [field]


def test_a_participation_may_have_begun_with_the_rattachement() -> None:
    long_ago = TODAY - timedelta(days=90)
    assert check(replace(SAID, starts_on=long_ago), attached_on=long_ago) == {}
    ended = replace(SAID, starts_on=long_ago, ends_on=TODAY - timedelta(days=1))
    assert "retirez-vous" in check(ended, attached_on=long_ago)["fin"]


def test_a_first_day_that_has_come_does_not_change_any_more() -> None:
    begun = TODAY - timedelta(days=10)
    assert check(replace(SAID, starts_on=begun), kept_start=begun) == {}
    assert "ne change plus" in check(SAID, kept_start=begun)["debut"]
    ahead = TODAY + timedelta(days=10)
    assert check(SAID, kept_start=ahead) == {}


def test_hours_count_only_without_a_software() -> None:
    assert not replace(SAID, gives_hours=True).counted_hours
    assert replace(SAID, has_software=False, gives_hours=True).counted_hours


# ── its end ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("end", "told_of", "warned"),
    [
        (None, None, False),
        (TODAY + timedelta(days=31), None, False),
        (TODAY + timedelta(days=30), None, True),
        (TODAY, None, True),
        (TODAY - timedelta(days=1), None, False),
        (TODAY + timedelta(days=30), TODAY + timedelta(days=30), False),
        (TODAY + timedelta(days=20), TODAY + timedelta(days=30), True),
    ],
)
def test_a_known_end_is_told_thirty_days_before_and_once(end: date | None, told_of: date | None, warned: bool) -> None:
    assert is_to_warn(end, told_of, TODAY) is warned
