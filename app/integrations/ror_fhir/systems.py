"""Code systems, identifier systems and canonical addresses of the ANS ROR guide (DOMAIN.md §3.2, §3.7, §4); pure."""

from __future__ import annotations

from typing import Final

_NOS = "https://mos.esante.gouv.fr/NOS"
ROR: Final = "https://interop.esante.gouv.fr/ig/fhir/ror"
FR_CORE: Final = "https://hl7.fr/ig/fhir/core"
HL7: Final = "http://hl7.org/fhir/StructureDefinition"


def table(name: str) -> str:
    """Address of a table of the NOS: `TRE_R66-CategorieEtablissement` (its file has a hyphen instead of `_`)."""
    return f"{_NOS}/{name}/FHIR/{name.replace('_', '-', 1)}"


def structure(name: str) -> str:
    """Canonical address of a profile or of an extension of the ROR guide."""
    return f"{ROR}/StructureDefinition/{name}"


STRUCTURE_IDENTIFIERS: Final = table("TRE_G07-TypeIdentifiantStructure")
PROFESSIONS: Final = table("TRE_G15-ProfessionSante")
SKILL_KINDS: Final = table("TRE_R04-TypeSavoirFaire")
EXERCISE_TITLES: Final = table("TRE_R11-CiviliteExercice")
COMMUNES: Final = table("TRE_R13-CommuneOM")
"""Both TRE_R13-Commune and TRE_R13-CommuneOM are seen: accept both, emit this one (DOMAIN.md §0.4)."""
EXERCISE_MODES: Final = table("TRE_R23-ModeExercice")
REGIONS: Final = table("TRE_R30-RegionOM")
SPECIALITIES: Final = table("TRE_R38-SpecialiteOrdinale")
CATEGORIES: Final = table("TRE_R66-CategorieEtablissement")
LEGAL_STATUSES: Final = table("TRE_R72-FinessStatutJuridique")
CHANNELS: Final = table("TRE_R200-CanalCommunication")
DIVISIONS: Final = table("TRE_R201-TypeDivisionTerritoriale")
ACTIVITIES: Final = table("TRE_R211-ActiviteOperationnelle")
CARE_MODES: Final = table("TRE_R213-ModePriseEnCharge")
ACTIVITY_FIELDS: Final = table("TRE_R227-ChampActivite")
UNIT_TYPES: Final = table("TRE_R244-CategorieOrganisation")
ROR_UCUM: Final = table("TRE_R247-UcumUniteMesure")
CONTACT_FUNCTIONS: Final = table("TRE_R251-FonctionContact")
HOURS_TYPES: Final = table("TRE_R252-TypeHoraire")
LEVELS: Final = table("TRE_R283-NiveauConfidentialite")
CONTACT_NATURES: Final = table("TRE_R287-NatureContact")
RESOURCE_IDENTIFIERS: Final = table("TRE_R354-TypeIdentifiantRessourceOperationnelle")
UNIT_IDENTIFIERS: Final = table("TRE_R355-TypeIdentifiantOffre")
UCUM: Final = "http://unitsofmeasure.org"
FR_IDENTIFIERS: Final = f"{FR_CORE}/CodeSystem/fr-core-cs-v2-0203"

NATIONAL_STRUCTURE: Final = "urn:oid:1.2.250.1.71.4.2.2"
NATIONAL_PROFESSIONAL: Final = "urn:oid:1.2.250.1.71.4.2.1"
FINESS: Final = "https://finess.esante.gouv.fr"
SIRENE: Final = "https://sirene.fr"
RPPS: Final = "https://rpps.esante.gouv.fr"
UNIT_SYSTEM: Final[str | None] = None
"""[NF] The guide gives the identifier of an offre a type and no system: none is made up."""
ROLE_SYSTEM: Final[str | None] = None
"""[NF] Neither a system nor a type is published for the identifier of a situation opérationnelle."""

CREATED: Final = structure("ror-meta-creation-date")
LONG_NAME: Final = structure("ror-organization-additional-name")
ENTITY_CREATED: Final = structure("ror-organization-creation-date")
COMMENT: Final = structure("ror-organization-comment")
PERIOD: Final = f"{HL7}/organization-period"
CONTACT_LEVEL: Final = structure("ror-contact-confidentiality-level")
CONTACT_DESCRIPTION: Final = structure("ror-contact-description")
CONTACT_FUNCTION: Final = structure("ror-contact-function-contact")
TELECOM_CHANNEL: Final = structure("ror-telecom-communication-channel")
TELECOM_LEVEL: Final = structure("ror-telecom-confidentiality-level")
TELECOM_USAGE: Final = structure("ror-telecom-usage")
DIVISION: Final = structure("ror-territorial-division")
SENSITIVE: Final = structure("ror-healthcareservice-sensitive-unit")
PATIENTS: Final = structure("ror-healthcareservice-patient-type")
UNIT_CONTACT: Final = structure("ror-healthcareservice-contact")
UNIT_CONTACT_LEVEL: Final = structure("ror-confidentiality-level")
UNIT_CONTACT_TELECOM: Final = structure("ror-healthcareservice-contact-telecom")
HOURS_TYPE: Final = structure("ror-available-time-type-of-time")
HOURS_PERIOD: Final = structure("ror-available-time-effective-opening-closing-date")
HOURS_DAY: Final = structure("ror-available-time-number-days-of-week")
COMMUNE: Final = structure("ror-commune-cog")
EXERCISE_MODE: Final = structure("ror-practitionerrole-unit-exercise-mode")
EXERCISE_NAME: Final = structure("ror-practitionerrole-name")
"""RORPractitionerRoleName until 0.4.0, which corrected it."""
INSEE: Final = f"{FR_CORE}/StructureDefinition/fr-core-address-insee-code"
GEOLOCATION: Final = f"{HL7}/geolocation"


def address_part(name: str) -> str:
    """Extension of a line of an address: `houseNumber` (ISO 21090)."""
    return f"{HL7}/iso21090-ADXP-{name}"
