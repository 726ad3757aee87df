"""The request of a SAS account: seven items, tracked; the agent's « compte créé » sends the welcome mail."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.journal.deliver import deliver_pending
from app.models import Request
from tests import personas
from tests.personas import Personas
from tests.support.client import Visitor
from tests.support.mailbox import Mailbox

FORM = "#demande-sas"
READER = "lectrice@voisin.example"


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


def typed(**fields: Any) -> dict[str, Any]:
    return {
        "profil": "SAS - Gestionnaire de structure",
        "sujet": "Je souhaite utiliser la plateforme SAS, comment faire ?",
        "nom": "Marchal",
        "prenom": "Sophie",
        "telephone": "01 22 33 44 55",
        "email": READER,
        "territoire": "84",
        **fields,
    }


def sent(session: Session) -> Request:
    return session.scalars(sa.select(Request).where(Request.kind == "sas_account")).one()


def drain() -> None:
    while deliver_pending():
        pass


def test_the_page_says_that_the_two_accounts_are_not_linked_and_points_to_the_official_form(
    client: Visitor, people: Personas
) -> None:
    page = client.get("/sas/compte")
    assert "ne sont pas liés" in page.text
    assert "https://sas.sante.fr/sas/faq/contact" in page.links()
    assert "01 22 33 44 55" in page.text
    assert "johndoe@mail.fr" in page.text
    required = {tag["name"] for tag in page.one(FORM).select("[required]")}
    assert required == {"profil", "sujet", "nom", "prenom", "telephone", "email", "territoire"}
    assert all(page.read(f"label[for={name}]").endswith("* obligatoire") for name in required)
    assert page.has(f"{FORM} .legende-obligatoire")


def test_from_the_page_of_a_cpts_everything_known_is_filled_in(client: Visitor, people: Personas) -> None:
    client.enter(people.president)
    page = client.get(f"/etablissements/{people.comtat.finess}")
    page = client.get(page.link("Demander un compte sur la plateforme SAS"))
    assert page.one("#territoire option[selected]")["value"] == "84"
    assert page.one("#profil option[selected]")["value"] == "SAS - Gestionnaire de structure"
    assert page.one("#email")["value"] == people.president.email
    mailto = next(link for link in page.links() if link.startswith("mailto:aide@relais.example?subject"))
    assert f"Adresse électronique : {people.president.email}" in unquote(mailto)
    assert "Territoire : Vaucluse (84)" in unquote(mailto)


def test_a_request_is_tracked_created_and_welcomed_twice(
    client: Visitor, session: Session, people: Personas, smtp: Mailbox
) -> None:
    client.get(f"/sas/compte?finess={people.comtat.finess}")
    page = client.submit(FORM, **typed())
    request = sent(session)
    assert request.number in page.text
    assert "Vaucluse (84)" in page.text
    assert (request.establishment_finess, request.status) == (people.comtat.finess, "submitted")
    drain()
    smtp.clear()
    client.enter(people.agent)
    client.post(f"/demandes/{request.id}/accepter", status=422)
    client.post(f"/demandes/{request.id}/bienvenue", status=409)
    client.post(f"/demandes/{request.id}/accepter", cree="y")
    drain()
    welcome = smtp.only(READER)
    assert "est créé sur la plateforme du service d’accès aux soins" in welcome.text
    assert READER in welcome.text
    assert "ne sont pas liés" in welcome.html
    client.get(f"/centre/demandes/{request.id}")
    client.submit("form[action$='/bienvenue']")
    drain()
    assert [mail.subject for mail in smtp.to(READER)] == [welcome.subject] * 2
    session.refresh(request)
    assert request.status == "accepted"


@pytest.mark.parametrize("who", ["president", "professional"])
def test_only_the_service_centre_says_that_it_is_created(
    client: Visitor, session: Session, people: Personas, who: str
) -> None:
    client.post("/sas/compte", **typed())
    client.enter(getattr(people, who))
    client.post(f"/demandes/{sent(session).id}/accepter", status=403, cree="y")
    client.post(f"/demandes/{sent(session).id}/bienvenue", status=403)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("profil", "Président", "ce que vous êtes"),
        ("sujet", "", "ce que votre demande concerne"),
        ("nom", "", "Renseignez votre nom"),
        ("prenom", "", "Renseignez votre prénom"),
        ("telephone", "0122", "10 chiffres"),
        ("email", "johndoe", "adresse électronique complète"),
        ("territoire", "", "Choisissez votre territoire"),
        ("territoire", "<84>", "Choisissez votre territoire"),
        ("site_web", "x", "vide"),
    ],
)
def test_bad_input_is_said_and_kept(
    client: Visitor, session: Session, people: Personas, field: str, value: str, sentence: str
) -> None:
    page = client.post("/sas/compte", status=422, **typed(**{field: value}))
    assert sentence in page.read("#resume-erreurs")
    if field != "prenom":
        assert page.one("#prenom")["value"] == "Sophie"
    assert session.scalars(sa.select(Request).where(Request.kind == "sas_account")).all() == []


def test_a_wrong_finess_in_the_address_changes_nothing(client: Visitor, people: Personas) -> None:
    for finess in ("000000000", "%00", "<x>"):
        assert client.get(f"/sas/compte?finess={finess}").h1 == "Compte sur la plateforme SAS"
