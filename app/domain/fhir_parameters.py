"""What may be searched through FHIR R4, said once: the parser, the SQL and the CapabilityStatement read it; pure.

Names and types are those of R4 and of the guide of the ROR (`intervention-zone`, `commune-cog`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.domain.published import Kind


class ResourceType(StrEnum):
    ORGANIZATION = "Organization"
    SERVICE = "HealthcareService"
    LOCATION = "Location"
    ROLE = "PractitionerRole"
    PRACTITIONER = "Practitioner"

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return _KINDS[self]


_KINDS = {
    ResourceType.ORGANIZATION: (Kind.ESTABLISHMENT, Kind.ENTITY),
    ResourceType.SERVICE: (Kind.UNIT,),
    ResourceType.LOCATION: (Kind.PLACE,),
    ResourceType.ROLE: (Kind.ROLE,),
    ResourceType.PRACTITIONER: (Kind.PERSON,),
}
TYPE_OF = {kind: resource for resource, kinds in _KINDS.items() for kind in kinds}


class Of(StrEnum):
    """The type of a parameter."""

    TOKEN = "token"  # noqa: S105
    STRING = "string"
    DATE = "date"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Parameter:
    """`systems`: the nomenclatures that its codes come from; `target`: what a reference leads to."""

    name: str
    of: Of
    told: str
    systems: tuple[str, ...] = ()
    target: ResourceType | None = None

    @property
    def modifiers(self) -> frozenset[str]:
        return _MODIFIERS.get(self.of, frozenset())


_MODIFIERS = {Of.STRING: frozenset({"exact", "contains"})}
FINESS, STRUCTURE, SIREN, RPPS, PERSON, UNNAMED = "FINESS", "IDNAT_STRUCT", "SIRENE", "RPPS", "IDNAT_PS", "SANS"
"""Systems of identifiers: SIREN and SIRET share one, the guide gives none to offres and places (DOMAIN.md §3.7)."""


def _token(name: str, told: str, *systems: str) -> Parameter:
    return Parameter(name, Of.TOKEN, told, systems)


def _string(name: str, told: str) -> Parameter:
    return Parameter(name, Of.STRING, told)


def _reference(name: str, target: ResourceType, told: str) -> Parameter:
    return Parameter(name, Of.REFERENCE, told, target=target)


COMMON = (
    _token("_id", "Identifiant logique de la ressource."),
    Parameter(
        "_lastUpdated",
        Of.DATE,
        "Date de la dernière modification publiée. Préfixes : eq ne gt ge lt le sa eb. Sans fuseau : UTC.",
    ),
)
_ACTIVE = _token("active", "Tout ce qui est servi est actif : true donne tout, false ne donne rien.")
_NAME = _string("name", "Nom, raison sociale ou nom d’usage, sans tenir compte des accents ni des majuscules.")
_CITY = _string("address-city", "Ville de l’adresse.")
_POSTCODE = _string("address-postalcode", "Code postal de l’adresse.")

OWN: dict[ResourceType, tuple[Parameter, ...]] = {
    ResourceType.ORGANIZATION: (
        _ACTIVE,
        _token(
            "identifier",
            "FINESS (neuf caractères, ou précédé de 1 comme identifiant national), SIREN ou SIRET.",
            FINESS,
            STRUCTURE,
            SIREN,
        ),
        _NAME,
        _token("type", "Catégorie d’établissement (604 : CPTS) ou statut juridique.", "TRE_R66", "TRE_R72"),
        _reference("partof", ResourceType.ORGANIZATION, "Entité juridique dont dépend l’établissement."),
        _CITY,
        _POSTCODE,
    ),
    ResourceType.SERVICE: (
        _ACTIVE,
        _token("identifier", "Identifiant de l’offre, par exemple 93/12, ou son numéro seul.", UNNAMED),
        _NAME,
        _token("service-category", "Type d’offre (255 : unité d’une CPTS).", "TRE_R244"),
        _token("service-type", "Champ d’activité.", "TRE_R227"),
        _token("specialty", "Activité opérationnelle.", "TRE_R211"),
        _token("characteristic", "Mode de prise en charge.", "TRE_R213"),
        _token(
            "intervention-zone",
            "Code INSEE d’une commune : les offres dont la zone la dessert, par sa ville ou ses arrondissements aussi.",
            "TRE_R13",
        ),
        _reference("organization", ResourceType.ORGANIZATION, "Établissement qui porte l’offre."),
        _reference("location", ResourceType.LOCATION, "Lieu de l’offre."),
    ),
    ResourceType.LOCATION: (
        _token("status", "Tout lieu servi est « active »."),
        _token("identifier", "Identifiant du lieu, le même que _id.", UNNAMED),
        _string("name", "Nom du lieu."),
        _CITY,
        _POSTCODE,
        _token("commune-cog", "Code INSEE de la commune du lieu.", "TRE_R13"),
        _reference("organization", ResourceType.ORGANIZATION, "Établissement du lieu."),
    ),
    ResourceType.ROLE: (
        _ACTIVE,
        _token("identifier", "Identifiant de la situation : celui de l’offre, puis celui du professionnel.", UNNAMED),
        _token("role", "Profession.", "TRE_G15"),
        _token("specialty", "Spécialité ordinale.", "TRE_R38"),
        _reference("practitioner", ResourceType.PRACTITIONER, "Professionnel."),
        _reference("service", ResourceType.SERVICE, "Offre dans laquelle le professionnel exerce."),
        _reference("organization", ResourceType.ORGANIZATION, "Établissement de cette offre."),
    ),
    ResourceType.PRACTITIONER: (
        _ACTIVE,
        _token("identifier", "Numéro RPPS (onze chiffres, ou précédé de 8).", RPPS, PERSON),
        _string("name", "Nom ou prénom."),
        _string("family", "Nom d’exercice."),
        _string("given", "Prénom d’exercice."),
    ),
}


def parameters(resource: ResourceType) -> dict[str, Parameter]:
    return {parameter.name: parameter for parameter in (*COMMON, *OWN[resource])}


@dataclass(frozen=True, slots=True)
class Include:
    """`PractitionerRole:service`: a reference that a search may follow, forwards or backwards."""

    source: ResourceType
    parameter: str
    target: ResourceType

    def __str__(self) -> str:
        return f"{self.source}:{self.parameter}"


INCLUDES = {
    f"{resource}:{parameter.name}": Include(resource, parameter.name, parameter.target)
    for resource, own in OWN.items()
    for parameter in own
    if parameter.target
}


def includes_from(resource: ResourceType) -> list[Include]:
    """What `_include` of a search of this type may begin with."""
    return [include for include in INCLUDES.values() if include.source == resource]


def includes_to(resource: ResourceType) -> list[Include]:
    """What `_revinclude` of a search of this type may begin with."""
    return [include for include in INCLUDES.values() if include.target == resource]
