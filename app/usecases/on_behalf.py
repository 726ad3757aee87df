"""What an agent does « pour le compte de » somebody identified: always in the journal, always mailed (S-072, S-074).

Never a nomination: only a president nominates (SECURITY.md, decisions 1 and 5).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import sqlalchemy as sa

from app import db
from app.domain.errors import ImpossibleNow, Invalid
from app.domain.requests import Kind
from app.domain.sheets.values import Values
from app.journal.catalogue import ContactUpdatedFor, RequestSubmittedFor
from app.journal.record import record
from app.models import LIVING, Account, Affiliation, Establishment, Mandate, Person, Request, attached, effective
from app.policies.actor import Actor, reference
from app.policies.permissions import Permission
from app.queries.actors import deciders
from app.usecases.affiliation_asking import AlreadyPending, Wish, new_affiliation
from app.usecases.base import usecase
from app.usecases.descriptions import contact_changes, contact_write
from app.usecases.enrolment import email_key
from app.usecases.request_steps import check_unit, note, tell, words
from app.usecases.requests import Submission, new_request
from app.usecases.sheet_steps import write_boxes

NOT_IDENTIFIED = (
    "Cette personne n’est pas identifiée pour cette CPTS\u00a0: choisissez quelqu’un qui en fait partie, "
    "ou la demande qu’elle a envoyée."
)
SOMEBODY_DECIDES = (
    "Quelqu’un est en exercice dans cette CPTS\u00a0: enregistrez un rattachement, que cette personne acceptera, "
    "ou demandez-lui de transmettre les coordonnées depuis la page de sa CPTS."
)
NOT_ONESELF = "Un agent n’agit pas pour son propre compte ici."
ON_BEHALF = "on_behalf_of"
"""Key of `Request.details`: the account of who asked the agent to send it."""


@dataclass(frozen=True)
class Behalf:
    """For whom: a person of that CPTS, or who sent that request. `reason`: what they asked, and how."""

    requester: Person | Request
    reason: str

    @property
    def name(self) -> str:
        return self.requester.full_name


@usecase(Permission.ESTABLISHMENT_UPDATE_FOR)
def update_contact_for(
    actor: Actor,
    establishment: Establishment,
    *,
    behalf: Behalf,
    values: Values,
    seen: int,
    erase: frozenset[str] = frozenset(),
) -> None:
    """Correct the contact details; who asked and those who preside read what changed. Raises as update_box does."""
    reason, who = _checked(actor, establishment, behalf), reference(behalf.requester)
    write = contact_write(establishment, values, seen=seen, erase=erase)
    revision = write_boxes(actor, establishment, [write], source="on_behalf", reason=reason, on_behalf_of=who)
    if revision is None:
        raise Invalid({"phone": "Rien n’a changé\u00a0: corrigez au moins une information."})
    before, after = contact_changes(revision)
    record(
        ContactUpdatedFor(
            actor=actor.reference,
            subject=reference(establishment),
            concerned=who,
            on_behalf_of=who,
            establishment_finess=establishment.finess,
            reason=reason,
            before=before,
            after=after,
        )
    )


@usecase(Permission.REQUEST_SUBMIT_FOR)
def submit_for(
    actor: Actor, establishment: Establishment, *, behalf: Behalf, asked: Submission | Wish, client_key: uuid.UUID
) -> Request:
    """Write down what somebody asks by phone or by mail; it is then decided as any other. Raises AlreadyPending."""
    reason = _checked(actor, establishment, behalf)
    _check_kind(establishment, asked)
    key = f"for:{establishment.finess}:{email_key(asked.email)}"
    request_id = uuid.uuid5(client_key, key)
    if (sent_before := db.session().get(Request, request_id)) is not None:
        return sent_before
    if asked.unit_id is not None:
        check_unit(establishment.finess, asked.unit_id)
    request = _written_down(actor, establishment, asked, request_id)
    if (account := _account_of(behalf)) is not None:
        request.details = {**(request.details or {}), ON_BEHALF: str(account)}
    _insert(request)
    note(request, "submitted", f"Centre de services, pour le compte de {behalf.name}", actor=actor, body=asked.message)
    note(request, "note", actor.name, actor=actor, body=f"Pour le compte de {behalf.name} : {reason}", internal=True)
    tell(
        RequestSubmittedFor, actor, request, kind=request.kind, reason=reason, on_behalf_of=reference(behalf.requester)
    )
    return request


# ── steps ───────────────────────────────────────────────────────────────────


def _checked(actor: Actor, establishment: Establishment, behalf: Behalf) -> str:
    """The reason, when who asks is identified, and is not the agent."""
    reason = words(behalf.reason, "raison", "Indiquez ce qui vous est demandé, et comment.")
    who = behalf.requester
    if isinstance(who, Person):
        if who.id == actor.person_id:
            raise ImpossibleNow(NOT_ONESELF)
        identified = _belongs(who, establishment)
    else:
        if who.person_id == actor.person_id or who.submitted_by_account_id == actor.account_id:
            raise ImpossibleNow(NOT_ONESELF)
        identified = who.establishment_finess in (None, establishment.finess)
    if not identified:
        raise ImpossibleNow(NOT_IDENTIFIED)
    return reason


def _belongs(person: Person, establishment: Establishment) -> bool:
    """In office or attached there, with an account that is neither suspended nor closed."""
    in_office = sa.exists().where(
        Mandate.person_id == person.id, Mandate.establishment_finess == establishment.finess, effective(Mandate)
    )
    practises = sa.exists().where(
        Affiliation.person_id == person.id,
        Affiliation.establishment_finess == establishment.finess,
        attached(Affiliation),
    )
    living = sa.exists().where(Account.person_id == person.id, Account.status.in_(LIVING))
    return bool(db.session().scalar(sa.select(sa.and_(living, sa.or_(in_office, practises)))))


def _check_kind(establishment: Establishment, asked: Submission | Wish) -> None:
    """An agent alone attaches nobody to a CPTS where somebody is in office: a guard of the database says so too."""
    if isinstance(asked, Submission) and asked.kind is Kind.ACCOUNT and deciders(establishment.finess):
        raise Invalid({"genre": SOMEBODY_DECIDES})


def _account_of(behalf: Behalf) -> uuid.UUID | None:
    who = behalf.requester
    person_id = who.id if isinstance(who, Person) else who.person_id
    return db.session().scalar(sa.select(Account.id).where(Account.person_id == person_id)) if person_id else None


def _written_down(actor: Actor, establishment: Establishment, asked: Submission | Wish, id_: uuid.UUID) -> Request:
    if isinstance(asked, Wish):
        return new_affiliation(actor, establishment, asked, id_)
    return new_request(actor, establishment, asked, id_)


def _insert(request: Request) -> None:
    try:
        with db.session().begin_nested():
            db.session().add(request)
    except sa.exc.IntegrityError as error:
        if db.session().get(Request, request.id, populate_existing=True) is None:
            raise AlreadyPending from error
        raise
