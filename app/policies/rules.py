"""WHO may: permission → OR of ANDs of predicates. What is absent is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.domain.errors import NotAllowed
from app.policies.actor import Actor, Role
from app.policies.permissions import Permission
from app.policies.predicates import (
    anyone,
    finess_of,
    goes_to_the_cpts,
    goes_to_the_service_centre,
    holds_the_link,
    is_about_a_professional,
    is_agent,
    is_no_appeal,
    is_not_the_person,
    is_president_of,
    is_referent_of,
    is_the_person,
    keeps_the_pages_of,
    nobody_else_in_office,
    validated_nothing_of,
    waits_too_long,
    was_opened_by_the_centre,
)

Predicate = Callable[[Actor, Any], bool]

CPTS_DECIDES: list[list[Predicate]] = [
    [is_president_of, is_not_the_person, is_no_appeal],
    [is_referent_of, is_not_the_person, is_no_appeal],
    [is_agent, is_not_the_person, nobody_else_in_office],
    [is_agent, is_not_the_person, waits_too_long],
]
"""Those in office, never on their own request; the service centre where they cannot or have not (B-06, B-08)."""

RULES: dict[Permission, list[list[Predicate]]] = {
    Permission.MANDATE_READ_CHAIN: [[is_president_of], [is_referent_of], [is_agent]],
    Permission.MANDATE_NOMINATE_REFERENT: [[is_president_of]],
    Permission.MANDATE_END_REFERENT: [[is_president_of]],
    Permission.MANDATE_REGISTER_PRESIDENT: [[is_agent]],
    Permission.MANDATE_END_PRESIDENT: [[is_agent]],
    Permission.MANDATE_CONFIRM_PRESIDENT: [[is_agent, is_not_the_person]],
    Permission.MANDATE_PRESENT_SUCCESSOR: [[is_president_of]],
    Permission.SUCCESSION_ANSWER: [[is_president_of, is_the_person]],
    Permission.REVIEW_READ: [[is_president_of], [is_referent_of]],
    Permission.REVIEW_ANSWER: [[is_president_of], [is_referent_of, is_about_a_professional]],
    Permission.SUSPENSION_LIFT: [[is_president_of], [is_referent_of, is_about_a_professional]],
    Permission.NOMINATION_CANCEL: [[is_president_of]],
    Permission.NOMINATION_ANSWER: [[holds_the_link]],
    Permission.AFFILIATION_ASK: [[anyone]],
    Permission.AFFILIATION_DECIDE: CPTS_DECIDES,
    Permission.CORRECTION_DECIDE: CPTS_DECIDES,
    Permission.AFFILIATION_CREATE: [[is_president_of], [is_referent_of]],
    Permission.AFFILIATION_END: [[is_president_of], [is_referent_of], [is_the_person]],
    Permission.PARTICIPATION_DECLARE: [[is_the_person]],
    Permission.PARTICIPATION_CHANGE: [[is_the_person]],
    Permission.PARTICIPATION_WITHDRAW: [[is_the_person]],
    Permission.PARTICIPATION_READ: [[is_president_of], [is_referent_of], [is_agent]],
    Permission.REQUEST_READ_INBOX: [[is_president_of], [is_referent_of], [is_agent]],
    Permission.REQUEST_SUBMIT_FOR: [[is_agent]],
    Permission.REQUEST_SUBMIT: [[anyone]],
    Permission.REQUEST_DECIDE: [[is_agent, is_not_the_person, goes_to_the_service_centre]],
    Permission.REQUEST_HANDLE: [[is_agent]],
    Permission.REQUEST_WRITE: [[holds_the_link], [is_the_person], [is_president_of], [is_referent_of], [is_agent]],
    Permission.REQUEST_READ: [[is_agent], [is_president_of, goes_to_the_cpts], [is_referent_of, goes_to_the_cpts]],
    Permission.REQUEST_FOLLOW: [[holds_the_link]],
    Permission.REQUEST_ANSWER: [[holds_the_link], [is_the_person]],
    Permission.ESTABLISHMENT_CONFIRM: [[is_president_of], [is_referent_of], [keeps_the_pages_of]],
    Permission.ESTABLISHMENT_UPDATE_FOR: [[is_agent]],
    Permission.ESTABLISHMENT_UPDATE: [[is_president_of], [is_referent_of], [keeps_the_pages_of]],
    Permission.ESTABLISHMENT_RENAME: [[is_agent]],
    Permission.UNIT_RENAME: [[is_president_of], [is_referent_of], [keeps_the_pages_of], [is_agent]],
    Permission.STRUCTURE_MOVE: [[is_agent]],
    Permission.DOSSIER_CREATE: [[is_president_of], [is_referent_of], [is_agent]],
    Permission.DOSSIER_READ: [[is_president_of], [is_referent_of], [is_agent]],
    Permission.DOSSIER_WRITE: [[is_president_of], [is_referent_of], [is_agent]],
    Permission.DOSSIER_SUBMIT: [[is_president_of], [is_referent_of]],
    Permission.DOSSIER_CANCEL: [[is_president_of], [is_referent_of], [is_agent, was_opened_by_the_centre]],
    Permission.DOSSIER_APPROVE: [[is_president_of]],
    Permission.DOSSIER_REVIEW: [[is_agent, validated_nothing_of]],
    Permission.ACCOUNT_SIGN_IN: [[anyone]],
    Permission.ACCOUNT_ACTIVATE: [[holds_the_link]],
    Permission.ACCOUNT_MANAGE: [[is_the_person]],
    Permission.ACCOUNT_FACTORS: [[is_the_person]],
    Permission.ACCOUNT_RESET_FACTORS: [[is_agent, is_not_the_person]],
    Permission.ACCOUNT_ASSIST: [[is_agent, is_not_the_person]],
    Permission.ACCOUNT_LINK_IDENTITY: [[is_the_person]],
    Permission.ACCOUNT_CHANGE_EMAIL: [[is_the_person]],
    Permission.ACCOUNT_ERASE: [[is_the_person]],
    Permission.SERVICE_CENTRE_DESK: [[is_agent]],
    Permission.CAMPAIGN_RUN: [[is_agent]],
    Permission.SAS_READ: [[is_president_of], [is_referent_of], [is_agent]],
    Permission.LEDGER_SEND_AGAIN: [[is_agent]],
    Permission.PORTAL_CONTENT_EDIT: [[is_agent]],
}

ROLE_PREDICATES: dict[Predicate, Role] = {is_president_of: Role.PRESIDENT, is_referent_of: Role.REFERENT}


def allows(permission: Permission, actor: Actor, obj: Any = None) -> bool:
    """Whether one of the permission's rules holds for this actor on this object."""
    return any(all(predicate(actor, obj) for predicate in rule) for rule in RULES.get(permission, []))


def require(permission: Permission, actor: Actor, obj: Any = None) -> None:
    """Raises NotAllowed unless allowed."""
    if not allows(permission, actor, obj):
        raise NotAllowed(permission, finess_of(obj) or None)


def roles_that_may(permission: Permission) -> set[Role]:
    """The roles of an establishment that some rule of the permission names."""
    named = {predicate for rule in RULES.get(permission, []) for predicate in rule}
    return {role for predicate, role in ROLE_PREDICATES.items() if predicate in named}


def who_may(permission: Permission) -> list[str]:
    """French words for each rule, from the predicates themselves."""
    return [", ".join((predicate.__doc__ or "").strip() for predicate in rule) for rule in RULES.get(permission, [])]
