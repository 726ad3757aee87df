"""Keep the contact details of a CPTS true: « C'est exact ». Correcting them is app/usecases/descriptions.py."""

from __future__ import annotations

from app import clock
from app.journal.catalogue import ContactConfirmed
from app.journal.record import record
from app.models import Establishment
from app.policies.actor import Actor, reference
from app.policies.permissions import Permission
from app.usecases.base import usecase


@usecase(Permission.ESTABLISHMENT_CONFIRM)
def confirm_contact(actor: Actor, establishment: Establishment) -> None:
    """« C’est exact »: the date of verification moves, nothing else does."""
    establishment.verified_at = clock.now()
    record(
        ContactConfirmed(
            actor=actor.reference, subject=reference(establishment), establishment_finess=establishment.finess
        )
    )
