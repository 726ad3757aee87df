"""« Prêt pour le SAS », « Ce que voit le régulateur »: the sentence, the button that opens that very field, the card;
the service centre's counters, list and file (B-01, B-02, S-140 to S-149)."""

from __future__ import annotations

import csv
import io

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import clock, db
from app.models import Contact, Telecom, Unit, UnitActivity, UnitCommune
from app.queries.sheets import SheetRef
from app.search.index import rebuild
from app.working_days import day_of
from tests import factories, personas
from tests.personas import Personas
from tests.support.client import Visitor
from tests.support.page import Page
from tests.support.publishing import contact, make_shown, publish
from tests.support.statements import recorded

READY, BLOCKED = "Les régulateurs voient votre CPTS", "Les régulateurs ne voient pas votre CPTS"
MISSING = "Le téléphone de l’unité manque : le régulateur ne verra aucun numéro."
SECRET = "Après 17 h, composer le 04 65 71 77 77."
DESK = "/centre/sas"
MOST_STATEMENTS = 26


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    make_shown(session, built.comtat.unit, "+33465719901")
    built.comtat.unit.regulator_info = SECRET
    session.flush()
    rebuild(session)
    session.commit()
    return built


def page_of(people: Personas) -> str:
    return f"/etablissements/{people.comtat.finess}/sas"


def without_phone(session: Session) -> None:
    session.execute(sa.delete(Telecom))
    session.execute(sa.delete(Contact))
    session.commit()


def light(page: Page, key: str) -> str:
    return str(page.one(f"[data-feu={key}]")["data-ton"])


# ── the card ────────────────────────────────────────────────────────────────


def test_the_president_of_a_cpts_that_is_shown_reads_green(client: Visitor, people: Personas) -> None:
    client.enter(people.president)
    page = client.get(page_of(people))
    assert page.read("#readiness-t") == READY
    assert [light(page, key) for key in ("telephone", "adresse", "zone")] == ["ok", "ok", "ok"]
    assert "04 65 71 99 01" in page.read("[data-feu=telephone]")
    assert "584 avenue Victor Hugo, 84200, Carpentras" in page.read("[data-feu=adresse]")
    assert "2 communes" in page.read("[data-feu=zone]")
    assert "Jamais vérifié" in page.read("[data-feu=zone]")
    assert not page.has("#readiness .alerte--erreur")


def test_a_light_says_when_the_oldest_of_what_it_shows_was_verified(
    client: Visitor, session: Session, people: Personas
) -> None:
    place, unit = people.comtat.establishment, SheetRef(people.comtat.finess, people.comtat.unit.id)
    publish(session, place, people.president, unit, "zone", communes=["84031"])
    client.enter(people.president)
    page = client.get(page_of(people))
    assert "Vérifié le" in page.read("[data-feu=zone]")
    assert "Jamais vérifié" in page.read("[data-feu=telephone]")


def test_the_missing_phone_is_said_and_its_button_opens_that_very_field(
    client: Visitor, session: Session, people: Personas
) -> None:
    without_phone(session)
    client.enter(people.president)
    page = client.get(page_of(people))
    assert page.read("#readiness-t") == BLOCKED
    assert page.read("[data-regle=phone] p") == MISSING
    assert light(page, "telephone") == "erreur"
    button = page.one("[data-regle=phone] a")
    assert button["hx-target"] == "#atelier"
    form = client.get(str(button["href"]))
    field = str(button["href"]).partition("#")[2]
    assert form.one(f"#{field}")["name"] == "contacts-0-telecoms-0-valeur"


def test_mended_without_javascript_one_comes_back_to_a_green_card(
    client: Visitor, session: Session, people: Personas
) -> None:
    without_phone(session)
    client.enter(people.president)
    red = client.get(page_of(people))
    client.get(str(red.one("[data-regle=phone] a")["href"]).partition("#")[0])
    green = client.submit(
        "[data-brouillon]",
        **{
            "contacts-0-nature": "06",
            "contacts-0-niveau": "1",
            "contacts-0-telecoms-0-valeur": "04 65 71 01 10",
            "contacts-0-telecoms-0-niveau": "1",
        },
    )
    assert green.path == page_of(people)
    assert green.read("#readiness-t") == READY
    assert "enregistré" in green.text


