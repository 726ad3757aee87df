"""Differences, merges and blanks of boxes; the rules of the exposition model, each by its number."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.sheets.catalogue import BOXES, SheetKind, find_box
from app.domain.sheets.rules import box_findings, sheet_findings
from app.domain.sheets.values import Values, canonical, changes, erased, is_blank, merge, refused_blanks

PHONE = {"channel": "2", "value": "+33490000001", "extension": None, "usage": None, "level": 1}
STANDARD = {"nature": "06", "function": None, "name": None, "description": None, "level": 1, "telecoms": [PHONE]}
COMPLETE: dict[str, Values] = {
    "offre": {
        "type_code": "255",
        "name": "CPTS du Comtat",
        "activity_field_code": "05",
        "care_mode_code": "58",
        "sensitive": False,
    },
    "zone": {"communes": ["84031"]},
    "contacts": {"contacts": [STANDARD]},
    "activites": {"activities": ["475"]},
    "public": {"min_age": 0, "min_age_unit": "a", "max_age": 150, "max_age_unit": "a"},
    "conditions": {"admission_conditions": None, "reception_conditions": None, "regulator_info": "Composer le 1"},
}
ALL = [box for kind in SheetKind for box in BOXES[kind]]
zone = find_box(SheetKind.UO, "zone")
contact = find_box(SheetKind.EG, "coordonnees")
assert zone is not None
assert contact is not None
INSEE = st.lists(st.sampled_from(["84031", "84035", "84054", "13201", "04070"]), unique=True).map(sorted)
TEXT = st.one_of(st.none(), st.sampled_from(["", "a", "b", "c"]))
PAGE = st.fixed_dictionaries({field.key: TEXT for field in contact.fields})


def found(sheet: dict[str, Any], codes: dict[str, dict[str, str]] | None = None) -> list[tuple[str, str]]:
    return [(one.rule, one.field) for one in sheet_findings(SheetKind.UO, sheet, codes or {}) if one.blocking]


def changed(box: str, **values: Any) -> dict[str, Any]:
    return {**COMPLETE, box: {**COMPLETE[box], **values}}


def test_a_complete_unit_is_published() -> None:
    assert found(COMPLETE) == []


@pytest.mark.parametrize(
    "box", [box for box in ALL if any(field.required for field in box.fields)], ids=lambda b: b.key
)
def test_what_is_mandatory_is_asked_for(box: Any) -> None:
    """RG_EXP_002."""
    asked = [one.field for one in sheet_findings(box.kind, {}, {}) if one.blocking and one.box == box.key]
    assert asked == [field.key for field in box.fields if field.required]


def test_everything_mandatory_is_kept() -> None:
    assert all(field.kept for box in ALL for field in box.fields if field.required)


@pytest.mark.parametrize(
    ("rule", "sheet"),
    [
        ("RG_EXP_009", changed("zone", communes=["84", "84031"])),
        ("RG_EXP_048", changed("public", min_age_unit="ans")),
        ("S-043", changed("public", max_age=151)),
        ("S-043", changed("public", min_age=3, max_age=24, max_age_unit="mo")),
        ("RG_EXP_040", changed("contacts", contacts=[{**STANDARD, "name": "Hélène Vasseur"}])),
        ("RG_EXP_041", changed("contacts", contacts=[{**STANDARD, "nature": None, "function": "01"}])),
        ("RG_EXP_041", changed("contacts", contacts=[{**STANDARD, "nature": None}])),
        ("RG_EXP_034", changed("contacts", contacts=[{**STANDARD, "level": 2}])),
        ("RG_EXP_039", changed("offre", sensitive=True)),
        ("S-117", changed("contacts", contacts=[{**STANDARD, "telecoms": [{**PHONE, "channel": "3"}]}])),
        ("TRE_R211", changed("activites", activities=["475", "999"])),
        ("TRE_R213", changed("offre", care_mode_code="99")),
    ],
)
def test_a_rule_names_itself(rule: str, sheet: dict[str, Any]) -> None:
    codes = {"COG": {"84031": "Carpentras"}, "TRE_R211": {"475": ""}, "TRE_R213": {"58": ""}}
    assert [number for number, _ in found(sheet, codes)] == [rule]


@pytest.mark.parametrize(
    ("line", "fine"),
    [
        ({"day": 1, "start": "09:00", "end": "12:00"}, True),
        ({"from": "2026-12-24", "to": "2026-12-26"}, True),
        ({"start": "09:00", "end": "12:00"}, False),
        ({"from": "2026-12-24"}, False),
        ({"day": 1, "start": "12:00", "end": "12:00"}, False),
        ({"from": "2026-12-26", "to": "2026-12-24"}, False),
    ],
)
def test_hours_have_a_day_or_a_period(line: dict[str, Any], fine: bool) -> None:
    """RG_EXP_014."""
    sheet = {**COMPLETE, "horaires": {"hours": [{"type": "01", **line}], "opening_hours": None}}
    assert (box_findings(SheetKind.UO, "horaires", sheet, {}) == []) is fine


def test_months_are_compared_with_years() -> None:
    assert found(changed("public", min_age=30, min_age_unit="mo", max_age=3, max_age_unit="a")) == []


@given(before=PAGE, after=PAGE)
def test_no_blank_goes_unsaid(before: Values, after: Values) -> None:
    """B-03: a value that goes away is refused, or is one that the person must say to erase."""
    lost = {key for key in before if not is_blank(before[key]) and is_blank(after[key])}
    told = set(refused_blanks(contact, before, after)) | {field.key for field in erased(contact, before, after)}
    assert told == lost


@given(before=PAGE, after=PAGE)
def test_equal_values_are_no_change(before: Values, after: Values) -> None:
    left, right = canonical(contact, before), canonical(contact, after)
    assert (changes(contact, left, right) == []) is (left == right)


@given(base=INSEE, mine=INSEE, theirs=INSEE)
def test_two_who_compose_a_zone_lose_nothing(base: list[str], mine: list[str], theirs: list[str]) -> None:
    merged, conflicts = merge(zone, {"communes": base}, {"communes": mine}, {"communes": theirs})
    kept = set(merged["communes"])
    assert conflicts == []
    for side in (mine, theirs):
        assert set(side) - set(base) <= kept
        assert not (set(base) - set(side)) & kept


@given(base=PAGE, mine=PAGE, theirs=PAGE)
def test_each_change_of_two_people_is_kept_or_asked_about(base: Values, mine: Values, theirs: Values) -> None:
    merged, conflicts = merge(contact, base, mine, theirs)
    asked = {conflict.field.key for conflict in conflicts}
    for change in changes(contact, base, mine):
        key = change.field.key
        assert key in asked or (merged[key] or None) == (mine[key] or None)
    for change in changes(contact, base, theirs):
        assert (merged[change.field.key] or None) == (theirs[change.field.key] or None)
