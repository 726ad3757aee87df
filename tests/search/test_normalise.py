"""Spellings that must meet, and what holds for any text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.addresses import telling_part
from app.search.normalise import ABBREVIATIONS, GENERIC, STOP_WORDS, aliases, fold, key, normalise, words

SAME = [
    ("La Celle-Saint-Cloud", "Celle-Saint-Cloud (La)"),
    ("Les Mées", "MEES (LES)"),
    ("L’Isle-sur-la-Sorgue", "L'ISLE SUR LA SORGUE"),
    ("Sainte-Cécile-les-Vignes", "ste cecile les vignes"),
    ("CPTS Cœur du Var", "cpts coeur du var"),
    ("C.P.T.S. du Comtat", "CPTS du Comtat"),
    ("CPTS SUD04", "cpts sud 04"),
    ("Marseille 7e", "marseille 7ème"),
    ("Marseille 1er Arrondissement", "marseille 1 arrondissement"),
    ("Communauté professionnelle territoriale de santé du Comtat", "CPTS du Comtat"),
    ("584 av. Victor Hugo", "584 avenue Victor-Hugo"),
    ("ﬁliation", "filiation"),
    ("Vai\u0308re", "Vaïre"),
]
anything = st.text(max_size=60)
french = st.text(
    st.sampled_from("abcdefghijklmnopqrstuvwxyzéèêëàâçîïôöùûüœæABCÉÎ0123456789 -'’.,()&@/\u00a0\u202f"), max_size=60
)
texts = st.one_of(anything, french, st.sampled_from(sorted({one for pair in SAME for one in pair})))


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_meet(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("CPTS du Pays d’Apt", "pays apt"),
        ("CPTS la Caravelle", "caravelle"),
        ("CPTS", "cpts"),
        ("CPTS Activ Santé (Marseille 4-5)", "activ sante marseille 4 5"),
    ],
)
def test_a_key_is_what_distinguishes_a_name(name: str, expected: str) -> None:
    assert key(name) == expected


@given(texts)
def test_normalising_again_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(texts)
def test_only_lower_case_ascii_words_remain(text: str) -> None:
    assert re.fullmatch(r"(?:[a-z]+|[0-9]+)(?: (?:[a-z]+|[0-9]+))*|", normalise(text))


@given(french)
def test_case_and_accents_do_not_count(text: str) -> None:
    assert normalise(text.upper()) == normalise(text) == normalise(fold(text))


@given(texts)
def test_words_are_those_of_the_text_without_stop_words(text: str) -> None:
    tokens = normalise(text).split()
    assert list(words(text)) == ([one for one in tokens if one not in STOP_WORDS] or tokens)


@given(texts)
def test_a_key_never_loses_every_word(text: str) -> None:
    assert bool(key(text)) == bool(words(text))
    assert GENERIC not in key(text).split() or set(words(text)) == {GENERIC}


@given(texts)
def test_aliases_are_new_words_in_normal_form(text: str) -> None:
    found = words(text)
    added = aliases(found)
    assert added.isdisjoint(found)
    assert all(re.fullmatch(r"[a-z0-9]+", one) for one in added)


@pytest.mark.parametrize(
    ("present", "alias"),
    [
        ("saint laurent", "st"),
        ("centre hospitalier", "ch"),
        ("vitale sante 10", "dix"),
        ("sud 04", "4"),
        ("cpts", "territoriale"),
    ],
)
def test_an_alias_is_another_way_to_type_it(present: str, alias: str) -> None:
    assert alias in aliases(present.split())


def test_no_abbreviation_expands_into_another() -> None:
    assert not ABBREVIATIONS.keys() & {word for full in ABBREVIATIONS.values() for word in full.split()}


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("contact@cpts-synapse.fr", "cpts synapse"),
        ("https://www.cpts-synapse.fr/contact?x=1", "cpts synapse"),
        ("cptsaixstevictoire@gmail.com", "cptsaixstevictoire"),
        ("CPTS du Comtat", "cpts du comtat"),
        ("st. laurent", "saint laurent"),
    ],
)
def test_an_address_is_reduced_to_what_it_tells(address: str, told: str) -> None:
    assert normalise(telling_part(address)) == told
