"""The facts that rules combine. Pure; each has a twin in scopes.py that says the same in SQL (a test proves it).

The docstring is what a person reads on /aide/droits: « Vous … ».
"""

from __future__ import annotations

from typing import Any

from app.domain.requests import Kind
from app.policies.actor import Actor, Role, reference


def finess_of(obj: Any) -> str:
    """The establishment an object belongs to."""
    return str(getattr(obj, "establishment_finess", None) or getattr(obj, "finess", None) or "")


def anyone(actor: Actor, obj: Any) -> bool:
    """tout le monde"""
    return True


def is_agent(actor: Actor, obj: Any) -> bool:
    """le centre de services"""
    return actor.is_agent


def is_president_of(actor: Actor, obj: Any) -> bool:
    """la présidence en exercice de cette CPTS"""
    return actor.mandate_in(finess_of(obj), Role.PRESIDENT) is not None


def is_referent_of(actor: Actor, obj: Any) -> bool:
    """les référents établissement de cette CPTS, nommés par une présidence en exercice"""
    return actor.mandate_in(finess_of(obj), Role.REFERENT) is not None


def keeps_the_pages_of(actor: Actor, obj: Any) -> bool:
    """les référents dont la présidence a pris fin, pendant soixante jours"""
    return any(grace.establishment_finess == finess_of(obj) for grace in actor.graces)


def is_about_a_professional(actor: Actor, obj: Any) -> bool:
    """pour un professionnel, jamais pour un référent"""
    return obj.affiliation_id is not None


def is_the_person(actor: Actor, obj: Any) -> bool:
    """la personne concernée"""
    return actor.person_id is not None and obj.person_id == actor.person_id


def is_not_the_person(actor: Actor, obj: Any) -> bool:
    """à condition que la demande ne soit pas la sienne"""
    return obj.person_id is None or obj.person_id != actor.person_id


def holds_the_link(actor: Actor, obj: Any) -> bool:
    """la personne qui a reçu le lien personnel"""
    return reference(obj) in actor.proofs


def is_no_appeal(actor: Actor, obj: Any) -> bool:
    """sauf s’il s’agit d’un recours"""
    return obj.appeal_of_id is None


def waits_too_long(actor: Actor, obj: Any) -> bool:
    """lorsque la demande attend depuis quatorze jours ouvrés"""
    return obj.escalated_at is not None


def goes_to_the_cpts(actor: Actor, obj: Any) -> bool:
    """pour ce qui est adressé à la CPTS"""
    return Kind(obj.kind).by_the_cpts


def goes_to_the_service_centre(actor: Actor, obj: Any) -> bool:
    """pour ce qui lui est adressé"""
    return not Kind(obj.kind).by_the_cpts


def validated_nothing_of(actor: Actor, obj: Any) -> bool:
    """à condition de n’avoir ni envoyé ni validé ce dossier"""
    return actor.account_id is not None and actor.account_id not in (
        obj.submitted_by_account_id,
        obj.approved_by_account_id,
    )


def nobody_else_in_office(actor: Actor, obj: Any) -> bool:
    """lorsque personne d’autre n’est en exercice dans la CPTS pour y répondre"""
    return not obj.has_decider


def was_opened_by_the_centre(actor: Actor, obj: Any) -> bool:
    """pour un dossier qu’il a lui-même préparé"""
    return bool(obj.origin == "centre")
