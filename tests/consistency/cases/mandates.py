"""Nominations, and the end of mandates."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app import clock
from tests import factories
from tests.consistency.case import NO_REASON, PRESIDENT, REASON, Case, held_by, presidency_ended
from tests.consistency.world import World
from tests.factories import PASSWORD


def nomination_cancelled(_session: Session, world: World) -> None:
    world.nomination.status, world.nomination.closed_at = "cancelled", clock.now()


def referent_ended(session: Session, world: World) -> None:
    ended, by = held_by(world, "referent"), held_by(world, "president").id
    act = f"mandate:end_referent/{ended.id.hex}"
    ended.end_authentication_id = factories.authentication(session, world.people.president.person, act=act).id
    ended.ended_by_mandate_id, ended.ended_by_role = by, "president"
    ended.ended_at, ended.end_reason = clock.now(), "Changement d’équipe"


def second_seat_taken(session: Session, world: World) -> None:
    people = world.people
    factories.presidency(session, people.comtat.establishment, people.stranger.person, people.agent.account, seat=2)


def same_person_nominated(session: Session, world: World) -> None:
    factories.nomination(session, held_by(world, "president"), email=NOMINEE["email"])


NOMINEE = {
    "nom": "Roumieux",
    "prenom": "Élise",
    "email": "elise.roumieux@essai.example",
    "telephone": "06 39 98 00 02",
    "fonction": "Coordination",
    "rpps": "",
    "declaration": "y",
    "mot_de_passe": PASSWORD,
}


CASES = (
    Case(
        "mandates.nominate",
        "president",
        "referent",
        good=NOMINEE,
        bad={"declaration": ""},
        too_late=same_person_nominated,
    ),
    Case("mandates.cancel", "president", "referent", too_late=nomination_cancelled),
    Case("mandates.remind", "president", "referent", too_late=nomination_cancelled),
    Case("mandates.confirm_end", "president", "referent", good=REASON, bad=NO_REASON, too_late=referent_ended),
    Case(
        "service_centre.register",
        "agent",
        "president",
        good=PRESIDENT,
        bad={"rpps": "123"},
        too_late=second_seat_taken,
        arguments=lambda world: {"finess": world.people.comtat.finess},
    ),
    Case(
        "service_centre.confirm_end_presidency",
        "agent",
        "president",
        good=REASON,
        bad=NO_REASON,
        too_late=presidency_ended,
        arguments=lambda world: {"mandate_id": held_by(world, "president").id},
    ),
)
