"""What the page and the PDF say of a value."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.queries.personal_data import Section, Value
from app.settings import current_settings
from app.web.french import datetime_fr, phone_fr

PHONES = frozenset({"Téléphone"})
NOT_GIVEN = "non renseigné"


def lines(section: Section) -> list[list[tuple[str, str]]]:
    """Each entry as (name, words); what an entry leaves empty is said for the identity, and left out elsewhere."""
    whole = section.key in {"identite", "compte"}
    return [
        [(name, words(name, value)) for name, value in entry.items() if whole or value not in (None, "")]
        for entry in section.entries
    ]


def words(name: str, value: Value) -> str:
    if value is None or value == "":
        return NOT_GIVEN
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return datetime_fr(value)
    return phone_fr(value) if name in PHONES and isinstance(value, str) else str(value)


def document(sections: Sequence[Section], *, name: str, at: datetime) -> dict[str, Any]:
    """For templates/pdf/my_data.typ."""
    portal = current_settings().portal_name
    return {
        "title": f"Les données de {name}",
        "lead": f"Tout ce que le portail {portal} conserve sur vous, à la date de ce document.",
        "made": datetime_fr(at),
        "portal": portal,
        "sections": [
            {"title": section.title, "note": section.note, "entries": lines(section)} for section in sections
        ],
    }
