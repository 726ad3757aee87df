"""The répertoire: how its tree is grouped, what its codes mean, and which structures a box shows.

The codes are those of the Île-de-France tool (S-090, S-095). Where no source says what one stands for, it is shown as
the code alone: `label` is None, and nobody guesses.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

NAME_LONGEST = 200
"""Of an establishment, as FINESS and our column allow."""


@dataclass(frozen=True, slots=True)
class Code:
    code: str
    label: str | None = None
    note: str | None = None

    @property
    def spoken(self) -> str:
        """What a pointer or a screen reader says of the code."""
        return self.label or f"code {self.code}"


_LEGEND = (
    Code("EJ", "Entité juridique"),
    Code("EG", "Entité géographique", "L’établissement : pour une CPTS, la fiche qui porte son adresse."),
    Code("P", "Pôle"),
    Code("PM", "Pôle multisites"),
    Code("S1", "Structure de niveau 1"),
    Code("S2", "Structure de niveau 2"),
    Code("UF", "Unité fonctionnelle"),
    Code("UO", "Unité opérationnelle", "L’offre : pour une CPTS, la fiche qui porte son territoire d’intervention."),
    Code("DF", "Département français"),
    Code("TS"),
    Code("GF"),
    Code("TF"),
    Code("NF"),
    Code("F"),
    Code("CB"),
    Code("MCO", "Médecine, chirurgie, obstétrique"),
    Code("MSS", "Médico-social", "Les CPTS sont rangées ici."),
    Code("PSY", "Psychiatrie"),
    Code("SLD", "Soins de longue durée"),
    Code("SMA"),
    Code("SSR", "Soins de suite et de réadaptation"),
    Code("VIL", "Ville"),
)
LEGEND = {code.code: code for code in _LEGEND}
"""The 22 codes, in the order of the tool."""

GROUPS = ("MCO", "MSS", "PSY", "SLD", "SMA", "SSR", "VIL")
"""The structures that a box shows."""
CPTS_GROUP = "MSS"

_CATEGORIES = {
    "MCO": "101 106 122 128 129 131 355 365",
    # FINESS aggregates 4100 to 4600, and the CPTS where the tool puts them (S-091)
    "MSS": "604"
    " 182 183 186 188 189 190 192 194 195 196 221 238 377 390 396 402"
    " 198 246 247 249 252 253 255 370 379 382 395 437 445 446 448 449"
    " 202 207 381 500 501 502"
    " 159 166 172 175 176 177 236 241 286 295 344 378 411 418 427 440 441 453"
    " 165 178 180 197 209 213 214 216 218 219 256 257 258 259 271 324 340 341 342 354 380 442 443 460 461 462 463 464",
    "PSY": "156 161 292 366 412 415 425 430 444",
    "SLD": "362",
    "SMA": "",  # nothing says what SMA stands for
    "SSR": "109",
    "VIL": "124 603 636",
}
CATEGORIES = {group: frozenset(codes.split()) for group, codes in _CATEGORIES.items()}
"""FINESS categories (TRE_R66) of each group, from the aggregates of the nomenclature. A category that no group clearly
claims (pharmacies, laboratories, schools…) is in none, and is not in the tree."""
GROUP_OF = {category: group for group, categories in CATEGORIES.items() for category in categories}


def categories_of(groups: tuple[str, ...], *, default: str) -> frozenset[str]:
    """The categories that these boxes show; without any, the CPTS alone (`default`)."""
    return frozenset().union(*(CATEGORIES[group] for group in groups)) if groups else frozenset({default})


class Grouping(StrEnum):
    DEPARTEMENT = "departement"
    TERRITORY = "territoire"
    ENTITY = "entite"
    TYPE = "type"

    @property
    def label(self) -> str:
        return _GROUPING_LABELS[self]


_GROUPING_LABELS = {
    Grouping.DEPARTEMENT: "Département français",
    Grouping.TERRITORY: "Territoire",
    Grouping.ENTITY: "Entité juridique",
    Grouping.TYPE: "Type de structure",
}


def shown_offers(groups: tuple[str, ...]) -> str:
    """« Offres affichées »: what the boxes leave in the tree, in words."""
    if not groups:
        return "les CPTS"
    if set(groups) == set(GROUPS):
        return "toutes les offres de soins"
    return ", ".join(f"{code} ({label})" if (label := LEGEND[code].label) else code for code in groups)
