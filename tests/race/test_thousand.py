"""A thousand requests, two deciders on each at the same instant: a thousand single decisions, on both databases."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import db
from app.domain.errors import ImpossibleNow
from app.models import JournalEntry, Request, RequestEvent
from app.policies.actor import Actor
from app.queries.actors import actor_of
from app.usecases.affiliations import accept_affiliation, refuse_affiliation
from tests import factories, personas
from tests.support.client import settle

RACES = 1000

pytestmark = pytest.mark.slow


def test_a_thousand_races_give_a_thousand_decisions(app: Flask, session: Session) -> None:
    people = personas.build(session)
    requests = [factories.affiliation_request(session, people.comtat.unit).id for _ in range(RACES)]
    session.commit()
    rivals = [actor_of(people.president.account), actor_of(people.referent.account)]
    settle()
    gate = threading.Barrier(len(rivals), timeout=30)

    def decide(rival: int) -> list[str]:
        return [
            _decided(app, gate, rivals[rival], id_, accepts=(rank + rival) % 10 == 0)
            for rank, id_ in enumerate(requests)
        ]

    with ThreadPoolExecutor(len(rivals)) as pool:
        first, second = pool.map(decide, range(len(rivals)))
    assert all({a, b} == {"won", "lost"} for a, b in zip(first, second, strict=True))
    by_status = sa.select(Request.status, sa.func.count()).where(Request.id.in_(requests))
    by_status = by_status.group_by(Request.status)
    with app.app_context():
        decided = dict(db.session().execute(by_status).all())
        lines = db.session().scalars(
            sa.select(RequestEvent.request_id).where(RequestEvent.kind.in_(["accepted", "refused"]))
        )
        told = db.session().scalar(
            sa.select(sa.func.count()).where(JournalEntry.event.in_(["affiliation.accepted", "affiliation.refused"]))
        )
    assert decided.get("accepted", 0) + decided.get("refused", 0) == len(Counter(lines)) == told == RACES
    assert set(decided) <= {"accepted", "refused"}


def _decided(app: Flask, gate: threading.Barrier, actor: Actor, id_: uuid.UUID, *, accepts: bool) -> str:
    """Most refuse, which is the shorter act: the closer the race."""
    with app.app_context():
        gate.wait()  # before anything is read: on SQLite a session that may write holds the database
        request = db.session().get_one(Request, id_)
        try:
            if accepts:
                accept_affiliation(actor, request)
            else:
                refuse_affiliation(actor, request, reason="Inconnu ici.")
        except ImpossibleNow:
            return "lost"
        return "won"
