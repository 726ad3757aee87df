"""The composer of a zone, without JavaScript: add, choose, take away, save; nothing is guessed, nothing is lost."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import clock, db
from app.domain.zones import Kind
from app.models import Commune, CommuneGrouping, FormerCommune, GroupingMember, UnitCommune
from app.search.index import index_communes
from tests import factories, personas
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY
from tests.support.client import Visitor
from tests.support.grid import grid
from tests.support.page import Page
from tests.support.statements import recorded

pytestmark = SQLITE_ONLY
SAVE = "button:not([name]):not([formaction])"


@pytest.fixture
def people(session: Session, client: Visitor) -> Personas:
    """Monteux and two Mirabeau beside the zone of the Comtat (Carpentras and Pernes), and the president signed in."""
    built = personas.build(session)
    factories.commune(session, "84080", "Monteux", "84170", population=13000)
    factories.commune(session, "84076", "Mirabeau", "84120")
    factories.commune(session, "04122", "Mirabeau", "04510")
    index_communes(session)
    session.commit()
    client.enter(built.president)
    return built


def opened(client: Visitor, people: Personas) -> Page:
    return client.get(f"/unites/{people.comtat.unit.id}/encadres/zone")


def press(client: Visitor, button: str, name: str = "ajouter", **fields: object) -> Page:
    """A button of the composer: the form again, nothing saved."""
    return client.submit(
        "main form[data-brouillon]", status=200, button=f"button[name={name}][value='{button}']", **fields
    )


def save(client: Visitor, *, status: int = 303, **fields: object) -> Page:
    return client.submit("main form[data-brouillon]", status=status, button=SAVE, **fields)


def composed(page: Page) -> list[str]:
    return [str(box["value"]) for box in page.all("#communes-cases input[name=communes][checked]")]


def told(page: Page) -> str:
    return page.read("#zone-total")


def held(session: Session, people: Personas) -> list[str]:
    zone = sa.select(UnitCommune.insee).where(UnitCommune.unit_id == people.comtat.unit.id)
    return sorted(session.scalars(zone.execution_options(populate_existing=True)))


def test_a_president_adds_by_name_and_code_and_saves(client: Visitor, session: Session, people: Personas):
    page = opened(client, people)
    assert composed(page) == ["84031", "84088"]
    assert "2 communes, 40 361 habitants (CPTS de taille 2 au sens de l’ACI)." in told(page)
    page = press(client, "commune", commune="monteux")
    assert composed(page) == ["84031", "84080", "84088"]
    assert "3 communes, 53 361 habitants" in told(page)
    assert "1 commune ajoutée." in told(page)
    assert page.one("#commune").get("value") == ""
    page = press(client, "commune", commune="84031")
    assert "1 était déjà dans la zone." in told(page)
    assert held(session, people) == ["84031", "84088"], "nothing is saved before « Enregistrer »"
    assert "84080" in str(save(client).html)
    assert held(session, people) == ["84031", "84080", "84088"]


def test_a_homonym_is_asked_and_never_guessed(client: Visitor, session: Session, people: Personas):
    session.get_one(Commune, "84076").region = "84"
    session.get_one(Commune, "04122").region = "84"
    session.commit()
    opened(client, people)
    page = press(client, "commune", commune="Mirabeau")
    assert composed(page) == ["84031", "84088"]
    assert "désigne plusieurs communes" in page.read("#zone-lignes")
    page = press(client, "commune", choix=["84076"])
    assert composed(page) == ["84031", "84076", "84088"]
    assert not page.has("#zone-lignes")


def test_a_pasted_list_adds_what_is_clear_and_keeps_the_rest(client: Visitor, session: Session, people: Personas):
    opened(client, people)
    page = press(client, "liste", liste="COMMUNES Monteux (84170) Avignon (84000) ; Nulle-Part\nCarpentras\nMonteux")
    assert composed(page) == ["84007", "84031", "84080", "84088"]
    assert "2 communes ajoutées." in told(page)
    assert "« Nulle-Part » : aucune commune" in page.read("#zone-lignes")
    assert page.one("#liste").get_text().strip() == "Nulle-Part"
    page = save(client, status=422)
    assert "« Nulle-Part » n’est pas une commune connue" in page.read("#liste-erreur")
    assert composed(page) == ["84007", "84031", "84080", "84088"], "what was composed stays on the screen"
    save(client, liste="")
    assert held(session, people) == ["84007", "84031", "84080", "84088"]


def test_what_is_still_in_the_field_when_saving_is_meant(client: Visitor, session: Session, people: Personas):
    opened(client, people)
    save(client, commune="84170")
    assert held(session, people) == ["84031", "84080", "84088"]


def test_an_epci_a_canton_and_a_departement_become_their_communes(client: Visitor, session: Session, people: Personas):
    for kind, code, name, insees in (
        (Kind.EPCI, "248400293", "CA des Sorgues du Comtat", ["84080", "84088"]),
        (Kind.CANTON, "8404", "Carpentras", ["84031"]),
    ):
        session.add(CommuneGrouping(kind=kind, code=code, name=name))
        session.flush()
        session.add_all(GroupingMember(kind=kind, code=code, insee=insee) for insee in insees)
    session.commit()
    opened(client, people)
    page = press(client, "epci", epci="248400293")
    assert composed(page) == ["84031", "84080", "84088"]
    assert "1 commune ajoutée. 1 était déjà dans la zone." in told(page)
    page = press(client, "canton", name="retirer", canton="8404")
    assert composed(page) == ["84080", "84088"]
    assert page.read("#retirees legend").startswith("Retirées de la zone")
    page = press(client, "departement", departement="84")
    assert composed(page) == ["84007", "84031", "84076", "84080", "84088"]
    page = press(client, "epci")
    assert "Choisissez dans la liste" in page.read("#epci-erreur")
    page = save(client, status=422, canton="8404")
    assert "sans ajouter" in page.read("#canton-erreur")
    save(client, canton="")
    assert held(session, people) == ["84007", "84031", "84076", "84080", "84088"]


def test_an_unticked_commune_leaves_and_can_come_back(client: Visitor, session: Session, people: Personas):
    opened(client, people)
    page = press(client, "decochees", name="retirer", communes=["84031"])
    assert composed(page) == ["84031"]
    assert "Pernes-les-Fontaines" in page.read("#retirees")
    page = press(client, "decochees", name="retirer", communes=["84031", "84088"])
    assert composed(page) == ["84031", "84088"]
    save(client, communes=["84031"])
    assert held(session, people) == ["84031"]


def test_an_empty_zone_is_refused_with_what_it_would_cost(client: Visitor, session: Session, people: Personas):
    opened(client, people)
    page = save(client, status=422, communes=[])
    assert "SAS" in page.read("#communes-erreur")
    assert held(session, people) == ["84031", "84088"]


def test_a_city_and_its_arrondissements_are_never_both_there(client: Visitor, session: Session, people: Personas):
    factories.commune(session, "13055", "Marseille", "13001", "13002", population=870000)
    for number in ("1", "2"):
        name, parent = f"Marseille {number}e Arrondissement", "13055"
        factories.commune(session, f"1320{number}", name, f"1300{number}", kind="ARM", parent_insee=parent)
    index_communes(session)
    session.commit()
    opened(client, people)
    assert composed(press(client, "commune", commune="13001")) == ["84031", "13201", "84088"]
    page = press(client, "commune", commune="Marseille")
    assert composed(page) == ["84031", "13055", "84088"]
    assert "1 arrondissement laisse la place à sa ville entière." in told(page)
    page = press(client, "commune", commune="13202")
    assert "1 arrondissement n’est pas ajouté : sa ville est dans la zone en entier." in told(page)
    page = press(client, "arrondissements:13055")
    assert composed(page) == ["84031", "13201", "13202", "84088"]
    save(client, communes=["84031", "13202"])
    assert held(session, people) == ["13202", "84031"]


def test_a_commune_that_ceased_is_replaced_by_a_button(client: Visitor, session: Session, people: Personas):
    session.get_one(Commune, "84088").ceased_at = clock.now()
    session.add(FormerCommune(insee="84088", name="Pernes-les-Fontaines", current_insee="84080"))
    session.commit()
    page = opened(client, people)
    assert "Pernes-les-Fontaines (84088) fait maintenant partie de Monteux." in page.read("#composeur")
    page = press(client, "remplacement:84088")
    assert composed(page) == ["84031", "84080"]
    save(client)
    assert held(session, people) == ["84031", "84080"]


def test_overlaps_and_holes_are_on_the_map_and_in_tables(
    app: Flask, client: Visitor, session: Session, people: Personas
):
    communes = grid(session, 20, 17)
    mine = [communes[x, y] for x in range(1, 19) for y in range(1, 17) if (x, y) != (5, 5)] + [communes[1, 0]]
    factories.unit(session, people.other.establishment, communes[3, 3], communes[4, 3])
    session.execute(sa.delete(UnitCommune).where(UnitCommune.unit_id == people.comtat.unit.id))
    session.add_all(UnitCommune(unit_id=people.comtat.unit.id, insee=one.insee) for one in mine)
    session.commit()
    with recorded(db.engine()) as statements:
        page = opened(client, people)
    assert len(composed(page)) == 288
    assert len(statements.counted()) <= 30, statements.counted()
    assert [row.get_text() for row in page.all("#communes-partagees tbody th")] == ["Commune 3-3", "Commune 4-3"]
    assert "CPTS Grand Avignon" in page.read("#communes-partagees")
    assert "Commune 5-5" in page.read("#communes-laissees")
    assert "Entourée par la zone" in page.read("#communes-laissees")
    caption = page.read("figure.carte figcaption")
    assert "2 communes déjà servies par une autre CPTS" in caption
    assert "1 commune laissée de côté" in caption
    assert "1 commune laissée de côté." in page.read("figure.carte desc")
    assert len(page.all("figure.carte pattern")) == 2
    page = press(client, "commune", commune="84007")
    assert "1 commune ajoutée" in told(page)
    save(client)
    assert len(held(session, people)) == 289


def test_suggestions_are_communes_that_the_field_takes(client: Visitor, session: Session, people: Personas):
    def proposed(text: str) -> set[str]:
        page = client.htmx.get(f"/communes/suggestions?commune={text}")
        return {str(option["data-valeur"]) for option in page.all("[role=option]")}

    assert proposed("mir") == {"Mirabeau (84076)", "Mirabeau (04122)"}
    assert proposed("84170") == proposed("84080") == {"Monteux (84080)"}
    session.get_one(Commune, "84080").ceased_at = clock.now()
    session.commit()
    assert proposed("monteux") == set()
    assert "Aucune commune" in client.get("/communes/suggestions?commune=zzzz").read("main")


def test_a_merger_is_accepted_by_a_post(client: Visitor, session: Session, people: Personas):
    session.get_one(Commune, "84088").ceased_at = clock.now()
    session.add(FormerCommune(insee="84088", name="Pernes-les-Fontaines", current_insee="84080"))
    session.commit()
    unit = people.comtat.unit.id
    client.get(f"/unites/{unit}")
    page = client.submit(f"form[action='/unites/{unit}/zone/remplacement']")
    assert "Pernes-les-Fontaines, qui n’est plus une commune, est remplacée par Monteux." in page.read("main")
    assert held(session, people) == ["84031", "84080"]
    assert not page.has(f"form[action='/unites/{unit}/zone/remplacement']")
