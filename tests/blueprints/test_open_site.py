"""What others take from here as it is: feeds of changes, the widget, what search engines read."""

from __future__ import annotations

import json
from datetime import date, datetime
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import db
from app.models import FormerCommune
from app.queries import sitemap
from app.queries.sheets import SheetRef
from app.web.indexing import ALONE
from tests import factories, personas
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY, on_both_engines
from tests.support.client import Visitor
from tests.support.publishing import contact, make_shown, project, publish
from tests.support.statements import recorded
from tests.support.time import FrozenClock

backend = on_both_engines
ATOM = {"a": "http://www.w3.org/2005/Atom"}
MAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
FEED = "/donnees-ouvertes/departements/84.atom"
MOST_BYTES = 15_000


@pytest.fixture
def people(session: Session, frozen_clock: FrozenClock) -> Personas:
    made = personas.build(session)
    make_shown(session, made.comtat.unit)
    make_shown(session, made.other.unit)
    project(session)
    frozen_clock.advance(hours=1)
    return made


def xml(client: Visitor, path: str) -> ET.Element:
    answer = client._open(path, method="GET")
    assert answer.status_code == 200
    return ET.fromstring(answer.get_data())  # noqa: S314 – our own answer


def entries(client: Visitor) -> list[dict[str, str]]:
    """Of the feed, checked as RFC 4287 asks."""
    feed = xml(client, FEED)
    for name in ("id", "title", "updated", "author"):
        assert len(feed.findall(f"a:{name}", ATOM)) == 1, name
    (own,) = [link.get("href") for link in feed.findall("a:link[@rel='self']", ATOM)]
    assert own == f"http://127.0.0.1:5000{FEED}"
    found = []
    for entry in feed.findall("a:entry", ATOM):
        told = {name: entry.findtext(f"a:{name}", "", ATOM) for name in ("id", "title", "updated", "summary")}
        assert all(told.values()), told
        assert told["id"].startswith("tag:127.0.0.1,2026:")
        assert datetime.fromisoformat(told["updated"]).tzinfo is not None
        link = entry.find("a:link[@rel='alternate']", ATOM)
        category = entry.find("a:category", ATOM)
        assert category is not None
        found.append(
            {**told, "link": link.get("href", "") if link is not None else "", "kind": category.get("term", "")}
        )
    assert len({one["id"] for one in found}) == len(found)
    dates = [one["updated"] for one in found]
    assert dates == sorted(dates, reverse=True)
    assert not dates or feed.findtext("a:updated", "", ATOM) == dates[0]
    return found


# ── the feed ────────────────────────────────────────────────────────────────


def test_a_feed_tells_what_changed_in_words_and_without_values(
    client: Visitor, session: Session, people: Personas
) -> None:
    born = entries(client)
    assert [one["kind"] for one in born] == ["publication", "publication"]
    place, by = people.comtat.establishment, people.president
    publish(session, place, by, SheetRef(place.finess), "coordonnees", phone="+33465710042")
    caromb = factories.commune(session, "84030", "Caromb")
    zone = [one.insee for one in people.comtat.communes] + [caromb.insee]
    publish(session, place, by, SheetRef(place.finess, people.comtat.unit.id), "zone", communes=zone)
    project(session)
    first, *rest = entries(client)
    assert (first["kind"], first["title"]) == (
        "changement",
        "CPTS du Comtat Venaissin\u00a0: des informations ont changé",
    )
    assert first["link"] == f"http://127.0.0.1:5000/etablissements/{place.finess}"
    assert "téléphone standard\u00a0: modification" in first["summary"]
    assert "1\u00a0commune ajoutée\u00a0: Caromb" in first["summary"]
    assert "0042" not in first["summary"].replace(" ", "").replace("\u00a0", "")
    assert [one["id"] for one in rest] == [one["id"] for one in born if people.other.finess in one["id"]]


