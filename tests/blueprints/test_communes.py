"""« Quelle est ma CPTS ? », white zones and the nearest CPTS (B-05); the coverage of the region and its file."""

from __future__ import annotations

import csv
import io
import json
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import clock, db
from app.models import Commune, CommuneContour, FormerCommune
from app.queries.served_communes import cpts_of_commune
from app.search.index import rebuild
from tests import factories, personas
from tests.personas import Personas
from tests.support import fhir as kit
from tests.support.backends import on_both_engines
from tests.support.client import Visitor
from tests.support.page import Page, plain
from tests.support.publishing import project
from tests.support.statements import recorded

backend = on_both_engines
SHARED = "04122"
"""Mirabeau of Alpes-de-Haute-Provence: another one is in Vaucluse."""


@pytest.fixture
def people(session: Session) -> Personas:
    """Comtat serves Carpentras; nobody serves the two Mirabeau, nor Bédoin and Blauvac, which share a post code."""
    built = personas.build(session)
    for insee, name, postcode, latitude, longitude in (
        (SHARED, "Mirabeau", "04510", 44.06, 6.08),
        ("84076", "Mirabeau", "84120", 43.70, 5.67),
        ("84017", "Bédoin", "84410", 44.12, 5.18),
        ("84041", "Crillon-le-Brave", "84410", 44.12, 5.14),
    ):
        factories.commune(session, insee, name, postcode, latitude=latitude, longitude=longitude)
    carpentras = session.get_one(Commune, "84031")
    carpentras.latitude, carpentras.longitude = 44.0553, 5.0489
    rebuild(session)
    session.commit()
    return built


def asked(text: str, path: str = "/ma-cpts") -> str:
    return f"{path}?{urlencode({'q': text})}"


def ids(page: Page) -> list[str]:
    return [str(article["data-id"]) for article in page.all("article[data-resultat]")]


# ── /ma-cpts ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", ["Carpentras", "carpentras", "84200", "84031", "84200 CARPENTRAS", "Carpentras (84)"])
def test_a_commune_named_leads_to_its_page(client: Visitor, people: Personas, text: str) -> None:
    assert client.get(asked(text), status=303).location == "/communes/84031"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("12 rue des Halles, 84200 Carpentras", "De votre adresse, nous avons retenu la commune"),
        ("12 rue des Halles 84208 Carpentras Cedex 2", "De votre adresse"),
        ("Carpantras", "Aucune commune ne s’écrit « Carpantras ». Nous avons compris"),
        ("carpentars", "Nous avons compris"),
        ("4 avenue Victor Hugo Carpantras", "Nous avons compris"),
        ("carpent", "Nous avons compris"),
        ("12 rue de Mirabeau 84200", "De votre adresse"),
    ],
)
def test_what_was_understood_is_said_with_the_answer(client: Visitor, people: Personas, text: str, told: str) -> None:
    page = client.get(asked(text))
    assert told in page.read("#found .alerte")
    assert "Carpentras" in page.read("#found .alerte strong")
    assert ids(page) == [people.comtat.finess]
    assert page.link("La page de Carpentras, à garder ou à partager") == "/communes/84031"
    assert page.one("#q")["value"] == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("84410", ["/communes/84017", "/communes/84041"]),
        ("3 place de la Mairie 84410", ["/communes/84017", "/communes/84041"]),
        ("Mirabeau", [f"/communes/{SHARED}", "/communes/84076"]),
        ("Mirabau", [f"/communes/{SHARED}", "/communes/84076"]),
    ],
)
def test_several_communes_are_a_choice(client: Visitor, people: Personas, text: str, found: list[str]) -> None:
    page = client.get(asked(text))
    assert [a["href"] for a in page.all("#found .ligne a")] == found
    assert "2 communes possibles" in page.read("#found [role=status]")


@pytest.mark.parametrize("text", ["xyzxyzxyz", "840021281", "…", "12 rue des Halles", "99999", "a" * 300])
def test_what_names_no_commune_is_said_and_the_input_kept(client: Visitor, people: Personas, text: str) -> None:
    page = client.get(asked(text))
    assert page.has("#found .etat-vide")
    assert page.one("#q")["value"] == text[:200]


def test_communes_are_suggested_as_one_types_typos_forgiven(client: Visitor, people: Personas) -> None:
    assert not client.get("/ma-cpts").has("#found .etat-vide")
    for typed in ("carp", "carpantras", "84200"):
        page = client.htmx.get(asked(typed, "/ma-cpts/suggestions"))
        assert [row["data-href"] for row in page.all("[role=option]")] == ["/communes/84031"]
    assert client.htmx.get("/ma-cpts/suggestions?q=c").all("[role=option]") == []


