"""The queue of the service centre over HTTP: what waits, for whom, since when; reminders sent from it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import db
from app.models import JournalEntry, Request, RequestEvent
from tests import factories, personas
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY, on_both_engines
from tests.support.client import Visitor
from tests.support.page import Page
from tests.support.statements import recorded
from tests.support.time import FrozenClock

backend = on_both_engines

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""No public holiday in the three weeks that follow."""
MOST_STATEMENTS = 14


@pytest.fixture
def people(session: Session, frozen_clock: FrozenClock) -> Personas:
    frozen_clock.move_to(MONDAY)
    built = personas.build(session)
    session.commit()
    return built


def message(session: Session, **values: Any) -> Request:
    """A message to the service centre, which it answers."""
    made = factories.request(session, "contact", **{"waiting_since": values.get("submitted_at") or MONDAY, **values})
    session.commit()
    return made


def shown(page: Page) -> list[str]:
    return [row["data-demande"] for row in page.all("[data-demande]")]


def counts(page: Page) -> dict[str, int]:
    return {tab["data-onglet"]: int(tab["data-total"]) for tab in page.all("[data-onglet]")}


def test_the_queue_shows_what_the_service_centre_decides_oldest_first(
    client: Visitor, session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    old = message(session, submitted_at=MONDAY)
    frozen_clock.advance(days=2)
    recent = message(session, submitted_at=frozen_clock.now)
    factories.affiliation_request(session, people.comtat.unit)
    client.enter(people.agent)
    page = client.get("/centre")
    assert shown(page) == [str(old.id), str(recent.id)]
    assert counts(page) == {"a-traiter": 2, "en-attente": 0, "a-suivre": 1, "closes": 3}


@pytest.mark.parametrize(
    ("after", "badge", "step"),
    [
        (0, "0 jour ouvré", "rappel le 5 mars 2026"),
        (4, "4 jours ouvrés", "rappel à tous le 11 mars 2026"),
        (7, "5 jours ouvrés", "rappel à tous le 11 mars 2026"),
        (9, "7 jours ouvrés", "en retard le 20 mars 2026"),
        (18, "14 jours ouvrés", "en retard"),
    ],
)
@SQLITE_ONLY
def test_each_request_shows_its_age_and_the_next_step_of_the_clock(
    client: Visitor,
    session: Session,
    people: Personas,
    frozen_clock: FrozenClock,
    after: int,
    badge: str,
    step: str,
) -> None:
    message(session, submitted_at=MONDAY)
    frozen_clock.advance(days=after)
    client.enter(people.agent)
    line = client.get("/centre").one("[data-demande] .badges")
    assert line.select_one(".badge").get_text().replace("\xa0", " ") == badge  # type: ignore[union-attr]
    assert step in line.get_text().replace("\xa0", " ")
    assert bool(line.select_one(".badge--attention")) is (after > 7)


def test_a_rattachement_enters_the_queue_when_the_service_centre_may_act(
    client: Visitor, session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    """In turn: those in office decide; it waited fourteen working days; nobody is in office; an appeal."""
    late = factories.affiliation_request(session, people.comtat.unit, waiting_since=MONDAY)
    orphan = factories.affiliation_request(session, factories.unit(session, factories.establishment(session, "VIDE")))
    client.enter(people.agent)
    assert shown(client.get("/centre")) == [str(orphan.id)]
    assert shown(client.get("/centre?etat=a-suivre")) == [str(late.id)]
    late.escalated_at = frozen_clock.now
    session.commit()
    assert set(shown(client.get("/centre"))) == {str(orphan.id), str(late.id)}
    closed = factories.affiliation_request(session, people.other.unit, status="expired")
    appeal = factories.affiliation_request(session, people.other.unit, appeal_of_id=closed.id, email=closed.email)
    session.commit()
    assert str(appeal.id) in shown(client.get("/centre"))


def test_filters_narrow_the_queue_and_are_kept(client: Visitor, session: Session, people: Personas) -> None:
    mine = message(session, given_name="Hélène", family_name="Brémond", assigned_to_account_id=people.agent.account.id)
    other = factories.request(
        session, "help", people.comtat.establishment, given_name="Paul", family_name="Ollier", waiting_since=MONDAY
    )
    client.enter(people.agent)
    client.get("/centre")
    assert shown(client.submit("form[role=search].encadre", q="bremond HELENE")) == [str(mine.id)]
    assert shown(client.get("/centre?type=help")) == [str(other.id)]
    assert shown(client.get("/centre?qui=moi")) == [str(mine.id)]
    assert shown(client.get("/centre?qui=personne")) == [str(other.id)]
    assert shown(client.get("/centre?dep=84")) == [str(other.id)]
    assert shown(client.get("/centre?q=Comtat-Venaissin")) == [str(other.id)]
    assert shown(client.get(f"/centre?q={mine.number.lower()}")) == [str(mine.id)]
    page = client.get("/centre?type=help&dep=84")
    assert page.one("[data-onglet=closes]")["href"] == "/centre?etat=closes&type=help&dep=84"
    assert shown(client.get("/centre?etat=autre&type=autre&qui=autre&page=99")) != []


def test_the_queue_goes_by_twenty_and_costs_the_same(
    app: Flask, client: Visitor, session: Session, people: Personas
) -> None:
    client.enter(people.agent)
    client.get("/centre")
    for rank in range(45):
        message(session, submitted_at=MONDAY + timedelta(minutes=rank), assigned_to_account_id=people.agent.account.id)
    with app.app_context(), recorded(db.engine()) as statements:
        page = client.get("/centre")
    assert len(statements.counted()) <= MOST_STATEMENTS, statements.counted()
    assert len(shown(page)) == 20
    assert len(shown(client.get("/centre?page=3"))) == 5


def test_an_agent_reminds_several_at_once_and_once_a_day(
    client: Visitor, session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    first, second, left = (message(session) for _ in range(3))
    client.enter(people.agent)
    client.get("/centre?type=contact")
    page = client.submit("#relances", demande=[str(first.id), str(second.id)])
    assert page.path == "/centre?type=contact"
    assert "2 rappels envoyés" in page.text
    page = client.submit("#relances", demande=[str(first.id), str(left.id)])
    assert "1 rappel envoyé" in page.text
    assert "Un rappel est déjà parti aujourd’hui" in page.text
    frozen_clock.advance(days=1)
    client.enter(people.agent)
    client.get("/centre")
    assert "1 rappel envoyé" in client.submit("#relances", demande=[str(first.id)]).text
    session.expire_all()
    told = session.scalars(sa.select(JournalEntry.subject).where(JournalEntry.event == "request.reminded")).all()
    assert sorted(told) == sorted([f"request:{id_}" for id_ in (first.id, second.id, left.id, first.id)])
    assert all(event.internal for event in session.scalars(sa.select(RequestEvent).filter_by(kind="reminded")))


def test_nothing_ticked_sends_nothing(client: Visitor, session: Session, people: Personas) -> None:
    message(session)
    client.enter(people.agent)
    client.get("/centre")
    assert "Cochez au moins une demande" in client.submit("#relances").text


@pytest.mark.parametrize("who", ["president", "referent", "professional", "stranger"])
def test_nobody_else_sees_the_queue(client: Visitor, session: Session, people: Personas, who: str) -> None:
    asked = message(session)
    client.enter(getattr(people, who))
    client.get("/centre", status=403)
    client.get(f"/centre/demandes/{asked.id}", status=403)
    client.post("/centre/relances", status=403, demande=[str(asked.id)])
