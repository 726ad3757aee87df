"""When communes enter a zone that another CPTS serves already, those who preside both are told (B-04)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from app import db
from app.journal.catalogue import ZoneOverlapped
from app.journal.record import record
from app.models import Establishment, Unit
from app.policies.actor import Actor, reference
from app.queries.zone_neighbours import served_by

SYSTEM = "system"


def tell_overlaps(
    actor: Actor | None, establishment: Establishment, entering: Mapping[int | None, Collection[str]]
) -> None:
    """`entering`: communes that enter the zone of each unit. One event whatever their number, in the transaction of
    the one writer of zones. A unit hidden from the public tells nobody."""
    entered = {insee for communes in entering.values() for insee in communes}
    if not entered:
        return
    shown = sa.select(Unit.id).where(Unit.id.in_(entering), Unit.sensitive.is_(False))
    entered = {insee for unit_id in db.session().scalars(shown) for insee in entering[unit_id]}
    others: dict[str, list[str]] = {}
    for insee, servers in sorted(served_by(entered, but=establishment.finess).items()):
        for server in servers:
            others.setdefault(server.finess, []).append(insee)
    if others:
        record(
            ZoneOverlapped(
                actor=actor.reference if actor else SYSTEM,
                subject=reference(establishment),
                establishment_finess=establishment.finess,
                others=others,
            )
        )
