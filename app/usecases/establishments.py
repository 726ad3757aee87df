"""Keep the contact details of a CPTS true: confirm them, correct them."""

from __future__ import annotations

from collections.abc import Mapping
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

Values = dict[str, str | None]
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
    before, after = write_contact(establishment, asdict(contact), seen=seen)
    record(
        ContactUpdated(
            actor=actor.reference,
            subject=reference(establishment),
            establishment_finess=establishment.finess,
            before=before,
            after=after,
        )
    )


# ── steps ───────────────────────────────────────────────────────────────────


def write_contact(
    establishment: Establishment, values: Mapping[str, str | None], *, seen: datetime, verified: bool = True
) -> tuple[Values, Values]:
    """Put these values in place of those last changed at `seen`; what changed, before and after.

    `verified`: they come from the CPTS itself. Raises Invalid, ImpossibleNow.
    """
    before = {name: getattr(establishment, name) for name in values}
    refusals = blanked(before, values)
    if refusals:
        raise Invalid(refusals)
    after = {name: value or None for name, value in values.items()}
    now = clock.now()
    dates = {"updated_at": now, "verified_at": now} if verified else {"updated_at": now}
    won = db.session().scalars(
        sa.update(Establishment)
        .where(Establishment.finess == establishment.finess, Establishment.updated_at == seen)
        .values(after | dates)
        .returning(Establishment.finess)
        .execution_options(synchronize_session="fetch")
    )
    if won.one_or_none() is None:
        raise ImpossibleNow(CHANGED_MEANWHILE)
    index_establishment(db.session(), establishment.finess)
    changed = sorted(name for name in after if after[name] != before[name])
    return {name: before[name] for name in changed}, {name: after[name] for name in changed}
