"""The rules of the exposition model (RG_EXP_…, DOMAIN.md §2.8), each named by its number; pure.

A rule reads a sheet, box by box, and says what is wrong, in words, of which field. What is blocking is not published.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.sheets.catalogue import BOXES, SheetKind
from app.domain.sheets.values import Values, is_blank

Sheet = Mapping[str, Values]
"""Box key → its values. A box that is absent is empty."""
Codes = Mapping[str, Mapping[str, str]]
"""System → code → label, those valid today. A system without codes is not checked."""
DAYS = {"d": 1, "wk": 7, "mo": 30.4375, "a": 365.25}
"""Length of each unit of age, in days (UCUM)."""
PHONES = {"1", "2", "8"}
"""TRE_R200 channels that one can call."""
FREE, RESTRICTED, VERY_RESTRICTED = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Finding:
    """`rule`: RG_EXP_…, or the row of FEATURES.md. `blocking`: the box is refused, the sheet is not published."""

    rule: str
    box: str
    field: str
    sentence: str
    blocking: bool = True


Rule = Callable[[SheetKind, Sheet, Codes], list[Finding]]


def required_to_publish(kind: SheetKind, sheet: Sheet, codes: Codes) -> list[Finding]:
    """RG_EXP_002: what lacks a mandatory element is not transmitted."""
    return [
        Finding("RG_EXP_002", box.key, field.key, f"Il manque : {_lower_first(field.label)}.")
        for box in BOXES[kind]
        for field in box.fields
        if field.required and is_blank(sheet.get(box.key, {}).get(field.key))
    ]


def expected(kind: SheetKind, sheet: Sheet, codes: Codes) -> list[Finding]:
    """DOMAIN.md §2.12: what only warns."""
    return [
        Finding("2.12", box.key, field.key, f"À compléter : {_lower_first(field.label)}.", blocking=False)
        for box in BOXES[kind]
        for field in box.fields
        if field.expected and is_blank(sheet.get(box.key, {}).get(field.key))
    ]


def zone_is_communes(kind: SheetKind, sheet: Sheet, codes: Codes) -> list[Finding]:
    """RG_EXP_009: every instance of the zone is a commune. `codes["COG"]`, when given, are those that exist."""
    known = codes.get("COG")
    odd = [insee for insee in _of(sheet, "zone", "communes", []) if known is not None and insee not in known]
    sentence = f"Ces codes ne sont pas ceux de communes d’aujourd’hui : {', '.join(odd[:10])}."
    return [Finding("RG_EXP_009", "zone", "communes", sentence)] if odd else []


def codes_exist(kind: SheetKind, sheet: Sheet, codes: Codes) -> list[Finding]:
    """§2.10 anomaly (b): no obsolete nomenclature."""
    if kind is SheetKind.EG:
        return []
    found = []
    for box, field, system in (
        ("offre", "type_code", "TRE_R244"),
        ("offre", "activity_field_code", "TRE_R227"),
        ("offre", "care_mode_code", "TRE_R213"),
    ):
        value = _of(sheet, box, field)
        if value and codes.get(system) and value not in codes[system]:
            found.append(Finding(system, box, field, "Cette valeur n’existe plus : choisissez-en une autre."))
    unknown = [
        code for code in _of(sheet, "activites", "activities", []) if code not in codes.get("TRE_R211", {code: ""})
    ]
    if unknown:
        sentence = "Une activité n’existe plus dans la nomenclature : retirez-la."
        found.append(Finding("TRE_R211", "activites", "activities", sentence))
    return found


def ages(kind: SheetKind, sheet: Sheet, codes: Codes) -> list[Finding]:
    """RG_EXP_048: years, months, weeks or days; S-043: 0 to 150 years, in order."""
    box = sheet.get("public", {})
    low, high = _age(box, "min_age"), _age(box, "max_age")
    found = []
    for key, value in (("min_age", low), ("max_age", high)):
        if not is_blank(box.get(key)) and box.get(f"{key}_unit") not in DAYS:
            found.append(Finding("RG_EXP_048", "public", f"{key}_unit", "Choisissez années, mois, semaines ou jours."))
        elif value is not None and not 0 <= value <= 150 * DAYS["a"]:
            found.append(Finding("S-043", "public", key, "Indiquez un âge de 0 à 150 ans."))
    if not found and low is not None and high is not None and low > high:
        found.append(Finding("S-043", "public", "max_age", "L’âge maximum est inférieur à l’âge minimum."))
    return found


def hours(kind: SheetKind, sheet: Sheet, codes: Codes) -> list[Finding]:
    """RG_EXP_014: a day or a period; and a span that ends after it begins."""
    found = []
    for number, line in enumerate(_of(sheet, "horaires", "hours", []), start=1):
        if not line.get("day") and not (line.get("from") and line.get("to")):
            sentence = f"Plage {number} : choisissez un jour, ou une période avec son début et sa fin."
            found.append(Finding("RG_EXP_014", "horaires", "hours", sentence))
        elif (line.get("start") and line.get("end") and line["start"] >= line["end"]) or (
            line.get("from") and line.get("to") and line["from"] > line["to"]
        ):
            found.append(Finding("RG_EXP_014", "horaires", "hours", f"Plage {number} : la fin précède le début."))
    return found


def contact_names(kind: SheetKind, sheet: Sheet, codes: Codes) -> list[Finding]:
    """RG_EXP_040, RG_EXP_041: a nature has neither name nor function; a function has a name."""
    found = []
    for number, contact in _contacts(sheet):
        nature, function, name = (contact.get(key) for key in ("nature", "function", "name"))
        if nature and (name or function):
            sentence = f"Contact {number} : un contact « par nature » ne porte ni nom ni fonction."
            found.append(Finding("RG_EXP_040", "contacts", "contacts", sentence))
        elif function and not name:
            sentence = f"Contact {number} : indiquez le nom de la personne qui exerce cette fonction."
            found.append(Finding("RG_EXP_041", "contacts", "contacts", sentence))
        elif not nature and not function:
            sentence = f"Contact {number} : choisissez une nature, ou une fonction avec un nom."
            found.append(Finding("RG_EXP_041", "contacts", "contacts", sentence))
    return found


def contact_levels(kind: SheetKind, sheet: Sheet, codes: Codes) -> list[Finding]:
    """RG_EXP_034: a number is at least as restricted as its contact. RG_EXP_039: a sensitive unit's are at 3."""
    sensitive = bool(_of(sheet, "offre", "sensitive", False))
    found = []
    for number, contact in _contacts(sheet):
        level = contact.get("level") or RESTRICTED
        if any((telecom.get("level") or RESTRICTED) < level for telecom in contact.get("telecoms", [])):
            sentence = f"Contact {number} : un numéro ou une adresse ne peut pas être plus ouvert que son contact."
            found.append(Finding("RG_EXP_034", "contacts", "contacts", sentence))
        if sensitive and level != VERY_RESTRICTED:
            sentence = f"Contact {number} : l’unité est sensible, ses contacts sont en accès très restreint."
            found.append(Finding("RG_EXP_039", "contacts", "contacts", sentence))
    return found


