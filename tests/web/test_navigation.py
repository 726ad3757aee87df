"""The menu by profile: only what this person can open, with what waits for them."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests import factories, personas
from tests.personas import Personas
from tests.support.client import Visitor
from tests.support.page import Page


@pytest.fixture
def people(session: Session) -> Personas:
    return personas.build(session)


def menu(page: Page) -> list[str]:
    return page.read_all("header nav.nav a")


def test_a_visitor(client: Visitor) -> None:
    page = client.get("/aide")
    assert menu(page) == ["Rechercher", "Répertoire", "Comprendre les CPTS", "Aide"]
    assert page.read("header nav.nav a[aria-current=page]") == "Aide"
    assert page.link("Se connecter") == "/connexion"


def test_a_professional(client: Visitor, people: Personas) -> None:
    client.enter(people.professional)
    assert menu(client.get("/aide")) == ["Rechercher", "Répertoire", "Mes rôles", "Aide"]


def test_a_president_and_a_referent_see_what_waits(client: Visitor, session: Session, people: Personas) -> None:
    factories.affiliation_request(session, people.comtat.unit)
    factories.affiliation_request(session, people.other.unit)
    for who in (people.president, people.referent):
        client.enter(who)
        page = client.get("/aide")
        assert menu(page) == ["Rechercher", "Répertoire", "Ma CPTS", "Dossiers", "Demandes 1 à traiter", "Aide"]
        assert (
            page.one("header nav.nav a[href$='/demandes']")["href"]
            == f"/etablissements/{people.comtat.finess}/demandes"
        )
        assert who.person.full_name in page.read("header .compte")
        client.sign_out()


def test_an_agent(client: Visitor, session: Session, people: Personas) -> None:
    orphan = factories.establishment(session, "CPTS SANS PRESIDENCE")
    factories.affiliation_request(session, factories.unit(session, orphan))
    factories.affiliation_request(session, people.other.unit)
    client.enter(people.agent)
    page = client.get("/aide")
    assert menu(page) == ["File d’attente 1 à traiter", "Rechercher", "Répertoire", "Mes rôles", "Aide"]
    assert "Centre de services" in page.read("header .marque")
