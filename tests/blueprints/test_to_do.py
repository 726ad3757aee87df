"""« À faire »: the page, the counter and the policy say the same (B-23; d, rule 18)."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.models import MailRhythm
from tests import factories, personas
from tests.personas import Personas
from tests.support.backends import on_both_engines
from tests.support.client import Visitor

backend = on_both_engines


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    factories.affiliation_request(session, built.comtat.unit, given_name="Thomas", family_name="Perrin")
    factories.affiliation_request(session, built.other.unit, given_name="Rosa", family_name="Blanc")
    factories.request(session, "contact", given_name="Jean", family_name="Sicard", subject="Bonjour")
    session.commit()
    return built


@pytest.mark.parametrize(
    ("persona", "sees"),
    [
        ("president", {"Thomas Perrin"}),
        ("referent", {"Thomas Perrin"}),
        ("other_referent", {"Rosa Blanc"}),
        ("agent", {"Jean Sicard"}),
        ("professional", set()),
        ("stranger", set()),
    ],
)
def test_each_sees_what_they_may_decide(client: Visitor, people: Personas, persona: str, sees: set[str]) -> None:
    client.enter(getattr(people, persona))
    page = client.get("/a-faire")
    for name in ("Thomas Perrin", "Rosa Blanc", "Jean Sicard"):
        assert (name in page.text) == (name in sees)
    if not sees:
        assert "Rien ne vous attend" in page.text


def test_a_request_that_waits_for_its_person_is_on_their_page(
    client: Visitor, session: Session, people: Personas
) -> None:
    mine = factories.affiliation_request(session, people.comtat.unit, people.stranger.person)
    mine.status, mine.waiting_since = "info_needed", None
    session.commit()
    client.enter(people.stranger)
    page = client.get("/a-faire")
    assert mine.number in page.read("#mes-demandes")


def test_a_referent_chooses_a_rhythm(client: Visitor, session: Session, people: Personas) -> None:
    client.enter(people.referent)
    client.get("/a-faire")
    page = client.submit("form[action='/a-faire/rythme']", requests="weekly", corrections="daily")
    assert "Votre choix est enregistré" in page.text
    rows = {row.topic: row.rhythm for row in session.query(MailRhythm)}
    assert rows == {"requests": "weekly", "corrections": "daily"}


def test_a_rhythm_that_does_not_exist_is_refused(client: Visitor, session: Session, people: Personas) -> None:
    client.enter(people.referent)
    client.get("/a-faire")
    client.post("/a-faire/rythme", status=422, requests="hourly", corrections="daily")
    assert session.query(MailRhythm).count() == 0


def test_a_professional_has_nothing_to_choose(client: Visitor, people: Personas) -> None:
    client.enter(people.professional)
    assert client.get("/a-faire").all("form[action='/a-faire/rythme']") == []


def test_a_mail_leads_each_decider_to_where_they_decide(client: Visitor, session: Session, people: Personas) -> None:
    request = factories.affiliation_request(session, people.comtat.unit)
    session.commit()
    places = ((people.referent, "/etablissements/840021281/demandes"), (people.agent, "/centre/demandes/"))
    for persona, place in places:
        client.enter(persona)
        assert client.get(f"/demandes/{request.id}", status=303).location.startswith(place)
    client.enter(people.other_referent)
    client.get(f"/demandes/{request.id}", status=403)
