"""A reader proposes a correction of one field; those in office apply it or set it aside (B-19)."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import clock
from app.journal.deliver import deliver_pending
from app.models import Establishment, JournalBody, JournalEntry, Request
from tests import factories, personas
from tests.personas import Personas
from tests.support.backends import on_both_engines
from tests.support.client import Visitor
from tests.support.mailbox import Mailbox

backend = on_both_engines

CPTS = "/etablissements/840021281"
PROPOSE, INBOX = f"{CPTS}/corriger-une-information", f"{CPTS}/corrections"
FORM = "#correction"
READER = "lectrice@voisin.example"


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


def typed(**fields: Any) -> dict[str, Any]:
    given = {"champ": "telephone", "telephone": "04 65 71 99 77", "pourquoi": "Affiché sur la porte.", "email": READER}
    return {**given, **fields}


def proposed(client: Visitor, session: Session, **fields: Any) -> Request:
    client.post(PROPOSE, **typed(**fields))
    latest = sa.select(Request).where(Request.kind == "correction").order_by(Request.submitted_at.desc())
    return session.scalars(latest).first() or pytest.fail("nothing was proposed")


def place(session: Session) -> Establishment:
    found = session.get_one(Establishment, "840021281")
    session.refresh(found)
    return found


def drain() -> None:
    while deliver_pending():
        pass


# ── proposing ───────────────────────────────────────────────────────────────


def test_each_public_field_offers_a_correction_to_readers_only(client: Visitor, people: Personas) -> None:
    page = client.get(CPTS)
    offered = [link for link in page.links() if "corriger-une-information" in link]
    assert [link.partition("champ=")[2].partition("&")[0] for link in offered] == [
        "telephone", "adresse", "courriel", "horaires", "site",
    ]  # fmt: skip
    client.enter(people.referent)
    assert not [link for link in client.get(CPTS).links() if "corriger-une-information" in link]


def test_a_reader_proposes_a_phone_number(client: Visitor, session: Session, people: Personas) -> None:
    page = client.get(f"{PROPOSE}?champ=telephone")
    assert "04 65 71 99 01" in page.text
    assert "Hélène Vasseur" in page.read("#decideurs")
    page = client.submit(FORM, telephone="0465719977", pourquoi="Affiché sur la porte.", email=READER)
    request = session.scalars(sa.select(Request).where(Request.kind == "correction")).one()
    assert page.path.startswith("/suivi/")
    assert request.number in page.text
    assert "04 65 71 99 77" in page.text
    assert request.details["avant"] == {"phone": "+33465719901"}
    assert request.details["propose"] == {"phone": "+33465719977"}
    assert place(session).phone == "+33465719901"


def test_without_a_field_the_page_asks_which(client: Visitor, people: Personas) -> None:
    page = client.get(f"{PROPOSE}?champ=mot-de-passe")
    assert "Quelle information est fausse" in page.read("main h2")
    client.post(PROPOSE, status=404, **typed(champ="mot-de-passe"))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"telephone": "12"}, "10 chiffres"),
        ({"telephone": ""}, "Renseignez le numéro"),
        ({"telephone": "04 65 71 99 01"}, "déjà"),
        ({"champ": "adresse", "adresse": "2 rue Neuve", "code_postal": "8", "ville": "Apt"}, "code postal"),
        ({"champ": "adresse", "adresse": "2 rue Neuve", "code_postal": "84400", "ville": ""}, "ville"),
        ({"champ": "site", "site": "javascript:alert(1)"}, "adresse de site"),
        ({"champ": "courriel", "courriel": "pas une adresse"}, "adresse électronique"),
        ({"pourquoi": ""}, "d’où vient"),
        ({"pourquoi": "1 84 12 76 451 089 46"}, "sécurité sociale"),
        ({"email": "x"}, "adresse électronique"),
        ({"site_web": "http://robot.example"}, "vide"),
    ],
)
def test_bad_input_is_said_and_kept(
    client: Visitor, session: Session, people: Personas, fields: dict[str, str], sentence: str
) -> None:
    page = client.post(PROPOSE, status=422, **typed(**fields))
    assert sentence in page.read("#resume-erreurs")
    assert page.title.startswith("Erreur")
    assert session.scalars(sa.select(Request).where(Request.kind == "correction")).all() == []


def test_nobody_corrects_what_is_closed_or_unknown(client: Visitor, session: Session, people: Personas) -> None:
    closed = factories.establishment(session, closed_on=clock.now().date())
    session.commit()
    client.get(f"/etablissements/{closed.finess}/corriger-une-information", status=404)
    client.post("/etablissements/000000000/corriger-une-information", status=404, **typed())


# ── answering ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", ["president", "referent"])
def test_somebody_in_office_applies_it_and_the_reader_is_thanked(
    client: Visitor, session: Session, people: Personas, smtp: Mailbox, who: str
) -> None:
    request = proposed(client, session)
    client.enter(getattr(people, who))
    page = client.get(INBOX)
    assert "04 65 71 99 01" in page.read(f"#correction-{request.id}")
    assert "04 65 71 99 77" in page.read(f"#correction-{request.id}")
    drain()
    smtp.clear()
    client.submit(f"#correction-{request.id} form")
    session.refresh(request)
    held = place(session)
    assert (request.status, request.decided_as, held.phone) == ("accepted", who, "+33465719977")
    assert held.verified_at is not None
    same = sa.and_(JournalBody.chain == JournalEntry.chain, JournalBody.seq == JournalEntry.seq)
    changes = sa.select(JournalBody.body).join(JournalEntry, same).where(JournalEntry.event == "establishment.updated")
    change = json.loads(session.scalars(changes).one())
    assert (change["before"], change["after"]) == ({"phone": "+33465719901"}, {"phone": "+33465719977"})
    drain()
    assert "a appliqué votre correction" in smtp.only(READER).text


def test_a_field_that_changed_meanwhile_is_shown_and_not_overwritten(
    client: Visitor, session: Session, people: Personas
) -> None:
    request = proposed(client, session)
    client.enter(people.president)
    client.get(INBOX)
    shown = client.current().form(f"#correction-{request.id} form").filled({})
    held = place(session)
    held.phone, held.updated_at = "+33465719955", clock.now()
    session.commit()
    page = client.request("POST", f"/demandes/{request.id}/accepter", status=409, data=shown)
    assert "04 65 71 99 55" in page.text
    assert place(session).phone == "+33465719955"
    client.post(f"/demandes/{request.id}/accepter", status=409)
    client.get(INBOX)
    client.submit(f"#correction-{request.id} form")
    assert place(session).phone == "+33465719977"


def test_a_correction_set_aside_leaves_the_page_as_it_was_and_says_why(
    client: Visitor, session: Session, people: Personas, smtp: Mailbox
) -> None:
    request = proposed(client, session)
    client.enter(people.referent)
    client.post(f"/demandes/{request.id}/refuser", raison="inexact", motif="Ce numéro est celui du fax.")
    session.refresh(request)
    assert (request.status, place(session).phone) == ("refused", "+33465719901")
    drain()
    assert "celui du fax" in smtp.latest(READER).text
    assert "Écartée" in client.get(f"{INBOX}?etat=traitees").text


def test_the_second_decision_comes_too_late(client: Visitor, session: Session, people: Personas) -> None:
    request = proposed(client, session)
    client.enter(people.president)
    client.post(f"/demandes/{request.id}/accepter")
    client.enter(people.referent)
    client.post(f"/demandes/{request.id}/refuser", status=409, raison="inexact", motif="Non.")


@pytest.mark.parametrize("who", ["agent", "other_president", "professional", "stranger"])
def test_nobody_else_applies_it_while_somebody_is_in_office(
    client: Visitor, session: Session, people: Personas, who: str
) -> None:
    request = proposed(client, session)
    client.enter(getattr(people, who))
    client.post(f"/demandes/{request.id}/accepter", status=403)
    assert place(session).phone == "+33465719901"


def test_the_service_centre_applies_it_where_nobody_is_in_office(
    client: Visitor, session: Session, people: Personas, smtp: Mailbox
) -> None:
    empty = factories.establishment(session, "CPTS SANS PRÉSIDENCE", email="contact@cpts-seule.example")
    session.commit()
    client.post(f"/etablissements/{empty.finess}/corriger-une-information", **typed())
    request = session.scalars(sa.select(Request).where(Request.kind == "correction")).one()
    client.enter(people.agent)
    client.post(f"/demandes/{request.id}/accepter")
    session.refresh(empty)
    assert (empty.phone, empty.verified_at) == ("+33465719977", None)
    drain()
    assert "pour le compte de la" in smtp.latest("contact@cpts-seule.example").text


def test_those_in_office_read_how_many_wait(client: Visitor, session: Session, people: Personas) -> None:
    proposed(client, session)
    proposed(client, session, champ="site", site="cpts-comtat.example", email="autre@voisin.example")
    client.enter(people.president)
    assert "Corrections proposées 2" in client.get(CPTS).read("#gerer")
    assert "Corrections proposées 2" in client.get(f"{CPTS}/demandes").text
    client.enter(people.other_president)
    client.get(INBOX, status=403)
