"""The policy as a table: permissions grouped by noun, in the words of the predicates."""

from __future__ import annotations

from dataclasses import dataclass

from app.policies.permissions import Permission
from app.policies.rules import RULES, who_may

NOUNS = {
    "mandate": "Présidence et référents",
    "succession": "Successions",
    "review": "Revue des accès",
    "suspension": "Suspensions",
    "nomination": "Nominations",
    "affiliation": "Rattachements",
    "participation": "Participation au SAS",
    "request": "Demandes",
    "correction": "Corrections proposées",
    "establishment": "Fiche de la CPTS",
    "dossier": "Dossiers collaboratifs",
    "structure": "Répertoire",
    "unit": "Unités",
    "account": "Comptes",
    "service_centre": "Centre de services",
    "sas": "Transmission au SAS",
    "ledger": "Registre des envois",
    "campaign": "Campagnes de référencement",
    "portal_content": "Contenus du portail",
}


@dataclass(frozen=True, slots=True)
class Right:
    permission: Permission
    who: list[str]


@dataclass(frozen=True, slots=True)
class Group:
    noun: str
    title: str
    rights: list[Right]


def rights_table() -> list[Group]:
    """Every permission of RULES once, by noun, in the order of Permission. A permission without a rule is nobody's."""
    by_noun: dict[str, list[Right]] = {}
    for permission in Permission:
        if permission in RULES:
            by_noun.setdefault(permission.value.split(":")[0], []).append(Right(permission, who_may(permission)))
    return [Group(noun, NOUNS.get(noun, noun), rights) for noun, rights in by_noun.items()]
