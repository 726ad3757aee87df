"""Values of fields in words: what differences, history and mails show."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.sheets.catalogue import SheetKind, find_box
from app.domain.sheets.words import lines_of

LABELS = {
    "TRE_R287": {"06": "Standard"},
    "TRE_R251": {"01": "Directeur"},
    "TRE_R200": {"2": "Téléphone", "3": "Courriel"},
    "TRE_R283": {"1": "Accès libre", "2": "Accès restreint"},
    "TRE_R252": {"01": "Ouverture", "08": "Fermeture"},
    "UCUM": {"mo": "mois"},
    "COG": {"84031": "Carpentras"},
}
PHONE = {"channel": "2", "value": "+33490000001", "extension": "12", "usage": "régulation", "level": 2}
MAIL = {"channel": "3", "value": "a@b.example", "extension": None, "usage": None, "level": 1}
NAMED = {"nature": None, "function": "01", "name": "Anne Roux", "description": None, "level": 1}


@pytest.mark.parametrize(
    ("kind", "box", "field", "value", "said"),
    [
        ("eg", "coordonnees", "phone", "+33490000001", ["04 90 00 00 01"]),
        ("eg", "coordonnees", "phone", "+3228000000", ["+3228000000"]),
        ("eg", "coordonnees", "phone", None, []),
        ("uo", "offre", "sensitive", False, ["non"]),
        ("uo", "public", "min_age", 0, ["0"]),
        ("uo", "public", "min_age_unit", "mo", ["mois"]),
        ("uo", "zone", "communes", ["84031", "99999"], ["Carpentras", "99999"]),
        (
            "uo",
            "contacts",
            "contacts",
            [{**NAMED, "telecoms": [PHONE, MAIL]}, {"nature": "06", "level": 2, "telecoms": []}],
            [
                (
                    "Anne Roux, Directeur, accès libre : "
                    "Téléphone 04 90 00 00 01 poste 12 (régulation, accès restreint) ; "
                    "Courriel a@b.example (accès libre)"
                ),
                "Standard, accès restreint",
            ],
        ),
        ("eg", "projet", "pathways", ["Diabète", "Plaies"], ["Diabète", "Plaies"]),
        ("eg", "projet", "project_signed_on", "2025-03-12", ["12/03/2025"]),
        (
            "uo",
            "horaires",
            "hours",
            [
                {"type": "01", "day": 1, "start": "09:00", "end": "17:30", "from": None, "to": None},
                {"type": "08", "day": None, "start": None, "end": None, "from": "2026-08-01", "to": "2026-08-15"},
            ],
            ["Ouverture : lundi, de 9 h à 17 h 30", "Fermeture : du 01/08/2026 au 15/08/2026"],
        ),
    ],
)
def test_a_value_is_said_in_words(kind: str, box: str, field: str, value: Any, said: list[str]) -> None:
    described = find_box(SheetKind(kind), box)
    assert described is not None
    lines = lines_of(described.field(field), value, LABELS)
    assert [line.replace("\u00a0", " ").replace("\u202f", " ") for line in lines] == said
