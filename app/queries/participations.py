"""Who takes part in unscheduled care through a CPTS: for the SAS, set-wise; for those in office; for the doctor."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from app import clock, db
from app.domain.identifiers import Rpps
from app.domain.participations import DOCTOR, Effector, EffectorPlace, Place
from app.models import (
    Affiliation,
    Commune,
    Participation,
    ParticipationPlace,
    Person,
    Professional,
    ProfessionalActivity,
    attached,
)
from app.queries.sheets import ASKED_FINESS
from app.queries.together import Parts
from app.working_days import day_of

UNNAMED = "Cabinet"
"""What the register gives no name to."""
BY_NAME = (Person.family_name, Person.given_name, Person.id)
_held = aliased(Affiliation)


def cpts_of_effectors(people: Collection[uuid.UUID], affiliations: Collection[uuid.UUID]) -> set[str]:
    """CPTS through which these people, or those of these rattachements, take part, whether or not they are listed."""
    held = sa.select(Affiliation.person_id).where(Affiliation.id.in_(affiliations))
    theirs = sa.or_(Participation.person_id.in_(people), Participation.person_id.in_(held))
    found = sa.select(Participation.establishment_finess).where(theirs, Participation.ended_at.is_(None)).distinct()
    return set(db.session().scalars(found))


@dataclass(frozen=True, slots=True)
class Participant:
    """A line of the list of a CPTS. `transmitted`: the SAS has them today."""

    participation: Participation
    name: str
    speciality: str | None
    places: list[EffectorPlace]
    transmitted: bool

    @property
    def registered_on(self) -> date:
        return day_of(self.participation.declared_at)


def participants(finess: str) -> list[Participant]:
    """Everybody whose participation is open, by name, those included who do not count today: two statements."""
    today = day_of(clock.now())
    rows = (
        db.session()
        .execute(
            sa.select(Participation, Professional, sa.case((_counts(today), True), else_=False).label("counts"))
            .join(Participation.person)
            .outerjoin(Professional, Professional.rpps == Person.rpps)
            .where(Participation.establishment_finess == finess, Participation.ended_at.is_(None))
            .options(contains_eager(Participation.person))
            .order_by(*BY_NAME)
        )
        .all()
    )
    places = _places([row.Participation.id for row in rows])
    return [
        Participant(
            row.Participation,
            row.Participation.person.full_name,
            row.Professional.speciality_label if row.Professional else None,
            places.get(row.Participation.id, []),
            bool(row.counts),
        )
        for row in rows
    ]


def transmitted_among(held: Iterable[Participation]) -> set[str]:
    """CPTS of those that the SAS has today, the CPTS itself being shown."""
    ids = [each.id for each in held]
    counted = (
        sa.select(Participation.establishment_finess)
        .join(Person, Person.id == Participation.person_id)
        .join(Professional, Professional.rpps == Person.rpps)
        .where(Participation.id.in_(ids), _counts(day_of(clock.now())))
    )
    return set(db.session().scalars(counted)) if ids else set()


def participation(participation_id: uuid.UUID) -> Participation | None:
    """With its person, CPTS and places."""
    return db.session().scalars(_whole().where(Participation.id == participation_id)).one_or_none()


def participations_of(person_id: uuid.UUID) -> list[Participation]:
    """Theirs, the latest first, with CPTS and places."""
    own = _whole().where(Participation.person_id == person_id)
    return list(db.session().scalars(own.order_by(Participation.declared_at.desc(), Participation.id)))


def open_participation(person_id: uuid.UUID, finess: str) -> Participation | None:
    mine = _whole().where(Participation.person_id == person_id, Participation.establishment_finess == finess)
    return db.session().scalars(mine.where(Participation.ended_at.is_(None))).one_or_none()


@dataclass(frozen=True, slots=True)
class PractisedPlace:
    """A row of the register where that doctor practises, in a commune that is known."""

    place: Place
    city: str


def places_of_the_register(rpps: str | None) -> list[PractisedPlace]:
    rows = db.session().execute(
        sa.select(ProfessionalActivity, Commune.name)
        .join(Professional, Professional.id == ProfessionalActivity.professional_id)
        .join(Commune, Commune.insee == ProfessionalActivity.commune_insee)
        .where(Professional.rpps == (rpps or ""), Commune.ceased_at.is_(None))
        .order_by(ProfessionalActivity.site_name, ProfessionalActivity.key)
    )
    return [
        PractisedPlace(Place(row.site_name or UNNAMED, None, row.postcode, row.commune_insee or "", row.key), city)
        for row, city in rows
    ]


def _whole() -> sa.Select[Participation]:
    return sa.select(Participation).options(
        joinedload(Participation.person),
        joinedload(Participation.establishment),
        selectinload(Participation.places).joinedload(ParticipationPlace.commune),
    )


def _counts(today: date | sa.BindParameter[date]) -> sa.ColumnElement[bool]:
    """Begun, not over, of a doctor of the register whose rattachement there is open and not suspended."""
    here = sa.exists().where(
        _held.person_id == Participation.person_id,
        _held.establishment_finess == Participation.establishment_finess,
        attached(_held),
    )
    return sa.and_(
        Participation.ended_at.is_(None),
        Participation.starts_on <= today,
        sa.or_(Participation.ends_on.is_(None), Participation.ends_on >= today),
        Professional.profession_code == DOCTOR,
        here.correlate_except(_held),
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


# ── for the SAS ─────────────────────────────────────────────────────────────

_TAKING_PART = (
    sa.select(
        Participation.id,
        Participation.establishment_finess,
        Participation.starts_on,
        Participation.ends_on,
        Participation.has_software,
        Participation.gives_hours,
        Person.family_name,
        Person.given_name,
        Professional.rpps,
        Professional.speciality_code,
        Professional.speciality_label,
    )
    .join(Person, Person.id == Participation.person_id)
    .join(Professional, Professional.rpps == Person.rpps)
    .where(Participation.establishment_finess.in_(ASKED_FINESS))
    .where(_counts(sa.bindparam("today", type_=sa.Date())))
)
EFFECTOR_PARTS: Parts = {
    "effectors": _TAKING_PART.order_by(*BY_NAME),
    "effector_places": sa.select(
        ParticipationPlace.participation_id,
        ParticipationPlace.name,
        ParticipationPlace.street,
        ParticipationPlace.postcode,
        Commune.name.label("city"),
        ParticipationPlace.commune_insee,
    )
    .join(Commune, Commune.insee == ParticipationPlace.commune_insee)
    .where(ParticipationPlace.participation_id.in_(_TAKING_PART.with_only_columns(Participation.id)))
    .where(ParticipationPlace.removed_at.is_(None))
    .order_by(ParticipationPlace.position),
}
"""Those who take part through `finess_codes` on the day `today`; `effectors_of` reads the rows."""


def effectors_of(rows: Mapping[str, list[Any]]) -> dict[str, list[Effector]]:
    """Those of today, by name, for each CPTS. A CPTS without any has no key."""
    places = _by_participation(rows["effector_places"])
    found: dict[str, list[Effector]] = {}
    for row in rows["effectors"]:
        effector = Effector(
            national_id=Rpps(row.rpps).national_id,
            family_name=row.family_name,
            given_name=row.given_name,
            speciality_code=row.speciality_code,
            speciality=row.speciality_label,
            since=row.starts_on,
            until=row.ends_on,
            has_software=row.has_software,
            gives_hours=row.gives_hours,
            places=tuple(places.get(row.id, ())),
        )
        found.setdefault(row.establishment_finess, []).append(effector)
    return found


def _by_participation(rows: Iterable[Any]) -> dict[uuid.UUID, list[EffectorPlace]]:
    found: dict[uuid.UUID, list[EffectorPlace]] = {}
    for participation_id, *place in rows:
        found.setdefault(participation_id, []).append(EffectorPlace(*place))
    return found
