"""Boxes edited one by one, without JavaScript and by fragments (S-038 to S-050, S-133 to S-139, B-03, B-13, B-14)."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.models import BoxDraft, Contact, JournalEntry, Revision, Unit, UnitActivity, UnitCommune
from tests import factories, personas
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY
from tests.support.client import Visitor
from tests.support.page import Page
from tests.support.time import FrozenClock

pytestmark = SQLITE_ONLY
FORM = "[data-brouillon]"
EDIT = ".encadre__tete a.btn[href*='/encadres/']"
FINESS = "840021281"
CONTACT = f"/etablissements/{FINESS}/encadres/coordonnees"


@pytest.fixture
def people(session: Session, client: Visitor) -> Personas:
    built = personas.build(session)
    client.enter(built.referent)
    return built


@pytest.fixture
def unit(people: Personas) -> str:
    """Address of the boxes of the unit."""
    return f"/unites/{people.comtat.unit.id}/encadres"


def fresh(session: Session, people: Personas) -> Unit:
    return session.get_one(Unit, people.comtat.unit.id, populate_existing=True)


def events(session: Session) -> list[str]:
    return list(session.scalars(sa.select(JournalEntry.event).order_by(JournalEntry.seq)))


def colleague(app: Flask, people: Personas) -> Visitor:
    visitor = Visitor(app)
    visitor.enter(people.president)
    return visitor


# ── the button, the form, the answer ────────────────────────────────────────


def test_each_box_has_its_button_for_those_who_may_and_for_nobody_else(
    app: Flask, client: Visitor, people: Personas
) -> None:
    pages = (f"/etablissements/{FINESS}", f"/unites/{people.comtat.unit.id}")
    offered = [a["href"] for path in pages for a in client.get(path).all(EDIT)]
    boxes = {str(href).rsplit("/", 1)[1] for href in offered}
    assert boxes == {
        *("coordonnees", "contacts", "identite", "projet"),
        *("offre", "activites", "public", "zone", "horaires", "conditions", "capacite", "localisation"),
    }
    for who in (None, people.other_president, people.professional, people.agent):
        visitor = Visitor(app)
        if who:
            visitor.enter(who)
        assert not any(visitor.get(path).has(EDIT) for path in pages)


def test_a_box_is_saved_alone_dated_and_journalled(
    client: Visitor, session: Session, people: Personas, unit: str
) -> None:
    people.comtat.unit.admission_conditions = "Sur orientation."
    client.get(f"{unit}/capacite")
    page = client.submit(FORM, places="12")
    assert "Capacité d’accueil : enregistré" in page.read(".messages")
    assert "12" in page.read("#capacite dd")
    assert "Modifié à l’instant par Claire Daumas" in page.read("#capacite")
    row = fresh(session, people)
    assert (row.capacity, row.admission_conditions) == (12, "Sur orientation.")
    assert row.verified_at is not None
    (revision,) = session.scalars(sa.select(Revision))
    assert (revision.source, revision.role, revision.boxes[0].before, revision.boxes[0].after) == (
        "direct",
        "referent",
        {"capacity": None},
        {"capacity": 12},
    )
    assert events(session) == ["establishment.described"]


def test_it_happens_in_place_with_htmx_and_focus_comes_back(client: Visitor, people: Personas) -> None:
    page = client.get(f"/unites/{people.comtat.unit.id}")
    client.htmx.click("#capacite .encadre__tete a")
    assert page.has("#capacite form[hx-post] #places")
    assert page.has("#capacite h2[autofocus]")
    saved = client.htmx.post(f"/unites/{people.comtat.unit.id}/encadres/capacite", status=303, places="7", version="0")
    assert saved.has("section#capacite")
    assert "7" in saved.read("dd")
    assert saved.has("#capacite .encadre__tete a[autofocus]")
    assert "enregistré, et visible" in saved.read(".alerte--ok")
    again = client.htmx.get(f"/unites/{people.comtat.unit.id}/encadres/capacite")
    assert again.one("#places")["value"] == "7"


def test_what_is_wrong_is_said_next_to_it_and_the_input_kept(client: Visitor, people: Personas, unit: str) -> None:
    client.get(f"{unit}/public")
    page = client.submit(FORM, age_minimum="", age_maximum="12", status=422)
    assert page.title.startswith("Erreur : ")
    assert page.has("#resume-erreurs[tabindex='-1'][autofocus] [role=alert] a[href='#age_minimum']")
    assert "Indiquez l’âge minimum" in page.read("#age_minimum-erreur")
    page = client.submit(FORM, age_minimum="18", unite_minimum="a", age_maximum="12", unite_maximum="a", status=422)
    assert "inférieur à l’âge minimum" in page.read("#age_maximum-erreur")
    assert page.one("#age_maximum")["value"] == "12"
    client.submit(FORM, age_minimum="0", age_maximum="200", status=422)
    page = client.submit(FORM, age_minimum="0", unite_minimum="a", age_maximum="18", unite_maximum="mo")
    assert page.read_all("#public dd") == ["0 an", "18 mois"]


def test_what_is_mandatory_is_marked_and_explained_at_the_top(client: Visitor, people: Personas, unit: str) -> None:
    for path, name in ((CONTACT, "telephone"), (f"{unit}/public", "age_minimum"), (f"{unit}/offre", "nom")):
        page = client.get(path)
        assert page.read(f"label[for={name}]").endswith("* obligatoire")
        legend = page.one(".legende-obligatoire")
        assert legend.sourceline is not None
        assert legend.find_next("input", id=name) is not None
    assert client.get(f"{unit}/activites").read("#liste-activites > legend").count("* obligatoire") == 1


@pytest.mark.parametrize("who", ["other_president", "professional", "stranger", "agent"])
def test_nobody_else_reads_or_writes_a_form(
    client: Visitor, session: Session, people: Personas, unit: str, who: str
) -> None:
    client.enter(getattr(people, who))
    for path in (CONTACT, f"{unit}/conditions", f"{unit}/capacite/presence", f"{unit}/capacite/vue"):
        client.get(path, status=403)
    client.post(f"{unit}/capacite", status=403, places="3", version="0")
    assert fresh(session, people).capacity is None


@pytest.mark.parametrize("path", ["inconnu", "coordonnees", "zone'"])
def test_an_unknown_box_is_not_found(client: Visitor, people: Personas, unit: str, path: str) -> None:
    client.get(f"{unit}/{path}", status=404)


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40, "٣"])
def test_a_forged_version_is_a_bad_request(client: Visitor, people: Personas, unit: str, version: str) -> None:
    client.post(f"{unit}/capacite", status=400, places="3", version=version)


# ── before the first description ────────────────────────────────────────────


def test_before_the_first_description_only_contact_details_are_edited(
    client: Visitor, session: Session, people: Personas, unit: str
) -> None:
    session.execute(sa.delete(UnitCommune).where(UnitCommune.unit_id == people.comtat.unit.id))
    page = client.get(f"/unites/{people.comtat.unit.id}")
    assert not page.has(EDIT)
    assert page.has(f"#capacite a[href='/dossiers/nouveau?finess={FINESS}']")
    client.get(f"{unit}/capacite", status=303)
    refused = client.post(f"{unit}/capacite", status=409, places="3", version="0")
    assert "n’est pas encore décrite" in refused.text
    client.get(CONTACT)
    client.submit(FORM, telephone="04 65 71 99 02")


# ── rows, without JavaScript ────────────────────────────────────────────────


def test_contacts_are_rows_that_one_adds_and_removes(
    client: Visitor, session: Session, people: Personas, unit: str
) -> None:
    client.get(f"{unit}/contacts")
    client.submit(FORM, button="[name=ajouter][value=contacts]", status=200)
    page = client.submit(FORM, button="[value='contacts-0-telecoms']", status=200, **{"contacts-0-nature": "07"})
    assert page.one("[name='contacts-0-niveau'] option[selected]")["value"] == "2", "RG_EXP_032"
    assert page.one("[name='contacts-0-telecoms-1-niveau'] option[selected]")["value"] == "2", "RG_EXP_033"
    assert page.has("[name='contacts-0-telecoms-1-canal'][autofocus]")
    typed = {
        "contacts-0-telecoms-0-valeur": "04 65 71 99 20",
        "contacts-0-telecoms-0-poste": "12",
        "contacts-0-telecoms-1-canal": "3",
        "contacts-0-telecoms-1-valeur": "accueil@",
    }
    page = client.submit(FORM, status=422, **typed)
    assert "adresse électronique complète" in page.read("[id='contacts-0-telecoms-1-valeur-erreur']")
    client.submit(FORM, status=200, button="[name=retirer][value='contacts-0-telecoms-1']")
    assert session.scalar(sa.select(sa.func.count()).select_from(Contact)) == 0, "nothing is saved by a button of a row"
    page = client.submit(FORM)
    assert "04 65 71 99 20" in page.read("#contacts")
    assert "poste 12" in page.read("#contacts")
    assert "accès restreint" in page.read("#contacts")
    kept = session.scalars(sa.select(Contact)).one()
    assert (kept.confidentiality, [t.value for t in kept.telecoms]) == (2, ["+33465719920"])
    digits = "".join(Visitor(client.app).get(f"/unites/{people.comtat.unit.id}").text.split())
    assert "0465719920" not in digits, "S-046: the public never gets the digits"


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ({"nature": "07", "nom": "Alice Martin"}, "nature"),
        ({"fonction": "01"}, "nom"),
        ({"nom": "Alice Martin"}, "nature"),
        ({"nature": "07", "niveau": "3"}, "telecoms-0-niveau"),
        ({"nature": "zz"}, "nature"),
        ({"nature": "07", "telecoms-0-valeur": "12"}, "telecoms-0-valeur"),
    ],
)
def test_a_contact_obeys_the_rules_of_the_ror(
    client: Visitor, people: Personas, unit: str, typed: dict[str, str], where: str
) -> None:
    """RG_EXP_040, 041, 034; codes of the list; a number that is one (S-045)."""
    fields = {"telecoms-0-canal": "2", "telecoms-0-valeur": "04 65 71 99 20", "telecoms-0-niveau": "2", **typed}
    sent = {f"contacts-0-{name}": value for name, value in fields.items()}
    page = client.post(f"{unit}/contacts", status=422, version="0", **sent)
    assert page.has(f"[id='contacts-0-{where}-erreur']")
    assert page.has(f"#resume-erreurs a[href='#contacts-0-{where}']")


def test_hours_are_rows_with_a_day_or_a_period(client: Visitor, session: Session, people: Personas, unit: str) -> None:
    client.get(f"{unit}/horaires")
    client.submit(FORM, button="[value=plages]", status=200)
    page = client.submit(FORM, status=422, **{"plages-0-debut": "09:00", "plages-0-fin": "17:30"})
    assert "un jour, ou une période" in page.read("[id='plages-0-jour-erreur']")
    page = client.submit(FORM, **{"plages-0-jour": "1"})
    assert page.read_all("#horaires li") == ["Ouverture : lundi, de 9 h à 17 h 30"]


@pytest.mark.parametrize(
    "name", ["contacts-²-nature", f"contacts-{'9' * 50}-nature", f"contacts-{'9' * 6000}-nom", "plages--"]
)
def test_names_that_no_form_of_ours_sends_change_nothing(
    client: Visitor, session: Session, people: Personas, unit: str, name: str
) -> None:
    for box in ("contacts", "horaires"):
        client.post(f"{unit}/{box}", status=422 if box == "contacts" else 303, version="0", **{name: "07"})


# ── activities ──────────────────────────────────────────────────────────────


def test_activities_are_picked_selected_deleted_and_the_last_stays(
    client: Visitor, session: Session, people: Personas, unit: str
) -> None:
    client.get(f"{unit}/activites")
    page = client.submit(FORM, status=422)
    assert "activités opérationnelles" in page.read("#liste-activites-erreur"), "S-139"
    for code in ("475", "471"):
        page = client.submit(FORM, button="[name=ajouter]", status=200, ajout=code)
    assert not page.has("#ajout option[value='475']"), "the value moved to the list"
    client.submit(FORM)
    stored = sa.select(UnitActivity.code).where(UnitActivity.unit_id == people.comtat.unit.id)
    assert sorted(session.scalars(stored)) == ["471", "475"]
    client.get(f"{unit}/activites")
    page = client.submit(FORM, button="[value=tout]", status=200)
    assert len(page.all("input[name=choisies][checked]")) == 2
    page = client.submit(FORM, button="[value=supprimer]", status=200)
    assert "au moins une activité" in page.read("#liste-activites-erreur")
    page = client.submit(FORM, button="[value=supprimer]", status=200, choisies=["475"])
    assert "Retirer 1 activité cochée" in page.text
    assert len(page.all("input[type=hidden][name=activites]")) == 2, "not before it is confirmed"
    page = client.submit(FORM, button="[value=confirmer]", status=200)
    assert [i["value"] for i in page.all("input[type=hidden][name=activites]")] == ["471"]
    page = client.submit(FORM)
    assert page.read_all("#activites li") == ["Orientation vers un médecin traitant acceptant de nouveaux patients"]


def test_an_empty_list_of_activities_never_replaces_one(
    client: Visitor, session: Session, people: Personas, unit: str
) -> None:
    session.add(UnitActivity(unit_id=people.comtat.unit.id, code="475", label="Coordination"))
    page = client.post(f"{unit}/activites", status=422, version="0")
    assert "au moins une activité" in page.read("#liste-activites-erreur")
    page = client.post(f"{unit}/activites", status=422, version="0", activites="999")
    assert "n’existe plus" in page.read("#liste-activites-erreur")


# ── what is empty ───────────────────────────────────────────────────────────


def test_a_manager_completes_the_very_field_and_the_public_only_reads(client: Visitor, people: Personas) -> None:
    page = client.get(f"/unites/{people.comtat.unit.id}")
    assert page.link("compléter : Places installées").endswith("/encadres/capacite?champ=places#places")
    assert client.get(page.link("compléter : Places installées")).has("#places")
    client.sign_out()
    public = client.get(f"/unites/{people.comtat.unit.id}")
    assert "compléter" not in public.text
    assert public.read("#capacite .vide") == "Non renseigné"


def test_groups_are_folded_and_the_regulator_s_are_not_for_the_public(client: Visitor, people: Personas) -> None:
    people.comtat.unit.regulator_info = "Composer le 04 65 71 99 96"
    page = client.get(f"/unites/{people.comtat.unit.id}")
    assert len(page.all("#conditions details[data-garder]:not([open])")) == 4
    client.sign_out()
    public = client.get(f"/unites/{people.comtat.unit.id}")
    assert len(public.all("#conditions details")) == 3
    assert "99 96" not in public.text


def test_the_health_project_is_written_shown_to_everybody_and_not_counted(
    app: Flask, client: Visitor, people: Personas
) -> None:
    """S-152: pathways and communes; optional, so that the fifteen informations stay fifteen."""
    page = f"/etablissements/{FINESS}"
    assert not Visitor(app).get(page).has("#projet")
    counted = client.get(page).read("#completude")
    client.get(f"{page}/encadres/projet")
    late = client.submit(FORM, parcours="a" * 121, signature_projet="2126-01-01", status=422)
    assert late.has("#parcours-erreur")
    assert "dans le futur" in late.read("#signature_projet-erreur")
    said = {"presentation_projet": "Soigner\nensemble.", "signature_projet": "18/03/2024"}
    saved = client.submit(FORM, parcours="Plaies chroniques\nplaies CHRONIQUES\n\nÉchec scolaire\nDiabète", **said)
    assert saved.read("#completude") == counted
    shown = Visitor(app).get(page)
    assert shown.read_all("#projet li") == ["Diabète", "Échec scolaire", "Plaies chroniques"]
    assert "Soigner" in shown.read("#projet .lignes-gardees")
    assert "Carpentras" in shown.read("#projet")
    assert shown.read_all("#projet dd")[-1] == "18 mars 2024"
    told = Visitor(app).get(f"{page}/historique").text
    assert "3 parcours ajoutés" in told
    client.get(f"{page}/encadres/projet")
    assert "Confirmez" in client.submit(FORM, presentation_projet="", status=422).read("#presentation_projet-erreur")
    client.get(f"{page}/encadres/projet")
    client.submit(FORM, parcours="Diabète")
    assert "2 parcours retirés" in Visitor(app).get(f"{page}/historique").text


def test_completeness_counts_fifteen_informations_and_leads_to_each(
    client: Visitor, session: Session, people: Personas
) -> None:
    people.comtat.establishment.phone = None
    page = client.get(f"/etablissements/{FINESS}")
    assert "informations sur 15" in page.read("#completude")
    assert page.all("#completude .bloque")[0].get_text().startswith("Téléphone standard")
    assert page.link("Téléphone standard").endswith("/encadres/coordonnees?champ=telephone#telephone")
    assert page.link("Informations pour le régulateur SAS").endswith("/encadres/conditions?champ=regulateur#regulateur")


# ── blank never wipes ───────────────────────────────────────────────────────


def test_an_erasure_is_said_then_undone_within_a_day(
    client: Visitor, session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    people.comtat.establishment.email = "contact@comtat.example"
    client.get(CONTACT)
    page = client.submit(FORM, courriel="", telephone="", status=422)
    assert "le SAS n’affiche plus la CPTS" in page.read("#telephone-erreur")
    assert "déjà" not in page.text
    assert page.has("#effacer-email")
    assert not page.has("#effacer-phone")
    page = client.submit(FORM, courriel="", telephone="04 65 71 99 01", effacer=["email"])
    assert "Non renseigné" in page.read("#coordonnees")
    client.get(f"/etablissements/{FINESS}")
    page = client.submit("#coordonnees form[action$=annulation]")
    assert "contact@comtat.example" in page.read("#coordonnees")
    assert events(session) == ["establishment.updated", "establishment.updated"]
    sources = list(session.scalars(sa.select(Revision.source).order_by(Revision.number)))
    assert sources == ["direct", "undo"]
    assert not page.has("form[action$=annulation]"), "an undoing is not undone"


def test_undoing_is_over_after_a_day_or_after_another_change(
    app: Flask, client: Visitor, session: Session, people: Personas, unit: str, frozen_clock: FrozenClock
) -> None:
    client.get(f"{unit}/capacite")
    page = client.submit(FORM, places="3")
    undo = str(page.one("#capacite form[action$=annulation]")["action"])
    other = colleague(app, people)
    other.get(f"{unit}/capacite")
    other.submit(FORM, places="4")
    assert "a changé depuis" in client.post(undo, status=409).text
    in_place = client.htmx.post(undo, status=409)
    assert in_place.has("section#capacite .encadre__tete a[autofocus]")
    assert "a changé depuis" in in_place.read(".alerte--attention")
    client.post(undo.replace(FINESS, people.other.finess), status=403)
    latest = str(client.get(f"/unites/{people.comtat.unit.id}").one("#capacite form[action$=annulation]")["action"])
    frozen_clock.advance(hours=25)
    client.enter(people.referent)
    assert not client.get(f"/unites/{people.comtat.unit.id}").has("form[action$=annulation]")
    assert "24 heures" in client.post(latest, status=409).text
    assert fresh(session, people).capacity == 4


# ── drafts ──────────────────────────────────────────────────────────────────


def test_a_draft_comes_back_with_its_time_and_saving_ends_it(
    app: Flask, client: Visitor, session: Session, people: Personas, unit: str
) -> None:
    kept = client.post(f"{unit}/conditions/brouillon", status=200, admission="Sur orien", version="0")
    assert kept.response.mimetype == "text/plain"
    assert kept.html.startswith("Brouillon enregistré à ")
    (draft,) = session.scalars(sa.select(BoxDraft))
    assert draft.fields == [["admission", "Sur orien"]], "never a token"
    page = client.get(f"{unit}/conditions")
    assert "Brouillon du" in page.text
    assert page.read("#admission") == "Sur orien"
    assert fresh(session, people).admission_conditions is None, "nothing is published"
    assert not colleague(app, people).get(f"{unit}/conditions").read("#admission"), "only its author reads it"
    client.submit(FORM, admission="Sur orientation.")
    assert session.scalars(sa.select(BoxDraft)).all() == []


def test_cancelling_or_taking_the_saved_version_drops_the_draft(
    client: Visitor, session: Session, people: Personas, unit: str
) -> None:
    for leave, answer in (("[formaction$=abandon]", "unites/"), (None, "encadres/conditions")):
        client.post(f"{unit}/conditions/brouillon", status=200, admission="Sur orien", version="0")
        client.get(f"{unit}/conditions")
        if leave:
            page = client.post(f"{unit}/conditions/abandon")
        else:
            page = client.post(f"{unit}/conditions/abandon", reprendre="oui")
        assert answer in page.location
        session.expire_all()
        assert session.scalars(sa.select(BoxDraft)).all() == []


def test_an_autosave_without_a_session_is_told_so_and_keeps_nothing(
    client: Visitor, session: Session, people: Personas, unit: str
) -> None:
    client.sign_out()
    client.htmx.post(f"{unit}/capacite/brouillon", status=401, places="3", version="0")
    assert session.scalars(sa.select(BoxDraft)).all() == []


def test_somebody_typing_is_named_to_the_others_and_does_not_keep_their_session(
    app: Flask, client: Visitor, people: Personas, unit: str, frozen_clock: FrozenClock
) -> None:
    other = colleague(app, people)
    other.get(f"{unit}/capacite")
    assert "modifie cet encadré" not in other.current().text
    client.post(f"{unit}/capacite/brouillon", status=200, places="3", version="0")
    watch = str(other.current().one("[hx-trigger='every 15s']")["hx-get"])
    assert "Claire Daumas modifie cet encadré" in other.htmx.get(watch).text
    assert "modifie cet encadré" not in client.htmx.get(watch).text, "not oneself"
    for status in (200, 200, 200, 401):  # idle after 30 minutes, whatever the page asks by itself
        frozen_clock.advance(minutes=9)
        other.htmx.get(watch, status=status)


# ── two editors ─────────────────────────────────────────────────────────────


def both_open(app: Flask, client: Visitor, people: Personas, path: str) -> Visitor:
    client.get(path)
    other = colleague(app, people)
    other.get(path)
    return other


def test_the_second_save_shows_both_values_and_loses_neither(
    app: Flask, client: Visitor, session: Session, people: Personas, unit: str
) -> None:
    people.comtat.unit.admission_conditions = "Avant."
    other = both_open(app, client, people, f"{unit}/conditions")
    other.submit(FORM, admission="D’elle.", accueil="Accueil d’elle.")
    page = client.submit(FORM, admission="De moi.", regulateur="Composer le 1.", status=409)
    assert page.title.startswith("Erreur : ")
    assert "Hélène Vasseur a enregistré cet encadré" in page.read(".alerte--attention")
    conflict = page.read(".conflit")
    assert all(words in conflict for words in ("Avant : Avant.", "D’elle.", "De moi."))
    assert len(page.all(".conflit")) == 1, "what one side alone changed is no conflict"
    assert page.read("#accueil") == "Accueil d’elle."
    assert page.read("#regulateur") == "Composer le 1."
    assert fresh(session, people).admission_conditions == "D’elle.", "nothing was overwritten"
    page = client.submit(FORM, status=422)
    assert page.has("#resume-erreurs a[href='#choix-admission_conditions']")
    assert page.has(".conflit")
    client.submit(FORM, **{"choix-admission_conditions": "leur"})
    row = fresh(session, people)
    assert (row.admission_conditions, row.reception_conditions, row.regulator_info) == (
        "D’elle.",
        "Accueil d’elle.",
        "Composer le 1.",
    )


def test_one_may_keep_one_s_own_and_sets_add_up(
    app: Flask, client: Visitor, session: Session, people: Personas, unit: str
) -> None:
    other = both_open(app, client, people, f"{unit}/activites")
    other.submit(FORM, ajout="475")
    page = client.submit(FORM, ajout="471", status=409)
    assert not page.has(".conflit")
    assert "s’ajoutent aux siennes" in page.text
    client.submit(FORM)
    stored = sa.select(UnitActivity.code).where(UnitActivity.unit_id == people.comtat.unit.id)
    assert sorted(session.scalars(stored)) == ["471", "475"]
    other = both_open(app, client, people, f"{unit}/capacite")
    other.submit(FORM, places="3")
    client.submit(FORM, places="4", status=409)
    client.submit(FORM, **{"choix-capacity": "mienne"})
    assert fresh(session, people).capacity == 4


def test_different_boxes_never_conflict(
    app: Flask, client: Visitor, session: Session, people: Personas, unit: str
) -> None:
    client.get(f"{unit}/capacite")
    other = colleague(app, people)
    other.get(f"{unit}/conditions")
    other.submit(FORM, admission="Sur orientation.")
    client.submit(FORM, places="3")
    row = fresh(session, people)
    assert (row.capacity, row.admission_conditions) == (3, "Sur orientation.")


def test_a_conflict_in_place_is_swapped_and_keeps_the_text(
    app: Flask, client: Visitor, people: Personas, unit: str
) -> None:
    other = both_open(app, client, people, f"{unit}/capacite")
    other.submit(FORM, places="3")
    sent: dict[str, Any] = {"places": "4", "version": "0"}
    page: Page = client.htmx.post(f"{unit}/capacite", status=409, **sent)
    assert page.has("section#capacite .conflit")
    assert page.one("#places")["value"] == "4"


# ── what is set once ────────────────────────────────────────────────────────


def test_what_is_set_once_is_shown_and_kept_whatever_is_sent(
    client: Visitor, session: Session, people: Personas, unit: str
) -> None:
    people.comtat.unit.care_mode_code = "58"
    page = client.get(f"{unit}/offre")
    assert not page.has("[name=type_unite], [name=mode]")
    assert page.has("[name=champ_activite]")
    client.post(f"{unit}/offre", version="0", nom="CPTS Comtat", mode="32", champ_activite="05", type_unite="92")
    row = fresh(session, people)
    assert (row.name, row.care_mode_code, row.activity_field_code, row.type_code) == ("CPTS Comtat", "58", "05", "255")


def test_an_agent_s_draft_of_a_sensitive_unit_keeps_its_contacts_restricted(
    client: Visitor, session: Session, people: Personas, unit: str
) -> None:
    """RG_EXP_039."""
    people.comtat.unit.sensitive = True
    factories.commune(session, "84999", "Ailleurs")
    sent = {"contacts-0-nature": "07", "contacts-0-niveau": "2", "contacts-0-telecoms-0-canal": "2"}
    page = client.post(
        f"{unit}/contacts", status=422, version="0", **sent, **{"contacts-0-telecoms-0-valeur": "04 65 71 99 20"}
    )
    assert "très restreint" in page.read("#resume-erreurs")


def test_a_draft_in_front_of_a_conflict_is_still_to_be_settled(
    app: Flask, client: Visitor, session: Session, people: Personas, unit: str
) -> None:
    """Leaving the page of a conflict and coming back never lets one overwrite the other without choosing."""
    other = both_open(app, client, people, f"{unit}/capacite")
    other.submit(FORM, places="3")
    page = client.submit(FORM, places="4", status=409)
    client.post(
        f"{unit}/capacite/brouillon",
        status=200,
        places="4",
        version=str(page.one("[name=version]")["value"]),
        depart=str(page.one("[name=depart]")["value"]),
    )
    client.get(f"{unit}/capacite")
    assert client.submit(FORM, status=409).has(".conflit")
    assert fresh(session, people).capacity == 3


def test_an_autosave_that_comes_after_the_save_of_the_same_person_leaves_no_draft(
    client: Visitor, session: Session, people: Personas, unit: str
) -> None:
    client.get(f"{unit}/capacite")
    client.submit(FORM, places="3")
    client.post(f"{unit}/capacite/brouillon", status=409, places="3", version="0")
    assert session.scalars(sa.select(BoxDraft)).all() == []


def test_saving_a_box_touches_no_space_of_the_fields_left_alone(
    client: Visitor, session: Session, people: Personas, unit: str
) -> None:
    people.comtat.unit.reception_conditions = "Après 17\u00a0h, au 2\u1d49 étage."
    client.get(f"{unit}/conditions")
    client.submit(FORM, admission="Sur orientation.")
    assert fresh(session, people).reception_conditions == "Après 17\u00a0h, au 2\u1d49 étage."
    (revision,) = session.scalars(sa.select(Revision))
    before, after = revision.boxes[0].before or {}, revision.boxes[0].after
    assert [key for key in after if before[key] != after[key]] == ["admission_conditions"]