def test_a_feed_says_that_a_cpts_is_not_published_any_more(client: Visitor, session: Session, people: Personas) -> None:
    people.other.establishment.closed_on = date(2025, 12, 31)
    project(session)
    first, second = entries(client)
    assert (first["kind"], first["link"]) == ("retrait", "")
    assert first["title"] == "CPTS Grand Avignon\u00a0: la CPTS n’est plus publiée"
    assert first["summary"] == "La CPTS n’est plus publiée.\nUne unité n’est plus publiée."
    assert people.comtat.finess in second["id"]


def test_a_feed_says_nothing_of_what_is_restricted(client: Visitor, session: Session, people: Personas) -> None:
    place, by, unit = people.comtat.establishment, people.president, people.comtat.unit
    was = entries(client)
    publish(session, place, by, SheetRef(place.finess, unit.id), "conditions", regulator_info="Composer le 15")
    publish(session, place, by, SheetRef(place.finess), "contacts", contacts=[contact("+33465717701", level=2)])
    project(session)
    assert entries(client) == was
    unit.name, unit.sensitive = "UNITÉ DU SECRET", True
    project(session)
    first = entries(client)[0]
    assert first["summary"] == "Une unité n’est plus publiée."
    unit.sensitive = False
    project(session)
    told = entries(client)[0]
    assert told["kind"] == "changement"


def test_a_feed_costs_as_many_statements_however_much_changed(
    app: Flask, client: Visitor, session: Session, people: Personas
) -> None:
    def cost() -> int:
        with app.app_context(), recorded(db.engine()) as statements:
            client._open(FEED, method="GET")
            return len(statements.counted())

    alone = cost()
    for number in range(4):
        place = factories.establishment(session, f"CPTS {number}", commune=people.comtat.communes[0])
        make_shown(session, factories.unit(session, place))
    project(session)
    assert cost() == alone <= 12


@SQLITE_ONLY
def test_a_feed_is_well_formed_whatever_somebody_typed_and_asked_again_is_unchanged(
    client: Visitor, session: Session, people: Personas
) -> None:
    people.comtat.unit.name = "Unité <b>&\u0008\ufffe ]]> « É »"
    people.comtat.establishment.name = "CPTS </title><x/>"
    project(session)
    assert entries(client)[0]["title"].startswith("CPTS </title><x/>")
    tag = client._open(FEED, method="GET").headers["ETag"]
    assert client._open(FEED, method="GET", headers={"If-None-Match": tag}).status_code == 304


@SQLITE_ONLY
@pytest.mark.parametrize("code", ["75", "ZZ", "2A", "084"])
def test_there_is_no_feed_of_a_departement_of_elsewhere(client: Visitor, code: str) -> None:
    client.get(f"/donnees-ouvertes/departements/{code}.atom", status=404)


# ── the widget ──────────────────────────────────────────────────────────────


def test_the_widget_says_the_cpts_of_the_commune_in_a_frame_of_any_site(client: Visitor, people: Personas) -> None:
    page = client.get("/widget/commune/84031")
    assert page.read("h2").startswith("CPTS du Comtat Venaissin")
    assert "tel:+33465719901" in page.links()
    policy = page.response.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "script-src 'self'" in policy
    assert page.response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in page.response.headers
    assert not page.has("form, script, input, button")
    assert all(link.get("target") == "_blank" for link in page.all("a") if not str(link["href"]).startswith("tel:"))
    for path in ("/", "/communes/84031", "/donnees-ouvertes", "/connexion", "/widget/nulle-part"):
        assert "frame-ancestors 'none'" in client._open(path, method="GET").headers["Content-Security-Policy"]


