"""`/demandes/cpts` and `/demandes/presidence` over HTTP, without JavaScript: what a requester sees and sends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import clock
from app.credentials.links import tracking_token
from app.models import Request
from app.search.index import rebuild
from tests import factories, personas
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY, on_both_engines
from tests.support.client import Visitor

backend = on_both_engines

CPTS, PRESIDENCY = "/demandes/cpts", "/demandes/presidence"
CPTS_FORM, PRESIDENCY_FORM = "#demande-cpts", "#demande-presidence"
FREE_FINESS = "840029995"
RPPS = "10999710014"


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    factories.commune(session, "84003", "Apt", "84400", population=11000)
    factories.commune(session, "84076", "Mirabeau", "84120")
    factories.commune(session, "04122", "Mirabeau", "04510")
    factories.commune(session, "84089", "Pertuis", "84120")
    rebuild(session)
    session.commit()
    return built


def cpts(**fields: Any) -> dict[str, Any]:
    """What somebody of a new CPTS types: the five items, the ACI, where they are answered."""
    typed = {
        "nom": "CPTS du Pays d’Apt",
        "finess": FREE_FINESS,
        "adresse": "12 rue du Stade",
        "code_postal": "84400",
        "ville": "Apt",
        "telephone": "04 65 71 99 10",
        "zone": "Apt\nPernes-les-Fontaines",
        "aci": "oui",
        "aci_date": "2025-03-12",
        "email": "coordination@pays-apt.example",
    }
    return {**typed, **fields}


def presidency(**fields: Any) -> dict[str, Any]:
    """The eight items (S-057)."""
    typed = {
        "cpts": "840021281",
        "nom": "Garnier",
        "prenom": "Paul",
        "email": "paul.garnier@soins.example",
        "telephone": "06 39 98 00 42",
        "profession": "10",
        "rpps": RPPS,
        "statut": True,
    }
    return {**typed, **fields}


def only_request(session: Session, kind: str) -> Request:
    session.expire_all()
    return session.scalars(sa.select(Request).where(Request.kind == kind, Request.status != "accepted")).one()


def count(session: Session, kind: str) -> int:
    query = sa.select(sa.func.count()).where(Request.kind == kind, Request.status != "accepted")
    return session.scalar(query) or 0


def fixed(text: str, request: Request) -> str:
    """Without what differs from one request to another."""
    for own in (request.number, request.email, request.rpps):
        text = text.replace(own, "…") if own else text
    return text


# ── registering a CPTS ──────────────────────────────────────────────────────


def test_the_form_holds_exactly_the_fields_of_the_guide(client: Visitor, people: Personas) -> None:
    form = client.get(CPTS).form(CPTS_FORM)
    assert form.names() == {
        "nom", "finess", "adresse", "code_postal", "ville", "telephone", "zone",
        "president_nom", "president_prenom", "president_email",
        "aci", "aci_date", "aci_reference", "email",
        "csrf_token", "cle", "site_web", "ouvert",
    }  # fmt: skip
    optional = client.current().read_all("label:has(.facultatif)")
    assert [label.replace(" (facultatif)", "") for label in optional] == [
        "Référence du contrat, ou ce qui l’atteste", "Prénom", "Nom", "Adresse électronique",
    ]  # fmt: skip


def test_a_visitor_asks_and_lands_on_the_tracking_page(client: Visitor, session: Session, people: Personas) -> None:
    client.get(CPTS)
    page = client.submit(CPTS_FORM, **cpts())
    asked = only_request(session, "cpts")
    assert page.path.startswith("/suivi/")
    assert asked.number in page.text
    assert (asked.status, asked.subject, asked.establishment_finess) == ("submitted", "CPTS du Pays d’Apt", None)
    assert asked.details == {
        "name": "CPTS du Pays d’Apt",
        "finess": FREE_FINESS,
        "street": "12 rue du Stade",
        "postcode": "84400",
        "city": "Apt",
        "phone": "+33465719910",
        "zone": ["84003", "84088"],
        "aci_signed_on": "2025-03-12",
    }


def test_the_president_is_optional_and_kept(client: Visitor, session: Session, people: Personas) -> None:
    client.get(CPTS)
    client.submit(CPTS_FORM, **cpts(president_nom="Roux", president_prenom="Inès", president_email="ines@apt.example"))
    details = only_request(session, "cpts").details
    assert details["president_family_name"] == "Roux"
    assert details["president_given_name"] == "Inès"
    assert details["president_email"] == "ines@apt.example"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("nom", "", "Renseignez le nom de la CPTS."),
        ("finess", "", "Renseignez les 9 caractères"),
        ("finess", "840029996", "n’est pas valable"),
        ("finess", "84002", "n’est pas valable"),
        ("adresse", " ", "Renseignez le numéro et la voie."),
        ("code_postal", "", "Renseignez le code postal."),
        ("code_postal", "8440", "5 chiffres"),
        ("ville", "", "Renseignez la ville."),
        ("telephone", "", "Renseignez le téléphone"),
        ("telephone", "12", "10 chiffres"),
        ("zone", "", "au moins une commune"),
        ("zone", " ; \n , ", "au moins une commune"),
        ("email", "sans arobase", "adresse électronique complète"),
        ("president_email", "sans arobase", "adresse électronique complète"),
        ("aci_date", "", "Indiquez la date de signature"),
        ("aci_date", "2125-01-01", "Indiquez une date passée"),
        ("aci_date", "2015-01-01", "depuis 2016"),
        ("aci_date", "hier", "date complète"),
        ("aci_reference", "Contrat de 1 84 12 76 451 089 46", "sécurité sociale"),
        ("site_web", "http://robot.example", "Laissez ce champ vide"),
    ],
)
@SQLITE_ONLY
def test_bad_input_is_said_and_what_was_typed_is_kept(
    client: Visitor, session: Session, people: Personas, field: str, value: str, sentence: str
) -> None:
    client.get(CPTS)
    page = client.submit(CPTS_FORM, status=422, **cpts(**{field: value}))
    assert sentence in page.read("#resume-erreurs")
    assert page.title.startswith("Erreur")
    assert page.one("#resume-erreurs").has_attr("autofocus")
    kept = "#ville" if field != "ville" else "#nom"
    assert page.one(kept)["value"] in {"Apt", "CPTS du Pays d’Apt"}
    assert count(session, "cpts") == 0


@SQLITE_ONLY
def test_whether_the_aci_is_signed_must_be_said(client: Visitor, session: Session, people: Personas) -> None:
    client.get(CPTS)
    typed = {name: value for name, value in cpts().items() if name != "aci"}
    assert "Dites si l’ACI est signé." in client.submit(CPTS_FORM, status=422, **typed).read("#resume-erreurs")


@SQLITE_ONLY
def test_a_corsican_number_is_taken_as_it_is(client: Visitor, session: Session, people: Personas) -> None:
    client.get(CPTS)
    client.submit(CPTS_FORM, **cpts(finess="2A0012345"))
    assert only_request(session, "cpts").details["finess"] == "2A0012345"


@pytest.mark.parametrize("number", ["840021281", "840 021 281", "840021273"])
def test_a_known_number_leads_to_its_page(client: Visitor, session: Session, people: Personas, number: str) -> None:
    """Of the establishment (EG) or of its legal entity (EJ)."""
    client.get(CPTS)
    page = client.submit(CPTS_FORM, status=422, **cpts(finess=number))
    assert "Cette CPTS existe déjà" in page.text
    assert "/etablissements/840021281" in page.links()
    assert count(session, "cpts") == 0


@SQLITE_ONLY
def test_the_number_of_another_establishment_is_told_apart(client: Visitor, session: Session, people: Personas) -> None:
    hospital = factories.establishment(session, "CH D’APT", category_code="355", category_label="Centre hospitalier")
    client.get(CPTS)
    page = client.submit(CPTS_FORM, status=422, **cpts(finess=hospital.finess))
    assert "celui d’un autre établissement" in page.read("#resume-erreurs")
    assert "existe déjà" not in page.text


@SQLITE_ONLY
def test_a_pending_request_on_the_same_number_is_nobody_elses_business(
    client: Visitor, session: Session, people: Personas
) -> None:
    client.get(CPTS)
    first = client.submit(CPTS_FORM, **cpts()).text
    one = only_request(session, "cpts")
    client.get(CPTS)
    second = client.submit(CPTS_FORM, **cpts(email="autre@apt.example")).text
    other = session.scalars(sa.select(Request).where(Request.email_key == "autre@apt.example")).one()
    assert fixed(first, one) == fixed(second, other)


def test_without_an_aci_the_request_waits_for_its_date(client: Visitor, session: Session, people: Personas) -> None:
    client.get(CPTS)
    client.submit(CPTS_FORM, **cpts(aci="non", aci_date=""))
    asked = only_request(session, "cpts")
    assert (asked.status, asked.waiting_since) == ("aci_awaited", None)
    token = tracking_token(asked.id, asked.tracking_generation)
    client.get(f"/suivi/{token}/aci")
    assert "Indiquez une date passée" in client.submit("#date-aci", status=422, aci_date="2125-01-01").text
    page = client.submit("#date-aci", aci_date="12/03/2025", aci_reference="Contrat 2025-17")
    assert page.path == f"/suivi/{token}"
    asked = only_request(session, "cpts")
    assert (asked.status, asked.details["aci_signed_on"]) == ("submitted", "2025-03-12")
    assert asked.details["aci_reference"] == "Contrat 2025-17"
    assert asked.waiting_since is not None
    client.get(f"/suivi/{token}/aci", status=409)


@SQLITE_ONLY
def test_the_date_of_the_aci_is_given_by_the_tracking_link_only(
    client: Visitor, session: Session, people: Personas
) -> None:
    client.get("/suivi/nothing/aci", status=404)
    other = factories.affiliation_request(session, people.comtat.unit)
    session.commit()
    client.get(f"/suivi/{tracking_token(other.id, other.tracking_generation)}/aci", status=404)


# ── the zone, line by line ──────────────────────────────────────────────────


def test_each_line_that_is_not_clear_is_explained(client: Visitor, session: Session, people: Personas) -> None:
    client.get(CPTS)
    page = client.submit(CPTS_FORM, status=422, **cpts(zone="Apt\nApte\nMirabeau\n84120"))
    assert "3 lignes ne désignent pas une commune" in page.read("#zone-erreur")
    lines = page.read("#zone-lignes")
    assert "« Apte » : aucune commune de ce nom" in lines
    assert "« Mirabeau » désigne plusieurs communes" in lines
    assert page.one("#zone").get_text().strip() == "Apt\nApte\nMirabeau\n84120"


def test_a_name_of_two_communes_is_chosen(client: Visitor, session: Session, people: Personas) -> None:
    client.get(CPTS)
    client.submit(CPTS_FORM, status=422, **cpts(zone="Apt\nMirabeau"))
    client.submit(CPTS_FORM, choix=["84076"])
    assert only_request(session, "cpts").details["zone"] == ["84003", "84076"]


def test_a_post_code_means_its_communes_unless_one_says_otherwise(
    client: Visitor, session: Session, people: Personas
) -> None:
    client.get(CPTS)
    page = client.submit(CPTS_FORM, status=422, **cpts(zone="84120"))
    assert {str(box["value"]) for box in page.all("[name=choix][checked]")} == {"84076", "84089"}
    client.submit(CPTS_FORM)
    assert only_request(session, "cpts").details["zone"] == ["84076", "84089"]


@SQLITE_ONLY
def test_the_codes_of_a_forged_choice_are_not_taken(client: Visitor, session: Session, people: Personas) -> None:
    client.post(CPTS, status=422, **{**cpts(zone="Mirabeau"), "choix": "84003"})
    assert count(session, "cpts") == 0


# ── what is known already ───────────────────────────────────────────────────


@SQLITE_ONLY
def test_the_form_starts_with_what_was_searched_and_who_is_signed_in(client: Visitor, people: Personas) -> None:
    assert client.get(f"{CPTS}?q=CPTS+du+Pays+d’Apt").one("#nom")["value"] == "CPTS du Pays d’Apt"
    assert client.get(f"{CPTS}?q=840+029+995").one("#finess")["value"] == FREE_FINESS
    client.enter(people.stranger)
    assert client.get(CPTS).one("#email")["value"] == people.stranger.email


def test_the_same_form_sent_twice_is_one_request(client: Visitor, session: Session, people: Personas) -> None:
    client.get(CPTS)
    form = client.current().form(CPTS_FORM).filled(cpts())
    first = client.request("POST", CPTS, status=303, data=form)
    second = client.request("POST", CPTS, status=303, data=form)
    assert first.location == second.location
    assert count(session, "cpts") == 1


# ── registering a presidency ────────────────────────────────────────────────


def test_the_form_holds_the_eight_items(client: Visitor, people: Personas) -> None:
    form = client.get(PRESIDENCY).form(PRESIDENCY_FORM)
    assert form.names() == {
        "cpts", "nom", "prenom", "email", "telephone", "profession", "rpps", "statut",
        "date_assemblee", "reference",
        "csrf_token", "cle", "site_web", "ouvert",
    }  # fmt: skip
    assert client.current().read_all("label:has(.facultatif)") == [
        "Date de l’assemblée qui vous a élu (facultatif)",
        "Référence du procès-verbal (facultatif)",
    ]


def test_who_presides_asks_and_lands_on_the_tracking_page(client: Visitor, session: Session, people: Personas) -> None:
    client.get(f"{PRESIDENCY}?finess=840021281")
    assert client.current().one("#cpts")["value"] == "CPTS du Comtat Venaissin (840021281)"
    typed = {name: value for name, value in presidency().items() if name != "cpts"}
    page = client.submit(PRESIDENCY_FORM, **typed, date_assemblee="2026-09-12", reference="PV du 12/09")
    asked = only_request(session, "presidency")
    assert page.path.startswith("/suivi/")
    assert asked.number in page.text
    assert (asked.establishment_finess, asked.status, asked.rpps, asked.profession_code, asked.phone) == (
        "840021281", "submitted", RPPS, "10", "+33639980042",
    )  # fmt: skip
    assert asked.details == {"assembly_on": "2026-09-12", "minutes": "PV du 12/09"}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("cpts", "", "Indiquez la CPTS"),
        ("cpts", "Introuvable sur mer", "Aucune CPTS de ce nom"),
        ("cpts", "840099990", "Aucune CPTS de ce nom"),
        ("nom", "", "Renseignez votre nom."),
        ("prenom", "", "Renseignez votre prénom."),
        ("email", "sans", "adresse électronique complète"),
        ("telephone", "", "Renseignez un numéro"),
        ("profession", "", "Choisissez votre profession"),
        ("rpps", "", "Renseignez les 11 chiffres"),
        ("rpps", "10999710015", "pas valable"),
        ("statut", False, "Confirmez que vous présidez"),
        ("date_assemblee", "2126-01-01", "Indiquez une date passée"),
        ("site_web", "http://robot.example", "Laissez ce champ vide"),
    ],
)
@SQLITE_ONLY
def test_each_of_the_eight_items_is_required(
    client: Visitor, session: Session, people: Personas, field: str, value: Any, sentence: str
) -> None:
    client.get(PRESIDENCY)
    page = client.submit(PRESIDENCY_FORM, status=422, **presidency(**{field: value}))
    assert sentence in page.read("#resume-erreurs")
    assert count(session, "presidency") == 0


@pytest.mark.parametrize("profession", ["coordination", "administratif", "99", "Rebouteux"])
@SQLITE_ONLY
def test_an_unknown_profession_is_refused(client: Visitor, session: Session, people: Personas, profession: str) -> None:
    page = client.post(PRESIDENCY, status=422, **{**presidency(profession=profession), "statut": "y"})
    assert "Choisissez votre profession" in page.text
    assert count(session, "presidency") == 0


def test_the_cpts_is_chosen_among_those_found_never_free_text(
    client: Visitor, session: Session, people: Personas
) -> None:
    client.get(PRESIDENCY)
    page = client.submit(PRESIDENCY_FORM, status=422, **presidency(cpts="comtat"))
    assert "Une CPTS correspond" in page.read("#cpts-erreur")
    assert page.one("#nom")["value"] == "Garnier"
    client.submit(PRESIDENCY_FORM, finess="840021281")
    assert only_request(session, "presidency").establishment_finess == "840021281"


@SQLITE_ONLY
def test_a_whole_name_is_enough_and_a_forged_choice_is_not(client: Visitor, session: Session, people: Personas) -> None:
    other = people.other.finess
    client.post(PRESIDENCY, status=422, **{**presidency(cpts="comtat"), "statut": "y", "finess": other})
    client.post(PRESIDENCY, **{**presidency(cpts="cpts du comtat venaissin"), "statut": "y", "finess": other})
    assert only_request(session, "presidency").establishment_finess == "840021281"


@SQLITE_ONLY
def test_only_an_open_cpts_is_presided(client: Visitor, session: Session, people: Personas) -> None:
    hospital = factories.establishment(session, "CH D’APT", category_code="355", category_label="Centre hospitalier")
    closed = factories.establishment(session, "CPTS FERMEE", closed_on=clock.now().date() - timedelta(days=1))
    session.commit()
    for place in (hospital, closed):
        assert client.get(f"{PRESIDENCY}?finess={place.finess}").one("#cpts")["value"] == ""
        client.post(PRESIDENCY, status=422, **{**presidency(cpts=place.finess), "statut": "y"})
    client.get(f"{PRESIDENCY}?finess=%00")


def test_asking_twice_sends_the_link_again_and_shows_nothing(
    client: Visitor, session: Session, people: Personas
) -> None:
    client.get(PRESIDENCY)
    client.submit(PRESIDENCY_FORM, **presidency())
    first = only_request(session, "presidency")
    client.get(PRESIDENCY)
    page = client.submit(PRESIDENCY_FORM, status=409, **presidency(nom="Autre"))
    assert "déjà en cours avec cette adresse" in page.text
    assert first.number not in page.html
    assert "/suivi/" not in page.html
    assert page.one("#nom")["value"] == "Autre"


def test_a_known_person_is_no_dead_end(client: Visitor, session: Session, people: Personas) -> None:
    """An address and a number that have an account already: the same answer as for anybody (B-09, case 16)."""
    known = people.professional
    client.get(PRESIDENCY)
    one = client.submit(PRESIDENCY_FORM, **presidency(email=known.email, rpps=known.person.rpps)).text
    asked = only_request(session, "presidency")
    client.get(PRESIDENCY)
    other = client.submit(PRESIDENCY_FORM, **presidency(rpps=factories.new_rpps())).text
    stranger = session.scalars(sa.select(Request).where(Request.email_key == "paul.garnier@soins.example")).one()
    assert fixed(one, asked) == fixed(other, stranger)
    assert asked.person_id is None


@SQLITE_ONLY
def test_a_signed_in_person_need_not_type_again(client: Visitor, people: Personas) -> None:
    client.enter(people.professional)
    page = client.get(PRESIDENCY)
    assert page.one("#nom")["value"] == "Marchal"
    assert page.one("#email")["value"] == people.professional.email
    assert page.one("#profession option[selected]")["value"] == "60"


@SQLITE_ONLY
def test_the_presidents_in_office_are_said(client: Visitor, people: Personas) -> None:
    page = client.get(f"{PRESIDENCY}?finess=840021281")
    assert "Hélène Vasseur" in page.text
    assert "peut s’y opposer pendant sept jours" in page.text


# ── choosing a CPTS with a script ───────────────────────────────────────────


@SQLITE_ONLY
def test_suggestions_for_a_choice_are_cpts_with_their_number(
    client: Visitor, session: Session, people: Personas
) -> None:
    factories.establishment(session, "CLINIQUE DU COMTAT", category_code="355", category_label="Clinique")
    rebuild(session)
    page = client.htmx.get("/recherche/suggestions?cpts=comtat")
    assert [option["data-valeur"] for option in page.all("[role=option]")] == ["CPTS du Comtat Venaissin (840021281)"]
    assert not page.has("[data-href]")
    assert "Cache-Control" in page.response.headers
    client.get("/recherche/suggestions?cpts=comtat")
    assert not client.htmx.get("/recherche/suggestions?cpts=").has("[role=option]")


# ── hostile input ───────────────────────────────────────────────────────────

HOSTILE = ["<script>alert(1)</script>", "a" * 5000, "\x00", "' OR 1=1 --", "\u202e", "١٢٣٤٥٦٧٨٩", "%s%n"]


@pytest.mark.parametrize("text", HOSTILE)
@SQLITE_ONLY
def test_hostile_text_is_refused_and_shown_as_text(
    client: Visitor, session: Session, people: Personas, text: str
) -> None:
    for path, fields in ((CPTS, cpts()), (PRESIDENCY, presidency())):
        data = {"csrf_token": client.csrf_token(), **dict.fromkeys(fields, text), "choix": text, "finess": text}
        page = client.request("POST", path, status=422, data=data)
        assert "<script>alert" not in page.html
        client.get(f"{path}?{urlencode({'q': text, 'finess': text})}")
    assert count(session, "cpts") == count(session, "presidency") == 0
