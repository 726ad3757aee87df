"""A proposed correction, applied: the value takes the way of one that those in office type themselves (B-19)."""

from __future__ import annotations

from app import db
from app.domain.corrections import Values, find_field, fingerprint
from app.domain.errors import ImpossibleNow
from app.domain.requests import Kind, Status
from app.journal.catalogue import ContactUpdated, RequestAccepted
from app.journal.record import record
from app.models import Establishment, Request
from app.policies.actor import Actor, reference
from app.policies.permissions import Permission
from app.usecases.base import usecase
from app.usecases.descriptions import contact_changes, contact_write
from app.usecases.request_steps import announce, decide, deciding_mandate, lock, note, signature
from app.usecases.sheet_steps import write_boxes

CHANGED = "Cette information a changé entre-temps. Comparez la valeur affichée maintenant avec celle qui est proposée."


@usecase(Permission.CORRECTION_DECIDE)
def apply_correction(actor: Actor, request: Request, *, seen: str | None = None) -> None:
    """Put the proposed value in place. `seen`: fingerprint of the value that the decider had on screen.

    Raises ImpossibleNow when the field changed since, Invalid when a value that the SAS needs would be emptied.
    """
    lock(request, Status.ACCEPTED, Kind.CORRECTION)
    establishment = db.session().get_one(
        Establishment, request.finess, with_for_update={"of": Establishment}, populate_existing=True
    )
    if fingerprint(current_values(establishment, request)) != (seen or fingerprint(request.details["avant"])):
        raise ImpossibleNow(CHANGED)
    mandate = deciding_mandate(actor, request)
    decide(actor, request, Status.ACCEPTED)
    revision = write_boxes(
        actor,
        establishment,
        [contact_write(establishment, request.details["propose"])],
        source="correction",
        verified=mandate is not None,
        on_behalf_of=None if mandate else f"request:{request.id}",
    )
    before, after = contact_changes(revision)
    note(request, "accepted", signature(actor, request), actor=actor)
    record(
        ContactUpdated(
            actor=actor.reference,
            subject=reference(establishment),
            establishment_finess=establishment.finess,
            concerned=f"request:{request.id}",
            on_behalf_of=None if mandate else f"request:{request.id}",
            before=before,
            after=after,
        )
    )
    announce(RequestAccepted, actor, request, made=[reference(establishment)])


def current_values(establishment: Establishment, request: Request) -> Values:
    """What the page shows now of the field that a correction is about."""
    field = find_field(request.details.get("champ"))
    return {column: getattr(establishment, column) for column in (field.columns if field else ())}
