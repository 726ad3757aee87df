"""What enters the ledger: a state for each consumer when it differs from the last one, withdrawn, sent again."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.domain.errors import ImpossibleNow, NotAllowed
from app.domain.ledger import digest_of
from app.models import Establishment, JournalEntry, LedgerConsumer, LedgerMessage, PublicationMark
from app.queries.actors import actor_of
from app.usecases.ledger import mark_states, send_again
from app.usecases.ledger_steps import forget_in_ledger, queue_states
from tests import factories, personas
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY
from tests.support.platform import connect_sas, connect_webhook
from tests.support.publishing import make_shown, project

NOWHERE = "http://127.0.0.1:9/etats"


@pytest.fixture
def people(session: Session) -> Personas:
    made = personas.build(session)
    make_shown(session, made.comtat.unit)
    session.commit()
    return made


def held(session: Session, consumer: str = "sas") -> Sequence[LedgerMessage]:
    session.expire_all()
    rows = sa.select(LedgerMessage).where(LedgerMessage.consumer == consumer)
    if consumer != "sas":  # a portal is told of the other CPTS too
        rows = rows.join(Establishment).where(Establishment.name.contains("COMTAT"))
    return session.scalars(rows.order_by(LedgerMessage.establishment_finess, LedgerMessage.version)).all()


@SQLITE_ONLY
def test_without_a_platform_nothing_is_queued(session: Session, people: Personas) -> None:
    project(session)
    mark_states()
    assert queue_states([people.comtat.finess]) == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(LedgerMessage)) == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(PublicationMark)) == 0


def test_a_change_is_queued_once_for_each_consumer(app: Flask, session: Session, people: Personas) -> None:
    connect_sas(app, NOWHERE)
    connect_webhook(app, NOWHERE, "84")
    project(session)
    place = people.comtat.establishment
    first, record = held(session)[0], held(session, "vaucluse")[0]
    assert (first.version, first.establishment_finess, record.version) == (1, place.finess, 1)
    assert digest_of(first.payload) == first.digest
    assert json.loads(first.payload)["phones"] == ["+33465719902"]
    assert json.loads(record.payload)["nom"] == place.name

    project(session)
    assert queue_states([place.finess]) == 0
    place.phone = "+33465719977"
    project(session)
    assert [row.version for row in held(session)] == [1, 2]
    assert json.loads(held(session)[-1].payload)["switchboard"] == "+33465719977"
    assert [row.version for row in held(session, "vaucluse")] == [1, 2]


@SQLITE_ONLY
def test_what_no_regulator_ever_saw_is_not_withdrawn(app: Flask, session: Session, people: Personas) -> None:
    connect_sas(app, NOWHERE)
    project(session)
    assert {row.establishment_finess for row in held(session)} == {people.comtat.finess}  # the other lacks a phone


def test_what_was_sent_is_withdrawn_with_its_reasons_then_comes_back(
    app: Flask, session: Session, people: Personas
) -> None:
    connect_sas(app, NOWHERE)
    connect_webhook(app, NOWHERE, "84")
    project(session)
    place = people.comtat.establishment
    place.closed_on = clock.now().date()
    project(session)
    gone, record = held(session)[-1], held(session, "vaucluse")[-1]
    assert (gone.version, gone.withdrawn, record.withdrawn) == (2, True, True)
    told = json.loads(gone.payload)
    assert told["status"] == "withdrawn"
    assert told["reasons"][0]["sentence"]
    assert json.loads(record.payload)["motifs"] == ["Cette CPTS n’est plus publiée."]

    place.closed_on = None
    project(session)
    assert [row.withdrawn for row in held(session)] == [False, True, False]
    assert held(session)[0].digest == held(session)[2].digest


@SQLITE_ONLY
def test_what_is_no_cpts_any_more_is_withdrawn(app: Flask, session: Session, people: Personas) -> None:
    connect_sas(app, NOWHERE)
    project(session)
    people.comtat.establishment.category_code = "101"
    project(session)
    assert [row.withdrawn for row in held(session)] == [False, True]


@SQLITE_ONLY
def test_a_portal_only_hears_of_its_departements(app: Flask, session: Session, people: Personas) -> None:
    connect_webhook(app, NOWHERE, "13", key="bouches")
    project(session)
    assert held(session, "bouches") == []
    people.comtat.establishment.departement = "13"
    project(session)
    people.comtat.establishment.departement = "84"
    project(session)
    assert [row.withdrawn for row in held(session, "bouches")] == [False, True]
    assert json.loads(held(session, "bouches")[-1].payload)["motifs"] == [
        "Cette CPTS n’est plus dans un département de l’abonnement."
    ]


def test_a_new_consumer_is_told_of_everything_at_the_start_of_the_worker(
    app: Flask, session: Session, people: Personas
) -> None:
    project(session)
    connect_sas(app, NOWHERE)
    mark_states()
    project(session)
    assert [row.version for row in held(session)] == [1]
    mark_states()
    project(session)
    assert [row.version for row in held(session)] == [1]


# ── sent again ──────────────────────────────────────────────────────────────


def refused(session: Session, people: Personas) -> LedgerMessage:
    now = clock.now()
    return factories.ledger_message(session, people.comtat.establishment, refused_at=now, refusal="Non.")


def test_an_agent_sends_a_refused_state_again_as_the_next_version(
    app: Flask, session: Session, people: Personas
) -> None:
    connect_sas(app, NOWHERE)
    first = refused(session, people)
    session.commit()
    send_again(actor_of(people.agent.account), first)
    _, second = held(session)
    assert (second.version, second.repeats, second.payload, second.digest) == (2, 1, first.payload, first.digest)
    assert first.refused_at is not None
    entry = session.scalars(sa.select(JournalEntry).where(JournalEntry.event == "ledger.sent_again")).one()
    assert entry.chain == f"e:{people.comtat.finess}"
    with pytest.raises(ImpossibleNow, match="plus récent"):
        send_again(actor_of(people.agent.account), first)


@SQLITE_ONLY
def test_an_agent_has_a_waiting_state_tried_now(app: Flask, session: Session, people: Personas) -> None:
    connect_sas(app, NOWHERE)
    now = clock.now()
    waiting = factories.ledger_message(session, people.comtat.establishment, not_before=now.replace(year=2099))
    session.add(LedgerConsumer(key="sas", failures=4, failing_since=now, paused_until=now.replace(year=2099)))
    session.commit()
    send_again(actor_of(people.agent.account), waiting)
    assert waiting.not_before.year < 2099
    assert session.get_one(LedgerConsumer, "sas", populate_existing=True).paused_until is None
    assert len(held(session)) == 1


@SQLITE_ONLY
def test_nobody_sends_to_a_platform_that_is_not_connected(session: Session, people: Personas) -> None:
    message = refused(session, people)
    session.commit()
    with pytest.raises(ImpossibleNow, match="plus dans les réglages"):
        send_again(actor_of(people.agent.account), message)


@SQLITE_ONLY
def test_a_president_does_not_send_again(app: Flask, session: Session, people: Personas) -> None:
    connect_sas(app, NOWHERE)
    message = refused(session, people)
    session.commit()
    with pytest.raises(NotAllowed):
        send_again(actor_of(people.president.account), message)
    assert len(held(session)) == 1


def test_a_person_who_is_forgotten_is_in_no_state_any_more(session: Session, people: Personas) -> None:
    names = [{"id": f"8{rpps}", "family_name": rpps} for rpps in ("10002909371", "10002909389")]
    payload = json.dumps({"effectors": names}, separators=(",", ":"))
    message = factories.ledger_message(session, people.comtat.establishment, payload=payload)
    session.commit()
    forget_in_ledger("10002909371")
    session.commit()
    session.refresh(message)
    assert json.loads(message.payload)["effectors"] == names[1:]
    assert message.forgotten_at is not None
    assert message.digest == digest_of(payload)
