"""What is one's own costs no more when there is much of it: requests made, a long thread, a large dossier, traces."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import clock, db
from app.credentials.links import tracking_token
from app.domain.requests import Kind
from app.domain.sheets.catalogue import BOXES, SheetKind
from app.domain.sheets.values import canonical
from app.models import (
    Authentication,
    Dossier,
    DossierBox,
    DossierSheet,
    DossierStep,
    OutboxMessage,
    PortalTile,
    Request,
    RequestEvent,
    SignInSession,
)
from app.working_days import day_of
from tests import factories
from tests.consistency.world import DOSSIER, ITS_UNIT, World
from tests.personas import Persona
from tests.support.backends import SQLITE_ONLY
from tests.support.client import Visitor
from tests.support.statements import recorded

MOST, MANY = 8, 200
FIRST_ONES = 2
"""A person alone, a list of one are other sentences: the few are two."""
OF_THE_CPTS = [
    "/dossiers",
    f"/dossiers/{DOSSIER}",
    f"/dossiers/{DOSSIER}/fiches/{ITS_UNIT}",
]


@dataclass(frozen=True)
class Own:
    """Of one persona, and of the request and the dossier of the world."""

    session: Session
    world: World
    persona: Persona

    def fill(self, numbers: range) -> None:
        for number in numbers:
            self.session.add_all([self._request(), *self._traces(number), *self._seen_by_all(number)])
            self.session.add_all(self._in_the_dossier(number))
        self.session.commit()

    def _request(self) -> Request:
        now, place = clock.now(), self.world.people.comtat.unit
        email = self.persona.email
        return Request(
            number=f"R-O{uuid.uuid4().int % 10**7:07d}",
            kind=Kind.AFFILIATION.value,
            status="cancelled",
            establishment_finess=place.establishment_finess,
            unit_id=place.id,
            person_id=self.persona.person.id,
            given_name="Ada",
            family_name="Essai",
            profession_label="Médecin",
            email=email,
            email_key=email,
            phone=factories.PHONE,
            submitted_at=now,
            updated_at=now,
            expires_on=day_of(now),
            events=[RequestEvent(at=now, kind="submitted", author_name="Ada Essai", body="Bonjour")],
        )

    def _traces(self, number: int) -> list[object]:
        account, person, now = self.persona.account.id, self.persona.person.id, clock.now()
        mail = {"kind": "mail", "topic": "request_received", "payload": "{}", "recipient": self.persona.email}
        return [
            SignInSession(
                id=f"{account.hex}-{number}", account_id=account, created_at=now, expires_at=now, ended_at=now
            ),
            Authentication(person_id=person, method="password", at=now),
            OutboxMessage(dedupe_key=f"{account}/{number}", created_at=now, not_before=now, **mail),
        ]

    def _seen_by_all(self, number: int) -> list[object]:
        now, asked = clock.now(), self.world.request.id
        return [
            PortalTile(label=f"Service {number}", url="/aide", audience="everyone", position=number, updated_at=now),
            RequestEvent(request_id=asked, at=now, kind="message", author_name="Margaux Olivier", body="Bonjour"),
        ]

    def _in_the_dossier(self, number: int) -> list[object]:
        """A unit whose boxes somebody wrote, a step; beside it, a dossier given up."""
        account, now = self.persona.account.id, clock.now()
        boxes = [
            DossierBox(
                box=box.key,
                values=canonical(box, {"communes": ["84031"]} if box.key == "zone" else {}),
                updated_at=now,
                updated_by_account_id=account,
            )
            for box in BOXES[SheetKind.UO]
        ]
        made = {"created_by_account_id": account, "created_at": now, "updated_at": now, "origin": "cpts"}
        return [
            DossierSheet(dossier_id=DOSSIER, kind="uo", position=10 + number, boxes=boxes),
            DossierStep(dossier_id=DOSSIER, round=0, step="opened", role="president", account_id=account, at=now),
            Dossier(establishment_finess=self.world.people.comtat.finess, name="Abandonné", status="cancelled", **made),
        ]


@SQLITE_ONLY
@pytest.mark.parametrize("visitor", ["president", "agent"])
def test_two_hundred_of_what_is_ones_own_cost_not_one_statement_more(
    app: Flask, session: Session, client: Visitor, world: World, visitor: str
) -> None:
    persona = getattr(world.people, visitor)
    client.enter(persona)
    paths = [
        "/mes-roles",
        "/a-faire",
        "/mon-compte",
        "/mon-compte/donnees",
        "/mon-compte/donnees.json",
        f"/suivi/{tracking_token(world.request.id, 1)}",
        *OF_THE_CPTS,
        *(
            [f"/centre/demandes/{world.request.id}", f"/centre/personnes/{persona.person.id}"]
            if visitor == "agent"
            else ()
        ),
    ]
    own = Own(session, world, persona)
    own.fill(range(FIRST_ONES))
    few = {path: cost(client, path) for path in paths}
    own.fill(range(FIRST_ONES, MANY))
    many = {path: cost(client, path) for path in paths}
    assert {path: (few[path], many[path]) for path in paths if many[path] > few[path]} == {}
    assert {path: spoken for path, spoken in many.items() if spoken > MOST} == {}


def cost(client: Visitor, path: str) -> int:
    with recorded(db.engine()) as statements:
        assert client._open(path, method="GET").status_code == 200, path
    return len(statements.counted())
