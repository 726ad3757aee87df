"""The values of sheets in words, for the pages and the PDF of a dossier."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.sheets.catalogue import Field
from app.domain.sheets.words import Labels, lines_of
from app.queries.dossier_sheets import Proposed, ProposedBox
from app.queries.sheet_findings import words_for
from app.usecases.dossier_sheets import CENTRE

PREPARED = "pré-rempli par le centre de services"


def labels_for(sheets: Iterable[Proposed]) -> Labels:
    """Of every code that these sheets name, communes included: one statement."""
    return words_for(sheet.values.get("zone") for sheet in sheets).labels


def fields_of(box: ProposedBox, labels: Labels) -> list[tuple[Field, list[str], str]]:
    """Each field, what is proposed for it, line by line, and where it comes from when an agent filled it (S-119)."""
    return [
        (
            field,
            lines_of(field, box.values.get(field.key), labels),
            PREPARED if box.sources.get(field.key) == CENTRE else "",
        )
        for field in box.box.fields
    ]
