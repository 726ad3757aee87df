"""Zones of communes: orders that compose them, cities and their arrondissements."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.domain import zones

MARSEILLE = [f"132{number:02d}" for number in range(1, 17)]
LYON = [f"6938{number}" for number in range(1, 10)]
CITIES = dict.fromkeys(MARSEILLE, "13055") | dict.fromkeys(LYON, "69123")
CODES = [*CITIES, "13055", "69123", "84031", "84080", "2A004", "78646"]
SETS = st.frozensets(st.sampled_from(CODES), max_size=12)
LISTS = st.lists(st.sampled_from(CODES), max_size=12)


def holds_both(codes: frozenset[str]) -> bool:
    return any(CITIES.get(code) in codes for code in codes)


def served(codes: frozenset[str]) -> frozenset[str]:
    """Every commune or arrondissement that somebody of this zone lives in."""
    return codes | {code for code, city in CITIES.items() if city in codes}


@given(SETS, LISTS)
def test_adding_never_serves_less_and_accounts_for_each_code(zone: frozenset[str], order: list[str]):
    composed = zones.add(zone, order, CITIES)
    assert not holds_both(composed.codes)
    assert served(composed.codes) == served(zone | frozenset(order))
    told = [*composed.added, *composed.already, *composed.covered]
    assert len(told) == len(set(told))
    assert set(order) - set(told) <= set(composed.absorbed)
    assert composed.codes == (zones.settled(zone, CITIES) - set(composed.absorbed)) | set(composed.added)
    assert zones.add(composed.codes, order, CITIES).codes == composed.codes


@given(SETS, LISTS)
def test_removing_takes_what_is_there_and_nothing_else(zone: frozenset[str], order: list[str]):
    composed = zones.remove(zone, order, CITIES)
    assert not composed.codes & set(order)
    assert not holds_both(composed.codes)
    assert composed.codes | set(composed.removed) == zones.settled(zone, CITIES)
    assert all(code in order or CITIES.get(code) in order for code in composed.removed)


@given(SETS, st.sampled_from(CODES))
def test_dividing_a_city_serves_the_same_people(zone: frozenset[str], city: str):
    composed = zones.divide(zone, city, CITIES)
    assert served(composed.codes) - {"13055", "69123"} == served(zone) - {"13055", "69123"}
    assert city not in composed.codes or city not in CITIES.values()


def test_the_city_and_its_arrondissements_are_never_both_held():
    parts = zones.add({"84031"}, ["13201", "13202"], CITIES)
    assert parts.codes == {"84031", "13201", "13202"}
    whole = zones.add(parts.codes, ["13055"], CITIES)
    assert (whole.codes, whole.absorbed) == ({"84031", "13055"}, ("13201", "13202"))
    again = zones.add(whole.codes, ["13203"], CITIES)
    assert (again.codes, again.covered, again.added) == (whole.codes, ("13203",), ())
    divided = zones.divide(whole.codes, "13055", CITIES)
    assert divided.codes == {"84031", *MARSEILLE}
    assert zones.remove(divided.codes, ["13055"], CITIES).codes == {"84031"}


def test_what_is_there_already_is_counted_and_not_added_twice():
    composed = zones.add({"84031"}, ["84080", "84031", "84080"], CITIES)
    assert (composed.added, composed.already) == (("84080",), ("84031",))


def test_a_commune_that_ceased_gives_way_to_those_it_became_part_of():
    composed = zones.replace({"84031", "84080"}, "84080", ["84099"], CITIES)
    assert (composed.codes, composed.removed, composed.added) == ({"84031", "84099"}, ("84080",), ("84099",))
    merged = zones.replace({"84031", "84080"}, "84080", ["84031"], CITIES)
    assert (merged.codes, merged.already) == ({"84031"}, ("84031",))
    assert zones.replace({"84031"}, "84080", ["84099"], CITIES).codes == {"84031"}
