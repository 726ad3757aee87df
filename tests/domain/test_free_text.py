"""What counts as a social security number in a text, and what does not."""

from __future__ import annotations

import time

import pytest

from app.domain.free_text import holds_nir


@pytest.mark.parametrize(
    "text",
    [
        "Patiente 2 69 05 49 588 157 80",
        "269054958815780",
        "1850784031042",
        "NIR : 1.85.07.84.031.042-36.",
        "1 85 07 2A 004 042 36",
        "2\u00a069\u00a005\u00a049\u00a0588\u00a0157",
        "1 85 62 84 031 042 (mois inconnu)",
    ],
)
def test_a_social_security_number_is_seen(text: str) -> None:
    assert holds_nir(text)


@pytest.mark.parametrize(
    "text",
    [
        "Appelez le 04 65 71 00 00 ou le 06 39 98 00 01.",
        "FINESS 840021281, RPPS 10100000001",
        "SIRET 884 127 735 00012",
        "88412773500012",
        "IBAN FR76 3000 6000 0112 3456 7890 189",
        "le 12 novembre 2026 de 8 h à 12 h",
        "3 84 00 12 345",
        "",
    ],
)
def test_other_numbers_are_not(text: str) -> None:
    assert not holds_nir(text)


@pytest.mark.parametrize("text", ["1" * 10_000, "1 85 07 84 031 " * 700, "1 " * 5_000, "2A" * 5_000])
def test_a_hostile_text_costs_nothing(text: str) -> None:
    start = time.perf_counter()
    holds_nir(text)
    assert time.perf_counter() - start < 0.05
