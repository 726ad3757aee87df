"""The public pages of a CPTS, and what only its people see on them."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import clock, db
from app.models import (
    CommuneContour,
    Contact,
    Establishment,
    FormerCommune,
    Mandate,
    NomenclatureCode,
    Telecom,
    Unit,
    UnitActivity,
    UnitCommune,
)
from tests import factories, personas
from tests.personas import Personas
from tests.support.backends import on_both_engines
from tests.support.client import Visitor
from tests.support.page import Page, plain
from tests.support.statements import recorded

backend = on_both_engines


@pytest.fixture
def people(session: Session) -> Personas:
    return personas.build(session)


def contour(session: Session, insee: str, x: int, source: str = "IGN Admin Express, Licence Ouverte 2.0") -> None:
    values = {"x_min": x, "y_min": 0, "x_max": x + 100, "y_max": 100, "x_centre": x + 50.0, "y_centre": 50.0}
    session.add(CommuneContour(insee=insee, path=f"M{x} 0l100 0 0 100 -100 0z", source=source, **values))


def definition(page: Page, box: str, term: str) -> str:
    for row in page.all(f"#{box} .defs > div"):
        if row.dt is not None and row.dt.get_text(strip=True) == term and row.dd is not None:
            return " ".join(row.dd.get_text(" ", strip=True).replace("\u00a0", " ").split())
    raise AssertionError(f"no {term} in {box}")


# ── establishment ───────────────────────────────────────────────────────────


def test_the_page_says_who_where_and_how_to_call(client: Visitor, people: Personas) -> None:
    page = client.get(f"/etablissements/{people.comtat.finess}")
    assert page.h1 == "CPTS du Comtat Venaissin"
    assert definition(page, "coordonnees", "Téléphone standard") == "04 65 71 99 01"
    assert definition(page, "coordonnees", "Adresse postale") == "584 avenue Victor Hugo 84200 Carpentras"
    assert definition(page, "coordonnees", "Courriel") == "Non renseigné"
    assert page.read_all("#gouvernance h3") == ["Hélène Vasseur", "Claire Daumas", "Karim Bensalem"]
    assert page.read_all("#gouvernance .ligne__texte > p:first-of-type")[0].startswith("Présidence")


def test_the_summary_card_holds_its_five_items(client: Visitor, session: Session, people: Personas) -> None:
    people.comtat.establishment.category_group_label = "Autres établissements"
    page = client.get(f"/etablissements/{people.comtat.finess}")
    expected = {
        "Fiche": "EG 840021281",
        "Grand groupe": "Autres établissements",
        "FINESS établissement": "840021281",
        "Nom officiel": "CPTS DU COMTAT VENAISSIN",
        "Catégorie": "Communauté Professionnelle Territoriale de Santé (CPTS)",
    }
    assert {term: definition(page, "identification", term) for term in expected} == expected


def test_the_breadcrumb_goes_from_the_region_to_the_unit(client: Visitor, people: Personas) -> None:
    trail = [
        "Accueil",
        "Provence-Alpes-Côte d’Azur",
        "Vaucluse",
        "EJ 840021273",
        "CPTS du Comtat Venaissin",
    ]
    assert client.get(f"/etablissements/{people.comtat.finess}").read_all(".ariane li") == trail
    unit = client.get(f"/unites/{people.comtat.unit.id}")
    assert unit.read_all(".ariane li") == [*trail, "Unité opérationnelle"]
    assert f"/repertoire?dept=84&open={people.comtat.finess}" in unit.links()
    assert f"/etablissements/{people.comtat.finess}#entite-juridique" in unit.links()


def test_units_stand_at_the_bottom_with_their_counts(client: Visitor, session: Session, people: Personas) -> None:
    session.add(UnitActivity(unit_id=people.comtat.unit.id, code="475", label="Coordination de soins non-programmés"))
    factories.unit(session, people.comtat.establishment, name="Unité fermée", closed_on=date(2025, 1, 1))
    factories.unit(session, people.comtat.establishment, name="Unité sensible", sensitive=True)
    page = client.get(f"/etablissements/{people.comtat.finess}")
    (unit,) = page.all("#unites .ligne")
    text = " ".join(unit.get_text(" ").replace("\u00a0", " ").split())
    assert "2 communes · 1 professionnel rattaché" in text
    assert "Coordination de soins non-programmés" in text
    assert f"/unites/{people.comtat.unit.id}" in page.links()


def test_without_a_president_the_page_says_so_and_what_to_do(client: Visitor, session: Session) -> None:
    place = factories.establishment(session)
    page = client.get(f"/etablissements/{place.finess}")
    assert "Aucun président référencé" in page.read("#gouvernance")
    assert page.link("Faites-vous connaître").startswith("/demandes/presidence?finess=")
    assert page.read("#unites .vide") == "Aucune unité décrite pour le moment."


def test_an_agent_registers_the_missing_president_from_the_page(
    client: Visitor, session: Session, people: Personas
) -> None:
    place = factories.establishment(session)
    client.enter(people.agent)
    page = client.get(f"/etablissements/{place.finess}")
    assert page.link("Enregistrer la présidence") == f"/centre/presidences/nouvelle?finess={place.finess}"


def test_anybody_may_ask_to_be_attached_from_both_pages(client: Visitor, people: Personas) -> None:
    ask = f"/etablissements/{people.comtat.finess}/rattachement"
    assert client.get(f"/etablissements/{people.comtat.finess}").link("Demander mon rattachement") == ask
    assert client.get(f"/unites/{people.comtat.unit.id}").link("Demander mon rattachement") == ask


@pytest.mark.parametrize(
    "path", ["/etablissements/840000000", "/etablissements/x'--", "/unites/999999", "/communes/99999"]
)
def test_the_unknown_is_not_found_and_may_be_searched(client: Visitor, people: Personas, path: str) -> None:
    page = client.get(path, status=404)
    assert page.has("main form[role=search]")


def test_each_page_has_its_fragment(client: Visitor, people: Personas) -> None:
    finess, unit_id = people.comtat.finess, people.comtat.unit.id
    for path, root in (
        (f"/etablissements/{finess}", "establishment"),
        (f"/unites/{unit_id}", "unit"),
        ("/communes/84031", "commune"),
        ("/repertoire", "tree"),
    ):
        assert client.htmx.get(path).has(f"#{root}")


def test_a_stored_site_that_is_not_a_web_address_is_no_link(client: Visitor, people: Personas) -> None:
    people.comtat.establishment.website = "javascript:alert(1)"
    page = client.get(f"/etablissements/{people.comtat.finess}")
    assert not [link for link in page.links() if link.startswith("javascript")]


# ── zone ────────────────────────────────────────────────────────────────────


def test_without_contours_the_list_stands_alone(client: Visitor, people: Personas) -> None:
    page = client.get(f"/unites/{people.comtat.unit.id}")
    assert not page.has("#zone svg.carte, #zone figure")
    assert page.read_all("#zone li") == ["Carpentras 84031", "Pernes-les-Fontaines 84088"]
    assert page.one("#zone details").has_attr("open")


def test_the_map_shows_the_zone_its_neighbours_and_its_source(
    client: Visitor, session: Session, people: Personas
) -> None:
    contour(session, "84031", 0)
    contour(session, "84088", 100)
    contour(session, "84007", -100)
    page = client.get(f"/etablissements/{people.comtat.finess}")
    assert len(page.all("#zone .carte__zone path")) == 2
    assert page.one("#zone .carte__hors")["d"] == "M-100 0l100 0 0 100 -100 0z"
    assert "siège à Carpentras" in page.read("#zone svg desc")
    assert "IGN Admin Express" in page.read("#zone figcaption")
    assert page.read_all("#zone li") == ["Carpentras 84031", "Pernes-les-Fontaines 84088"]


def test_communes_are_sorted_as_in_a_dictionary(client: Visitor, session: Session, people: Personas) -> None:
    unit = people.other.unit
    from_a_to_z = ["Aurel", "L’Isle-sur-la-Sorgue", "Évenos", "Eyguières"]
    for number, name in enumerate(from_a_to_z):
        insee = factories.commune(session, f"8450{number}", name).insee
        session.add(UnitCommune(unit_id=unit.id, insee=insee))
    names = [name.rsplit(" ", 1)[0] for name in client.get(f"/unites/{unit.id}").read_all("#zone li")]
    assert names == ["Aurel", "Avignon", "Évenos", "Eyguières", "L’Isle-sur-la-Sorgue"]


# ── unit ────────────────────────────────────────────────────────────────────


def test_a_person_whose_listing_is_off_is_counted_and_never_named(
    client: Visitor, session: Session, people: Personas
) -> None:
    assert people.president.mandate is not None
    hidden = factories.person(session, "Discrète", "Secrète", listed=False)
    factories.affiliation(session, hidden, people.comtat.unit, people.president.mandate, function="Rôle discret")
    for path in (f"/unites/{people.comtat.unit.id}", f"/etablissements/{people.comtat.finess}"):
        page = client.get(path)
        assert "Discrète" not in page.html
        assert "Secrète" not in page.html
        assert "Rôle discret" not in page.html
    page = client.get(f"/unites/{people.comtat.unit.id}")
    assert page.read_all("#rattaches tbody th") == ["Sophie Marchal"]
    assert page.read("#professionnels .compteur") == "2"
    assert "Et 1 personne non affichée, à sa demande." in page.text
    client.enter(people.president)
    managed = client.get(f"/unites/{people.comtat.unit.id}")
    assert managed.read_all("#rattaches tbody th") == ["Sophie Marchal", "Discrète Secrète non affiché"]


def test_who_decided_is_for_those_who_manage_the_cpts(client: Visitor, people: Personas) -> None:
    path = f"/unites/{people.comtat.unit.id}"

    def reads_who_decided() -> bool:
        return "Accepté par" in client.get(path).text

    assert not reads_who_decided()
    seen = {}
    for name in ("stranger", "professional", "other_president", "president", "referent", "agent"):
        client.enter(people.everyone()[name])
        seen[name] = reads_who_decided()
        client.sign_out()
    assert seen == {
        "stranger": False,
        "professional": False,
        "other_president": False,
        "president": True,
        "referent": True,
        "agent": True,
    }


def test_a_restricted_contact_never_reaches_the_public(client: Visitor, session: Session, people: Personas) -> None:
    unit = people.comtat.unit
    unit.regulator_info = "Composer le 04 65 71 99 96"
    for position, (channel, value, level) in enumerate(
        [("2", "+33465719997", 1), ("2", "+33465719998", 2), ("3", "garde@cpts.example", 3)]
    ):
        contact = Contact(establishment_finess=unit.establishment_finess, unit_id=unit.id, nature_code="04")
        contact.position, contact.confidentiality = position, 1
        contact.telecoms = [Telecom(position=1, channel_code=channel, value=value, confidentiality=level)]
        session.add(contact)
    public = re.sub(r"[\s\u00a0\u202f]", "", client.get(f"/unites/{unit.id}").html)
    assert "+33465719997" in public
    for secret in ("65719998", "0465719998", "garde@cpts.example", "0465719996"):
        assert secret not in public
    client.enter(people.referent)
    page = client.get(f"/unites/{unit.id}")
    assert "Courriel : garde@cpts.example accès très restreint" in page.read("#contacts")
    assert "04 65 71 99 96" in page.text


def test_a_sensitive_or_closed_unit_is_unknown_to_the_public(
    client: Visitor, session: Session, people: Personas
) -> None:
    sensitive = factories.unit(session, people.comtat.establishment, sensitive=True)
    closed = factories.unit(session, people.comtat.establishment, closed_on=date(2025, 1, 1))
    client.get(f"/unites/{sensitive.id}", status=404)
    client.get(f"/unites/{closed.id}", status=404)
    client.enter(people.president)
    assert "Cachée au public" in client.get(f"/unites/{sensitive.id}").text
    client.get(f"/unites/{closed.id}", status=404)


def test_ages_conditions_and_what_is_missing(client: Visitor, session: Session, people: Personas) -> None:
    people.comtat.unit.admission_conditions = "Sur orientation."
    people.comtat.unit.care_mode_code = "58"
    page = client.get(f"/unites/{people.comtat.unit.id}")
    assert definition(page, "public", "Âge minimum") == "0 an"
    assert definition(page, "public", "Âge maximum") == "150 ans"
    folded = {
        d.summary.get_text(strip=True): d.p.get_text(strip=True)
        for d in page.all("#conditions details")
        if d.summary and d.p
    }
    assert folded["Conditions d’admission"] == "Sur orientation."
    assert folded["Mode de prise en charge"] == "Suivi ou coordination de parcours"
    assert folded["Conditions d’accueil"] == "Non renseigné"
    assert not page.all("#conditions details[open]")


def test_a_unit_speaks_in_the_words_of_the_nomenclature_loaded_last(
    client: Visitor, session: Session, people: Personas
) -> None:
    people.comtat.unit.care_mode_code, people.comtat.unit.activity_field_code = "58", "ZZ"
    over = date(2020, 1, 1)
    session.add(NomenclatureCode(system="TRE_R213", code="58", label="Coordination du parcours", valid_to=over))
    page = client.get(f"/unites/{people.comtat.unit.id}")
    assert "Coordination du parcours" in page.text, "what was published keeps its words, even over"
    assert "ZZ" in page.text, "what nobody knows is shown as the code alone"


def test_professionals_come_twenty_a_page_by_name(client: Visitor, session: Session, people: Personas) -> None:
    for number in range(24):
        person = factories.person(session, "Anne", f"Nom {number:02d}")
        factories.affiliation(session, person, people.other.unit, _president_of_other(people))
    path = f"/unites/{people.other.unit.id}"
    first, second = client.get(path), client.get(f"{path}?page=2")
    assert first.read_all("#rattaches tbody th") == [f"Anne Nom {n:02d}" for n in range(20)]
    assert second.read_all("#rattaches tbody th") == [f"Anne Nom {n:02d}" for n in range(20, 24)]
    assert first.link("Suivante") == f"{path}?page=2#professionnels"
    for odd in ("0", "-3", "99", "x"):
        assert client.get(f"{path}?page={odd}").has("#rattaches tbody th")


def _president_of_other(people: Personas) -> Mandate:
    assert people.other_president.mandate is not None
    return people.other_president.mandate


# ── commune ─────────────────────────────────────────────────────────────────


def test_a_commune_says_which_cpts_intervene(client: Visitor, people: Personas) -> None:
    page = client.get("/communes/84031")
    assert page.h1 == "Qui intervient à Carpentras ?"
    (result,) = page.all("article[data-resultat]")
    assert (result["data-type"], result["data-id"]) == ("etablissement", people.comtat.finess)
    assert "84200" in page.read(".sous-titre")


def test_a_commune_without_a_cpts_says_whom_to_ask(client: Visitor, session: Session) -> None:
    factories.commune(session, "84500", "Nulleville")
    page = client.get("/communes/84500")
    assert "Aucune CPTS ne déclare intervenir à Nulleville" in page.text
    assert page.link("écrivez-lui") == "/contact"


def test_a_former_commune_leads_to_the_one_it_joined(client: Visitor, session: Session, people: Personas) -> None:
    session.add(FormerCommune(insee="84999", name="Vieux-Bourg", current_insee="84031"))
    assert client.get("/communes/84999", status=301).location == "/communes/84031"
    assert "Vieux-Bourg" in client.get("/communes/84031").text


def test_the_arrondissements_of_a_city_count_for_it_and_the_city_for_them(client: Visitor, session: Session) -> None:
    city = factories.commune(session, "13055", "Marseille", "13001")
    second = factories.commune(session, "13202", "Marseille 2e", "13002", kind="ARM", parent_insee="13055")
    third = factories.commune(session, "13203", "Marseille 3e", "13003", kind="ARM", parent_insee="13055")
    by_part = factories.establishment(session, "CPTS PART", commune=city)
    factories.unit(session, by_part, second)
    by_city = factories.establishment(session, "CPTS CITY", commune=city)
    factories.unit(session, by_city, city)

    def found(insee: str) -> list[str]:
        return [str(article["data-id"]) for article in client.get(f"/communes/{insee}").all("article[data-resultat]")]

    assert found("13055") == [by_city.finess, by_part.finess]
    assert found("13202") == [by_city.finess, by_part.finess]
    assert found(third.insee) == [by_city.finess]


# ── contact details ─────────────────────────────────────────────────────────


def test_a_manager_confirms_the_contact_details(client: Visitor, session: Session, people: Personas) -> None:
    path = f"/etablissements/{people.comtat.finess}"
    assert not client.get(path).has("#coordonnees form")
    client.enter(people.referent)
    client.get(path)
    page = client.submit("#coordonnees form")
    assert "Coordonnées confirmées." in page.read(".messages")
    assert "Vérifiée par la CPTS à l’instant" in page.text


def test_a_manager_corrects_them(client: Visitor, session: Session, people: Personas) -> None:
    client.enter(people.president)
    client.get(f"/etablissements/{people.comtat.finess}/coordonnees")
    page = client.submit(telephone="04 65 71 99 02", courriel="Contact@CPTS.example", site="cpts.example")
    assert definition(page, "coordonnees", "Téléphone standard") == "04 65 71 99 02"
    assert "https://cpts.example" in page.links()
    row = session.get_one(Establishment, people.comtat.finess, populate_existing=True)
    assert (row.phone, row.email, row.website) == ("+33465719902", "Contact@cpts.example", "https://cpts.example")


def test_what_the_sas_needs_cannot_be_emptied(client: Visitor, session: Session, people: Personas) -> None:
    client.enter(people.president)
    client.get(f"/etablissements/{people.comtat.finess}/coordonnees")
    page = client.submit(telephone="", code_postal="84", status=422)
    assert page.title.startswith("Erreur : ")
    assert page.has("#code_postal[aria-invalid=true]")
    page = client.submit(telephone="", code_postal="84200", status=422)
    assert "le SAS n’affiche plus la CPTS" in page.read("#telephone-erreur")


def test_two_corrections_at_once_the_second_is_shown_the_first(
    app: Flask, client: Visitor, session: Session, people: Personas
) -> None:
    client.enter(people.president)
    client.get(f"/etablissements/{people.comtat.finess}/coordonnees")
    other = Visitor(app)
    other.sign_in(people.referent)
    other.get(f"/etablissements/{people.comtat.finess}/coordonnees")
    other.submit(telephone="04 65 71 99 03")
    page = client.submit(telephone="04 65 71 99 04", status=409)
    assert "04 65 71 99 03" in page.read(".conflit")
    assert plain(str(page.one("#telephone")["value"])) == "04 65 71 99 04"
    page = client.submit("[data-brouillon]", **{"choix-phone": "mienne"})
    assert definition(page, "coordonnees", "Téléphone standard") == "04 65 71 99 04"


# ── cost ────────────────────────────────────────────────────────────────────


def test_pages_cost_the_same_whatever_they_hold(
    app: Flask, client: Visitor, session: Session, people: Personas
) -> None:
    """Ten times the professionals, units and CPTS: not one statement more."""
    paths = [
        f"/etablissements/{people.other.finess}",
        f"/unites/{people.other.unit.id}",
        "/communes/84007",
        "/repertoire",
    ]
    contour(session, "84007", 0)

    def cost(path: str) -> int:
        session.commit()
        with recorded(db.engine()) as statements:
            client.get(path)
        return len(statements.counted())

    before = [cost(path) for path in paths]
    for number in range(12):
        unit = factories.unit(session, people.other.establishment, name=f"Unité {number}")
        session.add(UnitActivity(unit_id=unit.id, code="475", label="Coordination"))
        person = factories.person(session, "Anne", f"Nom {number}")
        factories.affiliation(session, person, people.other.unit, _president_of_other(people))
        place = factories.establishment(session, f"CPTS {number}", commune=people.other.communes[0])
        factories.unit(session, place)
    assert [cost(path) for path in paths] == before
    assert max(before) <= 8


def test_a_visit_changes_nothing(client: Visitor, session: Session, people: Personas) -> None:
    unit = session.get_one(Unit, people.comtat.unit.id)
    stamp, now = unit.updated_at, clock.now()
    client.get(f"/unites/{unit.id}")
    session.expire_all()
    assert session.get_one(Unit, unit.id).updated_at == stamp <= now
