"""The public record of a CPTS, as open data and webhooks give it: one JSON object in French, of what is public; pure.

No person is in it: neither the professionals of a unit (FHIR gives those who chose to be listed, one by one) nor the
name written on a contact, whose number stays (docs/decisions.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from app.domain.published import Address, Coded, Point, PublishedEntity, PublishedEstablishment, PublishedPlace
from app.domain.published import PublishedUnit as Unit
from app.domain.sheets.words import CHANNELS, FUNCTIONS, HOURS_TYPES, NATURES, Labels
from app.domain.territories import departement_name

Record = dict[str, Any]
Verified = Mapping[tuple[str, str], datetime | None]
"""Sheet and box, as versions name them → when the CPTS last said that it is right."""

ESTABLISHMENT_CHECKS = {
    "telephone": "coordonnees",
    "adresse": "coordonnees",
    "courriel": "coordonnees",
    "site": "coordonnees",
    "horaires": "coordonnees",
    "nom_usage": "identite",
    "presentation": "identite",
    "projet_sante": "projet",
    "contacts": "contacts",
}
"""Field of the record → the box whose date says when it was last verified."""
UNIT_CHECKS = {
    "nom": "offre",
    "type": "offre",
    "zone": "zone",
    "contacts": "contacts",
    "activites": "activites",
    "ages": "public",
    "horaires": "horaires",
    "conditions": "conditions",
    "capacite": "capacite",
    "lieu": "localisation",
}


@dataclass(frozen=True, slots=True)
class Parts:
    """What a record is made of: published documents, and when each box was verified. `places`: of units, by key."""

    establishment: PublishedEstablishment
    entity: PublishedEntity | None
    units: tuple[Unit, ...]
    places: Mapping[str, PublishedPlace]
    verified: Verified
    labels: Labels = field(default_factory=dict)
    page: str = ""


def record(parts: Parts) -> Record:
    told = parts.establishment
    return {
        "finess": told.finess,
        "nom": told.name,
        "nom_long": told.long_name,
        "nom_usage": told.operational_name,
        "presentation": told.comment,
        "projet_sante": _project(told),
        "categorie": {"code": told.category_code, "libelle": told.category_label},
        "siret": told.siret,
        "entite_juridique": _entity(parts.entity),
        "adresse": _address(told.address),
        "departement": {"code": told.departement, "nom": departement_name(told.departement)},
        "position": _point(told.point),
        "telephone": told.phone,
        "courriel": told.email,
        "site": told.website,
        "horaires": told.opening_hours,
        "contacts": _contacts(told.contacts, parts.labels),
        "ouverte_le": told.opened_on.isoformat() if told.opened_on else None,
        "unites": [_unit(unit, parts) for unit in parts.units],
        "verifie_le": _checks(ESTABLISHMENT_CHECKS, f"eg-{told.finess}", parts.verified),
        "publiee_le": stamp(told.meta.created_at) if told.meta else None,
        "modifiee_le": stamp(changed_at(parts)),
        "page": parts.page,
    }


def changed_at(parts: Parts) -> datetime | None:
    """When anything that the record says last changed."""
    documents = (parts.establishment, parts.entity, *parts.units, *parts.places.values())
    return max((one.meta.updated_at for one in documents if one and one.meta), default=None)


def stamp(moment: datetime | None) -> str | None:
    """`2026-11-26T04:20:00Z`; what the public reads needs no fraction of a second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def zone_of(told: Record) -> dict[str, str]:
    """INSEE code → name of the communes where a unit of the CPTS intervenes, each once, by code."""
    found = {one["code_insee"]: one["nom"] for unit in told["unites"] for one in unit["zone"]}
    return dict(sorted(found.items()))


def _entity(entity: PublishedEntity | None) -> Record | None:
    if entity is None:
        return None
    return {
        "finess": entity.finess,
        "nom": entity.name,
        "siren": entity.siren,
        "statut": _coded(Coded(entity.legal_status_code, entity.legal_status_label or ""))
        if entity.legal_status_code
        else None,
    }


def _project(told: PublishedEstablishment) -> Record:
    return {
        "texte": told.health_project,
        "parcours": list(told.pathways),
        "signe_le": told.project_signed_on.isoformat() if told.project_signed_on else None,
    }


def _unit(unit: Unit, parts: Parts) -> Record:
    place = parts.places.get(f"uo-{unit.id}")
    return {
        "identifiant": unit.id,
        "nom": unit.name,
        "type": _coded(unit.type),
        "champ_activite": _coded(unit.activity_field),
        "mode_prise_en_charge": _coded(unit.care_mode),
        "activites": [_coded(one) for one in unit.activities],
        "age_minimum": {"valeur": unit.min_age, "unite": unit.min_age_unit},
        "age_maximum": {"valeur": unit.max_age, "unite": unit.max_age_unit},
        "zone": [{"code_insee": one.code, "nom": one.label} for one in unit.zone],
        "contacts": _contacts(unit.contacts, parts.labels),
        "horaires": [_hours(line, parts.labels) for line in unit.hours],
        "precisions_horaires": unit.opening_hours,
        "conditions_admission": unit.admission_conditions,
        "conditions_accueil": unit.reception_conditions,
        "capacite": unit.capacity,
        "lieu": {"adresse": _address(place.address), "position": _point(place.point)} if place else None,
        "verifie_le": _checks(UNIT_CHECKS, f"uo-{unit.id}", parts.verified),
        "modifiee_le": stamp(unit.meta.updated_at) if unit.meta else None,
    }


def _address(address: Address) -> Record:
    return {
        "voie": address.street,
        "complement": address.extra,
        "code_postal": address.postcode,
        "ville": address.city,
        "code_insee": address.insee,
        "commune": address.commune,
    }


def _point(point: Point | None) -> Record | None:
    return {"latitude": point.latitude, "longitude": point.longitude} if point else None


def _coded(coded: Coded) -> Record:
    return {"code": coded.code, "libelle": coded.label}


def _contacts(contacts: Iterable[Mapping[str, Any]], labels: Labels) -> list[Record]:
    """Without the name of anybody, and without the level of access: all of it is free."""
    return [
        {
            "nature": _worded(labels, NATURES, contact.get("nature")),
            "fonction": _worded(labels, FUNCTIONS, contact.get("function")),
            "description": contact.get("description"),
            "moyens": [_telecom(one, labels) for one in contact.get("telecoms", ())],
        }
        for contact in contacts
    ]


def _telecom(telecom: Mapping[str, Any], labels: Labels) -> Record:
    return {
        "canal": _worded(labels, CHANNELS, telecom.get("channel")),
        "valeur": telecom.get("value"),
        "poste": telecom.get("extension"),
        "usage": telecom.get("usage"),
    }


def _hours(line: Mapping[str, Any], labels: Labels) -> Record:
    return {
        "type": _worded(labels, HOURS_TYPES, line.get("type")),
        "jour": line.get("day"),
        "debut": line.get("start"),
        "fin": line.get("end"),
        "du": line.get("from"),
        "au": line.get("to"),
    }


def _worded(labels: Labels, system: str, code: Any) -> Record | None:
    return _coded(Coded(code, labels.get(system, {}).get(code, code))) if code else None


def _checks(checks: Mapping[str, str], sheet: str, verified: Verified) -> dict[str, str | None]:
    return {name: stamp(verified.get((sheet, box))) for name, box in checks.items()}