def test_what_is_given_back_after_a_mending_in_place_is_the_card_alone(
    client: Visitor, session: Session, people: Personas
) -> None:
    client.enter(people.president)
    card = client.htmx.get(page_of(people))
    assert card.has("#readiness[hx-trigger='annonce from:#atelier']")
    assert not card.has("h1")


def test_nobody_leads_out_of_the_portal_by_the_way_back(client: Visitor, session: Session, people: Personas) -> None:
    client.enter(people.president)
    edit = f"/unites/{people.comtat.unit.id}/encadres/conditions"
    page = client.get(f"{edit}?retour=https://ailleurs.example/")
    assert not page.has("[name=retour]")
    saved = client.post(edit, retour="//ailleurs.example", version="0", admission="Sur appel.", regulateur=SECRET)
    assert saved.location.startswith(f"/unites/{people.comtat.unit.id}")


def test_a_number_in_restricted_access_leads_to_its_level(client: Visitor, session: Session, people: Personas) -> None:
    unit = SheetRef(people.comtat.finess, people.comtat.unit.id)
    numbers = [contact("+33465719901", level=1, telecom_level=2)]
    publish(session, people.comtat.establishment, people.president, unit, "contacts", contacts=numbers)
    client.enter(people.president)
    button = client.get(page_of(people)).one("[data-regle=phone] a")
    assert str(button["href"]).endswith("#contacts-0-telecoms-0-niveau")


def test_a_cpts_that_was_never_described_is_led_to_its_dossier(
    client: Visitor, session: Session, people: Personas
) -> None:
    unit_id = people.comtat.unit.id
    session.execute(sa.delete(UnitCommune).where(UnitCommune.unit_id == unit_id))
    session.commit()
    client.enter(people.president)
    page = client.get(page_of(people))
    assert page.one("[data-regle=zone] a")["href"] == f"/dossiers/nouveau?finess={people.comtat.finess}"
    session.execute(sa.update(Unit).where(Unit.id == unit_id).values(closed_on=day_of(clock.now())))
    session.commit()
    page = client.get(page_of(people))
    assert page.one("[data-regle=units] a")["href"] == f"/dossiers/nouveau?finess={people.comtat.finess}"


def test_the_page_of_a_cpts_says_what_the_regulators_do_not_see(
    app: Flask, client: Visitor, session: Session, people: Personas
) -> None:
    without_phone(session)
    client.enter(people.referent)
    with app.app_context(), recorded(db.engine()) as said:
        page = client.get(f"/etablissements/{people.comtat.finess}")
    assert MISSING in page.read("#sas")
    assert len(said.counted()) <= 32
    client.get(page.link("Corriger, et voir ce que lit le régulateur"))


def test_somebody_who_keeps_several_cpts_sees_which_one_is_hidden(
    client: Visitor, session: Session, people: Personas
) -> None:
    factories.presidency(session, people.other.establishment, people.president.person, people.agent.account, seat=2)
    session.commit()
    client.enter(people.president)
    page = client.get("/mon-etablissement")
    assert page.read_all("main .badge") == ["Prêt pour le SAS", "Les régulateurs ne la voient pas"]


def test_an_agent_reads_the_card_and_acts_on_behalf(client: Visitor, session: Session, people: Personas) -> None:
    without_phone(session)
    client.enter(people.agent)
    page = client.get(page_of(people))
    assert page.read("#readiness-t") == "Les régulateurs ne voient pas la CPTS"
    assert page.one("[data-regle=phone] a")["href"] == f"/centre/cpts/{people.comtat.finess}/pour-le-compte"


@pytest.mark.parametrize("who", ["other_president", "professional", "stranger"])
@pytest.mark.parametrize("action", ["", "/apercu?insee=84031"])
def test_others_are_refused(client: Visitor, people: Personas, who: str, action: str) -> None:
    client.enter(getattr(people, who))
    refused = client.get(page_of(people) + action, status=403)
    assert SECRET not in refused.html


def test_an_establishment_that_is_no_cpts_has_no_such_page(client: Visitor, session: Session, people: Personas) -> None:
    hospital = factories.establishment(session, "HOPITAL", category_code="355")
    session.commit()
    client.enter(people.agent)
    client.get(f"/etablissements/{hospital.finess}/sas", status=404)


