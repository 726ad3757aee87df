"""Columns of the three kinds of FINESS lines, by position; a header row, when there is one, moves them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.integrations.registers.blocks import salted

ESTABLISHMENT = "structureet"
LEGAL_ENTITY = "structureej"
POSITION = "geolocalisation"

COLUMNS: Mapping[str, tuple[str, ...]] = {
    ESTABLISHMENT: (
        *("section", "nofinesset", "nofinessej", "rs", "rslongue", "complrs", "compldistrib", "numvoie", "typvoie"),
        *("voie", "compvoie", "lieuditbp", "commune", "departement", "libdepartement", "ligneacheminement"),
        *("telephone", "telecopie", "categetab", "libcategetab", "categagretab", "libcategagretab", "siret"),
        *("codeape", "codemft", "libmft", "codesph", "libsph", "dateouv", "dateautor", "datemaj", "numuai"),
    ),
    LEGAL_ENTITY: (
        *("section", "nofiness", "rs", "rslongue", "complrs", "numvoie", "typvoie", "voie", "compvoie"),
        *("compldistrib", "lieuditbp", "commune", "ligneacheminement", "departement", "libdepartement", "telephone"),
        *("statutjuridique", "libstatutjuridique", "categetab", "libcategetab", "siren", "codeape", "datecrea"),
    ),
    POSITION: ("section", "nofinesset", "coordxet", "coordyet", "sourcecoordet", "datemaj"),
}
PLACES = {kind: {name: place for place, name in enumerate(names)} for kind, names in COLUMNS.items()}
SHORTEST = {ESTABLISHMENT: 20, LEGAL_ENTITY: 18, POSITION: 4}
"""Columns without which a line says too little: up to the category, the legal status, the coordinates."""
WHOLE = {kind: len(names) - 1 for kind, names in COLUMNS.items()}
"""Columns of a line that was not cut: the last one may be missing."""
HEADERS = {"nofinesset": ESTABLISHMENT, "nofiness": LEGAL_ENTITY}
"""What the second column of a header row is called."""


NUMBERS = {ESTABLISHMENT: "nofinesset", LEGAL_ENTITY: "nofiness", POSITION: "nofinesset"}
"""The column of each kind that says whom a line is about."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each column of each kind is. `salt`: what the digests of its lines start with."""

    places: Mapping[str, Mapping[str, int]]
    salt: bytes

    def under(self, cells: Sequence[str]) -> Layout | None:
        """With the columns of a header row (`section;nofinesset;…`). None when the cells are no header row."""
        kind = HEADERS.get(cells[1].strip().lower()) if len(cells) > 1 else None
        if kind is None:
            return None
        names = [cell.strip().lower() for cell in cells]
        own = {name: place for place, name in reversed(list(enumerate(names)))}
        return layout({**self.places, kind: own})

    def values(self, kind: str, cells: Sequence[str]) -> dict[str, str]:
        return {name: cells[place] for name, place in self.places[kind].items() if place < len(cells)}

    def number(self, kind: str, cells: Sequence[str]) -> str:
        """Whom the line is about, as written; empty when it is too short."""
        place = self.places[kind].get(NUMBERS[kind], len(cells))
        return cells[place].strip() if place < len(cells) else ""


def layout(places: Mapping[str, Mapping[str, int]] = PLACES) -> Layout:
    return Layout(places, salted(sorted((kind, sorted(names.items())) for kind, names in places.items())))
