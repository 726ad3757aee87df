"""The ledger as it is read: on the page of a CPTS, and at the service centre."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import clock, db
from app.models import LedgerConsumer, LedgerMessage
from tests import factories, personas
from tests.personas import Personas
from tests.support import platform
from tests.support.backends import on_both_engines
from tests.support.client import Visitor
from tests.support.statements import recorded
from tests.support.time import FrozenClock

backend = on_both_engines
REGISTER = "/centre/registre-des-envois"
HELD = '{"phones":["+33465710110"],"name":"CPTS"}'
CHANGED = '{"phones":["+33490112233"],"name":"CPTS"}'


@pytest.fixture
def people(app: Flask, session: Session, frozen_clock: FrozenClock) -> Personas:
    made = personas.build(session)
    platform.connect_sas(app, "http://127.0.0.1:9/etats")
    session.commit()
    return made


def told(session: Session, people: Personas, **values: object) -> LedgerMessage:
    """The second state of the CPTS, after one that was accepted."""
    place, now = people.comtat.establishment, clock.now()
    factories.ledger_message(session, place, payload=HELD, accepted_at=now, attempts=1)
    second = factories.ledger_message(session, place, version=2, payload=CHANGED, **values)
    session.commit()
    return second


def page_of(people: Personas) -> str:
    return f"/etablissements/{people.comtat.finess}/sas"


def test_a_president_reads_why_the_sas_shows_the_former_number(
    session: Session, client: Visitor, people: Personas
) -> None:
    at = clock.now() + timedelta(minutes=3)  # 10 h 33 in Paris
    told(session, people, attempts=2, last_error="La plateforme est en panne (500).", not_before=at)
    client.enter(people.president)
    read = client.get(page_of(people)).one("#platforms").text
    assert "3ᵉ essai à 10\u202fh\u202f33" in read
    assert "La plateforme est en panne (500)." in read
    assert "toujours la version 1" in read
    assert "Téléphones des unités" in read
    assert "+33465710110" in read
    assert "+33490112233" in read


def test_a_president_reads_what_the_platform_refused(session: Session, client: Visitor, people: Personas) -> None:
    told(session, people, refused_at=clock.now(), refusal="La plateforme refuse : « Numéro inconnu ».")
    client.enter(people.president)
    shown = client.get(page_of(people)).one("#platforms")
    assert "« Numéro inconnu »" in shown.text
    assert shown.select("a") == []  # the register is the service centre's


def test_nothing_is_pretended_without_a_platform(app: Flask, client: Visitor, people: Personas) -> None:
    app.extensions["settings"].sas_url = None
    client.enter(people.agent)
    assert "Aucune plateforme connectée" in client.get(page_of(people)).one("#platforms").text
    assert "Aucune plateforme connectée" in client.get(REGISTER).one("#register").text


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "1er essai dans un instant"),
        ({"leased_until": timedelta(seconds=30), "attempts": 1}, "1er essai en cours"),
        ({"dead_at": timedelta(0), "attempts": 300}, "après 72 heures d’essais"),
        ({"accepted_at": timedelta(0)}, "Accepté le 25 novembre 2026 à 10\u202fh\u202f30"),
        ({"consumer": "gone"}, "Plus rien n’est envoyé à cette plateforme"),
    ],
)
def test_each_state_is_said_in_words(
    session: Session, client: Visitor, people: Personas, values: dict[str, object], said: str
) -> None:
    when = {name: clock.now() + value if isinstance(value, timedelta) else value for name, value in values.items()}
    told(session, people, **when)
    client.enter(people.agent)
    assert said in client.get(REGISTER).one("[data-version='2']").text


def test_a_version_behind_another_says_so(session: Session, client: Visitor, people: Personas) -> None:
    for version in (1, 2):
        factories.ledger_message(session, people.comtat.establishment, version=version)
    session.add(
        LedgerConsumer(
            key="sas", failures=3, failing_since=clock.now(), paused_until=clock.now() + timedelta(minutes=4)
        )
    )
    session.commit()
    client.enter(people.agent)
    page = client.get(REGISTER)
    assert "1er essai à 10\u202fh\u202f34" in page.one("[data-version='1']").text
    assert "Part quand la version 1 aura sa réponse" in page.one("[data-version='2']").text
    assert "SAS ne répond pas" in page.one("#register").text


def test_an_agent_filters_the_register(session: Session, client: Visitor, people: Personas) -> None:
    told(session, people, refused_at=clock.now(), refusal="Non.")
    factories.ledger_message(session, people.other.establishment, consumer="vaucluse")
    session.commit()
    client.enter(people.agent)

    def shown(question: str) -> list[str]:
        return [line["data-version"] for line in client.get(f"{REGISTER}?{question}").all("[data-envoi]")]

    assert len(shown("")) == 3
    assert shown("etat=refuse") == ["2"]
    assert shown("etat=accepte") == ["1"]
    assert shown("plateforme=vaucluse") == ["1"]
    assert shown(f"finess={people.comtat.finess[:2]}+{people.comtat.finess[2:]}") == ["2", "1"]
    assert shown("finess=rien") == []
    assert shown("etat=inconnu&plateforme=inconnue&page=99") == shown("")


def test_an_agent_sends_a_refused_state_again(session: Session, client: Visitor, people: Personas) -> None:
    second = told(session, people, refused_at=clock.now(), refusal="Non.")
    client.enter(people.agent)
    page = client.get(f"{REGISTER}/{second.id}")
    assert "Téléphones des unités" in page.one("#message").text
    page = client.submit("#message form[method=post]")
    assert page.one("[data-version='3']").text.count("renvoi de la version 2") == 1
    late = client.post(f"{REGISTER}/{second.id}/renvoyer", status=409)
    assert "plus récent" in late.one("#message").text


def test_the_register_costs_the_same_whatever_it_holds(session: Session, client: Visitor, people: Personas) -> None:
    told(session, people)
    client.enter(people.agent)
    few = _statements(client)
    for _ in range(12):
        factories.ledger_message(session, factories.establishment(session))
    session.commit()
    assert _statements(client) == few


def _statements(client: Visitor) -> int:
    with client.app.app_context():
        engine = db.engine()
    with recorded(engine) as said:
        client.get(REGISTER)
    return len(said.counted())
