"""« Pourquoi je ne peux pas ? »: what a 403 says: the rule, who may act, and whom to ask (B-24)."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import request, url_for

from app.domain.errors import NotAllowed
from app.policies.permissions import Permission
from app.policies.rules import roles_that_may, who_may
from app.queries.establishments import Officer, officers
from app.web.return_path import local_path


@dataclass(frozen=True)
class Refusal:
    """`rules`: those of the policy, in its own words. `people`: who is in office there and may act."""

    label: str
    rules: list[str]
    ask_url: str
    people: list[Officer] = field(default_factory=list)
    establishment_url: str = ""


def refusal_of(error: NotAllowed) -> Refusal | None:
    """None when what was refused is no permission of the policy."""
    permission = next((known for known in Permission if known == error.permission), None)
    if permission is None:
        return None
    ask = url_for("pages.contact", sujet="droits", q=permission.label, depuis=local_path(request.path))
    if error.establishment_finess is None:
        return Refusal(permission.label, who_may(permission), ask)
    roles = roles_that_may(permission)
    return Refusal(
        label=permission.label,
        rules=who_may(permission),
        ask_url=ask,
        people=[one for one in officers(error.establishment_finess) if one.role in roles and not one.to_confirm],
        establishment_url=url_for("establishments.page", finess=error.establishment_finess),
    )
