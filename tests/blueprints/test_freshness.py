"""« C’est toujours exact », in the page and by mail without signing in; the badge; the rhythm (B-18)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.journal.deliver import deliver_pending
from app.models import FreshnessAsk, FreshnessRhythm, JournalBody, JournalEntry, Mandate, Revision, SheetBox, Unit
from app.queries.freshness import situations
from app.queries.sheets import SheetRef, box_states
from app.usecases.freshness import ask_freshness
from tests import factories, personas
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY, on_both_engines
from tests.support.client import Visitor
from tests.support.mailbox import Mail, Mailbox
from tests.support.publishing import publish
from tests.support.time import FrozenClock

backend = on_both_engines


@pytest.fixture
def people(session: Session, frozen_clock: FrozenClock) -> Personas:
    """In office since August 2026; everything was verified on 25 November. The other CPTS is never asked."""
    frozen_clock.move_to(datetime(2026, 8, 3, 9, tzinfo=UTC))
    built = personas.build(session)
    frozen_clock.move_to(datetime(2026, 11, 25, 9, 30, tzinfo=UTC))
    for ref, box in places(built):
        session.add(_verified(ref, box))
    by = built.other_president.account.id
    never = FreshnessRhythm(establishment_finess=built.other.finess, months=0, chosen_at=clock.now())
    never.chosen_by_account_id = by
    session.add(never)
    session.commit()
    return built


def deliver(app: Flask, session: Session) -> None:
    session.commit()
    with app.app_context():
        while deliver_pending():
            pass


def places(people: Personas) -> list[tuple[SheetRef, str]]:
    finess = people.comtat.finess
    return [(SheetRef(finess), "coordonnees"), (SheetRef(finess, people.comtat.unit.id), "zone")]


def _verified(ref: SheetRef, box: str) -> SheetBox:
    now = clock.now()
    return SheetBox(sheet=ref.key, box=box, establishment_finess=ref.finess, version=0, updated_at=now, verified_at=now)


@pytest.fixture
def asked(app: Flask, session: Session, people: Personas, frozen_clock: FrozenClock, smtp: Mailbox) -> Mail:
    """The mail of the president, six months later."""
    frozen_clock.move_to(datetime(2027, 5, 25, 9, tzinfo=UTC))
    assert ask_freshness() == 1
    deliver(app, session)
    return smtp.only(people.president.email)


def path(mail: Mail) -> str:
    return urlsplit(mail.link("/c-est-exact/")).path


# ── by mail ─────────────────────────────────────────────────────────────────


def test_those_in_office_are_asked_when_their_rhythm_says(
    app: Flask, session: Session, people: Personas, frozen_clock: FrozenClock, smtp: Mailbox
) -> None:
    frozen_clock.move_to(datetime(2027, 5, 24, 12, tzinfo=UTC))
    assert ask_freshness() == 0
    frozen_clock.move_to(datetime(2027, 5, 25, 4, tzinfo=UTC))
    assert ask_freshness() == 0, "not at night"
    frozen_clock.move_to(datetime(2027, 5, 25, 9, tzinfo=UTC))
    assert (ask_freshness(), ask_freshness()) == (1, 0)
    deliver(app, session)
    told = {people.president.email, people.referent.email}
    assert {mail.recipients[0] for mail in smtp.mails} >= told
    mail = smtp.only(people.president.email)
    for said in ("25 novembre 2026", "04 65 71 99 01", "Carpentras", "tous les six mois", "sans vous connecter"):
        assert said in mail.text.replace("\u00a0", " "), said
    assert mail.link("/c-est-exact/") != smtp.only(people.referent.email).link("/c-est-exact/")
    assert mail.link("/c-est-exact/") in mail.html


def test_a_click_shows_and_the_button_confirms_once(
    app: Flask, session: Session, people: Personas, asked: Mail, smtp: Mailbox
) -> None:
    stranger = Visitor(app)
    shown = stranger.get(path(asked))
    assert "04 65 71 99 01" in shown.text
    assert session.scalars(sa.select(FreshnessAsk.closed_at)).one() is None, (
        "a scanner that follows links confirms nothing"
    )
    done = stranger.submit("main form[action*=c-est-exact]", status=200)
    assert "Merci" in done.h1
    session.expire_all()
    states = box_states([ref for ref, _ in places(people)])
    assert {states[(ref.key, box)].verified_at for ref, box in places(people)} == {clock.now()}
    entry = session.scalars(sa.select(JournalEntry).where(JournalEntry.event == "freshness.confirmed")).one()
    body = json.loads(session.get_one(JournalBody, (entry.chain, entry.seq)).body)
    assert (entry.actor, body["by_link"]) == (f"account:{people.president.account.id}", True)
    assert session.scalar(sa.select(sa.func.count()).select_from(Revision)) == 0
    again = stranger.get(path(asked), status=410)
    assert "25 mai 2027" in again.text
    other = urlsplit(smtp.only(people.referent.email).link("/c-est-exact/")).path
    stranger.get(other, status=410)


def test_two_clicks_at_once_confirm_once(app: Flask, people: Personas, asked: Mail, session: Session) -> None:
    first, second = Visitor(app), Visitor(app)
    for visitor in (first, second):
        visitor.get(path(asked))
    first.submit("main form[action*=c-est-exact]", status=200)
    second.submit("main form[action*=c-est-exact]", status=410)
    confirmed = sa.select(sa.func.count()).where(JournalEntry.event == "freshness.confirmed")
    assert session.scalar(confirmed) == 1


@SQLITE_ONLY
def test_what_changed_while_reading_is_read_again(app: Flask, session: Session, people: Personas, asked: Mail) -> None:
    visitor = Visitor(app)
    visitor.get(path(asked))
    place, ref = people.comtat.establishment, places(people)[0][0]
    publish(session, place, people.referent, ref, "coordonnees", phone="+33465719977")
    moved = visitor.submit("main form[action*=c-est-exact]", status=409)
    assert "04 65 71 99 77" in moved.text
    visitor.submit("main form[action*=c-est-exact]", status=200)


@SQLITE_ONLY
def test_the_link_of_who_left_confirms_nothing(
    app: Flask, session: Session, people: Personas, asked: Mail, frozen_clock: FrozenClock
) -> None:
    visitor = Visitor(app)
    visitor.get(path(asked))
    mandate = people.president.mandate
    assert mandate is not None
    end = {"ended_at": clock.now(), "end_reason": "Fin", "ended_by_account_id": people.agent.account.id}
    session.execute(sa.update(Mandate).where(Mandate.id == mandate.id).values(**end))
    session.commit()
    refused = visitor.submit("main form[action*=c-est-exact]", status=410)
    assert "plus en exercice" in refused.text
    assert session.scalars(sa.select(FreshnessAsk.closed_at)).one() is None
    visitor.get("/c-est-exact/rien", status=404)


@SQLITE_ONLY
def test_an_old_link_confirms_nothing(app: Flask, people: Personas, asked: Mail, frozen_clock: FrozenClock) -> None:
    frozen_clock.advance(days=61)
    Visitor(app).get(path(asked), status=410)


@SQLITE_ONLY
def test_two_mails_without_an_answer_put_a_badge_until_somebody_verifies(
    app: Flask,
    client: Visitor,
    session: Session,
    people: Personas,
    asked: Mail,
    frozen_clock: FrozenClock,
    smtp: Mailbox,
) -> None:
    public = f"/etablissements/{people.comtat.finess}"
    smtp.clear()
    frozen_clock.advance(days=29)
    assert ask_freshness() == 0
    frozen_clock.advance(days=1)
    assert ask_freshness() == 1
    deliver(app, session)
    assert smtp.only(people.referent.email).subject.startswith("Rappel")
    frozen_clock.advance(days=29)
    assert "Non vérifié depuis" not in client.get(public).text
    frozen_clock.move_to(datetime(2027, 7, 26, 9, tzinfo=UTC))
    assert ask_freshness() == 0
    assert "Non vérifié depuis 8 mois" in client.get(public).text
    client.enter(people.referent)
    page = client.get(f"{public}/fraicheur")
    assert "Non vérifié depuis 8 mois" in page.text
    for ref, box in places(people):
        stem = f"/unites/{ref.unit_id}" if ref.unit_id else public
        client.get(f"{public}/fraicheur")
        client.submit(f"main form[action='{stem}/encadres/{box}/confirmation']")
    assert "Non vérifié" not in client.get(public).text
    assert ask_freshness() == 0
    assert session.scalars(sa.select(FreshnessAsk.outcome)).one() == "verified"
    (now,) = situations(people.comtat.finess)
    assert now.due == datetime(2028, 1, 26, tzinfo=UTC).date()


@SQLITE_ONLY
def test_who_never_wants_to_be_asked_is_not(
    client: Visitor, people: Personas, frozen_clock: FrozenClock, session: Session, asked: Mail
) -> None:
    client.enter(people.president)
    page = f"/etablissements/{people.comtat.finess}/fraicheur"
    client.get(page)
    client.submit("main form[action$=fraicheur]", rythme="0")
    assert client.get(page).one("[name=rythme][checked]")["value"] == "0"
    frozen_clock.advance(days=400)
    assert ask_freshness() == 0
    assert session.scalars(sa.select(FreshnessAsk.outcome)).one() == "stopped"
    client.enter(people.referent)
    client.post(page, status=422, rythme="7")


@SQLITE_ONLY
def test_nobody_is_asked_where_nobody_presides(session: Session, people: Personas, frozen_clock: FrozenClock) -> None:
    factories.unit(session, factories.establishment(session, "CPTS SANS PRESIDENCE"))
    session.commit()
    frozen_clock.advance(days=600)
    assert ask_freshness() == 1, "comtat alone"


# ── in the page ─────────────────────────────────────────────────────────────


def test_a_referent_confirms_the_version_they_read(
    client: Visitor, session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    (page, _), (unit, _) = places(people)
    stem, where = f"/etablissements/{page.finess}", "main form[action='{}/encadres/coordonnees/confirmation']"
    frozen_clock.advance(days=3)
    client.enter(people.referent)
    client.get(f"{stem}/fraicheur")
    publish(session, people.comtat.establishment, people.president, page, "coordonnees", phone="+33465719988")
    frozen_clock.advance(minutes=5)
    late = client.submit(where.format(stem), status=409)
    assert "modifié entre-temps" in late.text
    client.submit(where.format(stem))
    assert box_states([page])[(page.key, "coordonnees")].verified_at == clock.now()
    assert session.scalar(sa.select(sa.func.count()).select_from(Revision)) == 1, "confirming publishes nothing"
    client.post(f"/unites/{unit.unit_id}/encadres/nulle/confirmation", status=404)
    client.post(f"/unites/{unit.unit_id}/encadres/zone/confirmation", status=422, version="x")


@SQLITE_ONLY
def test_insiders_read_the_national_rule(
    client: Visitor, session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    page = f"/etablissements/{people.comtat.finess}/fraicheur"
    unit = session.get_one(Unit, people.comtat.unit.id)
    client.enter(people.agent)
    for age, said in ((30, "Au moins une unité"), (350, "Plus pour longtemps"), (366, "Écart")):
        unit.updated_at = clock.now() - timedelta(days=age)
        session.commit()
        assert said in client.get(page).read("#re1-2"), age
