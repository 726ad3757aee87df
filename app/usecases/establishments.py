"""Keep the contact details of a CPTS true: « C'est exact ». Correcting them is app/usecases/descriptions.py."""

from __future__ import annotations

from app.journal.catalogue import ContactConfirmed
from app.journal.record import record
from app.models import Establishment
from app.policies.actor import Actor, reference
from app.policies.permissions import Permission
from app.queries.sheets import SheetRef
from app.usecases.base import usecase
from app.usecases.sheet_steps import confirm_boxes


@usecase(Permission.ESTABLISHMENT_CONFIRM)
def confirm_contact(actor: Actor, establishment: Establishment) -> None:
    """« C’est exact »: the date of verification moves, nothing else does."""
    confirm_boxes(actor, establishment, [(SheetRef(establishment.finess), "coordonnees")])
    record(
        ContactConfirmed(
            actor=actor.reference, subject=reference(establishment), establishment_finess=establishment.finess
        )
    )