@SQLITE_ONLY
def test_the_widget_and_all_it_loads_weigh_at_most_15_kb(
    app: Flask, client: Visitor, session: Session, people: Personas
) -> None:
    """Even for a commune that several CPTS serve."""
    for number in range(5):
        place = factories.establishment(session, f"CPTS DES COMMUNES RÉUNIES DU TERRITOIRE {number}")
        factories.unit(session, place, people.comtat.communes[0])
    page = client.get("/widget/commune/84031")
    assert len(page.all("section")) == 6
    loaded = [str(tag.get("href") or tag.get("src")) for tag in page.all("link[href], script[src], img[src]")]
    assert loaded
    size = len(page.html.encode())
    for path in loaded:
        with app.test_client().get(path) as file:
            assert file.status_code == 200
            size += len(file.get_data())
    assert size <= MOST_BYTES


def test_the_widget_says_so_inside_its_frame_when_nobody_serves_or_the_commune_is_unknown(
    client: Visitor, session: Session, people: Personas
) -> None:
    factories.commune(session, "84005", "Aurel")
    assert "Aucune CPTS ne déclare intervenir ici." in client.get("/widget/commune/84005").text
    unknown = client.get("/widget/commune/Appelez-le-0899", status=404)
    assert "0899" not in unknown.html, "nobody says anything to a town hall in our name"
    assert unknown.h1 == "Commune inconnue"
    assert "frame-ancestors *" in unknown.response.headers["Content-Security-Policy"]
    session.add(FormerCommune(insee="84999", name="Ancienne", current_insee="84031"))
    moved = client.request("GET", "/widget/commune/84999", status=302)
    assert moved.location == "/widget/commune/84031"


# ── search engines ──────────────────────────────────────────────────────────


def test_the_sitemap_leads_to_pages_that_are_published_and_only_to_them(
    client: Visitor, session: Session, people: Personas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, "PER_FILE", 2)
    monkeypatch.setattr(sitemap, "CHUNK", 1)
    third = factories.establishment(session, "CPTS TROISIÈME")
    closed = factories.establishment(session, "CPTS FERMÉE", closed_on=date(2020, 1, 1))
    factories.commune(session, "69123", "Lyon", region="84", departement="69")
    project(session)
    files = [one.text or "" for one in xml(client, "/sitemap.xml").findall("s:sitemap/s:loc", MAP)]
    names = [name.removeprefix("http://127.0.0.1:5000/sitemaps/") for name in files]
    assert names == ["pages.xml", "etablissements-1.xml", "etablissements-2.xml", "communes-1.xml", "communes-2.xml"]
    found = []
    for name in names:
        urls = xml(client, f"/sitemaps/{name}").findall("s:url", MAP)
        found += [url.findtext("s:loc", "", MAP).removeprefix("http://127.0.0.1:5000") for url in urls]
        if name.startswith("etablissements"):
            assert all(datetime.fromisoformat(url.findtext("s:lastmod", "", MAP)) for url in urls)
    assert len(found) == len(set(found))
    places = {f"/etablissements/{finess}" for finess in (people.comtat.finess, people.other.finess, third.finess)}
    assert {path for path in found if path.startswith("/etablissements/")} == places
    assert closed.finess not in str(found)
    communes = {path for path in found if path.startswith("/communes/")}
    assert communes == {"/communes/84031", "/communes/84088", "/communes/84007"}
    for path in found:
        page = client.get(path)
        assert page.one("link[rel=canonical]")["href"] == f"http://127.0.0.1:5000{path}"
        assert "X-Robots-Tag" not in page.response.headers
    for name in ("etablissements-3", "etablissements-0", "personnes-1", "communes", "communes-99999999"):
        assert client._open(f"/sitemaps/{name}.xml", method="GET").status_code == 404