def test_the_page_says_that_the_accounts_are_not_linked_and_what_is_reserved(client: Visitor, people: Personas) -> None:
    client.enter(people.president)
    page = client.get(page_of(people))
    assert "ne sont pas liés" in page.read("#comptes")
    assert SECRET in page.read("#infos-regulateur")
    assert "Réservé aux régulateurs" in page.read("#infos-regulateur")
    edit = client.get(str(page.one("#infos-regulateur .actions a")["href"]).partition("#")[0])
    assert edit.link("Saisir des informations complémentaires pour le régulateur")
    help_page = client.get(page.link("Saisir des informations complémentaires pour le régulateur"))
    assert help_page.has("#saisir-des-informations-complementaires-pour-le-regulateur")


def test_the_pages_of_a_cpts_lead_there_and_mark_what_is_transmitted(client: Visitor, people: Personas) -> None:
    client.enter(people.president)
    page = client.get(f"/etablissements/{people.comtat.finess}")
    assert page_of(people) in page.links()
    marked = [field for field in page.all(".defs > div") if "transmis au SAS" in field.get_text()]
    terms = {str(field.dt.get_text(strip=True)) for field in marked if field.dt}
    assert terms == {"Téléphone standard", "Adresse postale", "Nom officiel"}
    assert "Prêt pour le SAS" in page.read("#sas")
    client.sign_out()
    assert not client.get(f"/etablissements/{people.comtat.finess}").has("#sas")
    assert "transmis au SAS" not in client.get(f"/etablissements/{people.comtat.finess}").text


# ── what the regulator sees ─────────────────────────────────────────────────


@pytest.mark.parametrize("typed", ["Carpentras", "84031", "84200", "carpentras (84)"])
def test_a_commune_of_the_zone_shows_the_card_as_the_sas_draws_it(
    client: Visitor, people: Personas, typed: str
) -> None:
    client.enter(people.president)
    client.get(page_of(people))
    page = client.submit("form[role=search][action$=apercu]", status=200, commune=typed)
    assert page.one("[data-reponse='84031']")["data-vue"] == "oui"
    card = page.read(f"[data-reponse] [data-carte='{people.comtat.finess}']")
    for told in ("Communauté Professionnelle Territoriale de Santé (CPTS)", "CPTS DU COMTAT VENAISSIN", SECRET):
        assert told in card
    assert "04 65 71 99 01" in card
    assert "Aucun effecteur" in card


def test_a_commune_outside_the_zone_says_why_with_the_button_of_the_zone(client: Visitor, people: Personas) -> None:
    client.enter(people.president)
    page = client.get(f"{page_of(people)}/apercu?commune=Avignon")
    assert page.one("[data-reponse]")["data-vue"] == "non"
    assert "Votre CPTS n’apparaît pas, car :" in page.text
    assert "Avignon n’est pas dans la zone d’intervention." in page.read("[data-regle=commune]")
    assert f"/unites/{people.comtat.unit.id}/encadres/zone" in str(page.one("[data-regle=commune] a")["href"])
    assert "aucune CPTS ne couvre cette commune" in page.text, "the other one has no phone"


def test_a_cpts_that_nobody_sees_is_absent_everywhere_for_that_reason(
    client: Visitor, session: Session, people: Personas
) -> None:
    without_phone(session)
    client.enter(people.president)
    page = client.get(f"{page_of(people)}/apercu?commune=Carpentras")
    assert MISSING in page.read("[data-reponse]")
    assert not page.has("[data-carte]")


def test_other_cpts_of_the_commune_are_shown_without_what_they_tell_the_regulator(
    client: Visitor, session: Session, people: Personas
) -> None:
    unit = factories.unit(session, people.other.establishment, people.comtat.communes[0], regulator_info="Chez eux.")
    make_shown(session, unit, "+33465719955")
    session.commit()
    client.enter(people.president)
    page = client.get(f"{page_of(people)}/apercu?insee=84031")
    assert len(page.all("[data-carte]")) == 2
    assert "04 65 71 99 55" in page.read(f"[data-carte='{people.other.finess}']")
    assert "Chez eux." not in page.text


