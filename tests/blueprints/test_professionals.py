"""An account for a professional: registered by those in office, handed over, asked for; and « c’est vous ? »."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import clock, db
from app.credentials.links import recognition_token
from app.journal.deliver import deliver_pending
from app.models import Account, Affiliation, JournalBody, JournalEntry, Person, Request
from app.search.index import rebuild
from tests import factories, personas
from tests.personas import Personas
from tests.support.backends import on_both_engines
from tests.support.client import Visitor
from tests.support.mailbox import Mailbox
from tests.support.page import Page
from tests.support.statements import recorded

backend = on_both_engines

NEW = "/etablissements/840021281/professionnels/nouveau"
REGISTRATION, ASKING = "#professionnel", "#demande-compte"
RPPS = "10999710014"


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


def coordinates(**fields: Any) -> dict[str, Any]:
    typed = {
        "prenom": "Thomas",
        "nom": "Perrin",
        "email": "thomas.perrin@soins.example",
        "telephone": "06 39 98 00 42",
        "profession": "70",
        "rpps": RPPS,
        "fonction": "Masseur-kinésithérapeute libéral",
    }
    return {**typed, **fields}


def asked(session: Session, email: str = "thomas.perrin@soins.example") -> Request:
    return session.scalars(sa.select(Request).where(Request.email_key == email)).one()


def journalled(session: Session, event: str) -> str:
    """The body of the one entry of that event."""
    same = sa.and_(JournalBody.chain == JournalEntry.chain, JournalBody.seq == JournalEntry.seq)
    return session.scalars(
        sa.select(JournalBody.body).join(JournalEntry, same).where(JournalEntry.event == event)
    ).one()


def drain() -> None:
    while deliver_pending():
        pass


def count(session: Session, model: Any) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


# ── those in office register somebody ───────────────────────────────────────


@pytest.mark.parametrize("who", ["president", "referent"])
def test_somebody_in_office_registers_a_professional_at_once(
    client: Visitor, session: Session, people: Personas, who: str
) -> None:
    client.enter(getattr(people, who))
    client.get(NEW)
    page = client.submit(REGISTRATION, **coordinates())
    assert page.path == f"/unites/{people.comtat.unit.id}"
    account = session.scalars(sa.select(Account).where(Account.email_key == "thomas.perrin@soins.example")).one()
    person = session.get_one(Person, account.person_id)
    assert (account.status, person.rpps, person.listed) == ("invited", RPPS, False)
    request = asked(session)
    assert (request.kind, request.status, request.decided_as, request.person_id) == (
        "affiliation", "accepted", who, person.id,
    )  # fmt: skip
    assert session.scalars(sa.select(Affiliation.request_id).where(Affiliation.person_id == person.id)).all() == [
        request.id
    ]


def test_the_account_of_a_known_person_is_attached_and_never_doubled(
    client: Visitor, session: Session, people: Personas
) -> None:
    stranger = people.stranger
    before = count(session, Person), count(session, Account)
    client.enter(people.president)
    client.get(NEW)
    typed = coordinates(nom="Tessier", prenom="Olivier", rpps=stranger.person.rpps, email="autre@soins.example")
    page = client.submit(REGISTRATION, status=409, **typed)
    assert "a déjà un compte" in page.text
    assert stranger.email not in page.html
    client.submit(REGISTRATION, button="[name=existant]", **typed)
    assert (count(session, Person), count(session, Account)) == before
    held = session.scalars(sa.select(Affiliation).where(Affiliation.person_id == stranger.person.id)).one()
    assert held.establishment_finess == people.comtat.finess


def test_a_known_number_under_another_name_is_attached_to_nobody(
    client: Visitor, session: Session, people: Personas
) -> None:
    client.enter(people.president)
    client.get(NEW)
    typed = coordinates(rpps=people.stranger.person.rpps)
    page = client.submit(REGISTRATION, status=409, **typed)
    assert "déjà enregistrés autrement" in page.text
    assert "Tessier" not in page.text
    forged = client.post(NEW, status=409, existant="y", unite=str(people.comtat.unit.id), **typed)
    assert "déjà enregistrés autrement" in forged.text
    assert session.scalars(sa.select(Affiliation).where(Affiliation.person_id == people.stranger.person.id)).all() == []


def test_nobody_registers_themselves(client: Visitor, session: Session, people: Personas) -> None:
    client.enter(people.president)
    client.get(NEW)
    mine = coordinates(nom="Vasseur", prenom="Hélène", email=people.president.email, rpps=people.president.person.rpps)
    page = client.submit(REGISTRATION, status=422, **mine)
    assert "sont les vôtres" in page.read("#resume-erreurs")


def test_a_pending_request_is_answered_rather_than_doubled(client: Visitor, session: Session, people: Personas) -> None:
    factories.affiliation_request(session, people.comtat.unit, email="thomas.perrin@soins.example")
    client.enter(people.president)
    client.get(NEW)
    assert "demande en attente" in client.submit(REGISTRATION, status=409, **coordinates()).text


@pytest.mark.parametrize("who", ["agent", "professional", "other_president", "stranger"])
def test_nobody_else_registers_in_that_cpts(client: Visitor, session: Session, people: Personas, who: str) -> None:
    before = count(session, Request)
    client.enter(getattr(people, who))
    client.get(NEW, status=403)
    client.post(NEW, status=403, **coordinates())
    assert count(session, Request) == before


def test_the_professional_is_mailed_a_link_that_activates(
    client: Visitor, session: Session, people: Personas, smtp: Mailbox
) -> None:
    client.enter(people.president)
    client.get(NEW)
    client.submit(REGISTRATION, **coordinates())
    drain()
    mail = smtp.only("thomas.perrin@soins.example")
    assert "Hélène Vasseur, présidence de la CPTS du Comtat Venaissin" in mail.text
    assert "Vous recevez ce message parce que" in mail.text
    Visitor(client.app).get(mail.link("/invitations/").removeprefix("http://127.0.0.1:5000"))


# ── handed over to the service centre ───────────────────────────────────────


def test_coordinates_handed_over_become_an_account_made_by_the_service_centre(
    client: Visitor, session: Session, people: Personas, smtp: Mailbox
) -> None:
    client.enter(people.referent)
    client.get(NEW)
    page = client.submit(REGISTRATION, button="[name=transmettre]", **coordinates())
    request = asked(session)
    assert page.path.startswith("/suivi/")
    assert request.number in page.text
    assert (request.kind, request.status, request.submitted_by_account_id) == (
        "account", "submitted", people.referent.account.id,
    )  # fmt: skip
    drain()
    assert request.number in smtp.only(people.referent.email).text
    assert "Claire Daumas a transmis vos coordonnées" in smtp.only("thomas.perrin@soins.example").text
    smtp.clear()

    client.enter(people.agent)
    client.post(f"/demandes/{request.id}/accepter", unite=str(people.comtat.unit.id))
    session.refresh(request)
    assert (request.status, request.decided_as) == ("accepted", "agent")
    place = session.scalars(sa.select(Affiliation).where(Affiliation.request_id == request.id)).one()
    assert place.unit_id == people.comtat.unit.id
    assert json.loads(journalled(session, "request.accepted"))["on_behalf_of"] == f"request:{request.id}"
    drain()
    assert "/invitations/" in smtp.only("thomas.perrin@soins.example").text
    assert "a créé, à votre demande" in smtp.only(people.referent.email).text


def test_the_agent_cannot_open_it_when_who_handed_it_over_has_left_office(
    client: Visitor, session: Session, people: Personas
) -> None:
    agent, president = people.agent.account, people.president
    factories.presidency(session, people.comtat.establishment, people.stranger.person, agent, seat=2)
    client.enter(president)
    client.get(NEW)
    client.submit(REGISTRATION, button="[name=transmettre]", **coordinates())
    ended = president.mandate
    assert ended is not None
    ended.ended_by_account_id, ended.ended_at, ended.end_reason = agent.id, clock.now(), "Fin de mandat"
    session.commit()
    before = count(session, Affiliation)
    client.enter(people.agent)
    client.post(f"/demandes/{asked(session).id}/accepter", status=409, unite=str(people.comtat.unit.id))
    assert (asked(session).status, count(session, Affiliation)) == ("submitted", before)


# ── asked for ───────────────────────────────────────────────────────────────


def test_a_professional_chooses_the_cpts_then_asks(client: Visitor, session: Session, people: Personas) -> None:
    rebuild(session)
    session.commit()
    page = client.get("/demandes/compte")
    assert "Trois façons d’obtenir un compte" in page.text
    page = client.submit("form[role=search][action='/demandes/compte']", cpts="Pernes-les-Fontaines")
    assert "CPTS du Comtat Venaissin" in page.read("#choisir")
    page = client.submit("#choisir", finess=people.comtat.finess)
    for person in (people.president, people.referent):
        assert person.person.full_name in page.read("#decideurs")
    page = client.submit(ASKING, **coordinates())
    assert page.path.startswith("/suivi/")
    assert asked(session).number in page.text
    assert asked(session).kind == "affiliation"


def test_the_national_form_of_the_number_is_understood(client: Visitor, session: Session, people: Personas) -> None:
    client.post("/demandes/compte", finess=people.comtat.finess, **coordinates(rpps=f"8{RPPS}"))
    assert asked(session).rpps == RPPS


def test_an_unknown_cpts_is_not_found(client: Visitor, people: Personas) -> None:
    client.get("/demandes/compte?finess=000000000", status=404)
    client.get("/demandes/compte?finess=%00", status=404)
    client.post("/demandes/compte", status=404, **coordinates())


# ── « c’est vous ? » ────────────────────────────────────────────────────────


def said(page: Page, request: Request) -> str:
    return re.sub(r"R-\w{4}-\w{4}|" + request.email, "…", page.read("#deja-un-compte"))


def test_the_page_says_the_same_whether_the_number_is_known_or_not(
    client: Visitor, session: Session, people: Personas
) -> None:
    """Known under another name, and unknown: the same words, the same statements."""
    client.post("/demandes/compte", finess=people.comtat.finess, **coordinates())  # the journal is open from now on
    answers, works = [], []
    for email, rpps in (("a@soins.example", people.stranger.person.rpps), ("b@soins.example", factories.new_rpps())):
        typed = coordinates(email=email, rpps=rpps)
        with recorded(db.engine()) as statements:
            page = client.follow(client.post("/demandes/compte", finess=people.comtat.finess, **typed))
        answers.append(said(page, asked(session, email)))
        works.append(len(statements.counted()))
    assert answers[0] == answers[1]
    assert "•••@" not in answers[0]
    assert works[0] == works[1]


def test_who_gives_the_number_and_the_name_reads_a_masked_address(
    client: Visitor, session: Session, people: Personas
) -> None:
    stranger = people.stranger
    typed = coordinates(nom="TESSIER", prenom="Olivier", rpps=stranger.person.rpps)
    page = client.follow(client.post("/demandes/compte", finess=people.comtat.finess, **typed))
    assert "i•••@…" in page.read("#deja-un-compte")
    assert stranger.email not in page.html


def test_the_holder_of_the_known_account_recognises_the_request(
    client: Visitor, session: Session, people: Personas, smtp: Mailbox
) -> None:
    stranger, before = people.stranger, count(session, Person)
    typed = coordinates(nom="Tessier", prenom="Olivier", rpps=stranger.person.rpps)
    client.post("/demandes/compte", finess=people.comtat.finess, **typed)
    drain()
    mail = smtp.only(stranger.email)
    assert "t•••@…" in mail.text
    client.get(mail.link("/c-est-vous/").removeprefix("http://127.0.0.1:5000"))
    page = client.submit("#recognise form", button="[name=moi]")
    assert page.path.startswith("/suivi/")
    request = asked(session)
    assert request.person_id == stranger.person.id
    client.enter(people.president)
    client.post(f"/demandes/{request.id}/accepter")
    assert count(session, Person) == before
    assert session.scalars(sa.select(Affiliation.person_id).where(Affiliation.request_id == request.id)).one() == (
        stranger.person.id
    )


def test_the_holder_who_asked_for_nothing_tells_the_service_centre(
    client: Visitor, session: Session, people: Personas
) -> None:
    request = factories.affiliation_request(session, people.comtat.unit, rpps=people.stranger.person.rpps)
    session.commit()
    client.get(f"/c-est-vous/{recognition_token(request.id, people.stranger.account.id)}")
    client.submit("#recognise form", button="[name=autre]")
    ticket = session.scalars(sa.select(Request).where(Request.kind == "help")).one()
    assert (ticket.email, ticket.details) == (people.stranger.email, {"demande": request.number})
    session.refresh(request)
    assert (request.status, request.person_id) == ("submitted", None)


def test_a_made_up_recognition_link_is_not_found(client: Visitor, people: Personas) -> None:
    client.get("/c-est-vous/rien", status=404)
    client.post("/c-est-vous/rien", status=404, moi="y")


def test_a_recognised_request_is_nobody_else_s(client: Visitor, session: Session, people: Personas) -> None:
    request = factories.affiliation_request(session, people.comtat.unit, people.professional.person)
    session.commit()
    address = f"/c-est-vous/{recognition_token(request.id, people.stranger.account.id)}"
    client.post(address, status=409, moi="y")
    session.refresh(request)
    assert request.person_id == people.professional.person.id
