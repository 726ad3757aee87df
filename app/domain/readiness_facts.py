"""What the rules of readiness look at: an establishment and its open units, as their sheets hold them; pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.domain.phones import e164
from app.domain.sheets.rules import FREE, PHONES
from app.domain.sheets.values import Values
from app.domain.sheets.visibility import is_free

Sheet = Mapping[str, Values]


@dataclass(frozen=True, slots=True)
class Phone:
    """A number of a unit as it was typed, with its contact and itself, each with its rank."""

    typed: str
    contact: tuple[int, Mapping[str, Any]]
    telecom: tuple[int, Mapping[str, Any]]

    @property
    def free(self) -> bool:
        """« Accès libre », contact and number (§2.9)."""
        return is_free(self.contact[1], self.telecom[1])

    def item(self, key: str) -> str:
        """Of its number or of its level: the contact's, when it is the contact that is restricted."""
        (rank, contact), (place, _) = self.contact, self.telecom
        if key == "level" and contact.get("level") != FREE:
            return f"{rank}.level"
        return f"{rank}.telecoms.{place}.{key}"


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """An open unit. `updated_on`: the last day when something of it changed."""

    id: int
    sheet: Sheet
    updated_on: date

    @property
    def name(self) -> str:
        return str(self.sheet["offre"]["name"] or "")

    @property
    def communes(self) -> list[str]:
        return list(self.sheet["zone"]["communes"] or [])

    @property
    def typed_phones(self) -> list[Phone]:
        """In the order declared, whatever their level."""
        return [
            Phone(telecom["value"], (rank, contact), (place, telecom))
            for rank, contact in enumerate(self.sheet["contacts"]["contacts"] or [])
            for place, telecom in enumerate(contact.get("telecoms", []))
            if telecom.get("channel") in PHONES and telecom.get("value")
        ]

    @property
    def phones(self) -> list[str]:
        """As they are sent."""
        return [number for phone in self.typed_phones if phone.free and (number := e164(phone.typed))]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules look at. `current`: the codes of its zones that are communes of today; `ceased`: code → name of
    those that were; `effectors`: professionals who declared their participation."""

    finess: str
    category: str
    closed_on: date | None
    sheet: Sheet
    units: tuple[UnitFacts, ...]
    today: date
    current: Collection[str] = field(default_factory=frozenset)
    ceased: Mapping[str, str] = field(default_factory=dict)
    effectors: int = 0

    @property
    def name(self) -> str:
        return str(self.sheet["identite"]["name"] or "")

    def called(self, unit: UnitFacts) -> str:
        return "l’unité" if len(self.units) == 1 else f"l’unité « {unit.name} »"