def test_a_name_that_several_communes_share_is_to_choose(client: Visitor, session: Session, people: Personas) -> None:
    factories.commune(session, "84076", "Mirabeau", "84120")
    factories.commune(session, "26185", "Mirabeau", "26110", region="84")
    factories.commune(session, "04122", "Mirabeau", "04510")
    session.flush()
    rebuild(session)
    session.commit()
    client.enter(people.president)
    page = client.get(f"{page_of(people)}/apercu?commune=Mirabeau")
    assert "désigne plusieurs communes" in page.text
    chosen = client.get(page.link("Mirabeau (04510)"))
    assert chosen.one("[data-reponse]")["data-reponse"] == "04122"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("commune=Xyzxyz", "Aucune commune ne s’appelle « Xyzxyz »"),
        ("commune=", "Indiquez une commune."),
        ("insee=00000", "Indiquez une commune."),
        ("commune=%00", "Indiquez une commune."),
        ("insee=%00", "Indiquez une commune."),
    ],
)
def test_what_is_no_commune_is_said(client: Visitor, people: Personas, query: str, words: str) -> None:
    client.enter(people.president)
    assert words in client.get(f"{page_of(people)}/apercu?{query}").text


def test_both_pages_cost_a_bounded_number_of_statements(
    app: Flask, client: Visitor, session: Session, people: Personas
) -> None:
    for number in range(10):
        place = factories.establishment(session, f"CPTS N° {number}")
        make_shown(session, factories.unit(session, place, people.comtat.communes[0]))
    session.commit()
    client.enter(people.president)
    for path in (page_of(people), f"{page_of(people)}/apercu?insee=84031"):
        with app.app_context(), recorded(db.engine()) as said:
            client.get(path)
        assert len(said.counted()) <= MOST_STATEMENTS, path


# ── the service centre ──────────────────────────────────────────────────────


def counters(page: Page) -> dict[str, str]:
    return {str(tag["data-chiffre"]): tag.get_text(strip=True) for tag in page.all("[data-chiffre]")}


def listed(page: Page) -> set[str]:
    return {str(tag["data-cpts"]) for tag in page.all("[data-cpts]")}


def test_an_agent_counts_filters_and_downloads(client: Visitor, session: Session, people: Personas) -> None:
    formula = factories.establishment(session, "=1+1", postcode=None)
    make_shown(session, factories.unit(session, formula))
    session.commit()
    client.enter(people.agent)
    page = client.get(DESK)
    assert counters(page) == {"toutes": "3", "bloquees": "2", "a-verifier": "0", "pretes": "1"}
    reasons = {str(row["data-motif"]): row.get_text(" ", strip=True) for row in page.all("[data-motif]")}
    assert set(reasons) == {"complete", "phone", "address", "one-number"}
    assert reasons["phone"].endswith("1 0")
    assert reasons["one-number"].endswith("0 1")
    assert listed(client.get(f"{DESK}?motif=phone")) == {people.other.finess}
    assert listed(client.get(f"{DESK}?etat=pretes")) == {people.comtat.finess}
    assert listed(client.get(f"{DESK}?q=comtat")) == {people.comtat.finess}
    assert listed(client.get(f"{DESK}?q={formula.finess}")) == {formula.finess}
    assert listed(client.get(f"{DESK}?dept=13")) == set()
    assert listed(client.get(f"{DESK}?etat=x&motif=y&dept=z")) == {
        people.comtat.finess,
        people.other.finess,
        formula.finess,
    }
    file = client.get(f"{DESK}.csv?etat=bloquees")
    rows = list(csv.reader(io.StringIO(file.html.lstrip("\ufeff")), delimiter=";"))
    assert [row[0] for row in rows[1:]] == [formula.finess, people.other.finess]
    assert rows[1][1].startswith("'="), "no formula"
    assert MISSING in rows[2][4]
    assert SECRET not in file.html


def test_only_agents_see_every_cpts(client: Visitor, people: Personas) -> None:
    client.enter(people.president)
    for path in (DESK, f"{DESK}.csv"):
        client.get(path, status=403)


def test_the_list_is_cut_into_pages(client: Visitor, session: Session, people: Personas) -> None:
    for number in range(30):
        factories.establishment(session, f"CPTS N° {number:02d}")
    session.commit()
    client.enter(people.agent)
    assert len(listed(client.get(DESK))) == 25
    assert len(listed(client.get(f"{DESK}?page=2"))) == 7
    assert len(listed(client.get(f"{DESK}?page=99"))) == 7


def test_the_activities_of_a_unit_are_mandatory(client: Visitor, session: Session, people: Personas) -> None:
    session.execute(sa.delete(UnitActivity))
    session.commit()
    client.enter(people.president)
    button = client.get(page_of(people)).one("[data-regle=complete] a")
    assert f"/unites/{people.comtat.unit.id}/encadres/activites" in str(button["href"])
