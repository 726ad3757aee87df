"""Keep the contact details of a CPTS true: confirm them, correct them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from app import clock, db
from app.domain.descriptions import blanked
from app.domain.errors import ImpossibleNow, Invalid
from app.journal.catalogue import ContactConfirmed, ContactUpdated
from app.journal.record import record
from app.models import Establishment
from app.policies.actor import Actor, reference
from app.policies.permissions import Permission
from app.search.index import index_establishment
from app.usecases.base import usecase

CHANGED_MEANWHILE = "Ces coordonnées ont été modifiées pendant votre saisie. La vôtre est encore à l’écran."


@dataclass(frozen=True)
class Contact:
    """Telephone in E.164, web address with its scheme; None for what is unknown."""

    phone: str | None
    street: str | None
    postcode: str | None
    city: str | None
    email: str | None
    website: str | None
    opening_hours: str | None

    @classmethod
    def of(cls, establishment: Establishment) -> Contact:
        return cls(**{name: getattr(establishment, name) for name in cls.__dataclass_fields__})


@usecase(Permission.ESTABLISHMENT_CONFIRM)
def confirm_contact(actor: Actor, establishment: Establishment) -> None:
    """« C’est exact »: the date of verification moves, nothing else does."""
    establishment.verified_at = clock.now()
    record(
        ContactConfirmed(
            actor=actor.reference, subject=reference(establishment), establishment_finess=establishment.finess
        )
    )


@usecase(Permission.ESTABLISHMENT_UPDATE)
def update_contact(actor: Actor, establishment: Establishment, *, contact: Contact, seen: datetime) -> None:
    """Replace the contact details last changed at `seen`.

    Raises Invalid when a value that the SAS needs would be emptied, ImpossibleNow when somebody saved meanwhile.
    """
    before, after = asdict(Contact.of(establishment)), asdict(contact)
    refusals = blanked(before, after)
    if refusals:
        raise Invalid(refusals)
    changed = {name for name in after if (after[name] or None) != before[name]}
    now = clock.now()
    won = db.session().scalars(
        sa.update(Establishment)
        .where(Establishment.finess == establishment.finess, Establishment.updated_at == seen)
        .values({name: after[name] or None for name in after} | {"updated_at": now, "verified_at": now})
        .returning(Establishment.finess)
        .execution_options(synchronize_session="fetch")
    )
    if won.one_or_none() is None:
        raise ImpossibleNow(CHANGED_MEANWHILE)
    index_establishment(db.session(), establishment.finess)
    record(
        ContactUpdated(
            actor=actor.reference,
            subject=reference(establishment),
            establishment_finess=establishment.finess,
            before={name: before[name] for name in sorted(changed)},
            after={name: after[name] or None for name in sorted(changed)},
        )
    )
