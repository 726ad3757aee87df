"""New CPTS and new presidencies."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy.orm import Session

from app import clock
from app.credentials import links
from app.models import Request
from tests import factories
from tests.consistency.case import NOBODY, READER, WISH, Case
from tests.consistency.world import World

CPTS_REQUEST = uuid.UUID(int=604)
NEW_CPTS = {
    "nom": "CPTS du Pays d’Apt",
    "finess": "840029995",
    "adresse": "12 rue du Stade",
    "code_postal": "84400",
    "ville": "Apt",
    "telephone": "04 65 71 99 10",
    "zone": "84031",
    "aci": "oui",
    "aci_date": "2025-03-12",
    **READER,
}
PRESIDES = {name: value for name, value in WISH.items() if name != "unite"} | {"cpts": "840021281", "statut": "y"}

SIGNED, NOT_SIGNED = {"aci_date": "2025-03-12"}, {"aci_date": ""}


def registration_waiting(session: Session, _world: World) -> None:
    now = clock.now()
    what = {"number": "R-CPTS-0001", "kind": "cpts", "status": "aci_awaited", "details": {"name": "CPTS du Pays d’Apt"}}
    keys = {"email": READER["email"], "email_key": READER["email"]}
    session.add(Request(id=CPTS_REQUEST, submitted_at=now, updated_at=now, **what, **keys))
    session.flush()


def registration_withdrawn(session: Session, _world: World) -> None:
    session.get_one(Request, CPTS_REQUEST).status = "cancelled"


def registered_meanwhile(session: Session, world: World) -> None:
    factories.establishment(
        session, "CPTS DU PAYS D’APT", finess=NEW_CPTS["finess"], commune=world.people.comtat.communes[0]
    )


def cpts_closed(_session: Session, world: World) -> None:
    world.people.comtat.establishment.closed_on = clock.now().date() - timedelta(days=1)


CASES = (
    Case(
        "registrations.ask_cpts",
        NOBODY,
        None,
        good=NEW_CPTS,
        bad={"finess": "123"},
        too_late=registered_meanwhile,
        late=422,
    ),
    Case(
        "registrations.ask_presidency",
        NOBODY,
        None,
        good=PRESIDES,
        bad={"rpps": "123"},
        too_late=cpts_closed,
        late=422,
    ),
    Case(
        "registrations.give",
        NOBODY,
        None,
        good=SIGNED,
        bad=NOT_SIGNED,
        before=registration_waiting,
        too_late=registration_withdrawn,
        arguments=lambda _world: {"token": links.tracking_token(CPTS_REQUEST, 1)},
    ),
    Case(
        "registrations.record",
        "agent",
        "president",
        good=SIGNED,
        bad=NOT_SIGNED,
        before=registration_waiting,
        too_late=registration_withdrawn,
        arguments=lambda _world: {"request_id": CPTS_REQUEST},
    ),
)
