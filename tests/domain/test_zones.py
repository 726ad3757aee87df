"""Zones of communes: orders that compose them, cities and their arrondissements."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.domain import zones
from app.domain.territories import CITY_OF

MARSEILLE = [f"132{number:02d}" for number in range(1, 17)]
CODES = [*MARSEILLE, "69381", "69382", "13055", "69123", "84031", "84080", "2A004", "78646"]
SETS = st.frozensets(st.sampled_from(CODES), max_size=12)
LISTS = st.lists(st.sampled_from(CODES), max_size=12)


def holds_both(codes: frozenset[str]) -> bool:
    return any(CITY_OF.get(code) in codes for code in codes)


def served(codes: frozenset[str]) -> frozenset[str]:
    """Every commune or arrondissement that somebody of this zone lives in."""
    return codes | {code for code, city in CITY_OF.items() if city in codes}


@given(SETS, LISTS)
def test_adding_never_serves_less_and_accounts_for_each_code(zone: frozenset[str], order: list[str]):
    composed = zones.add(zone, order)
    assert not holds_both(composed.codes)
    assert served(composed.codes) == served(zone | frozenset(order))
    told = [*composed.added, *composed.already, *composed.covered]
    assert len(told) == len(set(told))
    assert set(order) - set(told) <= set(composed.absorbed)
    assert composed.codes == (zones.settled(zone) - set(composed.absorbed)) | set(composed.added)
    assert zones.add(composed.codes, order).codes == composed.codes


@given(SETS, LISTS)
def test_removing_takes_what_is_there_and_nothing_else(zone: frozenset[str], order: list[str]):
    composed = zones.remove(zone, order)
    assert not composed.codes & set(order)
    assert not holds_both(composed.codes)
    assert composed.codes | set(composed.removed) == zones.settled(zone)
    assert all(code in order or CITY_OF.get(code) in order for code in composed.removed)


@given(SETS, st.sampled_from(CODES))
def test_dividing_a_city_serves_the_same_people(zone: frozenset[str], city: str):
    composed = zones.divide(zone, city, CITY_OF)
    assert served(composed.codes) - {"13055", "69123"} == served(zone) - {"13055", "69123"}
    assert city not in composed.codes or city not in CITY_OF.values()


def test_the_city_and_its_arrondissements_are_never_both_held():
    parts = zones.add({"84031"}, ["13201", "13202"])
    assert parts.codes == {"84031", "13201", "13202"}
    whole = zones.add(parts.codes, ["13055"])
    assert (whole.codes, whole.absorbed) == ({"84031", "13055"}, ("13201", "13202"))
    again = zones.add(whole.codes, ["13203"])
    assert (again.codes, again.covered, again.added) == (whole.codes, ("13203",), ())
    divided = zones.divide(whole.codes, "13055", MARSEILLE)
    assert divided.codes == {"84031", *MARSEILLE}
    assert zones.remove(divided.codes, ["13055"]).codes == {"84031"}


def test_what_is_there_already_is_counted_and_not_added_twice():
    composed = zones.add({"84031"}, ["84080", "84031", "84080"])
    assert (composed.added, composed.already) == (("84080",), ("84031",))


def test_a_commune_that_ceased_gives_way_to_those_it_became_part_of():
    composed = zones.replace({"84031", "84080"}, "84080", ["84099"])
    assert (composed.codes, composed.removed, composed.added) == ({"84031", "84099"}, ("84080",), ("84099",))
    merged = zones.replace({"84031", "84080"}, "84080", ["84031"])
    assert (merged.codes, merged.already) == ({"84031"}, ("84031",))
    assert zones.replace({"84031"}, "84080", ["84099"]).codes == {"84031"}