# ── the page of a commune ───────────────────────────────────────────────────


def test_the_page_of_a_commune_is_worth_indexing(client: Visitor, session: Session, people: Personas) -> None:
    people.comtat.establishment.email = "accueil@cpts-comtat.example"
    page = client.get("/communes/84031")
    assert plain(page.title).startswith("Quelle est ma CPTS à Carpentras (84200) ?")
    described = plain(str(page.one("meta[name=description]")["content"]))
    assert described == "CPTS du Comtat Venaissin intervient à Carpentras (Vaucluse). Téléphone : 04 65 71 99 01."
    assert page.has("article a[href='tel:+33465719901']")
    assert page.has("article a[href='mailto:accueil@cpts-comtat.example']")
    other = factories.establishment(session, "CPTS VOISINE", commune=session.get_one(Commune, "84031"))
    factories.unit(session, other, session.get_one(Commune, "84031"))
    both = client.get("/communes/84031")
    assert "2 CPTS déclarent intervenir à Carpentras. Leurs zones se recouvrent" in both.read("#commune [role=status]")
    assert ids(both) == [people.comtat.finess, other.finess]
    assert cpts_of_commune("84031").keys() == {people.comtat.finess, other.finess}


def test_a_white_zone_says_who_is_nearest_and_whom_to_ask(client: Visitor, session: Session, people: Personas) -> None:
    far = factories.commune(session, "05061", "Gap", "05000", latitude=44.56, longitude=6.08)
    factories.unit(session, factories.establishment(session, "CPTS DE GAP", commune=far), far)
    hospital = factories.establishment(session, "HÔPITAL", category_code="355", commune=far)
    factories.unit(session, hospital, session.get_one(Commune, "84017"))
    page = client.get("/communes/84017")
    assert "Aucune CPTS ne déclare intervenir à Bédoin" in page.read("#commune .etat-vide")
    assert ids(page) == [people.comtat.finess]
    assert "13 km à vol d’oiseau, par Carpentras" in page.read("article")
    assert "13 km à vol d’oiseau" in plain(str(page.one("meta[name=description]")["content"]))
    assert {page.link("écrivez-lui"), page.link("Demandez son enregistrement")} == {"/contact", "/demandes/cpts"}
    assert cpts_of_commune("84017") == {}


def test_without_a_centroid_or_anybody_near_no_distance_is_invented(
    client: Visitor, session: Session, people: Personas
) -> None:
    factories.commune(session, "84500", "Nulleville")
    factories.commune(session, "97411", "Saint-Denis", "97400", latitude=-20.9, longitude=55.4)
    for insee in ("84500", "97411"):
        page = client.get(f"/communes/{insee}")
        assert ids(page) == []
        assert not page.has("#proches-t")
        assert page.has("#contact-t")


# ── coverage ────────────────────────────────────────────────────────────────


def contour(session: Session, insee: str, x: int) -> None:
    values = {"x_min": x, "y_min": 0, "x_max": x + 80, "y_max": 80, "x_centre": x + 40.0, "y_centre": 40.0}
    session.add(CommuneContour(insee=insee, path=f"M{x} 0l80 0 0 80 -80 0z", source="IGN", **values))


def figures(page: Page, name: str) -> list[str]:
    row = next(row for row in page.all("#couverture tbody tr") if name in row.get_text())
    return [plain(cell.get_text(strip=True)) for cell in row.find_all("td")]


def test_the_coverage_counts_communes_and_people_by_departement(
    client: Visitor, session: Session, people: Personas
) -> None:
    for commune in session.query(Commune).where(Commune.departement == "84"):
        commune.population = 100
    session.get_one(Commune, "84076").population = None
    before = figures(client.get("/couverture"), "Vaucluse")
    white = factories.commune(session, "84999", "Nulleville", population=300)
    gone = factories.commune(session, "84998", "Vieux-Bourg", ceased_at=clock.now())
    session.add(FormerCommune(insee=gone.insee, name=gone.name, current_insee=white.insee))
    page = client.get("/couverture")
    after = figures(page, "Vaucluse")
    assert int(after[0]) == int(before[0]) + 1
    assert int(after[3]) == int(before[3]) + 1
    assert "La population de 1 commune n’est pas connue" in page.text
    factories.unit(session, people.comtat.establishment, gone)
    factories.unit(session, people.other.establishment, white)
    served = figures(client.get("/couverture?dept=84"), "Vaucluse")
    assert (int(served[1]), int(served[2])) == (int(before[1]) + 1, int(before[2]) + 1)
    client.get("/couverture?dept=75", status=404)


