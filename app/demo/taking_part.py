"""Doctors of the demonstration who take part in unscheduled care: at the only place that the register knows of them."""

from __future__ import annotations

from datetime import timedelta

from app import clock
from app.domain.participations import Declaration
from app.policies.actor import Actor
from app.queries.affiliations import attachments_there
from app.queries.participations import places_of_the_register
from app.usecases.participations import declare_participation
from app.working_days import day_of


def declare(doctor: Actor, finess: str, rpps: str, *, software: bool, days: int | None) -> None:
    """From that day on; `days`: for how long, when they know it."""
    assert doctor.person_id is not None  # noqa: S101 – somebody of the cast
    (held,) = attachments_there(doctor.person_id, finess)
    first = day_of(clock.now())
    said = Declaration(
        places=tuple(known.place for known in places_of_the_register(rpps)),
        has_software=software,
        gives_hours=not software,
        starts_on=first,
        ends_on=first + timedelta(days=days) if days else None,
    )
    declare_participation(doctor, held, said=said)
