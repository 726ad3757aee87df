"""Successions, renewals, access reviews, suspensions."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from app import clock
from app.models import AccessReview, Account, Person, SuccessionNotice, Suspension
from tests import factories
from tests.consistency.case import PRESIDENT, Case, held_by, presidency_ended
from tests.consistency.world import World
from tests.factories import PASSWORD

NOTICE, REVIEW, PAUSE, FORMER, ITEM = (uuid.UUID(int=number) for number in range(1, 6))

SUCCESSOR = {name: PRESIDENT[name] for name in ("nom", "prenom", "email", "telephone", "profession")}
SUCCESSOR |= {
    "rpps": factories.new_rpps(),
    "date_assemblee": "2026-09-12",
    "declaration": "y",
    "mot_de_passe": PASSWORD,
}


def claimed(session: Session, world: World) -> None:
    request = factories.presidency_request(session, world.people.comtat.establishment, world.people.stranger.person)
    factories.succession_notice(session, request, held_by(world, "president"), id=NOTICE)


def claim_withdrawn(session: Session, _world: World) -> None:
    session.get_one(SuccessionNotice, NOTICE).request.status = "cancelled"


def same_successor_presented(session: Session, world: World) -> None:
    place, person = world.people.comtat.establishment, world.people.stranger.person
    factories.presidency_request(session, place, person, email=SUCCESSOR["email"])


def succeeded(session: Session, world: World) -> None:
    """The president follows another, whose référent is left."""
    people = world.people
    former = factories.presidency(
        session, people.comtat.establishment, people.stranger.person, people.agent.account, seat=2
    )
    owner = factories.account(session, factories.person(session, "Paul", "Avant"))
    factories.referent_mandate(session, former, session.get_one(Person, owner.person_id), id=FORMER)
    former.ended_at, former.end_reason, former.ended_by_account_id = clock.now(), "Fin", people.agent.account.id


def referent_nominated_meanwhile(session: Session, world: World) -> None:
    email = (
        session.query(Account).join(Person, Person.id == Account.person_id).filter(Person.family_name == "Avant").one()
    )
    factories.nomination(session, held_by(world, "president"), email=email.email)


def reviewed(session: Session, world: World) -> None:
    factories.access_review(session, world.affiliation, id=REVIEW)
    (item,) = session.get_one(AccessReview, REVIEW).items
    item.id = ITEM
    session.flush()


def review_closed(session: Session, _world: World) -> None:
    session.get_one(AccessReview, REVIEW).closed_at = clock.now()


def paused(session: Session, world: World) -> None:
    factories.suspension(session, held_by(world, "second_referent"), id=PAUSE)


def pause_lifted(session: Session, world: World) -> None:
    pause, by = session.get_one(Suspension, PAUSE), held_by(world, "president")
    pause.lifted_by_mandate_id, pause.lifted_by_role, pause.lifted_at = by.id, by.role, clock.now()


CASES = (
    Case(
        "mandates.present",
        "president",
        "referent",
        good=SUCCESSOR,
        bad={"rpps": "123"},
        too_late=same_successor_presented,
    ),
    Case(
        "mandates.answer",
        "president",
        "referent",
        good={"reponse": "opposition", "motif": "L’assemblée n’a pas eu lieu."},
        bad={"motif": " "},
        before=claimed,
        too_late=claim_withdrawn,
        arguments=lambda _world: {"notice_id": NOTICE},
    ),
    Case(
        "mandates.renew",
        "president",
        "referent",
        good={"referents": str(FORMER), "declaration": "y", "mot_de_passe": PASSWORD},
        bad={"declaration": ""},
        before=succeeded,
        too_late=referent_nominated_meanwhile,
    ),
    Case(
        "mandates.answer_access",
        "referent",
        "other_president",
        good={f"personne-{ITEM}": "retirer", "motif": "A quitté la CPTS."},
        bad={"motif": " "},
        before=reviewed,
        too_late=review_closed,
        arguments=lambda world: {"finess": world.people.comtat.finess, "review_id": REVIEW},
    ),
    Case(
        "mandates.lift",
        "president",
        "referent",
        good={"mot_de_passe": PASSWORD},
        bad={"mot_de_passe": "un autre"},
        before=paused,
        too_late=pause_lifted,
        arguments=lambda _world: {"suspension_id": PAUSE},
    ),
    Case(
        "service_centre.confirm_presidency",
        "agent",
        "president",
        good={"justificatif": "Procès-verbal de l’assemblée générale", "mot_de_passe": PASSWORD},
        bad={"justificatif": " "},
        too_late=presidency_ended,
        arguments=lambda world: {"mandate_id": held_by(world, "president").id},
    ),
)