def test_the_map_tells_served_shared_and_white_apart_in_words_too(
    client: Visitor, session: Session, people: Personas
) -> None:
    assert "Il n’y a pas de carte" in client.get("/couverture").text
    contour(session, "84031", 0)
    contour(session, "84017", 80)
    page = client.get("/couverture")
    assert plain(page.read(".carte desc")).startswith(
        "Provence-Alpes-Côte d’Azur : 1 commune servie. 1 commune sans CPTS. Le tableau"
    )
    assert [path["d"] for path in page.all(".carte__zone path")] == ["M0 0l80 0 0 80-80 0z"]
    assert "communes ne sont pas dessinées" in page.text
    assert page.read_all(".carte__noms text") == ["Vaucluse"]


def test_white_communes_are_a_file_for_spreadsheets(client: Visitor, session: Session, people: Personas) -> None:
    session.get_one(Commune, "84017").name = "=Bédoin"
    answer = client.browser.get("/couverture/communes-sans-cpts.csv?dept=84")
    assert "communes-sans-cpts-84.csv" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff")), delimiter=";"))
    assert rows[0] == ["code_insee", "commune", "codes_postaux", "departement", "population"]
    assert ["84041", "Crillon-le-Brave", "84410", "84", "1000"] in rows
    assert ["84017", "'=Bédoin", "84410", "84", "1000"] in rows
    assert not {"84031", SHARED} & {row[0] for row in rows}


def test_arrondissements_count_for_their_city(client: Visitor, session: Session) -> None:
    city = factories.commune(session, "13055", "Marseille", "13001", population=850)
    first = factories.commune(session, "13201", "Marseille 1er", "13001", kind="ARM", parent_insee="13055")
    factories.commune(session, "13202", "Marseille 2e", "13002", kind="ARM", parent_insee="13055")
    place = factories.establishment(session, "CPTS PART", commune=city)
    factories.unit(session, place, first)
    contour(session, "13055", 0)
    page = client.get("/couverture")
    assert figures(page, "Bouches-du-Rhône")[:4] == ["2", "1", "0", "1"]
    assert "Marseille : la carte ne connaît pas les contours" in plain(page.text)
    factories.unit(session, place, city)
    assert figures(client.get("/couverture"), "Bouches-du-Rhône")[:4] == ["2", "2", "0", "0"]


def test_these_pages_cost_few_statements_whatever_they_hold(
    app: Flask, client: Visitor, session: Session, people: Personas
) -> None:
    texts = ("Carpantras", "12 rue des Halles 84200 Carpentras")
    paths = ["/communes/84017", "/couverture", *map(asked, texts)]

    def cost(path: str) -> int:
        session.commit()
        with recorded(db.engine()) as statements:
            client.get(path)
        return len(statements.counted())

    before = [cost(path) for path in paths]
    for number in range(12):
        commune = factories.commune(session, f"849{number:02}", f"Commune {number}", latitude=44.1, longitude=5.1)
        factories.unit(session, factories.establishment(session, f"CPTS {number}", commune=commune), commune)
    assert [cost(path) for path in paths] == before
    assert max(before) <= 20


# ── one answer everywhere ───────────────────────────────────────────────────


def test_page_widget_open_data_and_fhir_give_a_commune_the_same_cpts(client: Visitor, session: Session) -> None:
    """S-149."""
    built = kit.build(session)
    kit.complete(session, factories.unit(session, built.other.establishment, session.get_one(Commune, "84088")))
    factories.commune(session, "84017", "Bédoin", "84410")
    project(session)
    records = json.loads(client.browser.get("/donnees-ouvertes/cpts.json").get_data())["cpts"]
    for insee, expected in {
        "84031": {built.comtat.finess},
        "84088": {built.comtat.finess, built.other.finess},
        "84017": set(),
    }.items():
        zones = {
            one["finess"]
            for one in records
            for unit in one["unites"]
            for held in unit["zone"]
            if held["code_insee"] == insee
        }
        services = kit.matches(kit.Fhir(client).get(f"/HealthcareService?intervention-zone={insee}"))
        served = {one["providedBy"]["reference"].removeprefix("Organization/") for one in services}
        framed = client.browser.get(f"/widget/commune/{insee}").get_data(as_text=True)
        page = client.get(f"/communes/{insee}")
        serving = set() if page.has("#contact-t") else set(ids(page))
        assert serving == zones == served == set(cpts_of_commune(insee)) == expected
        assert {finess for finess in (built.comtat.finess, built.other.finess) if finess in framed} == expected
