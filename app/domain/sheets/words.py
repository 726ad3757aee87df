"""The value of a field in the words that people read, one line an item: differences, mails, history. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.sheets.catalogue import Field
from app.domain.sheets.values import is_blank

Labels = Mapping[str, Mapping[str, str]]
"""System → code → label; under `COG`, INSEE code → name of the commune."""
SYSTEMS = {
    "type_code": "TRE_R244",
    "activity_field_code": "TRE_R227",
    "care_mode_code": "TRE_R213",
    "activities": "TRE_R211",
    "min_age_unit": "UCUM",
    "max_age_unit": "UCUM",
    "communes": "COG",
}
"""Whose codes a field holds."""
NATURES, FUNCTIONS, CHANNELS, LEVELS, HOURS_TYPES = "TRE_R287", "TRE_R251", "TRE_R200", "TRE_R283", "TRE_R252"
WORDED = ("TRE_R244", "TRE_R227", "TRE_R213", "TRE_R211", "UCUM", NATURES, FUNCTIONS, CHANNELS, LEVELS, HOURS_TYPES)
"""Every nomenclature that a sheet may name."""
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def lines_of(field: Field, value: Any, labels: Labels) -> list[str]:
    """Nothing said: no line."""
    if is_blank(value):
        return []
    items = value if isinstance(value, list) else [value]
    return [item_words(field, item, labels) for item in items]


def item_words(field: Field, item: Any, labels: Labels) -> str:
    """One item of a list, or the value itself."""
    if field.key == "contacts":
        return contact_words(item, labels)
    if field.key == "hours":
        return hours_words(item, labels)
    if field.key in SYSTEMS:
        return _label(labels, SYSTEMS[field.key], item)
    if field.key == "phone":
        return phone_words(item)
    if field.key == "project_signed_on":
        return _day(item)
    if isinstance(item, bool):
        return "oui" if item else "non"
    return str(item)


def contact_words(contact: Mapping[str, Any], labels: Labels) -> str:
    """« Standard, accès libre : Téléphone 04 90 00 00 00 (accès libre) »."""
    who = [contact.get("name"), _label(labels, FUNCTIONS, contact.get("function"))]
    who += [_label(labels, NATURES, contact.get("nature")), contact.get("description")]
    named = ", ".join(text for text in [*who, _level(contact, labels)] if text)
    reached = [
        " ".join(
            text
            for text in (
                _label(labels, CHANNELS, telecom.get("channel")),
                phone_words(str(telecom.get("value") or "")),
                f"poste {telecom['extension']}" if telecom.get("extension") else "",
                f"({', '.join(part for part in (telecom.get('usage'), _level(telecom, labels)) if part)})",
            )
            if text and text != "()"
        )
        for telecom in contact.get("telecoms", [])
    ]
    return f"{named}\u00a0: {' ; '.join(reached)}".replace(" ;", "\u202f;") if reached else named


def hours_words(line: Mapping[str, Any], labels: Labels) -> str:
    """« Ouverture : lundi, de 9 h à 17 h 30, du 01/07/2026 au 31/08/2026 »."""
    day = line.get("day")
    said = [DAYS[day - 1]] if isinstance(day, int) and 1 <= day <= len(DAYS) else []
    if line.get("start") or line.get("end"):
        said.append(f"de {_hour(line.get('start'))} à {_hour(line.get('end'))}")
    if line.get("from") or line.get("to"):
        said.append(f"du {_day(line.get('from'))} au {_day(line.get('to'))}")
    return f"{_label(labels, HOURS_TYPES, line.get('type') or '01')}\u00a0: {', '.join(said)}"


def phone_words(number: str) -> str:
    """`+33465710000` → 04 65 71 00 00; any other text as it is."""
    digits = number.removeprefix("+33")
    if digits == number or len(digits) != 9 or not digits.isdigit():
        return number
    national = f"0{digits}"
    return "\u00a0".join(national[place : place + 2] for place in range(0, 10, 2))


def _label(labels: Labels, system: str, code: Any) -> str:
    return labels.get(system, {}).get(code, str(code)) if code else ""


def _level(holder: Mapping[str, Any], labels: Labels) -> str:
    label = _label(labels, LEVELS, str(holder.get("level") or ""))
    return label[:1].lower() + label[1:]


def _hour(text: str | None) -> str:
    """`09:30` → 9 h 30."""
    if not text:
        return "…"
    hour, _, minute = text.partition(":")
    return f"{int(hour)}\u202fh" + (f"\u202f{minute}" if minute.strip("0") else "")


def _day(text: str | None) -> str:
    """`2026-07-01` → 01/07/2026."""
    return "/".join(reversed(text.split("-"))) if text else "…"
