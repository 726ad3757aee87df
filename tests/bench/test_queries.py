"""Made-up queries: the same for a seed, few right answers each, every kind there, the first letter always right."""

from __future__ import annotations

import random
from collections import Counter

from rapidfuzz.distance import OSA

from app.search.normalise import words
from bench.misspelling import CHANGES, Speller, cut, missing_space, phonetic, reordered, st_ste, two_edits
from bench.names import Names
from bench.queries import HELD_OUT_SEED, MOST_RELEVANT, Country, golden, workload
from bench.scales import SCALES

COUNTRY = Country(SCALES["small"].part(0.1))


def speller(*vocabulary: str) -> Speller:
    return Speller(vocabulary, random.Random(1))


def test_golden_queries_are_the_same_for_a_seed_and_have_few_right_answers() -> None:
    asked = golden(COUNTRY, each=4)
    assert golden(COUNTRY, each=4) == asked != golden(COUNTRY, HELD_OUT_SEED, each=4)
    assert Counter(one.kind_of_change for one in asked) == dict.fromkeys(CHANGES, 4)
    assert all(1 <= len(one.relevant) <= MOST_RELEVANT for one in asked)
    assert {kind for one in asked for kind, _ in one.relevant} == {"etablissement", "unite", "professionnel"}


def test_clean_queries_answer_with_every_document_of_that_name_and_no_other() -> None:
    names = Names(COUNTRY.scale, COUNTRY.seed)
    by_name: dict[tuple[str, ...], set[str]] = {}
    for structure in names.structures.every():
        by_name.setdefault(tuple(sorted(words(structure.name))), set()).add(structure.finess)
    found = [
        one
        for one in golden(COUNTRY, each=8)
        if one.kind_of_change == "clean" and one.relevant[0][0] == "etablissement"
    ]
    assert found
    for one in found:
        assert {finess for _, finess in one.relevant} == by_name[tuple(sorted(words(one.text)))]


def test_a_workload_holds_each_of_its_groups_and_is_the_same_for_a_seed() -> None:
    asked = workload(COUNTRY)
    assert workload(COUNTRY) == asked != workload(COUNTRY, HELD_OUT_SEED)
    groups = "keystroke common one_letter multi hard typo commune postcode finess no_hit"
    assert list(Counter(one.group for one in asked)) == groups.split()
    assert len(set(asked)) == len(asked) > 1_000
    assert all(one.text for one in asked)


def test_a_misspelt_word_is_nearest_to_what_was_meant_and_begins_with_its_letter() -> None:
    known = ("carpentras", "carpentier", "cavaillon", "camaret")
    spelling = speller(*known)
    for edits in (1, 2):
        for word in known:
            typed = spelling.edited(word, edits)
            assert typed
            assert typed[0] == word[0]
            assert [one for one in known if OSA.distance(one, typed) <= edits] == [word]
    assert speller("camaret", "camaret", "camarat").heard("camaret") is None, "no sound of it is written otherwise"


def test_changes_of_a_text() -> None:
    spelling = speller("carpentras", "philippe", "dauphin")
    assert st_ste("ehpad saint cyr", (), spelling) == "ehpad st cyr"
    assert st_ste("ehpad du parc", (), spelling) is None
    assert missing_space("cpts du pays", (), spelling) is None, "short words stay apart"
    assert missing_space("pharmacie carpentras", (), spelling) == "pharmaciecarpentras"
    assert sorted(str(reordered("julie petit martin", (), spelling)).split()) == ["julie", "martin", "petit"]
    assert "cpts carp" in str(cut("cpts carpentras", (), spelling)) != "cpts carpentras"
    assert phonetic("anne dauphin", ("dauphin",), spelling) in {"anne daufin", "anne dophin", "anne daupin"}
    assert two_edits("anne petit", (), spelling) is None
