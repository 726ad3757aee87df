"""The répertoire as a tree: branches, filters, deep links, actions, favourites."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import clock, db
from app.models import CommuneGrouping, EstablishmentAlias, Favourite, GroupingMember
from app.search.index import rebuild
from tests import factories, personas
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY, on_both_engines
from tests.support.client import Visitor
from tests.support.statements import recorded

backend = on_both_engines

OPEN_84 = "/repertoire?dept=84"


def indexed(session: Session) -> None:
    session.flush()
    rebuild(session)
    session.commit()


def names(page: object, css: str = "[id^=eg-] > .noeud .noeud__nom") -> list[str]:
    return page.read_all(css)  # type: ignore[attr-defined, no-any-return]


def labels(page: object) -> list[str]:
    return page.read_all("#tree > .encadre__corps > .branches > li > .noeud > .noeud__nom")  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


@pytest.fixture
def country(session: Session, people: Personas) -> Personas:
    """Paris, a closed CPTS, and establishments that no CPTS box shows."""
    paris = factories.commune(session, "75056", "Paris", "75001", region="11")
    factories.establishment(session, "CPTS PARIS", commune=paris)
    factories.establishment(session, "CPTS FERMEE", closed_on=date(2025, 1, 1))
    factories.establishment(session, "CENTRE DE SOINS", category_code="124", category_label="Centre de santé")
    factories.establishment(session, "CLINIQUE DU MONT", category_code="355", category_label="Centre hospitalier")
    factories.establishment(session, "PHARMACIE", category_code="620", category_label="Pharmacie d’officine")
    session.commit()
    return people


# ── the tree ────────────────────────────────────────────────────────────────


def test_the_tree_is_folded_by_departement_with_counts(client: Visitor, country: Personas) -> None:
    page = client.get("/repertoire")
    assert labels(page) == ["Paris (75)", "Vaucluse (84)"]
    assert page.read_all(".branche > .noeud > .compteur") == ["1 structure", "2 structures"]
    assert not names(page)
    assert "Offres affichées : les CPTS · 3 structures" in page.read("#tree")
    assert [sign["aria-expanded"] for sign in page.all("#tree .noeud__signe")] == ["false", "false"]


def test_a_branch_then_an_establishment_open_by_links(client: Visitor, country: Personas) -> None:
    """Without JavaScript; the address of the end is the deep link of S-088."""
    page = client.get("/repertoire")
    page = client.get(page.link("+ Déplier Vaucluse (84)"))
    assert names(page) == ["CPTS du Comtat Venaissin", "CPTS Grand Avignon"]
    assert page.one("#signe-84")["aria-expanded"] == "true"
    comtat = country.comtat
    page = client.get(str(page.one(f"#signe-{comtat.finess}")["href"]))
    assert page.path == f"/repertoire?dept=84&open={comtat.finess}"
    unit = page.one(f"#uo-{comtat.unit.id} a.noeud__nom")
    assert unit["href"] == f"/unites/{comtat.unit.id}"
    entity = comtat.establishment.legal_entity
    assert f"Entité juridique : {'CPTS du Comtat Venaissin'} ({entity.finess})" in page.read(f"#eg-{comtat.finess}")
    folded = client.get(str(page.one("#signe-84")["href"]))
    assert folded.path == "/repertoire"
    assert not names(folded)


def test_what_is_open_says_its_branch(client: Visitor, country: Personas) -> None:
    page = client.get(f"/repertoire?open={country.comtat.finess}")
    assert page.has(f"#uo-{country.comtat.unit.id}")


def test_htmx_gets_the_tree_alone(client: Visitor, country: Personas) -> None:
    client.get("/repertoire")
    page = client.htmx.click("#signe-84")
    assert names(page) == ["CPTS du Comtat Venaissin", "CPTS Grand Avignon"]
    assert page.has("#filtre")


def test_a_long_branch_is_read_by_pages_and_opens_where_one_is(client: Visitor, session: Session) -> None:
    made = [factories.establishment(session, f"CPTS NUMERO {number:02d}") for number in range(27)]
    factories.unit(session, made[26])
    session.commit()
    first = client.get(OPEN_84)
    assert len(names(first)) == 25
    assert names(client.get(first.link("Suivantes"))) == ["CPTS Numero 25", "CPTS Numero 26"]
    linked = client.get(f"{OPEN_84}&open={made[26].finess}")
    assert names(linked) == ["CPTS Numero 25", "CPTS Numero 26"]
    assert linked.has("[id^=uo-]")


def test_a_sensitive_unit_is_in_the_tree_of_its_managers_only(
    client: Visitor, session: Session, people: Personas
) -> None:
    hidden = factories.unit(session, people.comtat.establishment, name="UNITE SENSIBLE", sensitive=True)
    address = f"{OPEN_84}&open={people.comtat.finess}"
    assert not client.get(address).has(f"#uo-{hidden.id}")
    client.enter(people.other_president)
    assert not client.get(address).has(f"#uo-{hidden.id}")
    client.enter(people.president)
    assert client.get(address).has(f"#uo-{hidden.id}")


def test_an_address_that_somebody_edited_still_answers(client: Visitor, country: Personas) -> None:
    page = client.get("/repertoire?par=x&type=ZZZ&dept=%27--:9z&open=12&page=-3&filtre=")
    assert labels(page) == ["Paris (75)", "Vaucluse (84)"]


@SQLITE_ONLY
def test_a_page_costs_the_same_whatever_it_holds(app: Flask, client: Visitor, session: Session) -> None:
    def cost() -> int:
        with app.app_context():
            engine = db.engine()
        with recorded(engine) as said:
            client.get(f"{OPEN_84}&open={made.finess}")
        return len(said.counted())

    made = factories.establishment(session, "CPTS A")
    factories.unit(session, made)
    session.commit()
    client.get(OPEN_84)
    few = cost()
    for number in range(20):
        factories.unit(session, factories.establishment(session, f"CPTS B{number}"))
    session.commit()
    assert cost() == few <= 12


# ── boxes and groupings ─────────────────────────────────────────────────────


def test_boxes_leave_the_structures_of_their_group(client: Visitor, country: Personas) -> None:
    def shown(query: str) -> set[str]:
        return set(names(client.get(f"{OPEN_84}&{query}")))

    cpts = {"CPTS du Comtat Venaissin", "CPTS Grand Avignon"}
    assert shown("type=MSS") == cpts
    assert shown("type=MCO") == {"Clinique du Mont"}
    assert shown("type=MCO&type=VIL") == {"Clinique du Mont", "Centre de Soins"}
    page = client.get(f"{OPEN_84}&type=SMA")
    assert "rien n’est rangé sous ce code" in page.text
    assert "Offres affichées : SMA" in page.read("#tree")


def test_boxes_have_full_names_and_the_legend_its_22_codes(client: Visitor, country: Personas) -> None:
    page = client.get("/repertoire?type=MSS&type=PSY")
    assert page.read_all("fieldset label") == [
        "MCO Médecine, chirurgie, obstétrique", "MSS Médico-social", "PSY Psychiatrie", "SLD Soins de longue durée",
        "SMA", "SSR Soins de suite et de réadaptation", "VIL Ville",
    ]  # fmt: skip
    assert [box["value"] for box in page.all("[name=type][checked]")] == ["MSS", "PSY"]
    codes = page.read_all("#legende tbody th")
    assert " ".join(codes) == "EJ EG P PM S1 S2 UF UO DF TS GF TF NF F CB MCO MSS PSY SLD SMA SSR VIL"
    assert "Entité juridique" in page.read("#legende")


def test_grouping_keeps_the_filters(client: Visitor, session: Session, country: Personas) -> None:
    client.get("/repertoire?type=MSS&type=MCO")
    page = client.submit("main form[action='/repertoire']", par="type")
    assert labels(page) == ["Centre hospitalier", factories.CPTS_LABEL]
    page = client.submit("main form[action='/repertoire']", par="entite")
    assert "CPTS du Comtat Venaissin" in labels(page)
    assert page.read("#tree-t") == "Arborescence par entité juridique"
    page = client.submit("main form[action='/repertoire']", par="territoire")
    assert labels(page) == ["Île-de-France", "Provence-Alpes-Côte d’Azur"]
    page = client.get(str(page.one("#signe-11")["href"]))
    assert names(page) == ["CPTS Paris"]
    assert [box["value"] for box in page.all("[name=type][checked]")] == ["MCO", "MSS"]
    assert client.get(page.link("Réinitialiser")).path == "/repertoire"


def test_territories_are_epci_once_they_are_loaded(client: Visitor, session: Session, country: Personas) -> None:
    session.add(CommuneGrouping(kind="epci", code="248400053", name="CA Ventoux-Comtat Venaissin", type="CA"))
    session.flush()
    session.add(GroupingMember(kind="epci", code="248400053", insee="84031"))
    session.commit()
    page = client.get("/repertoire?par=territoire&branche=248400053")
    assert labels(page) == ["CA Ventoux-Comtat Venaissin", "Territoire non connu"]
    assert "CPTS du Comtat Venaissin" in names(page)


def test_those_in_office_come_with_the_box_of_the_cpts(client: Visitor, people: Personas) -> None:
    """S-091: by the menu, and from the page of their CPTS."""
    client.enter(people.president)
    page = client.get(f"/etablissements/{people.comtat.finess}")
    assert "/repertoire?type=MSS" in page.links()
    page = client.get(f"/repertoire?type=MSS&dept=84&open={people.comtat.finess}")
    assert page.one("[name=type][value=MSS]").has_attr("checked")
    assert page.has(f"#uo-{people.comtat.unit.id}")


# ── the filter (SQL of its own: both engines) ───────────────────────────────


@pytest.mark.parametrize("typed", ["comtat", "COMTÀT", "cpts du comtat", "venaiss", "840021281"])
def test_the_filter_leaves_the_branches_that_answer_open(
    client: Visitor, session: Session, country: Personas, typed: str
) -> None:
    indexed(session)
    client.get("/repertoire")
    page = client.submit("main form[action='/repertoire']", filtre=typed)
    assert labels(page) == ["Vaucluse (84)"]
    assert names(page) == ["CPTS du Comtat Venaissin"]
    assert page.all("#tree mark")


def test_the_filter_finds_a_departement_a_unit_and_a_former_name(
    client: Visitor, session: Session, country: Personas
) -> None:
    unit = factories.unit(session, country.comtat.establishment, name="MAISON DE GARDE DE MAZAN")
    factories.unit(session, country.comtat.establishment, name="AUTRE UNITE")
    session.add(EstablishmentAlias(finess=country.other.finess, alias="CPTS DES REMPARTS"))
    indexed(session)
    assert names(client.get("/repertoire?filtre=paris+75")) == ["CPTS Paris"]
    page = client.get("/repertoire?filtre=mazan")
    assert page.read_all("[id^=uo-] .noeud__nom") == [f"{'Maison de Garde de Mazan'}"]
    assert page.has(f"#uo-{unit.id} mark")
    page = client.get("/repertoire?filtre=remparts")
    assert names(page) == ["CPTS Grand Avignon"]
    assert "Aussi connue sous le nom « CPTS des Remparts »" in page.text
    assert "Rien ne correspond à « zzzz »" in client.get("/repertoire?filtre=zzzz").text


def test_an_answer_to_a_common_word_is_bounded(client: Visitor, session: Session) -> None:
    for number in range(55):
        factories.establishment(session, f"CPTS SAINT {number:02d}")
    indexed(session)
    page = client.get("/repertoire?filtre=st&par=entite")
    assert len(names(page)) == 50
    assert len(names(client.get(page.link("Suivante")))) == 5


# ── actions and favourites ──────────────────────────────────────────────────


def actions(client: Visitor, finess: str) -> list[str]:
    page = client.get(f"{OPEN_84}&open={finess}")
    said = page.read_all(f"#eg-{finess} > .noeud .deroule__panneau :is(a, button)")
    return [text.split(" CPTS")[0].split(" :")[0] for text in said]


def test_the_menu_offers_what_one_may_do(client: Visitor, people: Personas) -> None:
    assert actions(client, people.comtat.finess) == []
    client.enter(people.stranger)
    assert actions(client, people.comtat.finess) == ["Ouvrir", "Ajouter aux favoris"]
    client.enter(people.agent)
    assert actions(client, people.comtat.finess)[-2:] == ["Renommer", "Déplacer"]
    client.enter(people.referent)
    assert "Créer un dossier collaboratif" in actions(client, people.comtat.finess)
    assert "Créer un dossier collaboratif" not in actions(client, people.other.finess)
    page = client.get(f"{OPEN_84}&open={people.comtat.finess}")
    client.get(str(page.one(f"#eg-{people.comtat.finess} a[href^='/dossiers']")["href"]))
    unit = page.read_all(f"#uo-{people.comtat.unit.id} .deroule__panneau a")
    assert [text.split()[0] for text in unit] == ["Ouvrir", "Renommer"]


@SQLITE_ONLY
def test_a_favourite_is_kept_until_it_is_taken_away(client: Visitor, session: Session, people: Personas) -> None:
    client.enter(people.stranger)
    client.get(OPEN_84)
    form = f"form[action='/repertoire/favoris/{people.comtat.finess}']"
    page = client.submit(form)
    assert page.path.startswith(OPEN_84)
    assert "CPTS du Comtat Venaissin est dans vos favoris." in page.read(".messages")
    assert page.read(f"#eg-{people.comtat.finess} .badge--info") == "Favori"
    client.post(f"/repertoire/favoris/{people.comtat.finess}", garder="oui")
    assert session.scalar(sa.select(sa.func.count()).select_from(Favourite)) == 1
    page = client.get("/repertoire/favoris")
    assert names(page) == ["CPTS du Comtat Venaissin"]
    page = client.submit(form)
    assert page.path.startswith("/repertoire/favoris")
    assert "Aucun favori pour le moment" in page.text


@SQLITE_ONLY
def test_favourites_are_nobody_else_s(client: Visitor, session: Session, people: Personas) -> None:
    session.add(Favourite(account_id=people.stranger.account.id, finess=people.comtat.finess, since=clock.now()))
    session.commit()
    client.enter(people.president)
    assert "Aucun favori" in client.get("/repertoire/favoris").text
