"""Columns of the three kinds of FINESS lines, by position; a header row, when there is one, moves them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
SHORTEST = {ESTABLISHMENT: 20, LEGAL_ENTITY: 18, POSITION: 4}
"""Columns without which a line says too little: up to the category, the legal status, the coordinates."""
WHOLE = {kind: len(names) - 1 for kind, names in COLUMNS.items()}
"""Columns of a line that was not cut: the last one may be missing."""
HEADERS = {"nofinesset": ESTABLISHMENT, "nofiness": LEGAL_ENTITY}
"""What the second column of a header row is called."""


class Layout:
    """Where each column of each kind is."""

    def __init__(self) -> None:
        self._places = {kind: {name: i for i, name in enumerate(names)} for kind, names in COLUMNS.items()}

    def adopt_header(self, cells: Sequence[str]) -> bool:
        """Takes the columns of a header row (`section;nofinesset;…`). False when the cells are no header row."""
        names = [cell.lower() for cell in cells]
        kind = HEADERS.get(names[1]) if len(names) > 1 else None
        if kind is None:
            return False
        self._places[kind] = {name: place for place, name in reversed(list(enumerate(names)))}
        return True

    def values(self, kind: str, cells: Sequence[str]) -> dict[str, str]:
        return {name: cells[place] for name, place in self._places[kind].items() if place < len(cells)}
