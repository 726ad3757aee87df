"""A CPTS that the SAS shows, as plain facts, and the ways to break it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from app.domain.readiness_facts import Facts, UnitFacts
from app.domain.sheets.catalogue import BOXES, SheetKind
from app.domain.sheets.values import canonical

TODAY = date(2026, 11, 26)
STANDARD, RESERVED = "+33465710110", "+33465710999"
EG: dict[str, dict[str, Any]] = {
    "coordonnees": {"phone": STANDARD, "street": "584 AV VICTOR HUGO", "postcode": "84200", "city": "CARPENTRAS"},
    "identite": {"name": "CPTS DU COMTAT VENAISSIN"},
}


def phone(value: str = STANDARD, *, level: int = 1, contact_level: int = 1, channel: str = "2") -> dict[str, Any]:
    """A contact with this number."""
    line = {"channel": channel, "value": value, "extension": None, "usage": None, "level": level}
    named = {"nature": "06", "function": None, "name": None, "description": None}
    return {**named, "level": contact_level, "telecoms": [line]}


UO: dict[str, dict[str, Any]] = {
    "offre": {
        "type_code": "255",
        "name": "CPTS DU COMTAT VENAISSIN",
        "activity_field_code": "05",
        "care_mode_code": "58",
        "sensitive": False,
    },
    "zone": {"communes": ["84031", "84088"]},
    "contacts": {"contacts": [phone()]},
    "activites": {"activities": ["475"]},
    "public": {"min_age": 0, "min_age_unit": "a", "max_age": 150, "max_age_unit": "a"},
    "conditions": {"regulator_info": "Composer le 1."},
}


def sheet(kind: SheetKind, values: dict[str, dict[str, Any]], **changed: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every box of the catalogue, those of `values` filled, those of `changed` changed."""
    return {box.key: canonical(box, {**values.get(box.key, {}), **changed.get(box.key, {})}) for box in BOXES[kind]}


def unit(id_: int = 12, updated_on: date = TODAY, **changed: dict[str, Any]) -> UnitFacts:
    return UnitFacts(id_, sheet(SheetKind.UO, UO, **changed), updated_on)


def ready(*units: UnitFacts, **values: Any) -> Facts:
    """A CPTS with nothing to mend; `coordonnees`, `identite`: what those boxes say otherwise."""
    boxes = {key: values.pop(key) for key in ("coordonnees", "identite") if key in values}
    facts = Facts(
        finess="840021281",
        category="604",
        closed_on=None,
        sheet=sheet(SheetKind.EG, EG, **boxes),
        units=units or (unit(),),
        today=TODAY,
        current=frozenset({"84031", "84088", "13055", "13201", "13202"}),
        ceased={"84999": "Ancienneville"},
        effectors=1,
    )
    return replace(facts, **values)
