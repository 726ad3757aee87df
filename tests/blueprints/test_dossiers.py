"""A dossier collaboratif from its opening to « Envoyer en validation », through the pages, without JavaScript."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
import typst
from sqlalchemy.orm import Session

from app import db
from app.blueprints.descriptions.forms import FORMS
from app.blueprints.dossiers.documents import document
from app.blueprints.dossiers.presentation import BEGIN_WITH
from app.domain.sheets.catalogue import BOXES, SheetKind
from app.domain.sheets.values import is_blank
from app.models import Dossier, DossierBox, DossierSheet, DossierStep, Request, Unit
from app.queries.dossier_sheets import proposed_of
from app.web.pdf import FOLDER
from tests import factories, personas
from tests.personas import Persona, Personas
from tests.support.backends import SQLITE_ONLY, on_both_engines
from tests.support.client import Visitor
from tests.support.page import Page
from tests.support.statements import recorded

backend = on_both_engines

FINESS = "840021281"
NEW = f"/dossiers/nouveau?finess={FINESS}"
NAME, UNITS, SEND = "#nom-et-notes form", "form[action$='/unites']", "form[action$='/envoyer']"
BOX = "#box form[data-brouillon]"
FINALISE_ALL, FINALISE = "#envoi form[action$='/finaliser']", "form[action$='/finaliser']"
LATER, NEXT, FINAL = (f"[name=suite][value={value}]" for value in ("plus-tard", "suivant", "finaliser"))
SOURCE = FOLDER / "dossier.typ"
TOKENS = re.compile(r'name="csrf_token" value="[^"]*"')
AGES = {"age_minimum": "0", "unite_minimum": "a", "age_maximum": "150", "unite_maximum": "a"}


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


def opened(client: Visitor, somebody: Persona) -> Page:
    client.enter(somebody)
    client.get(NEW)
    return client.submit()


def sheet_url(page: Page, title: str) -> str:
    return str(next(link["href"] for link in page.all("#fiches .arbre a") if title in link.get_text()))


def box_url(page: Page, label: str) -> str:
    """Of the form of a box of the sheet in front."""
    return str(
        next(a["href"] for a in page.all("#sheet .encadre a") if label in a.get_text() and "/encadres/" in a["href"])
    )


def complete_unit(client: Visitor, sheet: str) -> Page:
    """Everything that a unit needs, and the button that finalises it."""
    client.get(f"{sheet}/encadres/offre")
    client.submit(BOX, button=LATER)
    client.get(f"{sheet}/encadres/zone")
    client.submit(BOX, status=200, button="[name=ajouter][value=commune]", commune="84031")
    client.submit(BOX, button=LATER)
    client.get(f"{sheet}/encadres/activites")
    client.submit(BOX, status=200, button="[name=ajouter]", ajout="471")
    client.submit(BOX, button=LATER)
    client.get(f"{sheet}/encadres/public")
    client.submit(BOX, button=LATER, **AGES)
    client.get(f"{sheet}/encadres/contacts")
    client.submit(BOX, status=200, button="[name=ajouter][value=contacts]")
    return client.submit(
        BOX,
        button=FINAL,
        **{
            "contacts-0-nature": "06",
            "contacts-0-telecoms-0-canal": "2",
            "contacts-0-telecoms-0-valeur": "04 90 00 00 01",
        },
    )


# ── opening ─────────────────────────────────────────────────────────────────


@SQLITE_ONLY
def test_the_referent_opens_a_dossier_named_after_the_cpts(client: Visitor, people: Personas, session: Session) -> None:
    client.enter(people.referent)
    page = client.get(NEW)
    assert page.one("[name=nom]")["value"] == "Peuplement de CPTS du Comtat Venaissin"
    page = client.submit(nom="   ", status=422)
    assert "Donnez un nom à ce dossier." in page.text
    page = client.submit(nom="Peuplement d’automne")
    assert page.h1 == "Peuplement d’automne"
    assert "Brouillon : visible de ses contributeurs seuls" in page.text
    assert [tag.get_text() for tag in page.all("#fiches .pastille")] == ["EG", "UO"]


@SQLITE_ONLY
def test_a_second_dossier_leads_to_the_first(client: Visitor, people: Personas, session: Session) -> None:
    first = opened(client, people.referent).path
    client.enter(people.president)
    assert client.get(NEW).has(f"a[href='{first}']")
    page = client.request(
        "POST",
        "/dossiers/nouveau",
        status=409,
        data={"csrf_token": client.csrf_token(), "nom": "Un autre", "finess": FINESS},
    )
    assert page.has(f"a[href='{first}']")
    assert session.scalar(sa.select(sa.func.count()).select_from(Dossier)) == 1


@SQLITE_ONLY
def test_the_list_shows_state_progress_and_tree(client: Visitor, people: Personas) -> None:
    opened(client, people.referent)
    page = client.get("/dossiers")
    assert page.h1 == "Liste des dossiers collaboratifs"
    assert "brouillon" in page.text
    assert "0 fiche finalisée sur 2" in page.text
    assert len(page.all(".arbre .pastille")) == 2
    client.enter(people.other_president)
    assert "Aucun dossier en cours" in client.get("/dossiers").text


# ── filling in ──────────────────────────────────────────────────────────────


@SQLITE_ONLY
def test_what_is_incomplete_is_saved_without_an_error_and_stays_to_finish(
    client: Visitor, people: Personas, session: Session
) -> None:
    page = opened(client, people.referent)
    client.post(f"{page.path}/unites", nombre="1")
    page = client.get(page.path)
    sheet = sheet_url(page, "CPTS du Comtat Venaissin 1")
    client.get(f"{sheet}/encadres/offre")
    page = client.submit(BOX, button=LATER)
    assert page.path == sheet
    assert page.read("#sheet .titre-page .badge") == "en cours"
    assert not page.has("#resume-erreurs")
    assert "Zone d’intervention : il manque : communes." in page.text


@SQLITE_ONLY
def test_finalising_lists_what_is_missing_with_the_way_to_each_field(
    client: Visitor, people: Personas, session: Session
) -> None:
    people.comtat.establishment.phone = None
    session.commit()
    page = opened(client, people.referent)
    sheet = sheet_url(page, "Établissement")
    client.get(sheet)
    page = client.submit(FINALISE, status=422)
    link = page.one("#resume-erreurs a")
    assert "téléphone standard" in link.get_text()
    form = client.get(str(link["href"]))
    assert form.has(f"#{str(link['href']).partition('#')[2]}")
    page = client.submit(BOX, button=FINAL, telephone="04 65 71 99 01")
    assert page.read("#sheet .titre-page .badge") == "finalisée"


@SQLITE_ONLY
def test_writing_in_a_final_sheet_reopens_it(client: Visitor, people: Personas) -> None:
    sheet = sheet_url(opened(client, people.referent), "Établissement")
    client.get(sheet)
    page = client.submit(FINALISE)
    assert page.read("#sheet .titre-page .badge") == "finalisée"
    client.get(f"{sheet}/encadres/coordonnees")
    page = client.submit(BOX, button=LATER, complement="Bâtiment B")
    assert page.read("#sheet .titre-page .badge") == "en cours"
    assert "Claire Daumas" in page.read("#encadre-coordonnees")


@SQLITE_ONLY
def test_finalising_in_place_brings_the_tree_with_it(client: Visitor, people: Personas) -> None:
    sheet = sheet_url(opened(client, people.referent), "Établissement")
    client.get(sheet)
    page = client.htmx.submit(FINALISE, status=303)
    assert page.has("#fiches .pastille--ok")
    assert "Établissement · finalisée" in page.read("#fiches")


@SQLITE_ONLY
def test_every_field_that_may_be_missing_has_its_place_in_the_form(client: Visitor, people: Personas) -> None:
    page = opened(client, people.referent)
    client.submit(UNITS, nombre="1")
    page = client.get(page.path)
    sheets = {SheetKind.EG: sheet_url(page, "Établissement"), SheetKind.UO: sheet_url(page, "Venaissin 1")}
    client.get(f"{sheets[SheetKind.UO]}/encadres/offre")
    client.submit(BOX, button=LATER)
    for kind, sheet in sheets.items():
        for box in BOXES[kind]:
            form = client.get(f"{sheet}/encadres/{box.key}")
            fields = [field.key for field in box.fields if not field.register]
            anchors = [BEGIN_WITH.get(key) or FORMS[kind, box.key].NAMES[key] for key in fields]
            assert [anchor for anchor in anchors if not form.has(f"#{anchor}")] == [], box


# ── units ───────────────────────────────────────────────────────────────────


@SQLITE_ONLY
@pytest.mark.parametrize("number", ["0", "21", "", "deux"])
def test_units_are_created_from_1_to_20_at_once(client: Visitor, people: Personas, number: str) -> None:
    page = opened(client, people.referent)
    page = client.submit(UNITS, nombre=number, status=422)
    assert "Indiquez un nombre d’unités de 1 à 20." in page.text
    page = client.submit(UNITS, nombre="20")
    assert len(page.all("#fiches .pastille")) == 22
    assert "CPTS du Comtat Venaissin 20" in page.text


@SQLITE_ONLY
def test_before_its_type_is_chosen_the_server_refuses_the_rest_of_a_unit(client: Visitor, people: Personas) -> None:
    opened(client, people.referent)
    page = client.submit(UNITS, nombre="1")
    assert page.path.endswith("/encadres/offre")
    assert page.one("#type_unite option[selected]")["value"] == "255"
    sheet = page.path.removesuffix("/encadres/offre")
    page = client.get(sheet)
    assert "Choisissez d’abord le type de l’unité" in page.read("#encadre-zone")
    assert not page.has("#encadre-zone .encadre__tete a")
    client.post(f"{sheet}/encadres/capacite", places="3", version="1", status=409)
    client.get(f"{sheet}/encadres/offre")
    client.submit(BOX, button=LATER)
    client.post(f"{sheet}/encadres/capacite", places="3", version="1")


@SQLITE_ONLY
def test_two_units_with_one_name_are_told(client: Visitor, people: Personas) -> None:
    page = opened(client, people.referent)
    client.submit(UNITS, nombre="2")
    page = client.get(page.path)
    sheet = sheet_url(page, "Venaissin 2")
    client.get(f"{sheet}/encadres/offre")
    page = client.submit(BOX, button=LATER, nom="cpts du comtat venaissin 1")
    assert "Une autre unité du dossier porte ce nom." in page.text


@SQLITE_ONLY
def test_a_new_unit_leaves_the_dossier_after_a_confirmation(
    client: Visitor, people: Personas, session: Session
) -> None:
    dossier = opened(client, people.referent)
    client.submit(UNITS, nombre="1")
    unit = sheet_url(client.get(dossier.path), "Venaissin 1")
    client.get(f"{unit}/retirer")
    page = client.submit()
    assert "Unité retirée du dossier" in page.text
    assert not session.scalars(
        sa.select(DossierSheet).where(DossierSheet.unit_id.is_(None), DossierSheet.kind == "uo")
    ).all()
    published = sheet_url(page, "Unité ·")
    assert "elle reste dans le dossier" in client.follow(client.get(f"{published}/retirer", status=303)).text
    client.post(f"{published}/retirer", status=409)


@SQLITE_ONLY
def test_an_agent_prepares_a_unit_and_what_they_fill_is_said_to_be_theirs(
    client: Visitor, people: Personas, session: Session
) -> None:
    dossier = opened(client, people.agent)
    assert session.scalars(sa.select(Dossier)).one().origin == "centre"
    sheet = client.submit(UNITS, nombre="1").path.removesuffix("/encadres/offre")
    client.get(f"{sheet}/encadres/offre")
    client.submit(BOX, button=LATER, nom="Équipe d’appui")
    client.enter(people.referent)
    page = client.get(sheet)
    assert "pré-remplie par le centre de services" in page.read("#sheet .sous-titre")
    assert page.read("#encadre-offre").count("pré-rempli par le centre de services") == 5
    client.get(f"{sheet}/encadres/offre")
    page = client.submit(BOX, button=LATER, nom="Équipe du Comtat")
    assert page.read("#encadre-offre").count("pré-rempli par le centre de services") == 4
    assert dossier.path


# ── two people ──────────────────────────────────────────────────────────────


@SQLITE_ONLY
def test_two_people_on_one_box_lose_nothing(client: Visitor, people: Personas, session: Session) -> None:
    sheet = sheet_url(opened(client, people.referent), "Établissement")
    client.get(f"{sheet}/encadres/coordonnees")
    stale = client.current().form(BOX).filled({"telephone": "04 65 71 99 66", "site": "cpts.example"})
    client.enter(people.president)
    client.get(f"{sheet}/encadres/coordonnees")
    client.submit(BOX, button=LATER, telephone="04 65 71 99 55", courriel="bureau@cpts.example")
    client.enter(people.referent)
    kept = {name: value for name, (value, *_) in stale.items() if name != "csrf_token"}
    client.page = page = client.post(f"{sheet}/encadres/coordonnees", status=409, **kept)
    assert "Hélène Vasseur a enregistré cet encadré pendant votre saisie" in page.text
    assert page.has("[name=choix-phone]")
    assert page.one("[name=courriel]")["value"] == "bureau@cpts.example"
    client.submit(BOX, status=422, button=LATER)
    client.submit(BOX, button=LATER, **{"choix-phone": "leur"})
    values = session.scalars(sa.select(DossierBox.values).where(DossierBox.box == "coordonnees")).one()
    assert (values["phone"], values["email"], values["website"]) == (
        "+33465719955",
        "bureau@cpts.example",
        "https://cpts.example",
    )


@SQLITE_ONLY
def test_a_draft_is_kept_and_others_see_who_is_writing(client: Visitor, people: Personas) -> None:
    sheet = sheet_url(opened(client, people.referent), "Établissement")
    client.post(f"{sheet}/encadres/coordonnees/brouillon", status=200, courriel="brouillon@cpts.example", version="1")
    page = client.get(f"{sheet}/encadres/coordonnees")
    assert page.one("[name=courriel]")["value"] == "brouillon@cpts.example"
    client.enter(people.president)
    page = client.get(f"{sheet}/encadres/coordonnees")
    assert "Claire Daumas modifie cet encadré en ce moment." in page.text
    assert page.one("[name=courriel]")["value"] == ""


@SQLITE_ONLY
def test_emptying_what_the_sas_needs_is_refused(client: Visitor, people: Personas) -> None:
    sheet = sheet_url(opened(client, people.referent), "Établissement")
    client.get(f"{sheet}/encadres/coordonnees")
    page = client.submit(BOX, status=422, button=LATER, telephone="")
    assert "Sans téléphone standard, le SAS n’affiche plus la CPTS." in page.text


# ── sending ─────────────────────────────────────────────────────────────────


def test_a_cpts_is_described_and_sent_to_its_president(client: Visitor, people: Personas, session: Session) -> None:
    page = opened(client, people.referent)
    dossier, eg, uo = page.path, sheet_url(page, "Établissement"), sheet_url(page, "Unité ·")
    assert page.has("#envoi button[disabled]")
    client.post(f"{dossier}/envoyer", status=409)
    page = client.get(dossier)
    page = client.submit(FINALISE_ALL, status=422)
    assert "Finalisées maintenant : CPTS du Comtat Venaissin." in page.text
    assert page.has("#resume-erreurs a")
    page = complete_unit(client, uo)
    assert page.read("#sheet .titre-page .badge") == "finalisée"
    page = client.get(dossier)
    assert "Le dossier va à la présidence (Hélène Vasseur)" in page.text
    page = client.submit(SEND)
    assert "En attente de validation par la présidence – visible publiquement après validation" in page.text
    assert [step.step for step in session.scalars(sa.select(DossierStep).order_by(DossierStep.id))] == [
        "opened",
        "submitted",
    ]
    client.post(f"{eg}/encadres/coordonnees", status=409, telephone="04 65 71 99 44", version="1")
    client.post(f"{dossier}/nom", status=409, nom="Autre nom", version="1")
    client.post(f"{dossier}/unites", status=409, nombre="1")
    page = client.get(dossier)
    page = client.submit("form[action$='/reprendre']")
    assert "Brouillon" in page.text


def test_the_president_sends_straight_to_the_service_centre(
    client: Visitor, people: Personas, session: Session
) -> None:
    page = opened(client, people.president)
    complete_unit(client, sheet_url(page, "Unité ·"))
    client.get(page.path)
    client.submit(FINALISE_ALL)
    page = client.submit(SEND)
    assert "En attente de validation par le centre de services – visible publiquement après validation" in page.text
    dossier = session.scalars(sa.select(Dossier).execution_options(populate_existing=True)).one()
    assert people.president.mandate is not None
    assert (dossier.status, dossier.round) == ("to_review", 1)
    assert dossier.approving_mandate_id == people.president.mandate.id
    client.post(f"{page.path}/reprendre", status=409)
    client.post(f"{page.path}/abandonner", status=409)
    steps = [one.get_text(" ") for one in page.all(".etapes li")]
    assert len(steps) == 6
    assert "Étape en cours" in steps[5]


@SQLITE_ONLY
def test_name_and_notes_are_saved_once_at_a_time(client: Visitor, people: Personas) -> None:
    opened(client, people.referent)
    page = client.submit(NAME, nom="Automne", notes="Appeler la mairie")
    assert page.h1 == "Automne"
    page = client.post(f"{page.path}/nom", nom="Hiver", notes="", version="1", status=409)
    assert "modifiés pendant votre saisie" in page.text


@SQLITE_ONLY
def test_a_dossier_is_abandoned_after_a_confirmation_and_another_may_be_opened(
    client: Visitor, people: Personas
) -> None:
    page = opened(client, people.referent)
    client.get(f"{page.path}/abandonner")
    client.submit()
    assert "Terminés" in client.current().text
    assert "abandonné" in client.get("/dossiers?etat=termines").text
    assert opened(client, people.referent).path != page.path


@SQLITE_ONLY
def test_a_cpts_without_a_president_is_told_who_can_validate(
    client: Visitor, people: Personas, session: Session
) -> None:
    orphan = factories.establishment(session, "CPTS SANS TETE")
    session.commit()
    client.enter(people.agent)
    client.get(f"/dossiers/nouveau?finess={orphan.finess}")
    page = client.submit()
    assert "Aucune présidence ne peut valider ce dossier" in page.text
    assert page.has(f"a[href='/etablissements/{orphan.finess}/referents']")
    assert not page.has(SEND)


# ── help, tips, PDF ─────────────────────────────────────────────────────────


@SQLITE_ONLY
def test_tips_are_shown_or_hidden_for_each_person(client: Visitor, people: Personas) -> None:
    sheet = sheet_url(opened(client, people.referent), "Établissement")
    page = client.get(f"{sheet}/encadres/coordonnees")
    assert "À quoi servent ces informations" in page.text
    page = client.submit("form[action='/mon-compte/infobulles']")
    assert page.path == f"{sheet}/encadres/coordonnees"
    assert "À quoi servent ces informations" not in page.text
    client.enter(people.president)
    assert "À quoi servent ces informations" in client.get(f"{sheet}/encadres/coordonnees").text


@SQLITE_ONLY
def test_a_help_ticket_shows_the_service_centre_the_dossier_and_its_errors(
    client: Visitor, people: Personas, session: Session
) -> None:
    dossier = opened(client, people.referent)
    page = client.get(f"{dossier.path}/aide", status=303)
    page = client.follow(page)
    assert page.one("#sujet option[selected]")["value"] == "dossier"
    client.submit("main form[method=post]:has([name=sujet])", message="La zone ne se finalise pas.")
    asked = session.scalars(sa.select(Request).where(Request.kind == "help")).one()
    client.enter(people.agent)
    page = client.get(f"/centre/demandes/{asked.id}")
    joined = page.read("#dossier-joint")
    assert "Peuplement de CPTS du Comtat Venaissin brouillon" in joined
    assert "Activités opérationnelles : il manque : activités opérationnelles." in joined
    assert page.has(f"#dossier-joint a[href='{dossier.path}']")


@SQLITE_ONLY
def test_a_ticket_never_shows_the_dossier_of_another_cpts(client: Visitor, people: Personas, session: Session) -> None:
    theirs = factories.dossier(session, people.other.establishment, people.other_referent.account)
    session.commit()
    client.enter(people.referent)
    client.get(f"/contact?sujet=dossier&finess={FINESS}&depuis=/dossiers/{theirs.id}")
    client.submit("main form[method=post]:has([name=sujet])", message="Et celui-ci ?")
    asked = session.scalars(sa.select(Request).where(Request.kind == "help")).one()
    client.enter(people.agent)
    assert not client.get(f"/centre/demandes/{asked.id}").has("#dossier-joint")


@SQLITE_ONLY
def test_the_pdf_of_a_dossier_holds_every_filled_field_tagged_and_titled(
    client: Visitor, people: Personas, session: Session
) -> None:
    page = opened(client, people.referent)
    unit = sheet_url(page, "Unité ·")
    client.get(f"{unit}/encadres/conditions")
    client.submit(BOX, button=LATER, admission="Sur orientation #panic() [$x$]", regulateur="Composer le 7")
    for path in (f"{page.path}/dossier.pdf", f"{unit}/fiche.pdf"):
        made = client.request("GET", path, status=200).response
        assert made.mimetype == "application/pdf"
        assert made.headers["Cache-Control"] == "no-store"
        for said in (b"pdfuaid", b"fr-FR", b"CPTS du Comtat Venaissin</rdf:li>", b"/StructTreeRoot"):
            assert said in made.data, said
    dossier = session.scalars(sa.select(Dossier)).one()
    sheets = proposed_of(dossier)
    told = document(dossier, sheets, dossier.name)
    assert (told["state"], told["mark"], told["contents"]) == (
        "Dossier brouillon",
        "Document de travail, non publié",
        True,
    )
    for sheet, shown in zip(sheets, told["sheets"], strict=True):
        filled = [
            field.label
            for box in sheet.boxes.values()
            for field in box.box.fields
            if not is_blank(box.values.get(field.key))
        ]
        assert filled == [field["name"] for box in shown["boxes"] for field in box["fields"]]
        assert filled
    lines = [
        line for sheet in told["sheets"] for box in sheet["boxes"] for field in box["fields"] for line in field["lines"]
    ]
    assert {"Composer le 7", "Carpentras"} <= set(lines)
    headings = json.loads(typst.query(SOURCE, "heading", field="level", sys_inputs={"data": json.dumps(told)}))
    assert headings.count(2) >= 2
    assert headings.count(3) == sum(len(sheet.boxes) for sheet in sheets)


@SQLITE_ONLY
def test_strangers_see_nothing_of_a_dossier(client: Visitor, people: Personas) -> None:
    page = opened(client, people.referent)
    sheet = sheet_url(page, "Établissement")
    for somebody in (people.other_president, people.professional):
        client.enter(somebody)
        for path in (page.path, sheet, f"{page.path}/dossier.pdf", f"{sheet}/fiche.pdf", f"{sheet}/encadres/contacts"):
            client.get(path, status=403)


@SQLITE_ONLY
def test_public_pages_do_not_change_while_a_dossier_is_open(
    client: Visitor, people: Personas, session: Session
) -> None:
    public = [f"/etablissements/{FINESS}", f"/unites/{people.comtat.unit.id}", "/recherche?q=comtat", "/communes/84031"]

    def seen() -> list[str]:
        client.sign_out()
        return [TOKENS.sub("", client.get(path).html) for path in public]

    client.enter(people.referent)
    before = seen()
    page = opened(client, people.referent)
    sheet, unit = sheet_url(page, "Établissement"), sheet_url(page, "Unité ·")
    client.get(f"{sheet}/encadres/coordonnees")
    client.submit(BOX, button=LATER, telephone="04 65 71 99 99", site="secret.example")
    client.get(f"{unit}/encadres/conditions")
    client.submit(BOX, button=FINAL, status=422, admission="Nouveauté")
    client.post(f"{page.path}/unites", nombre="3")
    assert seen() == before


# ── cost ────────────────────────────────────────────────────────────────────


@SQLITE_ONLY
def test_twenty_units_of_300_communes_cost_a_bounded_number_of_statements(
    client: Visitor, people: Personas, session: Session
) -> None:
    """Opening, showing, saving a box, finalising: as many for twenty units as for three."""
    communes = [factories.commune(session, f"8{n:04d}", f"Commune {n}") for n in range(1000, 1300)]
    session.commit()
    counts = []
    for units in (3, 20):
        while (
            session.scalar(sa.select(sa.func.count()).select_from(Unit).where(Unit.establishment_finess == FINESS))
            < units
        ):
            factories.unit(session, people.comtat.establishment, *communes, name="Équipe")
        session.commit()
        counts.append(cost_of_a_dossier(client, people))
        client.post(f"{client.current().path.partition('/fiches')[0]}/abandonner")
    small, large = counts
    assert [what for what in large if large[what] > small[what]] == []
    assert max(large.values()) < 50


def cost_of_a_dossier(client: Visitor, people: Personas) -> dict[str, int]:
    spent: dict[str, int] = {}

    def counted(what: str, act: Callable[[], Page]) -> Page:
        with recorded(db.engine()) as said:
            page = act()
        spent[what] = len(said.counted())
        return page

    client.enter(people.referent)
    client.get(NEW)
    page = counted("open", client.submit)
    unit = sheet_url(page, "Équipe")
    counted("dossier", lambda: client.get(page.path))
    counted("list", lambda: client.get("/dossiers"))
    token = {"csrf_token": client.csrf_token()}
    counted("finalise", lambda: client.request("POST", f"{page.path}/finaliser", status=422, data=token))
    counted("sheet", lambda: client.get(unit))
    counted("zone", lambda: client.get(f"{unit}/encadres/zone"))
    client.get(f"{unit}/encadres/capacite")
    counted("save", lambda: client.submit(BOX, button=LATER, places="4"))
    counted("pdf", lambda: client.request("GET", f"{page.path}/dossier.pdf", status=200))
    return spent
