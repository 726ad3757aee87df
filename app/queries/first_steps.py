"""« Par où commencer »: the six actions that put a CPTS in the directory, and which of them are done (S-165)."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from app import db
from app.models import Establishment, Mandate, Unit, UnitCommune, effective
from app.policies.actor import Actor, Role


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """What is known of one CPTS of the person; each fact is one of the six actions."""

    finess: str
    name: str
    has_contact: bool
    has_zone: bool
    confirmed: bool
    has_referent: bool


def first_steps(actor: Actor) -> list[FirstSteps]:
    """One line a CPTS that the person manages, by name: one statement."""
    managed = {mandate.establishment_finess for mandate in actor.mandates}
    zone = (
        sa.exists()
        .where(UnitCommune.unit_id == Unit.id, Unit.establishment_finess == Establishment.finess)
        .correlate(Establishment)
    )
    referent = (
        sa.exists()
        .where(Mandate.establishment_finess == Establishment.finess, Mandate.role == Role.REFERENT.value)
        .where(effective(Mandate))
        .correlate(Establishment)
    )
    query = sa.select(Establishment, zone, referent).where(Establishment.finess.in_(managed))
    rows = db.session().execute(query.order_by(Establishment.name))
    return [
        FirstSteps(
            finess=found.finess,
            name=found.name,
            has_contact=bool(found.phone and found.street and found.postcode),
            has_zone=has_zone,
            confirmed=found.verified_at is not None,
            has_referent=has_referent,
        )
        for found, has_zone, has_referent in rows
    ]
