"""My data: everything about me and nobody else; corrected, carried away, erased."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.cli.journal import seal_key
from app.domain.erasure import FULL_NAME
from app.journal.deliver import deliver_pending
from app.journal.verify import seal, verify
from app.models import (
    Account,
    Affiliation,
    Base,
    JournalBody,
    JournalEntry,
    Mandate,
    Nomination,
    Person,
    Request,
    RequestEvent,
)
from tests import factories, personas
from tests.factories import PASSWORD
from tests.personas import Personas
from tests.support.backends import on_both_engines
from tests.support.client import Visitor
from tests.support.mailbox import Mailbox
from tests.support.page import Page

backend = on_both_engines

MINE = "/mon-compte/donnees"
NEW = "sophie.nouvelle@soins.example"


@pytest.fixture
def people(session: Session) -> Personas:
    return personas.build(session)


def deliver(app: Flask, session: Session) -> None:
    session.commit()
    with app.app_context():
        while deliver_pending():
            pass


def prove(client: Visitor) -> Page:
    """The page that asks who one is, then the answer to the form that was sent."""
    return client.submit("main form[method=post]", mot_de_passe=PASSWORD)


# ── seeing and carrying away ────────────────────────────────────────────────


def test_somebody_sees_everything_about_themselves(client: Visitor, session: Session, people: Personas) -> None:
    asked = factories.affiliation_request(session, people.comtat.unit, people.professional.person)
    asked.email = asked.email_key = people.professional.email
    asked.message = "J’ouvre un cabinet en mars"
    client.enter(people.professional)
    page = client.get(MINE)
    for held in (people.professional.email, asked.number, asked.message, people.comtat.unit.name, "mot de passe"):
        assert held in page.text


def test_the_export_holds_nothing_about_others(client: Visitor, session: Session, people: Personas) -> None:
    """The professional's request was decided by the president: their name and address are not the professional's."""
    event = session.query(Affiliation).filter_by(person_id=people.professional.person.id).one().request_id
    session.add(
        RequestEvent(
            request_id=event,
            at=people.professional.account.created_at,
            kind="accepted",
            author_name=people.president.person.full_name,
            author_account_id=people.president.account.id,
            body="Bienvenue, Hélène",
        )
    )
    client.enter(people.professional)
    exported = client.get(f"{MINE}.json").response.get_data(as_text=True)
    others = [other for name, other in people.everyone().items() if name != "professional"]
    for other in others:
        for said in (other.email, other.person.family_name, other.person.rpps or "-", str(other.account.id)):
            assert said not in exported or said == "-"
    assert "Bienvenue" not in exported
    assert people.professional.email in exported


def test_the_json_export_is_a_file_that_no_cache_keeps(client: Visitor, people: Personas) -> None:
    client.enter(people.professional)
    answer = client.get(f"{MINE}.json").response
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="mes-donnees-')
    data = json.loads(answer.get_data())["donnees"]
    assert data["identite"]["lignes"][0]["Nom"] == "Marchal"
    assert data["rattachements"]["lignes"][0]["Terminé le"] is None


def test_the_pdf_export_is_an_accessible_document(client: Visitor, session: Session, people: Personas) -> None:
    people.professional.person.family_name = 'Marchal #panic() "[$x$]\\'  # data, never source
    client.enter(people.professional)
    session.commit()
    answer = client.browser.get(f"{MINE}.pdf")
    content = answer.get_data()
    assert answer.mimetype == "application/pdf"
    assert content.startswith(b"%PDF-")
    assert b"pdfuaid" in content
    assert answer.headers["Cache-Control"] == "no-store"


# ── correcting ──────────────────────────────────────────────────────────────


def test_somebody_corrects_their_name_and_is_told(
    app: Flask, client: Visitor, session: Session, people: Personas, smtp: Mailbox
) -> None:
    client.enter(people.professional)
    client.get(f"{MINE}/corriger")
    client.submit("main form[method=post]", nom="", status=422)
    client.submit("main form[method=post]", nom="Marchal-Roux", prenom="Sophie", telephone="04 90 00 00 00")
    session.refresh(people.professional.person)
    assert (people.professional.person.full_name, people.professional.person.phone) == (
        "Sophie Marchal-Roux",
        "+33490000000",
    )
    assert "Marchal-Roux" in client.get(f"/unites/{people.comtat.unit.id}").text
    deliver(app, session)
    assert "nom, téléphone" in smtp.only(people.professional.email).text


def test_who_is_in_office_corrects_their_phone_but_not_their_name(
    client: Visitor, session: Session, people: Personas
) -> None:
    client.enter(people.president)
    client.get(f"{MINE}/corriger")
    page = client.submit("main form[method=post]", nom="Autre", status=422)
    assert "mandat en exercice" in page.text
    client.get(f"{MINE}/corriger")
    client.submit("main form[method=post]", telephone="")
    session.refresh(people.president.person)
    assert (people.president.person.full_name, people.president.person.phone) == ("Hélène Vasseur", None)


def test_a_new_address_is_confirmed_there_and_told_to_the_old_one(
    app: Flask, client: Visitor, session: Session, people: Personas, smtp: Mailbox
) -> None:
    former = people.professional.email
    client.enter(people.professional)
    client.get(f"{MINE}/adresse")
    client.submit("main form[method=post]", email=NEW, status=422)
    prove(client)
    deliver(app, session)
    assert "demandé" in smtp.only(former).subject
    link = urlsplit(smtp.only(NEW).link("/mon-compte/adresse/")).path
    session.refresh(people.professional.account)
    assert people.professional.email == former
    elsewhere = Visitor(app)
    elsewhere.get(link)
    elsewhere.submit("main form[method=post]")
    session.refresh(people.professional.account)
    assert (people.professional.email, people.professional.account.email_key) == (NEW, NEW)
    deliver(app, session)
    assert "a changé" in smtp.latest(former).subject
    elsewhere.get(link, status=410)
    assert client.get("/mes-roles").status == 200


def test_the_address_of_another_is_neither_taken_nor_told(
    app: Flask, client: Visitor, session: Session, people: Personas, smtp: Mailbox
) -> None:
    client.enter(people.professional)
    client.get(f"{MINE}/adresse")
    client.submit("main form[method=post]", email=people.stranger.email, status=422)
    assert "Un lien est parti" in prove(client).text
    deliver(app, session)
    mail = smtp.only(people.stranger.email)
    assert "déjà celle d’un compte" in mail.subject
    assert "/mon-compte/adresse/" not in mail.text


def test_the_address_of_now_is_no_new_address(client: Visitor, people: Personas) -> None:
    client.enter(people.professional)
    client.get(f"{MINE}/adresse")
    assert "déjà" in client.submit("main form[method=post]", email=people.professional.email, status=422).text


# ── erasing ─────────────────────────────────────────────────────────────────


def erase(client: Visitor) -> Page:
    client.get(f"{MINE}/effacer")
    client.submit("main form[method=post]", status=422)
    client.submit("main form[method=post]", compris="y", status=422)
    return prove(client)


def test_an_erased_person_is_a_pseudonym_everywhere(
    app: Flask, client: Visitor, session: Session, people: Personas, smtp: Mailbox
) -> None:
    person, address = people.professional.person, people.professional.email
    number, names = person.rpps, (person.family_name, address)
    visitor = Visitor(app)
    visitor.get(f"/etablissements/{people.comtat.finess}/rattachement")
    client.enter(people.professional)
    asked = write_about(client, session, people)
    deliver(app, session)
    seal(seal_key_of(app, session))
    assert traces(session, *names, str(number))
    page = erase(client)
    assert "vos données sont effacées" in page.text
    client.get("/mon-compte", status=303)
    deliver(app, session)
    assert "est fermé" in smtp.latest(address).subject
    apply_daily(app, session)
    assert traces(session, *names, str(number)) == []
    session.refresh(person)
    assert (person.full_name, person.rpps, person.phone, person.listed) == (FULL_NAME, None, None, False)
    assert session.get_one(Request, asked).status == "cancelled"
    assert client.get("/recherche?q=marchal&onglet=professionnels").has(f"a[href*='{person.id}']") is False
    assert "Marchal" not in visitor.get(f"/unites/{people.comtat.unit.id}").text


def test_the_journal_of_an_erased_person_stays_whole(
    app: Flask, client: Visitor, session: Session, people: Personas
) -> None:
    client.enter(people.professional)
    write_about(client, session, people)
    session.commit()
    key = seal_key_of(app, session)
    seal(key)
    entries = session.scalar(sa.select(sa.func.count()).select_from(JournalEntry)) or 0
    bodies = session.scalar(sa.select(sa.func.count()).select_from(JournalBody)) or 0
    erase(client)
    session.commit()
    count, faults = verify(key)
    assert faults == []
    assert count > entries
    assert session.scalar(sa.select(sa.func.count()).select_from(JournalBody)) < bodies + (count - entries)


def test_mandates_and_decisions_outlive_their_holder(client: Visitor, session: Session, people: Personas) -> None:
    """A référent who has left: the mandate, the decision, their dates are there; the name is not."""
    assert people.referent.mandate is not None
    asked = factories.affiliation_request(session, people.comtat.unit)
    client.enter(people.referent)
    client.get(f"/etablissements/{people.comtat.finess}/demandes")
    client.post(f"/demandes/{asked.id}/accepter", unite=str(people.comtat.unit.id))
    end(session, people)
    client.enter(people.referent)
    erase(client)
    session.expire_all()
    kept = session.get_one(Request, asked.id)
    assert (kept.status, kept.decided_as, kept.deciding_mandate_id) == (
        "accepted",
        "referent",
        people.referent.mandate.id,
    )
    assert people.referent.mandate.ended_at is not None
    signed = session.query(RequestEvent).filter_by(request_id=asked.id, kind="accepted").one()
    assert signed.author_name == FULL_NAME


@pytest.mark.parametrize("who", ["president", "referent"])
def test_who_is_in_office_is_told_the_way_out(client: Visitor, session: Session, people: Personas, who: str) -> None:
    persona = getattr(people, who)
    client.enter(persona)
    page = client.get(f"{MINE}/effacer")
    assert "quelqu’un compte sur vous" in page.text
    assert not page.has("main form[action$=effacer]")
    client.post(f"{MINE}/effacer", status=409, compris="y")
    session.refresh(persona.person)
    assert persona.person.full_name != FULL_NAME


def test_the_last_agent_stays(client: Visitor, session: Session, people: Personas) -> None:
    client.enter(people.agent)
    client.post(f"{MINE}/effacer", status=409, compris="y")
    factories.agent(session)
    session.commit()
    client.get(f"{MINE}/effacer")
    client.submit("main form[method=post]", compris="y", status=422)
    prove(client)
    session.refresh(people.agent.account)
    assert people.agent.account.status == "closed"


def test_an_erased_account_does_not_come_back_by_a_new_password(
    app: Flask, client: Visitor, session: Session, people: Personas, smtp: Mailbox
) -> None:
    address = people.professional.email
    client.enter(people.professional)
    erase(client)
    smtp.clear()
    client.get("/mot-de-passe-oublie")
    client.submit("main form[method=post]", email=address)
    deliver(app, session)
    assert [mail.subject for mail in smtp.to(address)] == ["Votre compte Relais est fermé"]


def write_about(client: Visitor, session: Session, people: Personas) -> object:
    """Traces: a pending request with its mails, a pending nomination, a reason in the journal."""
    me = people.professional
    assert people.president.mandate is not None
    attached = session.query(Affiliation).filter_by(person_id=me.person.id).one()
    factories.participation(session, attached, office=f"Cabinet {me.person.family_name}")
    factories.nomination(session, people.president.mandate, me.person, email=me.email, phone="+33490000001")
    session.commit()
    page = client.get(f"/etablissements/{people.other.finess}/rattachement")
    form = page.form("main form[method=post]")
    typed = {
        "nom": me.person.family_name,
        "prenom": me.person.given_name,
        "email": me.email,
        "message": "Marchal écrit",
    }
    typed |= {
        "telephone": "04 90 00 00 02",
        "profession": "60",
        "rpps": me.person.rpps,
        "unite": str(people.other.unit.id),
    }
    typed |= {"declaration": "y", "fonction": "Infirmière"}
    known = {name: value for name, value in typed.items() if page.has(f"[name={name}]")}
    client.follow(client._send(form, known, None, 303))
    request = session.query(Request).filter_by(email=me.email, establishment_finess=people.other.finess).one()
    return request.id


def traces(session: Session, *words: str) -> list[str]:
    """Tables that still hold one of these words, public registers and the search dictionary apart."""
    session.commit()
    found = []
    for table in Base.metadata.tables.values():
        if table.name == "professional":
            continue
        for row in session.execute(sa.select(table)).mappings():
            text = " ".join(str(value) for value in row.values())
            found += [f"{table.name}: {word} in {text[:200]}" for word in words if word.casefold() in text.casefold()]
    return found


def end(session: Session, people: Personas) -> None:
    mandate, president = people.referent.mandate, people.president
    assert mandate is not None
    assert president.mandate is not None
    proof = factories.authentication(session, president.person, act=f"mandate:end_referent/{mandate.id.hex}")
    by = {"ended_by_mandate_id": president.mandate.id, "ended_by_role": "president"}
    ended = {"ended_at": proof.at, "end_reason": "Départ", "end_authentication_id": proof.id, **by}
    session.execute(sa.update(Mandate).where(Mandate.id == mandate.id).values(**ended))
    session.commit()


def seal_key_of(app: Flask, session: Session) -> bytes:
    session.commit()
    return seal_key()


def apply_daily(app: Flask, session: Session) -> None:
    session.commit()
    result = app.test_cli_runner().invoke(args=["retention"])
    assert result.exit_code == 0, result.output


def test_erasing_leaves_the_rows_of_others_alone(client: Visitor, session: Session, people: Personas) -> None:
    def others() -> list[object]:
        session.expire_all()
        kept = session.query(Person.family_name, Person.id).filter(Person.id != people.professional.person.id)
        addresses = session.query(Account.email).filter(Account.id != people.professional.account.id)
        asked = session.query(Request.email).filter(Request.person_id != people.professional.person.id)
        named = session.query(Nomination.email).filter(Nomination.person_id != people.professional.person.id)
        return [sorted(map(str, query)) for query in (kept, addresses, asked, named)]

    before = others()
    client.enter(people.professional)
    erase(client)
    assert others() == before


ERASED = {
    "account", "sign_in_session", "one_time_link", "passkey", "code_generator", "recovery_code", "challenge",
    "factor_reset", "external_identity", "portal_tile_click", "portal_banner_dismissal", "mail_rhythm", "favourite",
    "affiliation", "participation", "nomination", "request", "request_event", "help_tips", "box_draft",
}  # fmt: skip
"""Tables that point to a person: what they say of them is erased or replaced."""
PSEUDONYMOUS = {
    "authentication", "mandate", "review_item", "portal_document_file", "support_schedule", "help_version",
    "succession_notice", "structure_move", "dossier", "dossier_sheet", "dossier_box", "dossier_step",
    "dossier_comment", "sheet_box", "revision",
    "freshness_rhythm", "freshness_ask", "campaign", "campaign_reminder",
}  # fmt: skip
"""Those that only say that an account acted, and when."""


def test_every_table_that_points_to_a_person_is_known_to_erasure() -> None:
    """A new one: add it to queries/personal_data.py, to usecases/forgetting.py when it says more than an act, here."""
    pointing = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name in {"account", "person"}
    }
    assert pointing == ERASED | PSEUDONYMOUS
