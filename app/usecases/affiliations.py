"""Rattachements: asked by anybody, decided once by those in office, ended and kept."""

from __future__ import annotations

import sqlalchemy as sa

from app import clock, db
from app.domain.affiliations import check_open
from app.domain.errors import ImpossibleNow, NotAllowed
from app.domain.refusals import reason_named
from app.domain.requests import Status
from app.journal.catalogue import (
    AffiliationAccepted,
    AffiliationCancelled,
    AffiliationEnded,
    AffiliationInfoAsked,
    AffiliationInfoGiven,
    AffiliationRefused,
    ListingChosen,
)
from app.journal.record import record
from app.models import Account, Affiliation, Mandate, Person, Request, Unit, effective
from app.policies.actor import Actor, Role, reference
from app.policies.permissions import Permission
from app.search.index import index_professional
from app.usecases.affiliation_asking import AlreadyPending, Wish, ask_affiliation, send_tracking_link_again
from app.usecases.base import usecase
from app.usecases.enrolment import Enrolled, Identity, enrol, known_account
from app.usecases.participation_steps import end_with_affiliation, lock_attachments
from app.usecases.request_steps import check_unit, decide, enter, lock, note, signature, tell, words

__all__ = [
    "AlreadyPending",
    "Wish",
    "accept_affiliation",
    "answer_information",
    "ask_affiliation",
    "ask_for_information",
    "cancel_request",
    "choose_listing",
    "end_affiliation",
    "refuse_affiliation",
    "send_tracking_link_again",
]

STILL_IN_OFFICE = {
    Role.PRESIDENT: "Cette personne préside la CPTS : le centre de services met d’abord fin à sa présidence.",
    Role.REFERENT: "Cette personne est référente de la CPTS : la présidence lui retire d’abord ce rôle.",
}


@usecase(Permission.AFFILIATION_DECIDE)
def accept_affiliation(actor: Actor, request: Request, *, unit: Unit | None = None) -> Affiliation:
    """Attach the person, enrolled when unknown, to the unit asked or to another of the same CPTS."""
    lock(request, Status.ACCEPTED)
    unit_id = unit.id if unit else request.unit_id
    check_unit(request.finess, unit_id)
    enrolled = _enrolled(request)
    if enrolled.person.id == actor.person_id:
        raise NotAllowed(Permission.AFFILIATION_DECIDE)
    request.person_id = enrolled.person.id
    decide(actor, request, Status.ACCEPTED)
    affiliation = Affiliation(
        person_id=enrolled.person.id,
        unit_id=unit_id,
        establishment_finess=request.establishment_finess,
        function=request.function,
        started_at=clock.now(),
        request_id=request.id,
    )
    db.session().add(affiliation)
    db.session().flush()
    note(request, "accepted", signature(actor, request), actor=actor)
    index_professional(db.session(), enrolled.person.id)
    tell(
        AffiliationAccepted,
        actor,
        request,
        affiliation_id=str(affiliation.id),
        activation_link_id=str(enrolled.link.id) if enrolled.link else None,
    )
    return affiliation


@usecase(Permission.AFFILIATION_DECIDE)
def refuse_affiliation(actor: Actor, request: Request, *, reason: str, code: str | None = None) -> None:
    """Refuse, with the words that reach the person; `code`: of app/domain/refusals.py. Raises Invalid without words."""
    reason = words(reason, "motif", "Indiquez le motif du refus : il est transmis à la personne.")
    lock(request, Status.REFUSED)
    request.refusal_code, request.refusal_reason = reason_named(request.kind, code).key, reason
    decide(actor, request, Status.REFUSED)
    note(request, "refused", signature(actor, request), actor=actor, body=reason)
    tell(AffiliationRefused, actor, request, reason=reason)


@usecase(Permission.AFFILIATION_DECIDE)
def ask_for_information(actor: Actor, request: Request, *, message: str) -> None:
    """Ask the person a question; the request waits for the answer."""
    message = words(message, "message", "Écrivez la précision que vous demandez.")
    lock(request, Status.INFO_NEEDED)
    enter(request, Status.INFO_NEEDED)
    note(request, "info_asked", signature(actor, request), actor=actor, body=message)
    tell(AffiliationInfoAsked, actor, request, reason=message)


