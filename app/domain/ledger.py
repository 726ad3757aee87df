"""What is said of a state sent to a consumer: what became of it, how it differs from the one before; pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

FORMAT = "relais-etat/1"
"""Of the body that is sent (docs/sas.md); a consumer may refuse one that it does not know."""


class Fate(StrEnum):
    """What became of a message; the value is the one of `?etat=`."""

    WAITING = "en-attente"
    ACCEPTED = "accepte"
    REFUSED = "refuse"
    DEAD = "abandonne"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    Fate.WAITING: "En attente",
    Fate.ACCEPTED: "Accepté",
    Fate.REFUSED: "Refusé",
    Fate.DEAD: "Abandonné après 72 heures",
}


def digest_of(payload: str) -> str:
    """SHA-256, hexadecimal, of a canonical JSON text."""
    return hashlib.sha256(payload.encode()).hexdigest()


def withdrawal(finess: str, reasons: Sequence[str]) -> dict[str, Any]:
    """The state of an establishment that must not be shown any more, and why, in French."""
    return {"finess": finess, "status": "withdrawn", "reasons": list(reasons)}


def envelope(finess: str, version: int, created_at: str, state: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a message. The version counts the states of that establishment for that consumer."""
    return {
        "format": FORMAT,
        "finess": finess,
        "version": version,
        "created_at": created_at,
        "state": dict(state),
    }


def ordinal(number: int) -> str:
    """« 1er », « 3ᵉ »."""
    return "1er" if number == 1 else f"{number}ᵉ"


@dataclass(frozen=True, slots=True)
class Change:
    """A field of the payload that differs; empty: it was not there, or is there no more. Of lists, what came and went."""

    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def changes(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[Change]:
    """Field by field, in the order of the payload sent; all of it when nothing was sent before."""
    old, new = _flat(before or {}), _flat(after)
    told = []
    for path in [*new, *(path for path in old if path not in new)]:
        was, now = old.get(path, []), new.get(path, [])
        if was != now:
            gone = tuple(value for value in was if value not in now)
            come = tuple(value for value in now if value not in was)
            told.append(Change(label(path), gone or (() if come else tuple(was)), come or (() if gone else tuple(now))))
    return told


def _flat(value: Any, path: str = "") -> dict[str, list[str]]:
    """Path of the names, without positions → the values found there."""
    if isinstance(value, Mapping):
        found: dict[str, list[str]] = {}
        for name, inner in value.items():
            for key, values in _flat(inner, f"{path}.{name}" if path else str(name)).items():
                found.setdefault(key, []).extend(values)
        return found
    if isinstance(value, list | tuple):
        found = {}
        for inner in value:
            for key, values in _flat(inner, path).items():
                found.setdefault(key, []).extend(values)
        return found
    return {path: [] if value is None else [_said(value)]}


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return str(value)


NAMES = {
    "finess": "Numéro FINESS",
    "status": "État",
    "reasons": "Motifs du retrait",
    "name": "Nom",
    "phone": "Téléphone",
    "phones": "Téléphones",
    "email": "Adresse électronique",
    "website": "Site internet",
    "address": "Adresse postale",
    "street": "Voie",
    "postcode": "Code postal",
    "city": "Ville",
    "commune": "Commune",
    "communes": "Communes de la zone",
    "zone": "Zone d’intervention",
    "insee": "Code INSEE",
    "units": "Unités",
    "unit": "Unité",
    "id": "Identifiant",
    "type": "Type",
    "category": "Catégorie",
    "code": "Code",
    "label": "Libellé",
    "opening_hours": "Horaires",
    "hours": "Horaires",
    "contacts": "Contacts",
    "activities": "Activités",
    "departement": "Département",
    "effectors": "Effecteurs",
    "information": "Informations complémentaires",
}
"""French words for the parts of a payload; a part that is not here is shown by its own name."""


def label(path: str) -> str:
    """« Unités › Téléphones »."""
    return " › ".join(NAMES.get(name, name) for name in path.split("."))
