"""The participation of a doctor in unscheduled care, through their CPTS."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import clock
from app.models import Participation, ParticipationPlace
from app.working_days import day_of
from tests import factories
from tests.consistency.case import Case, Fields
from tests.consistency.world import PARTICIPATION, World
from tests.support.publishing import make_shown

SAID = {"logiciel": "non", "deux_heures": "y", "lieux": "annuaire-cabinet"}
NO_END = {"fin": "2001-01-01"}


def doctor(session: Session, world: World) -> None:
    """The professional may declare: a doctor of the register, with one office, in a CPTS that the SAS shows."""
    known = factories.doctor(session, world.people.professional.person)
    factories.office(session, known, key="cabinet")
    make_shown(session, world.people.comtat.unit)


def declared(session: Session, world: World) -> None:
    factories.participation(session, world.affiliation, id=PARTICIPATION)


def declared_meanwhile(session: Session, world: World) -> None:
    factories.participation(session, world.affiliation)


def ended(session: Session, _world: World) -> None:
    over = {"ended_at": clock.now(), "end_reason": "Retrait par le médecin"}
    session.execute(sa.update(Participation).where(Participation.id == PARTICIPATION).values(**over))


def saying(_world: World) -> Fields:
    return {**SAID, "debut": day_of(clock.now()).isoformat()}


def its_place(world: World) -> Fields:
    here = sa.select(ParticipationPlace.id).where(ParticipationPlace.participation_id == PARTICIPATION)
    place = sa.orm.object_session(world.affiliation).scalar(here)
    return {**saying(world), "lieux": f"lieu-{place}", "version": "1"}


CASES = (
    Case(
        "participations.declare",
        "professional",
        "president",
        good=saying,
        bad=NO_END,
        before=doctor,
        too_late=declared_meanwhile,
    ),
    Case(
        "participations.change",
        "professional",
        "president",
        good=its_place,
        bad=NO_END,
        before=declared,
        too_late=ended,
    ),
    Case("participations.withdraw", "professional", "president", before=declared, too_late=ended),
)
