"""What the page and the PDF say of a value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import current_app
from jinja2 import TemplateNotFound

from app.queries.personal_sections import Section, Value
from app.settings import current_settings
from app.web.french import datetime_fr, phone_fr

PHONES = frozenset({"Téléphone"})
MODEL = "Modèle"
NOT_GIVEN = "non renseigné"
_OTHERWISE = re.compile(r"\{% (?:else|elif).*?\{% endif %\}", re.DOTALL)
_LOGIC = re.compile(r"\{[%#].*?[%#]\}", re.DOTALL)
_PARTICULAR = re.compile(r"\{\{.*?\}\}", re.DOTALL)


def lines(section: Section) -> list[list[tuple[str, str]]]:
    """Each entry as (name, words); what an entry leaves empty is said for the identity, and left out elsewhere."""
    whole = section.key in {"identite", "compte"}
    return [
        [(name, words(name, value)) for name, value in entry.items() if whole or value not in (None, "")]
        for entry in section.entries
    ]


def subject_of(slug: str) -> str:
    """What that kind of mail is about: its subject without what was particular to one (people, numbers)."""
    try:
        source = _source(f"emails/{slug}/subject.txt")
    except TemplateNotFound:
        return "Message d’un modèle qui n’existe plus"
    named = source.replace("{{ settings.portal_name }}", current_settings().portal_name)
    words = " ".join(_PARTICULAR.sub("…", _LOGIC.sub("", _OTHERWISE.sub("", named))).split())
    return words if any(char.isalpha() for char in words) else "Message"


def _source(name: str) -> str:
    environment = current_app.jinja_env
    assert environment.loader is not None  # noqa: S101 – Flask always has one
    return environment.loader.get_source(environment, name)[0]


def words(name: str, value: Value) -> str:
    if value is None or value == "":
        return NOT_GIVEN
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return datetime_fr(value)
    if name == MODEL:
        return subject_of(str(value))
    return phone_fr(value) if name in PHONES and isinstance(value, str) else str(value)


def document(sections: Sequence[Section], *, name: str, at: datetime) -> dict[str, Any]:
    """For templates/pdf/my_data.typ."""
    portal = current_settings().portal_name
    return {
        "title": f"Les données de {name}",
        "lead": f"Tout ce que le portail {portal} conserve sur vous, à la date de ce document.",
        "made": datetime_fr(at),
        "portal": portal,
        "sections": [{"title": section.title, "note": section.note, "entries": lines(section)} for section in sections],
    }