@usecase(Permission.REQUEST_ANSWER)
def answer_information(actor: Actor, request: Request, *, message: str) -> None:
    """The person answers; the request is to be decided again."""
    message = words(message, "message", "Écrivez votre réponse.")
    lock(request, Status.SUBMITTED)
    enter(request, Status.SUBMITTED)
    note(request, "info_given", request.full_name, actor=actor, body=message)
    tell(AffiliationInfoGiven, actor, request, reason=message)


@usecase(Permission.REQUEST_ANSWER)
def cancel_request(actor: Actor, request: Request) -> None:
    """The person withdraws, once."""
    lock(request, Status.CANCELLED)
    enter(request, Status.CANCELLED)
    note(request, "cancelled", request.full_name, actor=actor)
    tell(AffiliationCancelled, actor, request)


@usecase(Permission.AFFILIATION_END)
def end_affiliation(actor: Actor, affiliation: Affiliation, *, reason: str) -> None:
    """End it now: kept and dated, off the unit's page."""
    close_affiliation(actor, affiliation, words(reason, "motif", "Indiquez pourquoi ce rattachement prend fin."))


@usecase(Permission.ACCOUNT_MANAGE)
def choose_listing(actor: Actor, account: Account, *, listed: bool) -> None:
    """The person alone says whether unit pages name them (SECURITY.md, decision 6)."""
    person = db.session().get_one(Person, account.person_id)
    if person.listed == listed:
        return
    person.listed = listed
    db.session().flush()
    index_professional(db.session(), person.id)
    record(ListingChosen(actor=actor.reference, subject=reference(person), listed=listed))


# ── steps ───────────────────────────────────────────────────────────────────


def close_affiliation(actor: Actor, affiliation: Affiliation, reason: str) -> None:
    """End it now, take it off the unit's page and the search, tell those concerned."""
    session = db.session()
    lock_attachments(affiliation.person_id, affiliation.establishment_finess)
    session.refresh(affiliation, with_for_update={"of": Affiliation})
    check_open(affiliation.ended_at is not None)
    _check_no_office(affiliation)
    took_part = end_with_affiliation(actor.reference, affiliation)
    affiliation.ended_at, affiliation.end_reason = clock.now(), reason
    session.flush()
    index_professional(session, affiliation.person_id)
    record(
        AffiliationEnded(
            actor=actor.reference,
            subject=reference(affiliation),
            concerned=f"person:{affiliation.person_id}",
            establishment_finess=affiliation.establishment_finess,
            reason=reason,
            affiliation_id=str(affiliation.id),
            participation_ended=took_part,
        )
    )


def _check_no_office(affiliation: Affiliation) -> None:
    """Who acts for a CPTS belongs to it (SECURITY.md, case 7). Raises ImpossibleNow on their last one there."""
    finess, person_id = affiliation.establishment_finess, affiliation.person_id
    role = db.session().scalar(
        sa.select(Mandate.role).where(
            Mandate.person_id == person_id, Mandate.establishment_finess == finess, effective(Mandate)
        )
    )
    elsewhere = sa.select(sa.func.count()).where(
        Affiliation.person_id == person_id,
        Affiliation.establishment_finess == finess,
        Affiliation.ended_at.is_(None),
        Affiliation.id != affiliation.id,
    )
    if role is not None and not db.session().scalar(elsewhere):
        raise ImpossibleNow(STILL_IN_OFFICE[Role(role)])


def _enrolled(request: Request) -> Enrolled:
    """The person of the request. Whoever asked without signing in proved nothing: of a person already known, their
    request completes nothing and switches nothing on."""
    known = known_account(email=request.email, rpps=request.rpps)
    own = known is None or known.person_id == request.person_id
    return enrol(
        Identity(
            family_name=request.family_name or "",
            given_name=request.given_name or "",
            email=request.email,
            phone=request.phone,
            profession_code=request.profession_code,
            profession_label=request.profession_label,
            rpps=request.rpps,
            listed=request.listed,
        ),
        proven=own,
    )
