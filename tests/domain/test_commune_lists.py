"""Lists of communes written in whatever way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.commune_lists import cut


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Carpentras\nMonteux\r\nMazan", ["Carpentras", "Monteux", "Mazan"]),
        ("Carpentras; Monteux ,Mazan|Bédoin • Le Barroux", ["Carpentras", "Monteux", "Mazan", "Bédoin", "Le Barroux"]),
        ("Buc - Versailles - Toussus-le-Noble", ["Buc", "Versailles", "Toussus-le-Noble"]),
        ("Carpentras - 84200", ["Carpentras - 84200"]),
        ("84200 84170 2A004", ["84200", "84170", "2A004"]),
        ("84200 Carpentras 84170 Monteux", ["84200 Carpentras", "84170 Monteux"]),
        (
            "COMMUNES Auvers-Saint-Georges (91580) Auvers-sur-Oise (95430)  Versailles (78000)",
            ["Auvers-Saint-Georges (91580)", "Auvers-sur-Oise (95430)", "Versailles (78000)"],
        ),
        ("(84200) Carpentras (84170) Monteux", ["(84200) Carpentras", "(84170) Monteux"]),
        ("Carpentras, 84200, Monteux, 84170", ["Carpentras 84200", "Monteux 84170"]),
        ("84200;Carpentras", ["84200 Carpentras"]),
        ("84200, Carpentras, 84170", ["84200", "Carpentras", "84170"]),
        ("84031\tCarpentras\t84200\t30500\nMonteux\t84080", ["Carpentras (84031)", "Monteux (84080)"]),
        ("84200\t84170", ["84200", "84170"]),
        ("Communes :\n1. Carpentras\n2) Monteux\n- Mazan\n* « Bédoin »", ["Carpentras", "Monteux", "Mazan", "Bédoin"]),
        ("Mirabeau (Vaucluse), L’Isle-sur-la-Sorgue", ["Mirabeau (Vaucluse)", "L’Isle-sur-la-Sorgue"]),
        ("Carpentras\n\n carpentras\nCarpentras \n;;,", ["Carpentras", "carpentras"]),
        ("", []),
    ],
)
def test_a_list_is_cut_into_communes(text: str, lines: list[str]):
    assert cut(text) == lines


@given(st.lists(st.sampled_from(["Buc (78530)", "Versailles (78000)", "L’Haÿ-les-Roses (94240)"]), max_size=6))
def test_any_separator_gives_the_same_list(communes: list[str]):
    expected = list(dict.fromkeys(communes))
    assert all(cut(glue.join(communes)) == expected for glue in ("\n", ", ", ";", " | ", " ", " - ", " • ", "\r\n"))


@given(st.text(max_size=200))
def test_no_text_breaks_the_cutting(text: str):
    lines = cut(text)
    assert all(line and line == " ".join(line.split()) for line in lines)