def contact_phone(kind: SheetKind, sheet: Sheet, codes: Codes) -> list[Finding]:
    """DOMAIN.md §2.12, S-117: a unit can be called."""
    contacts = _of(sheet, "contacts", "contacts", [])
    called = any(t.get("channel") in PHONES for contact in contacts for t in contact.get("telecoms", []))
    if kind is SheetKind.EG or not contacts or called:
        return []
    return [Finding("S-117", "contacts", "contacts", "Indiquez au moins un téléphone parmi les contacts.")]


BOX_RULES: tuple[Rule, ...] = (
    zone_is_communes,
    codes_exist,
    ages,
    hours,
    contact_names,
    contact_levels,
    contact_phone,
)
"""What a value must be, whenever it is written."""
SHEET_RULES: tuple[Rule, ...] = (required_to_publish, *BOX_RULES, expected)
"""What a sheet must be to be finalised and published."""


def box_findings(kind: SheetKind, box: str, sheet: Sheet, codes: Codes) -> list[Finding]:
    """What is wrong in one box, in the light of the others (the level of contacts depends on the unit)."""
    return [finding for rule in BOX_RULES for finding in rule(kind, sheet, codes) if finding.box == box]


def sheet_findings(kind: SheetKind, sheet: Sheet, codes: Codes) -> list[Finding]:
    return [finding for rule in SHEET_RULES for finding in rule(kind, sheet, codes)]


def invariants_broken(before: Sheet, after: Sheet) -> list[Finding]:
    """RG_EXP_010, RG_EXP_011: set once; changing means another unit."""
    return [
        Finding(
            "RG_EXP_011" if field.key == "care_mode_code" else "RG_EXP_010",
            box.key,
            field.key,
            f"{field.label} : choisi une fois pour toutes. Décrivez une autre unité si elle a changé.",
        )
        for box in BOXES[SheetKind.UO]
        for field in box.fields
        if field.invariable
        and not is_blank(before.get(box.key, {}).get(field.key))
        and box.key in after
        and after[box.key].get(field.key) != before[box.key].get(field.key)
    ]


def _of(sheet: Sheet, box: str, field: str, nothing: Any = None) -> Any:
    value = sheet.get(box, {}).get(field)
    return nothing if value is None else value


def _contacts(sheet: Sheet) -> list[tuple[int, dict[str, Any]]]:
    return list(enumerate(_of(sheet, "contacts", "contacts", []), start=1))


def _age(box: Values, key: str) -> float | None:
    value, unit = box.get(key), DAYS.get(box.get(f"{key}_unit") or "")
    return value * unit if isinstance(value, (int, float)) and unit else None


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
