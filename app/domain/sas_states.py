"""What the SAS is told of a CPTS, and the card that a regulator reads of it (DOMAIN.md §5.1, §5.3, FEATURES.md E.1).

No public contract of such a feed exists: this document holds what the platform shows and looks for, nothing else
(S-140). It is a state, not a change: the same state is the same text, so that sending it twice does nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from app.domain.identifiers import Finess
from app.domain.participations import Effector
from app.domain.phones import e164
from app.domain.readiness import CPTS, LABEL, Finding, Level, Spot, blocking, findings, sent_units
from app.domain.readiness_facts import Facts, UnitFacts
from app.domain.territories import CITY_OF

ROWS = 50
"""The platform shows that many CPTS for a commune (§5.3)."""
Payload = dict[str, Any]
OUTSIDE = "commune"
"""Why a CPTS that the regulators see is not there for that commune."""


@dataclass(frozen=True)
class SasState:
    """`payload`: the document to send, `withdrawn` when the regulators would not see the CPTS."""

    facts: Facts
    effectors: tuple[Effector, ...] = ()

    @property
    def finess(self) -> str:
        return self.facts.finess

    @cached_property
    def findings(self) -> list[Finding]:
        return findings(self.facts)

    @cached_property
    def blocking(self) -> list[Finding]:
        return blocking(self.findings)

    @property
    def eligible(self) -> bool:
        return not self.blocking

    @cached_property
    def payload(self) -> Payload:
        return _active(self.facts, self.effectors) if self.eligible else _withdrawn(self.facts, self.blocking)

    @cached_property
    def text(self) -> str:
        """Canonical JSON: keys sorted, no space."""
        return json.dumps(self.payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """SHA-256, hexadecimal: equal exactly when the state is."""
        return hashlib.sha256(self.text.encode()).hexdigest()


# ── the document ────────────────────────────────────────────────────────────


def _active(facts: Facts, effectors: Iterable[Effector]) -> Payload:
    contact, units = facts.sheet["coordonnees"], sent_units(facts)
    return {
        **_head(facts, "active"),
        "address": {
            "street": contact["street"],
            "extra": contact["address_extra"],
            "postcode": contact["postcode"],
            "city": contact["city"],
        },
        "switchboard": e164(contact["phone"]),
        "phones": list(dict.fromkeys(number for unit in units for number in unit.phones)),
        "communes": sorted({code for unit in units for code in expanded(_current(facts, unit))}),
        "regulator_info": "\n\n".join(filter(None, (unit.sheet["conditions"]["regulator_info"] for unit in units)))
        or None,
        "units": [_unit(unit) for unit in units],
        "effectors": [_effector(one) for one in sorted(effectors, key=lambda one: (one.since, one.national_id))],
    }


def _withdrawn(facts: Facts, reasons: Iterable[Finding]) -> Payload:
    return {
        **_head(facts, "withdrawn"),
        "reasons": [{"rule": finding.rule, "sentence": finding.sentence} for finding in reasons],
    }


def _head(facts: Facts, status: str) -> Payload:
    """`finess`: `1` and nine digits, as every structure of the SAS (§5.2)."""
    return {
        "status": status,
        "finess": Finess(facts.finess).national_id,
        "type": {"code": CPTS, "label": LABEL},
        "name": facts.name,
    }


def _unit(unit: UnitFacts) -> Payload:
    offer = unit.sheet["offre"]
    return {
        "id": unit.id,
        "name": offer["name"],
        "type": offer["type_code"],
        "activities": unit.sheet["activites"]["activities"],
    }


def _effector(one: Effector) -> Payload:
    """`id`: `8` and the RPPS, as the platform knows its users (E.1)."""
    return {
        "id": one.national_id,
        "family_name": one.family_name,
        "given_name": one.given_name,
        "speciality": {"code": one.speciality_code, "label": one.speciality} if one.speciality_code else None,
        "since": one.since.isoformat(),
        "until": one.until.isoformat() if one.until else None,
        "has_software": one.has_software,
        "gives_hours": one.gives_hours,
        "places": [asdict(place) for place in one.places],
    }


def _current(facts: Facts, unit: UnitFacts) -> list[str]:
    return [code for code in unit.communes if code in facts.current]


def expanded(codes: Iterable[str]) -> set[str]:
    """A zone names Paris, Lyon or Marseille as a whole, or some of their arrondissements (domain/zones.py). A search
    there names the arrondissement: the whole city is sent with each of them; an arrondissement never makes the city."""
    held = set(codes)
    return held | {part for part, city in CITY_OF.items() if city in held}


# ── the card ────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Card:
    """A CPTS as a regulator reads it: the first telephone alone."""

    finess: str
    name: str
    phone: str
    address: str
    regulator_info: str | None
    effectors: int


def card_of(payload: Payload) -> Card:
    """Of an active state."""
    address = payload["address"]
    lines = (address["street"], address["extra"], f"{address['postcode']} {address['city']}")
    return Card(
        finess=payload["finess"][1:],
        name=payload["name"],
        phone=payload["phones"][0],
        address=", ".join(filter(None, lines)),
        regulator_info=payload["regulator_info"],
        effectors=len(payload["effectors"]),
    )


def shows(payload: Payload, insee: str) -> bool:
    """Whether a search on that commune finds it: by its very code."""
    return payload["status"] == "active" and insee in payload["communes"]


def answer(payloads: Sequence[Payload], insee: str) -> list[Card]:
    """What the platform lists for a commune, in an order that it does not tell: by name here, 50 at most."""
    found = sorted((card_of(payload) for payload in payloads if shows(payload, insee)), key=lambda card: card.name)
    return found[:ROWS]


# ── why a CPTS is not there ─────────────────────────────────────────────────


def absence(state: SasState, insee: str, name: str, held: Iterable[str]) -> list[Finding]:
    """Why a search on that commune does not find this CPTS; nothing when it does. `held`: the communes of its zone
    that are near enough to be named: its arrondissements, those that were merged into it."""
    if state.blocking or shows(state.payload, insee):
        return state.blocking
    spot = next((Spot("zone", "communes", unit.id) for unit in state.facts.units), None)
    former = [state.facts.ceased[code] for code in held if code in state.facts.ceased]
    if former:
        why = f"La zone nomme encore {', '.join(former)}, qui fait maintenant partie de {name} : remplacez-la."
    elif any(CITY_OF.get(code) == insee for code in held):
        why = f"Le SAS cherche {name} par arrondissement, et la zone n’en contient que certains : choisissez-en un."
        spot = None
    else:
        why = f"{name} n’est pas dans la zone d’intervention."
    return [Finding(OUTSIDE, Level.BLOCKING, why, spot)]
