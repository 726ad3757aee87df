"""The steps that acts on a participation are made of: lock, set its places, end it, record."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app import clock, db
from app.domain.errors import ImpossibleNow
from app.domain.participations import Place
from app.journal.catalogue import Event, ParticipationEnded
from app.journal.record import record
from app.models import Affiliation, Participation, ParticipationPlace
from app.policies.actor import reference

SYSTEM = "system"
WITH_AFFILIATION = "Fin du rattachement à la CPTS"
ACCOUNT_CLOSED = "Compte fermé"
FORGOTTEN = "Lieu effacé"
NO_RPPS = "Numéro RPPS repris par la personne qui l’a prouvé"


def lock_attachments(person_id: uuid.UUID, finess: str | None = None) -> list[Affiliation]:
    """The open rattachements of that person, there or everywhere, in one order for everybody: who declares and who
    ends wait for each other."""
    query = sa.select(Affiliation).where(Affiliation.person_id == person_id, Affiliation.ended_at.is_(None))
    if finess is not None:
        query = query.where(Affiliation.establishment_finess == finess)
    held = query.order_by(Affiliation.id).with_for_update().execution_options(populate_existing=True)
    return list(db.session().scalars(held))


def lock_participation(participation: Participation) -> None:
    """The row as it is now, kept until the commit. Raises ImpossibleNow when it is over already."""
    db.session().refresh(participation, with_for_update={"of": Participation})
    if participation.ended_at is not None:
        raise ImpossibleNow("Cette participation a déjà pris fin.")


def set_places(participation: Participation, wanted: Sequence[Place]) -> bool:
    """Keep those that are the same, date the end of the others, add the new ones. Whether anything changed."""
    session, now = db.session(), clock.now()
    rows = session.scalars(
        sa.select(ParticipationPlace)
        .where(ParticipationPlace.participation_id == participation.id, ParticipationPlace.removed_at.is_(None))
        .order_by(ParticipationPlace.position)
    ).all()
    known = {place_of(row): row for row in rows}
    gone = [row for place, row in known.items() if place not in wanted]
    new = [place for place in dict.fromkeys(wanted) if place not in known]
    for row in gone:
        row.removed_at = now
    last = max((row.position for row in rows), default=0)
    for position, place in enumerate(new, last + 1):
        session.add(_row(participation, position, place, now))
    session.flush()
    session.expire(participation, ["places"])
    return bool(gone or new)


def place_of(row: ParticipationPlace) -> Place:
    return Place(row.name, row.street, row.postcode, row.commune_insee, row.activity_key)


def close(participation: Participation, reason: str) -> None:
    """End it now, and its places with it: the next state of the SAS is without them."""
    session, now = db.session(), clock.now()
    participation.ended_at, participation.end_reason = now, reason
    participation.version += 1
    here = ParticipationPlace.participation_id == participation.id
    session.execute(
        sa.update(ParticipationPlace).where(here, ParticipationPlace.removed_at.is_(None)).values(removed_at=now)
    )
    session.flush()


def tell(event: Callable[..., Event], by: str, participation: Participation, **fields: Any) -> None:
    """Journal and announce; the last step, it locks the chain of the CPTS."""
    record(
        event(
            actor=by,
            subject=reference(participation),
            concerned=f"person:{participation.person_id}",
            establishment_finess=participation.establishment_finess,
            participation_id=str(participation.id),
            **fields,
        )
    )


def end_with_affiliation(by: str, affiliation: Affiliation) -> bool:
    """Their participation through that CPTS ends with their last rattachement there, in the same transaction.

    Whether there was one."""
    held = lock_attachments(affiliation.person_id, affiliation.establishment_finess)
    if any(other.id != affiliation.id for other in held):
        return False
    here = Participation.establishment_finess == affiliation.establishment_finess
    return bool(end_all(by, affiliation.person_id, WITH_AFFILIATION, here, with_affiliation=True))


def end_all(
    by: str, person_id: uuid.UUID, reason: str, *conditions: sa.ColumnElement[bool], with_affiliation: bool = False
) -> set[str]:
    """Every participation of that person that is open; the FINESS numbers of those CPTS."""
    opened = sa.select(Participation).where(
        Participation.person_id == person_id, Participation.ended_at.is_(None), *conditions
    )
    found = db.session().scalars(opened.order_by(Participation.id).with_for_update()).all()
    for participation in found:
        close(participation, reason)
        tell(ParticipationEnded, by, participation, reason=reason, with_affiliation=with_affiliation)
    return {participation.establishment_finess for participation in found}


def forget_places(person_id: uuid.UUID) -> None:
    """Whose participations are all over: the commune of a place says no more who was there."""
    theirs = sa.select(Participation.id).where(Participation.person_id == person_id)
    db.session().execute(
        sa.update(ParticipationPlace)
        .where(ParticipationPlace.participation_id.in_(theirs))
        .values(name=FORGOTTEN, street=None)
    )


def _row(participation: Participation, position: int, place: Place, at: datetime) -> ParticipationPlace:
    return ParticipationPlace(
        participation_id=participation.id,
        position=position,
        name=place.name,
        street=place.street,
        postcode=place.postcode,
        commune_insee=place.insee,
        activity_key=place.activity_key,
        added_at=at,
    )
