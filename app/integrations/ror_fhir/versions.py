"""The one seam between generations of the ROR profiles: as published (up to 0.7.0), as announced (DOMAIN.md §3.8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from app.integrations.ror_fhir import systems


class IdentifierKind(Enum):
    NATIONAL_STRUCTURE = auto()
    FINESS_ENTITY = auto()
    FINESS_ESTABLISHMENT = auto()
    SIREN = auto()
    SIRET = auto()
    NATIONAL_PROFESSIONAL = auto()
    RPPS = auto()


IDENTIFIER_SYSTEMS: Final[Mapping[IdentifierKind, str]] = {
    IdentifierKind.NATIONAL_STRUCTURE: systems.NATIONAL_STRUCTURE,
    IdentifierKind.FINESS_ENTITY: systems.FINESS,
    IdentifierKind.FINESS_ESTABLISHMENT: systems.FINESS,
    IdentifierKind.SIREN: systems.SIRENE,
    IdentifierKind.SIRET: systems.SIRENE,
    IdentifierKind.NATIONAL_PROFESSIONAL: systems.NATIONAL_PROFESSIONAL,
    IdentifierKind.RPPS: systems.RPPS,
}
"""No generation changes them: route on the system of an identifier, never on its type (ROR-IMPACT)."""


@dataclass(frozen=True, slots=True)
class RorFhirVersion:
    """What a generation writes differently.

    `identifier_types`: system and code of the type of each identifier; a kind that is absent has no type.
    `profiled`: meta.profile is filled. `exercise_on_practitioner`: profession, skills and name of exercise are on
    Practitioner instead of being repeated on each PractitionerRole; so is the bare RPPS number.
    """

    name: str
    identifier_types: Mapping[IdentifierKind, tuple[str, str]]
    age_units: str
    profiled: bool
    exercise_on_practitioner: bool

    def profile(self, name: str) -> str | None:
        return systems.structure(name) if self.profiled else None


PUBLISHED: Final = RorFhirVersion(
    name="0.6",
    identifier_types={
        IdentifierKind.NATIONAL_STRUCTURE: (systems.STRUCTURE_IDENTIFIERS, "40"),
        IdentifierKind.FINESS_ENTITY: (systems.STRUCTURE_IDENTIFIERS, "1"),
        IdentifierKind.FINESS_ESTABLISHMENT: (systems.STRUCTURE_IDENTIFIERS, "1"),
        IdentifierKind.SIREN: (systems.STRUCTURE_IDENTIFIERS, "2"),
        IdentifierKind.SIRET: (systems.STRUCTURE_IDENTIFIERS, "3"),
    },
    age_units=systems.ROR_UCUM,
    profiled=False,
    exercise_on_practitioner=False,
)
NEXT: Final = RorFhirVersion(
    name="next",
    identifier_types={
        IdentifierKind.NATIONAL_STRUCTURE: (systems.FR_IDENTIFIERS, "IDNST"),
        IdentifierKind.FINESS_ENTITY: (systems.FR_IDENTIFIERS, "FINEJ"),
        IdentifierKind.FINESS_ESTABLISHMENT: (systems.FR_IDENTIFIERS, "FINEG"),
        IdentifierKind.SIREN: (systems.FR_IDENTIFIERS, "SIREN"),
        IdentifierKind.SIRET: (systems.FR_IDENTIFIERS, "SIRET"),
        IdentifierKind.NATIONAL_PROFESSIONAL: (systems.FR_IDENTIFIERS, "IDNPS"),
        IdentifierKind.RPPS: (systems.FR_IDENTIFIERS, "RPPS"),
    },
    age_units=systems.UCUM,
    profiled=True,
    exercise_on_practitioner=True,
)
VERSIONS: Final[Mapping[str, RorFhirVersion]] = {version.name: version for version in (PUBLISHED, NEXT)}
"""By the value of FHIR_GENERATION (app/settings.py)."""
