"""How a state sent to a consumer differs from the one before, field by field, in French words; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """A field that differs; empty: it was not there, or is there no more. Of lists, what came and what went."""

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
    # the state of the SAS (domain/sas_states.py)
    "status": "État",
    "reasons": "Motifs du retrait",
    "rule": "Règle",
    "sentence": "Explication",
    "finess": "Numéro FINESS",
    "type": "Type",
    "code": "Code",
    "label": "Libellé",
    "name": "Nom",
    "address": "Adresse postale",
    "street": "Voie",
    "extra": "Complément",
    "postcode": "Code postal",
    "city": "Ville",
    "switchboard": "Téléphone standard",
    "phones": "Téléphones des unités",
    "communes": "Communes de la zone",
    "regulator_info": "Informations pour le régulateur",
    "units": "Unités",
    "id": "Identifiant",
    "activities": "Activités",
    "effectors": "Effecteurs",
    "family_name": "Nom de famille",
    "given_name": "Prénom",
    "speciality": "Spécialité",
    "since": "Début",
    "until": "Fin",
    "has_software": "Logiciel d’agenda",
    "gives_hours": "Deux heures par semaine",
    "places": "Lieux d’activité",
    # the public record of a CPTS (domain/open_records.py)
    "etat": "État",
    "motifs": "Motifs du retrait",
    "nom": "Nom",
    "nom_long": "Nom complet",
    "nom_usage": "Nom d’usage",
    "presentation": "Présentation",
    "projet_sante": "Projet de santé",
    "texte": "Texte",
    "parcours": "Parcours de soins",
    "signe_le": "Signé le",
    "categorie": "Catégorie",
    "libelle": "Libellé",
    "siret": "Numéro SIRET",
    "siren": "Numéro SIREN",
    "entite_juridique": "Entité juridique",
    "statut": "Statut",
    "adresse": "Adresse",
    "voie": "Voie",
    "complement": "Complément",
    "code_postal": "Code postal",
    "ville": "Ville",
    "code_insee": "Code INSEE",
    "commune": "Commune",
    "departement": "Département",
    "position": "Position",
    "latitude": "Latitude",
    "longitude": "Longitude",
    "telephone": "Téléphone",
    "courriel": "Adresse électronique",
    "site": "Site internet",
    "horaires": "Horaires",
    "precisions_horaires": "Précisions sur les horaires",
    "contacts": "Contacts",
    "nature": "Nature",
    "fonction": "Fonction",
    "description": "Description",
    "moyens": "Moyens",
    "ouverte_le": "Ouverte le",
    "unites": "Unités",
    "identifiant": "Identifiant",
    "champ_activite": "Champ d’activité",
    "mode_prise_en_charge": "Mode de prise en charge",
    "activites": "Activités",
    "age_minimum": "Âge minimum",
    "age_maximum": "Âge maximum",
    "valeur": "Valeur",
    "unite": "Unité",
    "ages": "Âges",
    "zone": "Zone d’intervention",
    "conditions": "Conditions",
    "conditions_admission": "Conditions d’admission",
    "conditions_accueil": "Conditions d’accueil",
    "capacite": "Capacité",
    "lieu": "Lieu",
    "verifie_le": "Vérifié le",
    "publiee_le": "Publiée le",
    "modifiee_le": "Modifiée le",
    "page": "Page",
}
"""French words for the parts of a payload; a part that is not here is shown by its own name."""


def label(path: str) -> str:
    """« Unités › Téléphones »."""
    return " › ".join(NAMES.get(name, name) for name in path.split("."))
