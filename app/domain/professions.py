"""Professions that may be declared: TRE_G15 (DOMAIN.md §4.7), and the functions that have no RPPS number."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profession:
    """`code` is the TRE_G15 one; None: not a health profession, so no RPPS number is expected."""

    key: str
    label: str
    code: str | None

    @property
    def needs_rpps(self) -> bool:
        return self.code is not None


TRE_G15 = {
    "35": "Aide-soignant",
    "36": "Ambulancier",
    "31": "Assistant dentaire",
    "26": "Audioprothésiste",
    "37": "Auxiliaire de puériculture",
    "40": "Chirurgien-Dentiste",
    "95": "Diététicien",
    "94": "Ergothérapeute",
    "60": "Infirmier",
    "69": "Infirmier psychiatrique",
    "98": "Manipulateur ERM",
    "70": "Masseur-Kinésithérapeute",
    "10": "Médecin",
    "28": "Opticien-Lunetier",
    "91": "Orthophoniste",
    "81": "Orthoprothésiste",
    "92": "Orthoptiste",
    "80": "Pédicure-Podologue",
    "21": "Pharmacien",
    "32": "Physicien médical",
    "93": "Psychologue",
    "96": "Psychomotricien",
    "50": "Sage-Femme",
    "86": "Technicien de laboratoire",
}
"""In alphabetical order, as a person looks for theirs."""

HEALTH = tuple(Profession(code, label, code) for code, label in TRE_G15.items())
WITHOUT_RPPS = (
    Profession("coordination", "Coordination", None),
    Profession("administratif", "Fonction administrative", None),
)
PROFESSIONS = (*HEALTH, *WITHOUT_RPPS)


def find_profession(text: str) -> Profession | None:
    """By key ("60", "coordination") or by label, accents and case aside; None when unknown."""
    wanted = _folded(text)
    return next((p for p in PROFESSIONS if wanted in {_folded(p.key), _folded(p.label)}), None)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.strip().casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).replace("-", " ")
