"""Accounts of the SAS."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from app import clock
from app.models import Request
from tests.consistency.case import NOBODY, READER, Case
from tests.consistency.world import World

SAS_REQUEST = uuid.UUID("5a5a5a5a-0000-4000-8000-000000000001")
SAS = {
    "profil": "SAS - Gestionnaire de structure",
    "sujet": "Je souhaite utiliser la plateforme SAS, comment faire ?",
    "nom": "Marchal",
    "prenom": "Sophie",
    "telephone": "01 22 33 44 55",
    "territoire": "84",
    **READER,
}


def sas_account_created(session: Session, world: World) -> None:
    now, agent = clock.now(), world.people.agent.account.id
    decision = {"status": "accepted", "decided_at": now, "decided_by_account_id": agent, "decided_as": "agent"}
    person = {"family_name": "Marchal", "given_name": "Sophie", "email": READER["email"], "email_key": READER["email"]}
    what = {"number": "R-SAS0-0001", "kind": "sas_account", "details": {"profil": SAS["profil"], "territoire": "84"}}
    session.add(Request(id=SAS_REQUEST, submitted_at=now, updated_at=now, **what, **person, **decision))
    session.flush()


CASES = (
    Case("sas.ask", NOBODY, None, good=SAS, bad={"territoire": ""}),
    Case(
        "sas.welcome_again",
        "agent",
        "president",
        before=sas_account_created,
        arguments=lambda _world: {"request_id": SAS_REQUEST},
    ),
)
