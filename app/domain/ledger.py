"""A state sent to a consumer: what it says, what became of it; pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
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


def publication(record: Mapping[str, Any]) -> dict[str, Any]:
    """The state of a CPTS for a departmental portal: its public record."""
    return {"etat": "publiee", **record}


def withdrawal(finess: str, reasons: Sequence[str]) -> dict[str, Any]:
    """The state of a CPTS that a departmental portal must not show any more, and why."""
    return {"etat": "retiree", "finess": finess, "motifs": list(reasons)}


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
