"""The three data that the SAS needs at least (S-141): what they say, when they were verified, what is wrong; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain.readiness import Finding, Level, Spot
from app.domain.readiness_facts import Facts, UnitFacts
from app.domain.sas_states import SasState
from app.web.french import phone_fr, plural
from app.web.names import name_fr, street_fr

Verified = Mapping[tuple[str, str], datetime | None]
"""Sheet key and box → when it was last verified."""
SEVERITY = (Level.BLOCKING, Level.WARNING)


@dataclass(frozen=True, slots=True)
class Light:
    """`said`: (what, value), None where nothing is said. `verified`: the oldest, None when one never was.
    `spot`: None without a unit."""

    key: str
    label: str
    said: list[tuple[str, str | None]]
    verified: datetime | None
    level: Level | None
    spot: Spot | None

    @property
    def tone(self) -> str:
        """Of its badge."""
        return {Level.BLOCKING: "erreur", Level.WARNING: "attention"}.get(self.level or Level.INFO, "ok")


def lights_of(state: SasState, verified: Verified, contact_verified: datetime | None) -> list[Light]:
    """`contact_verified`: of the establishment, where its box was never written."""
    facts, units = state.facts, state.facts.units
    contact = facts.sheet["coordonnees"]
    own = verified.get((f"eg-{facts.finess}", "coordonnees")) or contact_verified
    address = (street_fr(contact["street"] or ""), contact["postcode"], name_fr(contact["city"] or ""))
    return [
        _light(
            "telephone",
            "Téléphones",
            [("Standard", phone_fr(contact["phone"]) if contact["phone"] else None), *_phones(facts)],
            [own, *(verified.get((f"uo-{unit.id}", "contacts")) for unit in units)],
            state.findings,
            {"switchboard", "dialled", "phone", "one-number"},
            Spot("coordonnees", "phone"),
        ),
        _light(
            "adresse",
            "Adresse postale",
            [("", ", ".join(part for part in address if part) or None)],
            [own],
            state.findings,
            {"address"},
            Spot("coordonnees", "street"),
        ),
        _light(
            "zone",
            "Zone d’intervention",
            [(_of(facts, unit), _zone(facts, unit)) for unit in units] or [("", None)],
            [verified.get((f"uo-{unit.id}", "zone")) for unit in units] or [None],
            state.findings,
            {"zone", "ceased", "units"},
            Spot("zone", "communes", units[0].id) if units else None,
        ),
    ]


def _light(
    key: str,
    label: str,
    said: list[tuple[str, str | None]],
    verified: list[datetime | None],
    findings: Iterable[Finding],
    rules: set[str],
    spot: Spot | None,
) -> Light:
    mine = [finding for finding in findings if finding.rule in rules]
    level = next((level for level in SEVERITY if any(finding.level is level for finding in mine)), None)
    known = [at for at in verified if at is not None]
    to_mend = next((finding.spot for finding in mine if finding.level is level and finding.spot), spot)
    return Light(key, label, said, min(known) if len(known) == len(verified) else None, level, to_mend)


def _phones(facts: Facts) -> list[tuple[str, str | None]]:
    if not facts.units:
        return [("Unité", None)]
    return [(_of(facts, unit), _first_phone(unit)) for unit in facts.units]


def _first_phone(unit: UnitFacts) -> str | None:
    """What the regulator dials, else what was typed."""
    number = next(iter(unit.phones), None) or next((phone.typed for phone in unit.typed_phones), None)
    return phone_fr(number) if number else None


def _zone(facts: Facts, unit: UnitFacts) -> str | None:
    held = [code for code in unit.communes if code in facts.current]
    return plural(len(held), "commune") if held else None


def _of(facts: Facts, unit: UnitFacts) -> str:
    return "Unité" if len(facts.units) == 1 else name_fr(unit.name)
