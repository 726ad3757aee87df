"""Registrations and presidencies decided at the desk, over HTTP without JavaScript."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.requests import Kind, Status
from app.models import Establishment, Mandate, Request
from app.policies.actor import ANONYMOUS
from app.search.index import rebuild
from app.usecases.requests import Submission, submit_request
from app.usecases.successions import open_successions
from tests import factories, personas
from tests.factories import PASSWORD
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY, on_both_engines
from tests.support.client import Visitor
from tests.support.page import Page
from tests.support.time import FrozenClock

backend = on_both_engines

FINESS, ENTITY = "840029995", "840029987"
DETAILS = {
    "name": "CPTS du Pays d’Apt",
    "finess": FINESS,
    "street": "12 rue du Stade",
    "postcode": "84400",
    "city": "Apt",
    "phone": "+33465719910",
    "zone": ["84003", "84076"],
    "aci_signed_on": "2025-03-12",
    "president_family_name": "Roux",
    "president_given_name": "Inès",
    "president_email": "ines.roux@apt.example",
}


@pytest.fixture
def people(session: Session, frozen_clock: FrozenClock) -> Personas:
    built = personas.build(session)
    factories.commune(session, "84003", "Apt", "84400", population=11000)
    factories.commune(session, "84076", "Mirabeau", "84120")
    factories.commune(session, "04122", "Mirabeau", "04510")
    rebuild(session)
    session.commit()
    return built


@pytest.fixture
def registration(session: Session, people: Personas) -> Request:
    return cpts_request()


def cpts_request(**values: Any) -> Request:
    known = {"email": "coordination@pays-apt.example", "subject": DETAILS["name"], "details": DETAILS}
    return submit_request(ANONYMOUS, None, Submission(kind=Kind.CPTS, **{**known, **values}))


def presidency_request(place: Establishment, **values: Any) -> Request:
    known = {
        "email": "paul.garnier@soins.example",
        "family_name": "Garnier",
        "given_name": "Paul",
        "phone": factories.PHONE,
        "profession_code": "10",
        "profession_label": "Médecin",
        "rpps": factories.new_rpps(),
        "details": {"assembly_on": "2026-09-12", "minutes": "PV du 12/09"},
    }
    return submit_request(ANONYMOUS, place, Submission(kind=Kind.PRESIDENCY, **{**known, **values}))


def desk(request: Request) -> str:
    return f"/centre/demandes/{request.id}"


def opened(client: Visitor, people: Personas, request: Request) -> Page:
    client.enter(people.agent)
    return client.get(desk(request))


# ── registering a CPTS ──────────────────────────────────────────────────────


def test_the_page_is_prefilled_and_one_number_away(
    client: Visitor, session: Session, people: Personas, registration: Request
) -> None:
    page = opened(client, people, registration)
    assert page.one("#finess")["value"] == FINESS
    assert page.one("#commune")["value"] == "Apt (84003)"
    assert page.one("#zone").get_text().split("\n") == ["", "Apt (84003)", "Mirabeau (84076)"]
    assert page.one("#aci_date")["value"] == "2025-03-12"
    page = client.submit("#accepter", finess_ej=ENTITY)
    assert "est publiée" in page.text
    made = session.get_one(Establishment, FINESS)
    assert (made.legal_entity_finess, made.phone) == (ENTITY, "+33465719910")
    client.get(f"/etablissements/{FINESS}")
    found = client.get("/recherche?q=cpts+pays+apt")
    assert FINESS in [tag["data-id"] for tag in found.all("[data-resultat]")]


def test_an_agent_corrects_before_publishing(
    client: Visitor, session: Session, people: Personas, registration: Request
) -> None:
    opened(client, people, registration)
    client.submit("#accepter", status=422, finess_ej=ENTITY, zone="Apt\nMirabeau", telephone="04 65 71 99 11")
    assert "désigne plusieurs communes" in client.current().read("#zone-erreur")
    client.submit("#accepter", choix=["84076"], nom="CPTS Luberon Est")
    made = session.get_one(Establishment, FINESS)
    assert (made.name, made.phone) == ("CPTS Luberon Est", "+33465719911")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"finess_ej": ""}, "Renseignez le numéro de l’entité juridique."),
        ({"finess_ej": "840029996"}, "n’est pas valable"),
        ({"finess_ej": FINESS}, "différent de celui de l’établissement"),
        ({"finess_ej": "840021281"}, "celui d’un établissement"),
        ({"finess": "840021273"}, "celui d’une entité juridique"),
        ({"commune": "Mirabeau"}, "ajoutez le code postal"),
        ({"commune": "Nulle part"}, "n’est pas connue"),
        ({"zone": ""}, "au moins une commune"),
        ({"aci_date": ""}, "date de signature"),
        ({"aci_date": "2126-01-01"}, "date passée"),
    ],
)
@SQLITE_ONLY
def test_what_is_wrong_is_said_and_nothing_is_written(
    client: Visitor, session: Session, people: Personas, registration: Request, typed: dict[str, str], sentence: str
) -> None:
    opened(client, people, registration)
    page = client.submit("#accepter", status=422, **{"finess_ej": ENTITY, **typed})
    assert sentence in page.read("#resume-erreurs")
    assert page.one("#adresse")["value"] == "12 rue du Stade"
    assert session.get(Establishment, FINESS) is None


def test_the_agent_sees_other_requests_and_known_numbers(
    client: Visitor, session: Session, people: Personas, registration: Request
) -> None:
    second = cpts_request(email="autre@apt.example")
    page = opened(client, people, registration)
    assert second.number in page.read("#demande-objet")
    assert "CPTS du Comtat Venaissin" not in page.read("#demande-objet")
    third = cpts_request(details={**DETAILS, "finess": "840021281", "zone": ["84031"]}, email="c@apt.example")
    told = client.get(desk(third)).read("#demande-objet")
    assert "déjà au répertoire" in told
    assert "CPTS du Comtat Venaissin" in told
    assert "1 commune" in told


def test_without_an_aci_the_button_is_disabled_with_the_reason(
    client: Visitor, session: Session, people: Personas
) -> None:
    details = {name: value for name, value in DETAILS.items() if name != "aci_signed_on"}
    waiting = cpts_request(details=details, status=Status.ACI_AWAITED)
    page = opened(client, people, waiting)
    button = page.one("#decider button[disabled]")
    assert "sans la date de signature" in page.read(f"#{button['aria-describedby']}")
    forced = client.post(f"/demandes/{waiting.id}/accepter", status=409, **pages())
    assert "en attente d’ACI" in forced.text
    assert session.get(Establishment, FINESS) is None
    client.get(desk(waiting))
    client.get(client.current().link("Donner la date de l’ACI"))
    client.submit("#date-aci", status=422, aci_date="2126-01-01")
    page = client.submit("#date-aci", aci_date="2026-01-20")
    assert page.one("#aci_date")["value"] == "2026-01-20"
    client.submit("#accepter", finess_ej=ENTITY)
    assert session.get_one(Establishment, FINESS).aci_signed_on == date(2026, 1, 20)


def pages() -> dict[str, str]:
    return {
        "depuis": "centre",
        "nom": "CPTS du Pays d’Apt",
        "finess": FINESS,
        "finess_ej": ENTITY,
        "adresse": "12 rue du Stade",
        "code_postal": "84400",
        "ville": "Apt",
        "commune": "Apt",
        "telephone": "04 65 71 99 10",
        "zone": "Apt",
        "aci_date": "2026-01-20",
    }


def test_a_registration_waiting_for_its_aci_may_be_refused(client: Visitor, session: Session, people: Personas) -> None:
    waiting = cpts_request(status=Status.ACI_AWAITED)
    opened(client, people, waiting)
    client.submit("#refuser-form", raison="doublon", motif="Cette CPTS est déjà au répertoire.")
    session.refresh(waiting)
    assert waiting.status == "refused"


def test_a_second_agent_is_told_that_it_is_done(
    client: Visitor, session: Session, people: Personas, registration: Request
) -> None:
    opened(client, people, registration)
    client.submit("#accepter", finess_ej=ENTITY)
    page = client.post(f"/demandes/{registration.id}/accepter", status=409, **pages())
    assert "déjà été traitée" in page.text


def test_the_president_told_is_proposed_prefilled(
    client: Visitor, session: Session, people: Personas, registration: Request
) -> None:
    opened(client, people, registration)
    page = client.submit("#accepter", finess_ej=ENTITY)
    page = client.get(page.link("Enregistrer la présidence indiquée"))
    assert (page.one("#nom")["value"], page.one("#prenom")["value"]) == ("Roux", "Inès")
    assert page.one("#email")["value"] == "ines.roux@apt.example"
    other = client.get(f"/centre/presidences/nouvelle?finess={people.comtat.finess}&demande={registration.id}")
    assert other.one("#nom")["value"] == ""


@pytest.mark.parametrize("who", ["president", "referent", "stranger"])
@SQLITE_ONLY
def test_only_agents_decide(
    client: Visitor, session: Session, people: Personas, registration: Request, who: str
) -> None:
    client.enter(getattr(people, who))
    client.get(desk(registration), status=403)
    client.post(f"/demandes/{registration.id}/accepter", status=403, **pages())
    client.get(f"/demandes/{registration.id}/aci", status=403)
    client.post(f"/demandes/{registration.id}/aci", status=403, aci_date="2026-01-20")
    assert session.get(Establishment, FINESS) is None


# ── registering a presidency ────────────────────────────────────────────────


@pytest.fixture
def alone(session: Session, people: Personas) -> Establishment:
    place = factories.establishment(session, "CPTS DES SORGUES")
    factories.unit(session, place)
    session.commit()
    return place


def test_a_free_seat_is_given_with_the_evidence_and_a_proof(
    client: Visitor, session: Session, people: Personas, alone: Establishment
) -> None:
    asked = presidency_request(alone)
    page = opened(client, people, asked)
    assert "12 septembre 2026" in page.read("#demande-objet")
    assert "Ce numéro RPPS n’y figure pas" in page.read("#demande-objet")
    assert "Identité à vérifier" in page.read("#demande-objet")
    assert page.one("[name=siege][checked]")["value"] == "libre"
    page = client.submit("#accepter", status=422, mot_de_passe=PASSWORD)
    assert "ce que vous avez vérifié" in page.read("#resume-erreurs")
    page = client.submit("#accepter", status=422, justificatif="PV du 12 septembre", mot_de_passe="ce n’est pas lui")
    assert page.one("#justificatif").get_text().strip() == "PV du 12 septembre"
    page = client.submit("#accepter", mot_de_passe=PASSWORD)
    assert "La présidence de Paul Garnier est enregistrée" in page.text
    assert "Paul Garnier" in client.get(f"/etablissements/{alone.finess}").read("#gouvernance")


def test_the_register_is_shown_to_the_agent_only(
    client: Visitor, session: Session, people: Personas, alone: Establishment
) -> None:
    row = factories.professional(session, "Paul", "GARNIER-ROUX", profession_label="Médecin")
    asked = presidency_request(alone, rpps=row.rpps)
    told = opened(client, people, asked).read("#demande-objet")
    assert "Paul GARNIER-ROUX, médecin · exerce à Carpentras" in told
    assert "Nom différent dans l’Annuaire" in told


def test_the_agent_says_who_leaves(
    client: Visitor, session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    held = people.president.mandate
    assert held is not None
    asked = presidency_request(people.comtat.establishment)
    open_successions()
    page = opened(client, people, asked)
    assert "peut s’opposer jusqu’au" in page.read("#demande-objet")
    assert page.read_all("#accepter .groupe label") == [
        "met fin à la présidence de Hélène Vasseur",
        "rejoint Hélène Vasseur (coprésidence)",
    ]
    proof = {"justificatif": "PV du 12 septembre", "mot_de_passe": PASSWORD}
    page = client.submit("#accepter", status=422, **proof)
    assert "succède à la présidence ou la rejoint" in page.read("#resume-erreurs")
    page = client.submit("#accepter", status=409, siege=str(held.id), **proof)
    assert "peut s’opposer" in page.text
    frozen_clock.advance(days=7, minutes=1)
    client.enter(people.agent)
    client.get(desk(asked))
    client.submit("#accepter", siege=str(held.id), **proof)
    session.expire_all()
    assert held.ended_at is not None
    assert "Paul Garnier" in client.get("/etablissements/840021281").read("#gouvernance")
    assert "Hélène Vasseur" in client.get(desk(asked)).read("#demande-objet")


def test_others_who_ask_are_shown(client: Visitor, session: Session, people: Personas, alone: Establishment) -> None:
    first = presidency_request(alone)
    presidency_request(alone, email="rival@soins.example", family_name="Rival", rpps=factories.new_rpps())
    assert "Paul Rival" in opened(client, people, first).read("#demande-objet")


def test_a_number_of_another_account_is_said_and_the_address_may_be_changed(
    client: Visitor, session: Session, people: Personas, alone: Establishment
) -> None:
    known = people.professional
    asked = presidency_request(alone, rpps=known.person.rpps)
    assert "celui d’un autre compte" in opened(client, people, asked).read("#demande-objet")
    proof = {"justificatif": "PV du 12 septembre", "mot_de_passe": PASSWORD}
    assert known.email in client.submit("#accepter", status=422, **proof).read("#email-erreur")
    client.submit("#accepter", email=known.email)  # the proof still holds
    mandate = session.scalars(sa.select(Mandate).where(Mandate.establishment_finess == alone.finess)).one()
    assert mandate.person_id == known.person.id


@pytest.mark.parametrize("seat", ["nimporte", "", "00000000-0000-0000-0000-000000000000"])
@SQLITE_ONLY
def test_a_forged_seat_is_refused(
    client: Visitor, session: Session, people: Personas, alone: Establishment, seat: str
) -> None:
    asked = presidency_request(alone)
    client.enter(people.agent)
    typed = {"depuis": "centre", "justificatif": "PV", "mot_de_passe": PASSWORD, "email": asked.email, "siege": seat}
    client.post(f"/demandes/{asked.id}/accepter", status=422, **typed)
    assert session.scalars(sa.select(Mandate).where(Mandate.establishment_finess == alone.finess)).all() == []


def test_refused_with_a_reason_and_questions_come_back(
    client: Visitor, session: Session, people: Personas, alone: Establishment
) -> None:
    asked = presidency_request(alone)
    opened(client, people, asked)
    client.submit("#completer-form", message="Quelle est la date de l’assemblée ?")
    session.refresh(asked)
    assert asked.status == "info_needed"
    client.get(desk(asked))
    client.submit("#refuser-form", status=422, motif=" ")
    client.submit("#refuser-form", raison="justificatif", motif="Aucun procès-verbal ne vous désigne.")
    session.refresh(asked)
    assert (asked.status, asked.refusal_code) == ("refused", "justificatif")


@pytest.mark.parametrize("who", ["president", "other_president", "referent", "stranger"])
@SQLITE_ONLY
def test_nobody_else_accepts_a_presidency(
    client: Visitor, session: Session, people: Personas, alone: Establishment, who: str
) -> None:
    asked = presidency_request(alone)
    client.enter(getattr(people, who))
    typed = {"depuis": "centre", "justificatif": "PV", "mot_de_passe": PASSWORD, "siege": "libre", "email": asked.email}
    client.post(f"/demandes/{asked.id}/accepter", status=403, **typed)
