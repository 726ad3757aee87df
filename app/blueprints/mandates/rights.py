"""What a president and a référent may do, read from the policy itself."""

from __future__ import annotations

from dataclasses import dataclass

from app.policies.permissions import Permission
from app.policies.predicates import is_president_of, is_referent_of
from app.policies.rules import RULES, Predicate

SHOWN = (
    Permission.ESTABLISHMENT_UPDATE,
    Permission.AFFILIATION_DECIDE,
    Permission.AFFILIATION_END,
    Permission.MANDATE_NOMINATE_REFERENT,
    Permission.MANDATE_END_REFERENT,
    Permission.MANDATE_END_PRESIDENT,
)


@dataclass(frozen=True, slots=True)
class RoleRight:
    label: str
    president: bool
    referent: bool


def role_rights() -> list[RoleRight]:
    return [
        RoleRight(permission.label, _opens(permission, is_president_of), _opens(permission, is_referent_of))
        for permission in SHOWN
    ]


def _opens(permission: Permission, role: Predicate) -> bool:
    return any(role in rule for rule in RULES[permission])
