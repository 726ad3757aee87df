"""A use case is one permission, one transaction, one event."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from app import db
from app.domain.errors import ImpossibleNow, NotAllowed
from app.journal.catalogue import AccessRefused
from app.journal.record import record
from app.models import Base
from app.policies.actor import Actor, reference
from app.policies.permissions import Permission
from app.policies.predicates import finess_of
from app.policies.rules import require

P = ParamSpec("P")
T = TypeVar("T")
Target = TypeVar("Target")

CONSTRAINT_MESSAGES: dict[str, str] = {
    "uq_affiliation_open": "Cette personne est déjà rattachée à cette unité.",
    "uq_request_pending": "Une demande est déjà en cours avec cette adresse pour cette CPTS.",
    "uq_request_appeal": "Un recours a déjà été fait.",
    "uq_mandate_open_seat": "Ce siège de présidence est déjà occupé.",
    "uq_mandate_open_person": "Cette personne tient déjà ce rôle dans cette CPTS.",
    "uq_nomination_open_email": "Une nomination est déjà en attente pour cette adresse.",
    "uq_dossier_open": "Un dossier collaboratif est déjà ouvert pour cette CPTS.",
    "pk_external_identity": "Cette identité Pro Santé Connect ouvre déjà un compte.",
    "uq_external_identity_account_issuer": "Ce compte est déjà relié à une identité Pro Santé Connect.",
    "uq_account_email_key": "Un compte existe déjà avec cette adresse.",
    "uq_help_version_number": "Cette page a été enregistrée par quelqu’un d’autre pendant votre saisie.",
    "uq_support_schedule_number": "Les horaires ont été enregistrés par quelqu’un d’autre pendant votre saisie.",
    "uq_support_exception_day": "Ce jour a déjà des horaires exceptionnels.",
    "uq_portal_document_file_number": "Ce fichier a été remplacé par quelqu’un d’autre pendant votre saisie.",
    "uq_participation_open": "Votre participation par cette CPTS est déjà déclarée.",
    "guard_participation_attached": "Votre rattachement à cette CPTS a pris fin : demandez-en un nouveau.",
    "guard_participation_close_only": "Cette participation a déjà pris fin.",
    "uq_ledger_message_version": "Un état plus récent vient d’entrer dans le registre.",
    "uq_person_rpps": "Une personne est déjà enregistrée avec ce numéro RPPS.",
    "guard_president_in_office": "Il faut une présidence en exercice pour cet acte.",
    "guard_nomination_fresh": "Votre identité doit avoir été vérifiée pour cet acte, depuis moins de dix minutes.",
    "guard_referent_end_proven": "Votre identité doit avoir été vérifiée pour cet acte, depuis moins de dix minutes.",
    "guard_request_decided_once": "Cette demande a déjà été traitée.",
    "guard_decider_in_office": "Votre mandat ne permet plus de décider de cette demande.",
    "guard_own_request": "Personne ne décide de sa propre demande.",
    "guard_request_fixed": "Cette demande est celle d’une autre personne.",
    "guard_nomination_closes_once": "Cette nomination a déjà reçu une réponse.",
    "guard_nomination_still_valid": "Cette nomination n’est plus valable.",
    "guard_mandate_close_only": "Ce mandat a déjà pris fin.",
    "guard_affiliation_unit_there": "Cette unité dépend maintenant d’une autre CPTS. Choisissez-en une autre.",
    "guard_request_unit_there": "Cette unité dépend maintenant d’une autre CPTS. Choisissez-en une autre.",
    "nobody_validates_twice": "Qui a validé ce dossier pour la CPTS ne le publie pas : un autre agent s’en charge.",
    "guard_unit_moves_empty": "Des personnes sont rattachées à cette unité, ou demandent à l’être.",
    "guard_affiliation_close_only": "Ce rattachement a déjà pris fin.",
    "guard_president_by_agent": "Seul un agent en activité du centre de services enregistre une présidence.",
    "guard_president_ended_by_agent": "Seul un agent en activité du centre de services met fin à une présidence.",
}
"""Sentence for each constraint or guard a person can run into; the name is in the database's message."""


def usecase(
    permission: Permission,
) -> Callable[[Callable[Concatenate[Actor, Target, P], T]], Callable[Concatenate[Actor, Target, P], T]]:
    """Check `permission` of the actor on the target, run, commit; roll back on any error.

    The wrapped function raises NotAllowed (journalled when somebody is signed in), ImpossibleNow or Invalid.
    """

    def decorate(act: Callable[Concatenate[Actor, Target, P], T]) -> Callable[Concatenate[Actor, Target, P], T]:
        @wraps(act)
        def run(actor: Actor, target: Target, /, *args: P.args, **kwargs: P.kwargs) -> T:
            session = db.session()
            try:
                require(permission, actor, target)
                result = act(actor, target, *args, **kwargs)
                session.commit()
            except NotAllowed:
                session.rollback()
                _journal_refusal(permission, actor, target)
                raise
            except StaleDataError as error:
                session.rollback()
                raise ImpossibleNow("La situation a changé entre-temps. Rechargez la page.") from error
            except sa.exc.DatabaseError as error:
                session.rollback()
                raise _explained(error) from error
            except BaseException:
                session.rollback()
                raise
            return result

        return run

    return decorate


def _explained(error: sa.exc.DatabaseError) -> Exception:
    """The French sentence of the constraint that refused; the error itself when it is not one of ours."""
    text = str(error.orig)
    columns = text.partition("UNIQUE constraint failed: ")[2]
    name = _index_of(columns) if columns else ""
    for constraint, sentence in CONSTRAINT_MESSAGES.items():
        if constraint in text or constraint == name:
            return ImpossibleNow(sentence)
    if isinstance(error, sa.exc.OperationalError) and "locked" in text:
        return ImpossibleNow("Le portail est très sollicité. Rien n’a été perdu, réessayez.")
    return error


def _index_of(columns: str) -> str:
    """SQLite names the columns of a broken unique index, not the index: find it in the models."""
    wanted = [column.strip() for column in columns.splitlines()[0].split(",")]
    for table in Base.metadata.tables.values():
        named: list[sa.Index | sa.UniqueConstraint] = [index for index in table.indexes if index.unique]
        named += [constraint for constraint in table.constraints if isinstance(constraint, sa.UniqueConstraint)]
        for candidate in named:
            if [f"{table.name}.{column.name}" for column in candidate.columns] == wanted:
                return str(candidate.name)
    return ""


def _journal_refusal(permission: Permission, actor: Actor, target: Any) -> None:
    if actor.account_id is None:
        return
    finess = None
    if target is not None:
        finess = finess_of(target) if hasattr(target, "establishment_finess") or hasattr(target, "finess") else None
    record(
        AccessRefused(
            actor=actor.reference,
            subject=reference(target) if target is not None else "portal",
            establishment_finess=finess,
            permission=permission.value,
        )
    )
    db.session().commit()
