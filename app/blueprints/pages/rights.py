"""The policy as a table: permissions grouped by noun, in the words of the predicates."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from app.policies.permissions import Permission
from app.policies.rules import RULES, who_may

NOUNS = {
    "mandate": "Présidence et référents",
    "nomination": "Nominations",
    "affiliation": "Rattachements",
    "request": "Demandes",
    "establishment": "Fiche de la CPTS",
    "account": "Comptes",
    "service_centre": "Centre de services",
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
    """Every permission of RULES once, in the order of Permission. A permission without a rule is nobody's."""
    ordered = [permission for permission in Permission if permission in RULES]
    grouped = groupby(ordered, key=lambda permission: permission.value.split(":")[0])
    return [
        Group(noun, NOUNS.get(noun, noun), [Right(p, who_may(p)) for p in permissions]) for noun, permissions in grouped
    ]
