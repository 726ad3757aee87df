"""The pages of those who validate: `/dossiers/<id>/valider`, `/centre/dossiers`, `/centre/dossiers/<id>`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import db
from app.models import Commune, Dossier, DossierSheet
from app.queries.sheets import SheetRef, read_sheet
from app.usecases.sheet_steps import Write, write_boxes
from tests import personas
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY, on_both_engines
from tests.support.client import Visitor
from tests.support.dossiers import WHOLE_UNIT, actor_of, send_again, sent
from tests.support.page import Page
from tests.support.statements import recorded
from tests.support.time import FrozenClock

backend = on_both_engines

pytestmark = SQLITE_ONLY
PHONE, EMAIL, ZONE = "0-coordonnees-phone", "0-coordonnees-email", "1-zone-communes"
THREE: dict[str, Any] = {
    "page": {"coordonnees": {"phone": "+33490000002", "email": "contact@cpts.example"}},
    "unit": {"zone": {"communes": ["84007", "84031"]}},
}


@pytest.fixture
def people(session: Session, frozen_clock: FrozenClock) -> Personas:
    frozen_clock.move_to(datetime(2026, 11, 2, 9, tzinfo=UTC))  # a Monday
    return personas.build(session)


def desk(dossier: Dossier) -> str:
    return f"/centre/dossiers/{dossier.id}"


def send(client: Visitor, action: str, fields: dict[str, str], *, status: int = 303) -> Page:
    return client.submit("#relecture", status=status, button=f"[value={action}]", **fields)


def test_an_agent_reads_what_changes_and_publishes_two_of_three(
    session: Session, client: Visitor, people: Personas
) -> None:
    dossier = sent(session, people, **THREE)
    public = [f"/etablissements/{people.comtat.finess}", f"/unites/{people.comtat.unit.id}"]
    before = [Visitor(client.app).get(path).html for path in public]
    client.enter(people.agent)
    page = client.get(desk(dossier))
    assert len(page.all("[data-ligne]")) == 3
    assert page.read(f"#ligne-{PHONE} ins") == "04 90 00 00 02"
    assert "Avignon" in page.read(f"#ligne-{ZONE} ins")
    assert "Pernes-les-Fontaines" in page.read(f"#ligne-{ZONE} del")
    assert "CPTS Grand Avignon" in page.read("#controles")

    page = send(client, "publier", {f"decision-{ZONE}": "return"}, status=422)
    assert page.has(f"#resume-erreurs a[href='#remarque-{ZONE}']")
    assert page.one(f"[name='decision-{ZONE}'][value=return]").has_attr("checked")
    assert [Visitor(client.app).get(path).html for path in public] == before
    page = send(client, "publier", {f"decision-{ZONE}": "return", f"remarque-{ZONE}": "Hors de votre accord."})
    assert "2 modifications publiées, 1 renvoyée" in page.text
    after = [Visitor(client.app).get(path) for path in public]
    assert "04 90 00 00 02" in after[0].text
    assert "Avignon" not in after[1].read("main")

    client.enter(people.referent)
    assert client.get(f"/dossiers/{dossier.id}").has("main")
    session.expire_all()
    assert session.scalars(sa.select(DossierSheet.state).order_by(DossierSheet.position)).all() == ["final", "started"]
    send_again(session, people, dossier, {1: {"zone": {"communes": ["84031"]}}})
    client.enter(people.agent)
    page = client.get(desk(dossier))
    assert [line["id"] for line in page.all("[data-ligne]")] == [f"ligne-{ZONE}"]
    assert "Hors de votre accord." in page.read(f"#ligne-{ZONE} .remarques")
    send(client, "publier", {})
    session.expire_all()
    assert session.get_one(Dossier, dossier.id).status == "published"


def test_the_queue_shows_the_longest_wait_first_with_its_age(
    session: Session, client: Visitor, people: Personas, frozen_clock: FrozenClock
) -> None:
    client.enter(people.agent)
    assert "Aucun dossier à contrôler" in client.get("/centre/dossiers").text
    first = sent(session, people, **THREE)
    frozen_clock.advance(days=7)
    second = sent(session, people, place=people.other, page={"coordonnees": {"phone": "+33490000003"}})
    frozen_clock.advance(days=3)
    client.enter(people.agent)
    page = client.get("/centre/dossiers")
    assert [line["data-dossier"] for line in page.all("[data-dossier]")] == [str(first.id), str(second.id)]
    ages = page.read_all("[data-dossier] .badges")
    assert ages[0].startswith("7 jours ouvrés")  # the 11th of November is a holiday
    assert "en retard" in ages[0]
    assert "en retard" not in ages[1]
    assert client.get("/centre/dossiers?etat=termines").has(".etat-vide")


def test_an_agent_sends_the_whole_back_with_a_message(session: Session, client: Visitor, people: Personas) -> None:
    dossier = sent(session, people, **THREE)
    client.enter(people.agent)
    client.get(desk(dossier))
    page = send(client, "renvoyer", {}, status=422)
    assert page.has("#resume-erreurs a[href='#message']")
    page = send(client, "renvoyer", {"message": "Le patient 2 84 05 88 177 025 56"}, status=422)
    assert "sécurité sociale" in page.read("#resume-erreurs")
    page = send(client, "renvoyer", {"message": "Vérifiez tout."})
    assert "Rien n’est publié" in page.text
    session.expire_all()
    assert session.get_one(Dossier, dossier.id).status == "draft"


def test_who_answers_second_sees_the_fresh_state_and_keeps_their_words(
    session: Session, client: Visitor, people: Personas
) -> None:
    dossier = sent(session, people, **THREE)
    client.enter(people.agent)
    client.get(desk(dossier))
    page = SheetRef(people.comtat.finess)
    values = {**read_sheet(page)["coordonnees"], "phone": "+33490000009"}
    direct = [Write(page, "coordonnees", values)]
    write_boxes(actor_of(people.referent), people.comtat.establishment, direct, source="direct")
    session.commit()
    shown = send(client, "publier", {f"decision-{EMAIL}": "return", f"remarque-{EMAIL}": "Non."}, status=409)
    assert shown.read(f"#remarque-{EMAIL}").strip() == "Non."
    assert len(shown.all(f"[name='decision-{PHONE}']")) == 3
    assert not shown.has(f"[name='decision-{PHONE}'][checked]")
    shown = send(client, "publier", {}, status=422)
    assert shown.has(f"#resume-erreurs a[href='#decision-{PHONE}']")
    send(client, "publier", {f"decision-{PHONE}": "keep", f"decision-{EMAIL}": "accept", f"remarque-{EMAIL}": ""})
    kept = read_sheet(page)["coordonnees"]
    assert (kept["phone"], kept["email"]) == ("+33490000009", "contact@cpts.example")
    gone = client.post(desk(dossier), status=409, action="publier", vu="x")
    assert "publié" in gone.text


def test_a_president_validates_or_sends_back(session: Session, client: Visitor, people: Personas) -> None:
    dossier = sent(session, people, status="to_approve", **THREE)
    address = f"/dossiers/{dossier.id}/valider"
    for persona, status in ((people.referent, 403), (people.agent, 403), (people.other_president, 403)):
        client.enter(persona)
        client.get(address, status=status)
    client.enter(people.president)
    page = client.get(address)
    assert len(page.all("[data-ligne]")) == 3
    assert "Renvoyer à Claire Daumas" in page.text
    send(client, "renvoyer", {}, status=422)
    send(client, "renvoyer", {f"remarque-{ZONE}": "Sans Avignon."})
    session.expire_all()
    assert session.get_one(Dossier, dossier.id).status == "draft"
    send_again(session, people, dossier, {})
    dossier.status, dossier.approved_at, dossier.approved_by_account_id = "to_approve", None, None
    session.commit()
    client.get(address)
    page = send(client, "valider", {"message": "Bon pour moi."})
    assert page.path == f"/dossiers/{dossier.id}"
    session.expire_all()
    assert session.get_one(Dossier, dossier.id).approved_by_account_id == people.president.account.id
    assert "à valider par le centre de services" in client.get(address).text
    client.post(address, status=409, action="valider", vu="x")


def test_nobody_validates_twice_and_is_told_so(session: Session, client: Visitor, people: Personas) -> None:
    dossier = sent(session, people, **THREE)
    dossier.submitted_by_account_id = people.agent.account.id
    session.commit()
    client.enter(people.agent)
    page = client.get(desk(dossier))
    assert "personne ne valide deux fois" in page.text
    assert not page.has("[name=action]")
    refused = client.post(desk(dossier), status=403, action="publier", vu="x")
    assert "à condition de n’avoir ni envoyé ni validé ce dossier" in refused.text


def test_the_desk_of_twenty_units_of_three_hundred_communes_asks_little(
    session: Session, client: Visitor, people: Personas
) -> None:
    codes = [f"13{n:03d}" for n in range(300)]
    session.add_all(Commune(insee=code, name=f"Commune {code}", departement="13", region="93") for code in codes)
    session.flush()
    unit = {**WHOLE_UNIT, "zone": {"communes": codes}}
    dossier = sent(session, people, new=[{**unit, "offre": {**unit["offre"], "name": f"U{n}"}} for n in range(20)])
    client.enter(people.agent)
    with recorded(db.engine()) as said:
        page = client.get(desk(dossier))
    assert len(said.counted()) <= 11
    assert len(page.html) < 1_500_000