@SQLITE_ONLY
def test_pages_that_name_people_are_kept_from_search_engines(client: Visitor, people: Personas) -> None:
    finess = people.comtat.finess
    for path in (f"/unites/{people.comtat.unit.id}", "/recherche?q=vasseur&onglet=professionnels", "/connexion"):
        page = client.get(path)
        assert page.response.headers["X-Robots-Tag"] == "noindex"
        assert not page.has("link[rel=canonical]")
    assert client._open(f"/etablissements/{finess}/historique", method="GET").headers["X-Robots-Tag"] == "noindex"
    assert client._open("/nulle-part", method="GET").headers["X-Robots-Tag"] == "noindex"
    page = client.get(f"/etablissements/{finess}")
    assert page.has("[data-nosnippet] #gouvernance")
    rules = client._open("/robots.txt", method="GET").get_data(as_text=True).splitlines()
    assert rules[0] == "User-agent: *"
    assert {"Disallow: /recherche", "Disallow: /suivi", "Disallow: /centre", "Disallow: /fhir/"} <= set(rules)
    assert rules[-1] == "Sitemap: http://127.0.0.1:5000/sitemap.xml"


@SQLITE_ONLY
def test_one_address_stands_for_all_those_of_a_page(client: Visitor, people: Personas) -> None:
    finess = people.comtat.finess
    for path, one in (
        ("/repertoire?dept=84&filtre=comtat", "/repertoire?dept=84"),
        (f"/etablissements/{finess}?utm=x", f"/etablissements/{finess}"),
        ("/repertoire?dept=<b>", "/repertoire"),
        ("/couverture?dept=84&x=1", "/couverture?dept=84"),
        ("/?q=x", "/"),
    ):
        assert client.get(path).one("link[rel=canonical]")["href"] == f"http://127.0.0.1:5000{one}"
    assert "/donnees-ouvertes" in "".join(client.get("/plan-du-site").links())
    assert "open_data.page" in ALONE


def linked(client: Visitor, path: str) -> dict[str, object]:
    block = client.get(path).one("script[type='application/ld+json']")
    told: dict[str, object] = json.loads(block.string or "")
    return told


def test_the_page_of_a_cpts_says_in_json_ld_where_it_serves(client: Visitor, people: Personas) -> None:
    told = linked(client, f"/etablissements/{people.comtat.finess}")
    assert (told["@type"], told["name"]) == ("MedicalOrganization", "CPTS DU COMTAT VENAISSIN")
    assert told["telephone"] == "+33465719901"
    assert [one["name"] for one in told["areaServed"]] == ["Carpentras", "Pernes-les-Fontaines"]  # type: ignore[attr-defined]
    assert "Vasseur" not in json.dumps(told)
    (serving,) = linked(client, "/communes/84088")["@graph"]  # type: ignore[misc]
    assert (serving["@id"], serving["areaServed"][0]["name"]) == (told["@id"], "Pernes-les-Fontaines")
    client.enter(people.president)
    assert not client.get(f"/etablissements/{people.comtat.finess}").has("script[type='application/ld+json']")


@SQLITE_ONLY
@pytest.mark.parametrize("name", ["</script><script>x()</script>", "<!--<script>", "' onload=x() \"", "\u2028&amp;"])
def test_no_name_ends_the_data_block(client: Visitor, session: Session, people: Personas, name: str) -> None:
    """page_faults, which looks at every answer, reads the block and what follows it."""
    people.comtat.establishment.name = people.comtat.establishment.operational_name = name
    project(session)
    assert linked(client, f"/etablissements/{people.comtat.finess}")["name"] == name


@SQLITE_ONLY
def test_the_data_set_is_said_in_json_ld_with_its_files(client: Visitor, people: Personas) -> None:
    told = linked(client, "/donnees-ouvertes")
    assert told["@type"] == "Dataset"
    files = [one["contentUrl"] for one in told["distribution"]]  # type: ignore[attr-defined]
    assert len(files) == 4
    for address in files:
        assert client._open(address.removeprefix("http://127.0.0.1:5000"), method="GET").status_code == 200
    page = client.get("/donnees-ouvertes")
    feeds = [str(link["href"]) for link in page.all("link[type='application/atom+xml']")]
    assert len(feeds) == 6
    assert FEED in feeds
    assert "<iframe src=" in page.read("pre")
