"""The sign-in session: one row, one random id, and nothing in the cookie that outlives them (cases 23, 24)."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import Client

from app import clock, create_app, db
from app.models import Authentication, Mandate, SignInSession
from tests import personas
from tests.personas import Persona, Personas
from tests.support.client import Visitor
from tests.support.statements import recorded
from tests.support.time import FrozenClock

COOKIE = "s"


@pytest.fixture
def people(session: Session) -> Personas:
    return personas.build(session)


def cookie(visitor: Visitor) -> str:
    held = visitor.browser.get_cookie(COOKIE)
    assert held is not None
    return held.value


def thief(app: Flask, stolen: str) -> Visitor:
    """Another browser with that cookie."""
    visitor = Visitor(app)
    visitor.browser.set_cookie(COOKIE, stolen)
    return visitor


def is_signed_in(visitor: Visitor) -> bool:
    page = Visitor._open(visitor, "/mes-roles", method="GET")
    return page.status_code == 200


def rows(session: Session, who: Persona) -> list[SignInSession]:
    query = sa.select(SignInSession).where(SignInSession.account_id == who.account.id)
    return list(session.scalars(query.order_by(SignInSession.created_at)))


def test_signing_in_opens_a_row_and_records_the_proof(client: Visitor, session: Session, people: Personas) -> None:
    client.sign_in(people.stranger)
    (row,) = rows(session, people.stranger)
    proof = session.scalars(sa.select(Authentication).where(Authentication.session_id == row.id)).one()
    assert (proof.person_id, proof.method) == (people.stranger.person.id, "password")
    assert round((row.expires_at - row.created_at).total_seconds()) == 10 * 3600
    with client.browser.session_transaction() as held:
        assert set(held) - {"csrf_token", "_flashes"} == {"_user_id", "_fresh", "seen", "written"}
        assert held["_user_id"] == row.id


def test_a_cookie_planted_before_signing_in_is_worth_nothing_after(app: Flask, people: Personas) -> None:
    """No fixation: what the browser held is forgotten, the attacker's copy stays a visitor's."""
    client = Visitor(app)
    client.get("/connexion")
    planted = cookie(client)
    with client.browser.session_transaction() as before:
        token = before["csrf_token"]
    client.sign_in(people.president)
    assert cookie(client) != planted
    assert not is_signed_in(thief(app, planted))
    with client.browser.session_transaction() as after:
        assert after.get("csrf_token") != token


def test_signing_in_again_ends_the_session_that_this_browser_held(
    client: Visitor, session: Session, people: Personas
) -> None:
    client.sign_in(people.stranger)
    client.post("/connexion", email=people.professional.email, password="garrigue-mistral-84")
    assert [row.ended_at is not None for row in rows(session, people.stranger)] == [True]
    assert "Sophie Marchal" in client.get("/mes-roles").text


def test_a_stolen_cookie_dies_with_the_sign_out(app: Flask, client: Visitor, people: Personas) -> None:
    client.sign_in(people.president)
    other = thief(app, cookie(client))
    assert is_signed_in(other)
    page = client.post("/deconnexion")
    assert page.response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_signed_in(client)
    assert not is_signed_in(other)


def test_signing_out_twice_is_no_error(client: Visitor, people: Personas) -> None:
    client.sign_in(people.stranger)
    client.sign_out()
    assert "Vous êtes déconnecté" in client.sign_out().text


@pytest.mark.parametrize(
    ("who", "minutes"), [("president", 30), ("referent", 30), ("agent", 30), ("professional", 120), ("stranger", 120)]
)
def test_a_session_left_alone_is_over_sooner_for_who_holds_a_power(
    client: Visitor, people: Personas, frozen_clock: FrozenClock, who: str, minutes: int
) -> None:
    client.sign_in(getattr(people, who))
    frozen_clock.advance(minutes=minutes)
    assert is_signed_in(client)
    frozen_clock.advance(minutes=minutes, seconds=1)
    assert not is_signed_in(client)


def test_an_old_copy_of_a_living_cookie_is_refused(
    app: Flask, client: Visitor, people: Personas, frozen_clock: FrozenClock
) -> None:
    client.sign_in(people.president)
    old = cookie(client)
    for _ in range(4):
        frozen_clock.advance(minutes=20)
        assert is_signed_in(client)
    assert not is_signed_in(thief(app, old))


def test_no_session_lives_more_than_ten_hours(client: Visitor, people: Personas, frozen_clock: FrozenClock) -> None:
    client.sign_in(people.president)
    for _ in range(29):
        frozen_clock.advance(minutes=20)
        assert is_signed_in(client)
    frozen_clock.advance(minutes=20)
    assert not is_signed_in(client)


@pytest.mark.parametrize("status", ["suspended", "closed"])
def test_a_suspended_account_is_out_at_its_next_request(
    client: Visitor, session: Session, people: Personas, status: str
) -> None:
    client.sign_in(people.referent)
    people.referent.account.status = status
    session.commit()
    assert not is_signed_in(client)


def test_a_right_that_ends_is_gone_at_the_next_request(client: Visitor, session: Session, people: Personas) -> None:
    """Nothing about rights is in the session."""
    client.sign_in(people.president)
    assert client.get("/mon-etablissement", status=303).location == "/etablissements/840021281"
    presidency = people.president.mandate
    assert presidency is not None
    end = {"ended_at": clock.now(), "end_reason": "Fin de mandat.", "ended_by_account_id": people.agent.account.id}
    session.execute(sa.update(Mandate).where(Mandate.id == presidency.id).values(**end))
    assert "Vous n’agissez pour aucun établissement" in client.get("/mon-etablissement").text


def test_a_page_read_by_a_signed_in_person_writes_nothing_but_when_it_was_seen(
    app: Flask, client: Visitor, people: Personas, frozen_clock: FrozenClock
) -> None:
    client.sign_in(people.president)
    frozen_clock.advance(minutes=25)
    with app.app_context(), recorded(db.engine()) as statements:
        assert is_signed_in(client)
        assert is_signed_in(client)
    (seen,) = statements.writes()
    assert seen.startswith("UPDATE sign_in_session SET seen_at=")
    frozen_clock.advance(minutes=25)
    assert is_signed_in(client), "the first page did not count as a sign of life"


def test_a_made_up_session_id_signs_nobody_in(app: Flask, people: Personas) -> None:
    client = Visitor(app)
    with client.browser.session_transaction() as held:
        held.update({"_user_id": "x" * 43, "_fresh": True, "seen": 2_000_000_000})
    assert not is_signed_in(client)


def test_a_cookie_without_the_moment_it_was_seen_signs_nobody_in(client: Visitor, people: Personas) -> None:
    client.sign_in(people.stranger)
    with client.browser.session_transaction() as held:
        del held["seen"]
    assert not is_signed_in(client)


def test_a_page_for_everybody_sets_no_cookie(client: Visitor) -> None:
    page = client.request("GET", "/aide", status=200)
    assert "Set-Cookie" not in page.response.headers


def test_behind_https_the_cookie_cannot_leave_it(database_url: str, tmp_path: Path) -> None:
    app = create_app(
        database_url=database_url,
        public_url="https://relais.example",
        secret_key="a secret of the tests, long enough to be accepted",
        instance_path=tmp_path,
    )
    try:
        answer = Client(app).get("/connexion", base_url="https://relais.example")
    finally:
        with app.app_context():
            db.engine().dispose()
    name, _, attributes = answer.headers["Set-Cookie"].partition("=")
    assert name == "__Host-s"
    for attribute in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert attribute in attributes
    assert "Domain" not in attributes
    assert "Expires" not in attributes
    assert "Max-Age" not in attributes
