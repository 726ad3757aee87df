"""`/fhir/metadata`: what this server does, from the table that reads the searches. It promises nothing else."""

from __future__ import annotations

from typing import Any

from app import __version__
from app.blueprints.fhir.answers import FHIR_JSON
from app.blueprints.fhir.writing import base
from app.domain.fhir_parameters import COMMON, OWN, Parameter, ResourceType, includes_from, includes_to
from app.domain.fhir_search import DEFAULT_COUNT, MOST_COUNT, TRUNCATED_AT, Sort
from app.integrations.ror_fhir import VERSIONS, systems
from app.settings import current_settings

Element = dict[str, Any]
PUBLISHED_ON = "2026-11-26"
EXPORT = "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/export"
ROR_GUIDE = f"{systems.ROR}/ImplementationGuide/ans.fhir.fr.ror"
PROFILES = {
    ResourceType.ORGANIZATION: "ror-organization",
    ResourceType.SERVICE: "ror-healthcareservice",
    ResourceType.LOCATION: "ror-location",
    ResourceType.ROLE: "ror-practitionerrole",
    ResourceType.PRACTITIONER: "ror-practitioner",
}
INTERACTIONS = ("read", "search-type", "history-instance", "history-type")
OF_R4 = {
    "_id": "Resource-id",
    "_lastUpdated": "Resource-lastUpdated",
    "family": "individual-family",
    "given": "individual-given",
}
OF_THE_ROR = {"intervention-zone", "commune-cog"}
"""Parameters that R4 does not have."""
WORDS = (
    "Lecture seule, publique, sans compte. N’est servi que ce qui est en accès libre et complet (RG_EXP_002). "
    f"Pages de {DEFAULT_COUNT} résultats, {MOST_COUNT} au plus (_count) ; une recherche s’arrête à {TRUNCATED_AT} : "
    "au-delà, $export, et le total n’est compté que sur demande (_total=accurate). Tris : " + ", ".join(Sort) + ". "
    "Une virgule vaut « ou », un paramètre répété vaut « et ». "
    "Une référence se poursuit d’un pas (organization.name). Paramètre inconnu : ignoré, et absent du lien self ; "
    "refusé avec Prefer: handling=strict. Pour suivre les changements : _history?_since=, avec les retraits ; "
    "Bundle.meta.lastUpdated est le prochain _since. Seule la dernière version de chaque ressource est gardée. "
    "$export existe pour tout le serveur (_type, _since) et pour un type (/Organization/$export)."
)


def statement() -> Element:
    settings = current_settings()
    return {
        "resourceType": "CapabilityStatement",
        "url": f"{base()}/metadata",
        "version": __version__,
        "name": "RelaisFhir",
        "title": f"{settings.portal_name} : CPTS publiées",
        "status": "active",
        "date": PUBLISHED_ON,
        "publisher": settings.portal_name,
        "description": WORDS,
        "kind": "instance",
        "software": {"name": "Relais", "version": __version__},
        "implementation": {"description": f"{settings.portal_name}, {settings.region_name}", "url": base()},
        "fhirVersion": "4.0.1",
        "format": [FHIR_JSON, "json"],
        "implementationGuide": [ROR_GUIDE],
        "rest": [_rest()],
    }


def _rest() -> Element:
    return {
        "mode": "server",
        "documentation": f"Profils du ROR, génération {VERSIONS[current_settings().fhir_generation].name}.",
        "security": {"cors": False, "description": "Aucune authentification : tout ce qui est servi est public."},
        "resource": [_resource(resource) for resource in ResourceType],
        "interaction": [{"code": "history-system"}],
        "operation": [{"name": "export", "definition": EXPORT}],
    }


def _resource(resource: ResourceType) -> Element:
    found: Element = {
        "type": resource.value,
        "supportedProfile": [systems.structure(PROFILES[resource])],
        "interaction": [{"code": code} for code in INTERACTIONS],
        "versioning": "versioned",
        "readHistory": False,
        "updateCreate": False,
        "conditionalCreate": False,
        "conditionalRead": "full-support",
        "conditionalUpdate": False,
        "conditionalDelete": "not-supported",
    }
    if includes := includes_from(resource):
        found["searchInclude"] = [str(one) for one in includes]
    if reverse := includes_to(resource):
        found["searchRevInclude"] = [str(one) for one in reverse]
    found["searchParam"] = [_parameter(resource, one) for one in (*COMMON, *OWN[resource])]
    return found


def _parameter(resource: ResourceType, parameter: Parameter) -> Element:
    definition = {} if parameter.name in OF_THE_ROR else {"definition": _definition(resource, parameter)}
    return {"name": parameter.name, **definition, "type": parameter.of.value, "documentation": parameter.told}


def _definition(resource: ResourceType, parameter: Parameter) -> str:
    return f"http://hl7.org/fhir/SearchParameter/{OF_R4.get(parameter.name, f'{resource}-{parameter.name}')}"
