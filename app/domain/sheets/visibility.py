"""What of a sheet the public sees: the « accès libre » alone, nothing of a sensitive unit (DOMAIN.md §2.9); pure.

The level of a number is the stricter of its own and of its contact's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from app.domain.sheets.catalogue import BOXES, SheetKind
from app.domain.sheets.rules import FREE, RESTRICTED
from app.domain.sheets.values import Values

Sheet = Mapping[str, Values]


def seen_by_public(kind: SheetKind, sheet: Sheet) -> dict[str, Values] | None:
    """The sheet without what is restricted; None for a sensitive unit, of which the public knows nothing."""
    if is_sensitive(sheet):
        return None
    return {box.key: public_values(kind, box.key, sheet[box.key]) for box in BOXES[kind] if box.key in sheet}


def public_values(kind: SheetKind, box: str, values: Values, *, hidden: Collection[str] = ()) -> Values:
    """A box of a sheet that the public may see. `hidden`: numbers and addresses that are restricted elsewhere."""
    restricted = _restricted(kind, box)
    seen = {key: value for key, value in values.items() if key not in restricted}
    if "contacts" in seen:
        seen["contacts"] = _free(seen["contacts"] or [], hidden)
    return seen


@cache
def _restricted(kind: SheetKind, box: str) -> frozenset[str]:
    """Fields of a box that the public never sees."""
    known = next((one for one in BOXES[kind] if one.key == box), None)
    return frozenset(field.key for field in known.fields if field.restricted) if known else frozenset()


def without_people(values: Values) -> Values:
    """The same without the contacts that name somebody."""
    if "contacts" not in values:
        return values
    kept = [contact for contact in values["contacts"] or [] if not contact.get("name") and not contact.get("function")]
    return {**values, "contacts": kept}


def restricted_points(values: Values) -> set[str]:
    """Numbers and addresses that the public may not see."""
    return {
        telecom["value"]
        for contact in values.get("contacts") or []
        for telecom in contact.get("telecoms", [])
        if not is_free(contact, telecom)
    }


def is_sensitive(sheet: Sheet) -> bool:
    return bool(sheet.get("offre", {}).get("sensitive"))


def _free(contacts: list[dict[str, Any]], hidden: Collection[str]) -> list[dict[str, Any]]:
    """Contacts without what is restricted; one that nobody may reach is not shown."""
    found = []
    for contact in contacts:
        reached = [
            telecom
            for telecom in contact.get("telecoms", [])
            if is_free(contact, telecom) and telecom["value"] not in hidden
        ]
        if reached:
            found.append({**contact, "telecoms": reached})
    return found


def is_free(contact: Mapping[str, Any], telecom: Mapping[str, Any]) -> bool:
    return max(contact.get("level") or RESTRICTED, telecom.get("level") or RESTRICTED) == FREE
