"""Home, results and suggestions as a visitor gets them (CONTRACT.md)."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.models import Establishment, EstablishmentAlias
from app.search.index import index_establishment, index_professional, rebuild
from tests import factories, personas
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY, on_both_engines
from tests.support.client import HTMX, Visitor
from tests.support.page import Page

backend = on_both_engines

TITLE = "CPTS DU COMTAT VENAISSIN - 840021281 (CPTS DU COMTAT VENAISSIN - 840021273)"


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    rebuild(session)
    session.commit()
    return built


def identifiers(page: Page) -> list[tuple[str, str]]:
    return [(str(tag["data-type"]), str(tag["data-id"])) for tag in page.all("article[data-resultat]")]


def totals(page: Page) -> dict[str, int]:
    return {str(tag["data-onglet"]): int(str(tag["data-total"])) for tag in page.all("[data-onglet]")}


@SQLITE_ONLY
def test_home_has_the_search_and_its_suggestions(client: Visitor, people: Personas) -> None:
    home = client.get("/")
    field = home.one("main form[role=search] input[name=q]")
    assert field["role"] == "combobox"
    assert field["hx-get"] == "/recherche/suggestions"
    assert client.submit("main form[role=search]", q="comtat").path == "/recherche?q=comtat"


def test_a_line_names_the_establishment_and_its_legal_entity(client: Visitor, people: Personas) -> None:
    page = client.get("/recherche?q=CPTS comtat")
    first = page.all("article[data-resultat]")[0]
    heading = first.find(["h2", "h3"])
    assert heading is not None
    assert heading.a is not None
    assert heading.get_text() == TITLE  # the very text: no space added by the marks
    assert heading.a["href"] == "/etablissements/840021281"
    assert [mark.get_text() for mark in heading.find_all("mark")] == ["COMTAT", "COMTAT"]
    assert "584 AV VICTOR HUGO 84200 CARPENTRAS" in first.get_text()
    assert page.title == "2 résultats pour « CPTS comtat » – Relais"


def test_tabs_count_each_kind_and_empty_ones_stay(client: Visitor, people: Personas) -> None:
    page = client.get("/recherche?q=CPTS comtat")
    assert totals(page) == {"tous": 2, "etablissements": 1, "unites": 1, "professionnels": 0}
    assert identifiers(page) == [("etablissement", "840021281"), ("unite", str(people.comtat.unit.id))]
    units = client.get(str(page.one("[data-onglet=unites]")["href"]))
    assert identifiers(units) == [("unite", str(people.comtat.unit.id))]
    assert totals(units) == totals(page)
    assert units.one("[data-onglet=unites]")["aria-current"] == "page"
    assert identifiers(client.get("/recherche?q=CPTS comtat&onglet=professionnels")) == []


@pytest.mark.parametrize("number", ["840021281", "840021273", "84 002 128 1"])
def test_one_register_number_leads_to_the_page(client: Visitor, people: Personas, number: str) -> None:
    assert client.get(f"/recherche?q={quote(number)}", status=303).location == "/etablissements/840021281"
    # while typing, the page in front stays: the line is shown in it
    assert identifiers(client.htmx.get(f"/recherche?q={quote(number)}")) == [("etablissement", "840021281")]


@pytest.mark.parametrize("number", ["999999999", "840021282"])
def test_an_unknown_register_number_finds_nothing(client: Visitor, people: Personas, number: str) -> None:
    assert identifiers(client.get(f"/recherche?q={number}")) == []


def test_a_copied_label_finds_its_line(client: Visitor, people: Personas) -> None:
    assert identifiers(client.get(f"/recherche?q={quote(TITLE)}")) == [("etablissement", "840021281")]


def test_a_professional_is_named_only_by_choice(client: Visitor, people: Personas, session: Session) -> None:
    person = people.professional.person
    assert identifiers(client.get("/recherche?q=sophie marchal")) == [("professionnel", str(person.id))]
    person.listed = False
    index_professional(session, person.id)
    page = client.get("/recherche?q=sophie marchal")
    assert identifiers(page) == []
    assert "Marchal" not in page.text.replace("sophie marchal", "")


def test_close_spellings_are_said(client: Visitor, people: Personas) -> None:
    page = client.get("/recherche?q=contat venaisin")
    assert identifiers(page)[0] == ("etablissement", "840021281")
    assert "Aucune fiche ne contient « contat venaisin » tel quel" in page.text


def test_a_commune_leads_to_its_cpts_and_says_why(client: Visitor, people: Personas) -> None:
    page = client.get("/recherche?q=pernes les fontaines")
    assert identifiers(page)[0] == ("etablissement", "840021281")
    assert "Intervient à Pernes-les-Fontaines" in page.text
    assert "/communes/84088" in page.links()


def test_a_white_zone_is_said(client: Visitor, people: Personas, session: Session) -> None:
    factories.commune(session, "84150", "Visan", "84820")
    rebuild(session)
    page = client.get("/recherche?q=visan")
    assert identifiers(page) == []
    assert "Aucune CPTS ne déclare intervenir à Visan (84)" in page.text
    assert "/communes/84150" in page.links()


@SQLITE_ONLY
def test_nothing_found_offers_to_report_and_to_register(client: Visitor, people: Personas) -> None:
    page = client.get("/recherche?q=upega")
    assert page.title == "Aucun résultat pour « upega » – Relais"
    assert page.one("#signaler").has_attr("open")
    assert page.link("Signalez le problème") == "/signaler?q=upega"
    assert page.link("Demandez son enregistrement") == "/demandes/cpts?q=upega"


@SQLITE_ONLY
def test_under_results_a_problem_is_reported_with_the_search(client: Visitor, people: Personas) -> None:
    page = client.get("/recherche?q=comtat&onglet=unites&tri=nom")
    assert not page.one("#signaler").has_attr("open")
    assert page.link("Signalez le problème") == "/signaler?q=comtat&onglet=unites&tri=nom"
    assert not [link for link in page.links() if link.startswith("/demandes/cpts")]


def test_widening_adds_says_what_and_is_undone_link_by_link(client: Visitor, people: Personas) -> None:
    plain = client.get("/recherche?q=comtat avignon")
    assert identifiers(plain) == []
    wide = client.get(plain.link("Élargir la recherche"))
    assert {"840021281", people.other.finess} <= {number for _, number in identifiers(wide)}
    assert wide.read_all(".jeton") == [
        "Orthographes proches Retirer : orthographes proches",
        "Un mot peut manquer Retirer : un mot peut manquer",
    ]
    for removal in [str(tag["href"]) for tag in wide.all(".jeton a")]:
        assert len(client.get(removal).all(".jeton")) == 1
    assert identifiers(client.get("/recherche?q=comtat avignon&elargir=orthographe")) == []


@SQLITE_ONLY
def test_sorting_keeps_the_question_the_tab_and_the_widening(client: Visitor, people: Personas) -> None:
    client.get("/recherche?q=cpts&onglet=etablissements&elargir=orthographe")
    page = client.submit("#results form", tri="nom")
    assert page.path == "/recherche?q=cpts&onglet=etablissements&elargir=orthographe&tri=nom"
    assert page.one("select[name=tri] option[selected]")["value"] == "nom"
    assert [number for _, number in identifiers(page)] == ["840021281", people.other.finess]


@SQLITE_ONLY
def test_distance_is_offered_from_a_commune_only(client: Visitor, people: Personas) -> None:
    people.comtat.communes[0].latitude, people.comtat.communes[0].longitude = 44.05, 5.05
    offered = {
        text: {str(tag["value"]) for tag in client.get(f"/recherche?q={text}").all("select[name=tri] option")}
        for text in ("carpentras", "comtat")
    }
    assert "distance" in offered["carpentras"]
    assert offered["comtat"] == {"pertinence", "nom", "departement", "recent"}


@SQLITE_ONLY
def test_typing_again_keeps_the_tab(client: Visitor, people: Personas) -> None:
    client.get("/recherche?q=comtat&onglet=unites")
    assert client.submit("#recherche", q="avignon").path == "/recherche?q=avignon&onglet=unites"


@SQLITE_ONLY
@pytest.mark.parametrize("css", ["[data-onglet=unites]", "[data-onglet=professionnels]"])
def test_a_swapped_tab_is_the_page_that_its_address_gives(client: Visitor, people: Personas, css: str) -> None:
    page = client.get("/recherche?q=comtat")
    address = str(page.one(css)["href"])
    swapped = client.htmx.click(css)
    fresh = client.get(address)
    assert str(swapped.one("#results")) == str(fresh.one("#results"))
    assert swapped.title == fresh.title


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=",
        "q=%00",
        "q=' OR 1=1 --",
        'q=") OR (*',
        "q=%2A",
        "q=NEAR(a b)",
        "q=a&page=-3",
        "q=a&page=zz",
        "q=a&page=999",
        "q=a&onglet=x&tri=y&elargir=z",
        "q=" + "a" * 5000,
        "q=" + quote("é" * 300),
        "q=%F0%9F%8F%A5",
        "q=^a | b & !c:*",
    ],
)
def test_any_question_gets_an_answer(client: Visitor, people: Personas, query: str) -> None:
    client.get(f"/recherche?{query}")
    client.htmx.get(f"/recherche?{query}")
    client.htmx.get(f"/recherche/suggestions?{query}")


@SQLITE_ONLY
def test_names_are_escaped_where_they_are_marked(client: Visitor, people: Personas, session: Session) -> None:
    factories.establishment(session, '<script>alert("comtat")</script> & COMTAT', category_label="<i>essai</i>")
    rebuild(session)
    for path in ("/recherche?q=comtat", "/recherche?q=%3Cscript%3Ealert", "/recherche/suggestions?q=comtat"):
        html = client.get(path).html
        assert "<script>alert" not in html
        assert "<i>essai" not in html
    assert "&lt;script&gt;alert" in client.get("/recherche?q=comtat").html.replace("<mark>", "")


@SQLITE_ONLY
def test_the_empty_page_waits_for_a_question(client: Visitor, people: Personas) -> None:
    page = client.get("/recherche")
    assert page.h1 == "Rechercher une CPTS"
    assert page.one("input#q").has_attr("autofocus")
    assert identifiers(page) == []


# ── suggestions ─────────────────────────────────────────────────────────────


def test_suggestions_are_grouped_and_lead_to_pages(client: Visitor, people: Personas) -> None:
    page = client.htmx.get("/recherche/suggestions?q=carp")
    addresses = [str(option["data-href"]) for option in page.all("[role=option]")]
    assert addresses[0] == "/etablissements/840021281"
    assert "/communes/84031" in addresses
    assert addresses[-1] == "/recherche?q=carp"
    assert len(addresses) == len(set(addresses))
    for address in addresses:
        client.get(address)


@pytest.mark.parametrize("text", ["comtat", "cpts", "carp", "contat", "sophie", "upega", "cpts de brest"])
def test_suggestions_announce_the_total_of_the_results(client: Visitor, people: Personas, text: str) -> None:
    page = client.htmx.get(f"/recherche/suggestions?q={text}")
    total = totals(client.get(f"/recherche?q={text}"))["tous"]
    assert page.one("[data-total]")["data-total"] == str(total)
    shown = "" if not total else "Voir le résultat" if total == 1 else f"Voir les {total} résultats"
    assert shown in page.text
    assert bool(page.all("[role=option]")) == bool(total)


@SQLITE_ONLY
def test_one_letter_suggests_nothing(client: Visitor, people: Personas) -> None:
    assert client.htmx.get("/recherche/suggestions?q=c").all("[role=option]") == []


@SQLITE_ONLY
def test_suggestions_are_a_page_too(client: Visitor, people: Personas) -> None:
    page = client.get("/recherche/suggestions?q=comtat")
    assert page.h1 == "Suggestions pour « comtat »"
    assert page.one("#suggestions")["data-total"] == "2"


# ── caches ──────────────────────────────────────────────────────────────────

FRAGMENTS = ["/recherche?q=comtat", "/recherche/suggestions?q=comtat"]


@SQLITE_ONLY
@pytest.mark.parametrize("path", FRAGMENTS)
def test_a_fragment_is_public_and_the_same_for_everybody(client: Visitor, people: Personas, path: str) -> None:
    anonymous = client.htmx.get(path)
    client.enter(people.president)
    signed_in = client.htmx.get(path)
    assert signed_in.html == anonymous.html
    for answer in (anonymous, signed_in):
        headers = answer.response.headers
        assert headers["Cache-Control"] == "public, max-age=60"
        assert "Cookie" not in headers["Vary"]
        assert "Set-Cookie" not in headers


@SQLITE_ONLY
@pytest.mark.parametrize("path", FRAGMENTS)
def test_a_fragment_reads_neither_session_nor_account(
    app: Flask, client: Visitor, people: Personas, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.session_interface, "save_session", refuse_when_accessed)
    client.htmx.get(path)


def refuse_when_accessed(_app: Flask, session: object, _response: object) -> None:
    assert not getattr(session, "accessed", False), "the session was read for a public fragment"


@pytest.mark.parametrize("path", FRAGMENTS)
def test_an_unchanged_fragment_is_not_sent_again(
    client: Visitor, people: Personas, session: Session, path: str
) -> None:
    etag = client.htmx.get(path).response.headers["ETag"]
    again = client.request("GET", path, status=304, headers={**HTMX, "If-None-Match": etag})
    assert again.html == ""
    assert again.response.headers["ETag"] == etag

    session.add(EstablishmentAlias(finess="840021281", alias="Synapse"))
    index_establishment(session, "840021281")
    fresh = client.request("GET", path, status=200, headers={**HTMX, "If-None-Match": etag}, fragment=True)
    assert fresh.response.headers["ETag"] != etag


@SQLITE_ONLY
def test_a_page_is_not_kept_by_shared_caches(client: Visitor, people: Personas) -> None:
    for path in FRAGMENTS:
        assert "public" not in client.get(path).response.headers["Cache-Control"]


def test_a_published_change_is_found_at_the_next_keystroke(client: Visitor, people: Personas, session: Session) -> None:
    place = session.get_one(Establishment, people.other.finess)
    assert identifiers(client.htmx.get("/recherche?q=baronnies")) == []
    place.name = "CPTS DES BARONNIES"
    index_establishment(session, place.finess)
    assert ("etablissement", place.finess) in identifiers(client.htmx.get("/recherche?q=baronnies"))
