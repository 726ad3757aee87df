"""Searches of FHIR as R4 reads them: dates and their prefix, tokens, references, what is unknown, pages."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.fhir_parameters import INCLUDES, OWN, UNNAMED, Of, ResourceType, parameters
from app.domain.fhir_search import (
    MOST_COUNT,
    MOST_VALUES,
    Cursor,
    Reading,
    Search,
    Sort,
    cursor_from,
    cursor_text,
    parse,
)
from app.domain.fhir_values import BadSearch, Prefix, Reference, Span, Text, Token, covered, span

BASE = "https://portail.example/fhir"
NAMES = {"urn:finess": "FINESS", "urn:siren": "SIRENE", "urn:type": "TRE_R244", "": UNNAMED}


def read(resource: ResourceType, *pairs: tuple[str, str], strict: bool = False) -> Search:
    return parse(resource, pairs, Reading(BASE, NAMES.get, strict=strict))


def values_of(resource: ResourceType, name: str, value: str) -> tuple[object, ...]:
    return read(resource, (name, value)).criteria[0].values


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026", at(2026, 1, 1), at(2027, 1, 1)),
        ("2026-12", at(2026, 12, 1), at(2027, 1, 1)),
        ("2024-02-29", at(2024, 2, 29), at(2024, 3, 1)),
        ("2026-11-26T10:00", at(2026, 11, 26, 10), at(2026, 11, 26, 10, 1)),
        ("2026-11-26T10:00:00Z", at(2026, 11, 26, 10), at(2026, 11, 26, 10, 0, 1)),
        ("2026-11-26T10:00:00.5Z", at(2026, 11, 26, 10, 0, 0, 500_000), at(2026, 11, 26, 10, 0, 0, 600_000)),
        ("2026-11-26T10:00:00.123456Z", at(2026, 11, 26, 10, 0, 0, 123_456), at(2026, 11, 26, 10, 0, 0, 123_457)),
        ("2026-11-26T10:00:00+01:00", at(2026, 11, 26, 9), at(2026, 11, 26, 9, 0, 1)),
        ("2026-11-26T10:00:00 01:00", at(2026, 11, 26, 9), at(2026, 11, 26, 9, 0, 1)),
    ],
)
def test_a_date_covers_what_its_precision_says(text: str, start: datetime, end: datetime) -> None:
    assert covered(text, "_since") == (start, end)


@pytest.mark.parametrize(
    "text", ["hier", "2026-13", "2026-02-30", "20261126", "2026-11-26T25:00", "9999", "0001-01-01T00:00+14:00", "٢٠٢٦"]
)
def test_what_is_no_date_is_refused_by_its_parameter(text: str) -> None:
    with pytest.raises(BadSearch, match="_lastUpdated") as refused:
        span(text, "_lastUpdated")
    assert refused.value.parameter == "_lastUpdated"


def test_a_prefix_is_read_and_none_is_equal() -> None:
    found = read(ResourceType.ORGANIZATION, ("_lastUpdated", "ge2026"), ("_lastUpdated", "2027")).criteria
    spans = [one.values[0] for one in found]
    assert [one.prefix for one in spans if isinstance(one, Span)] == [Prefix.GREATER_OR_EQUAL, Prefix.EQUAL]


def test_a_comma_is_or_and_a_repeated_parameter_is_and() -> None:
    found = read(ResourceType.SERVICE, ("name", "a,b"), ("name", r"c\,d"))
    assert [one.values for one in found.criteria] == [(Text("a"), Text("b")), (Text("c,d"),)]


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("840021281", Token(None, "840021281")),
        ("urn:finess|840021281", Token("FINESS", "840021281")),
        ("urn:finess|", Token("FINESS", None)),
        (r"a\|b", Token(None, "a|b")),
    ],
)
def test_a_token_names_its_system_or_none(text: str, token: Token) -> None:
    assert values_of(ResourceType.ORGANIZATION, "identifier", text) == (token,)


@pytest.mark.parametrize("text", ["urn:ailleurs|840021281", "urn:type|255", "|840021281"])
def test_a_token_of_another_system_matches_nothing(text: str) -> None:
    assert values_of(ResourceType.ORGANIZATION, "identifier", text) == ()


def test_the_identifier_of_an_offre_has_no_system_and_may_say_so() -> None:
    assert values_of(ResourceType.SERVICE, "identifier", "|93/12") == (Token(UNNAMED, "93/12"),)


@pytest.mark.parametrize("text", ["840021281", "Organization/840021281", f"{BASE}/Organization/840021281"])
def test_a_reference_is_read_in_its_three_forms(text: str) -> None:
    assert values_of(ResourceType.SERVICE, "organization", text) == (Reference("840021281"),)


@pytest.mark.parametrize("text", ["Location/840021281", "https://ailleurs.example/Organization/1", "a b", "x" * 65])
def test_a_reference_that_leads_elsewhere_matches_nothing(text: str) -> None:
    assert values_of(ResourceType.SERVICE, "organization", text) == ()


def test_a_reference_is_followed_one_step() -> None:
    found = read(ResourceType.SERVICE, ("organization.name:contains", "comtat"))
    chained = found.criteria[0].chained
    assert chained is not None
    assert (chained.parameter.name, chained.modifier, chained.values) == ("name", "contains", (Text("comtat"),))
    assert read(ResourceType.ROLE, ("service.organization.name", "comtat")).ignored == ("service.organization.name",)


def test_what_is_unknown_is_left_out_of_self_unless_the_client_is_strict() -> None:
    pairs = (("name", "comtat"), ("inconnu", "1"), ("_summary", "true"), ("_sort", "name"))
    found = read(ResourceType.ORGANIZATION, *pairs)
    assert found.told == (("name", "comtat"),)
    assert found.ignored == ("inconnu", "_summary", "_sort")
    for name, value in pairs[1:]:
        with pytest.raises(BadSearch) as refused:
            read(ResourceType.ORGANIZATION, (name, value), strict=True)
        assert refused.value.code == "not-supported"


@pytest.mark.parametrize("name", ["name:text", "identifier:not", "_include:all", "organization:Location"])
def test_an_unknown_modifier_is_refused_even_to_the_lenient(name: str) -> None:
    value = "HealthcareService:organization" if name.startswith("_include") else "x"
    with pytest.raises(BadSearch):
        read(ResourceType.SERVICE, (name, value))


def test_what_shapes_the_answer_is_read() -> None:
    found = read(
        ResourceType.SERVICE,
        ("_count", "9000"),
        ("_sort", "-_lastUpdated"),
        ("_elements", "HealthcareService.name,type"),
        ("_include", "HealthcareService:organization:Organization"),
        ("_include:iterate", "Organization:partof"),
        ("_revinclude", "PractitionerRole:service"),
        ("_total", "none"),
        ("name", ""),
    )
    assert (found.count, found.sort, found.elements) == (MOST_COUNT, Sort.NEWEST, {"name", "type"})
    assert [(str(one.include), one.reverse, one.again) for one in found.followed] == [
        ("HealthcareService:organization", False, False),
        ("Organization:partof", False, True),
        ("PractitionerRole:service", True, False),
    ]
    assert (found.wants_total, found.criteria, found.ignored) == (False, (), ())


@pytest.mark.parametrize("pair", [("_count", "0"), ("_summary", "count")])
def test_only_a_count_may_be_asked(pair: tuple[str, str]) -> None:
    assert read(ResourceType.SERVICE, pair).counts_only


@pytest.mark.parametrize(
    "pair",
    [
        ("_count", "-1"),
        ("_count", "²"),
        ("active", "peut-être"),
        ("name", "a\0"),
        ("name", "x" * 201),
        ("_cursor", "x"),
    ],
)
def test_a_bad_value_is_refused(pair: tuple[str, str]) -> None:
    with pytest.raises(BadSearch):
        read(ResourceType.SERVICE, pair)


def test_a_search_of_too_many_values_is_refused() -> None:
    with pytest.raises(BadSearch) as refused:
        read(ResourceType.SERVICE, ("_id", ",".join(map(str, range(MOST_VALUES + 1)))))
    assert refused.value.code == "too-costly"


@given(st.lists(st.text(st.characters(exclude_characters="\0", codec="ascii"), max_size=64), max_size=4))
def test_a_page_is_found_again_from_its_link(position: list[str]) -> None:
    cursor = Cursor(tuple(position), 200, 1_000)
    assert cursor_from(cursor_text(cursor)) == cursor


@given(st.text(max_size=80))
def test_whatever_a_link_was_made_into_it_is_read_or_refused(text: str) -> None:
    with suppress(BadSearch):
        cursor_from(text)


@given(st.sampled_from(ResourceType), st.text(max_size=30), st.text(max_size=60))
def test_whatever_is_asked_is_read_or_refused(resource: ResourceType, name: str, value: str) -> None:
    for asked in (name, *parameters(resource)):
        with suppress(BadSearch):
            read(resource, (asked, value))


def test_each_include_is_a_reference_of_the_table() -> None:
    assert {str(include) for include in INCLUDES.values()} == set(INCLUDES)
    references = [one for own in OWN.values() for one in own if one.of is Of.REFERENCE]
    assert len(references) == len(INCLUDES)
