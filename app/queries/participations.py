"""Who takes part in unscheduled care through a CPTS: for the SAS, set-wise."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app import clock, db
from app.domain.identifiers import Rpps
from app.domain.participations import DOCTOR, Effector, EffectorPlace
from app.models import Affiliation, Commune, Participation, ParticipationPlace, Person, Professional, attached
from app.working_days import day_of

_held = aliased(Affiliation)


def effectors_of(finess_codes: Collection[str]) -> dict[str, list[Effector]]:
    """Those of today, by name, for each of these CPTS: two statements however many. A CPTS without any has no key."""
    session = db.session()
    rows = session.execute(_taking_part(finess_codes, day_of(clock.now()))).all()
    places = _places([row.Participation.id for row in rows])
    found: dict[str, list[Effector]] = {}
    for row in rows:
        participation: Participation = row.Participation
        effector = _effector(participation, row.Person, row.Professional, places.get(participation.id, []))
        found.setdefault(participation.establishment_finess, []).append(effector)
    return found


def _taking_part(finess_codes: Collection[str], today: date) -> sa.Select[Participation, Person, Professional]:
    """Begun, not over, of a doctor of the register whose rattachement there is open and not suspended."""
    here = sa.exists().where(
        _held.person_id == Participation.person_id,
        _held.establishment_finess == Participation.establishment_finess,
        attached(_held),
    )
    return (
        sa.select(Participation, Person, Professional)
        .join(Person, Person.id == Participation.person_id)
        .join(Professional, Professional.rpps == Person.rpps)
        .where(
            Participation.establishment_finess.in_(finess_codes),
            Participation.ended_at.is_(None),
            Participation.starts_on <= today,
            sa.or_(Participation.ends_on.is_(None), Participation.ends_on >= today),
            Professional.profession_code == DOCTOR,
            here.correlate_except(_held),
        )
        .order_by(Person.family_name, Person.given_name, Person.id)
    )


def _places(participations: Collection[uuid.UUID]) -> dict[uuid.UUID, list[EffectorPlace]]:
    rows = db.session().execute(
        sa.select(ParticipationPlace, Commune.name)
        .join(Commune, Commune.insee == ParticipationPlace.commune_insee)
        .where(ParticipationPlace.participation_id.in_(participations), ParticipationPlace.removed_at.is_(None))
        .order_by(ParticipationPlace.position)
    )
    found: dict[uuid.UUID, list[EffectorPlace]] = {}
    for place, city in rows if participations else ():
        told = EffectorPlace(place.name, place.street, place.postcode, city, place.commune_insee)
        found.setdefault(place.participation_id, []).append(told)
    return found


def _effector(
    participation: Participation, person: Person, known: Professional, places: list[EffectorPlace]
) -> Effector:
    return Effector(
        national_id=Rpps(known.rpps).national_id,
        family_name=person.family_name,
        given_name=person.given_name,
        speciality_code=known.speciality_code,
        speciality=known.speciality_label,
        since=participation.starts_on,
        until=participation.ends_on,
        has_software=participation.has_software,
        gives_hours=participation.gives_hours,
        places=tuple(places),
    )
