"""The ask form and the inbox, over HTTP: plain pages, and htmx as it would swap them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import clock, db
from app.models import Affiliation, JournalEntry, Request
from tests import factories, personas
from tests.personas import Personas
from tests.support.client import Visitor
from tests.support.page import Page
from tests.support.statements import recorded
from tests.support.time import FrozenClock

ASK = "/etablissements/840021281/rattachement"
INBOX = "/etablissements/840021281/demandes"
FORM = f"form[action='{ASK}']"
RPPS = "10999710014"


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


def wanted(**fields: Any) -> dict[str, Any]:
    """What a physiotherapist types."""
    typed = {
        "prenom": "Thomas",
        "nom": "Perrin",
        "email": "thomas.perrin@soins.example",
        "telephone": "06 39 98 00 42",
        "profession": "70",
        "rpps": RPPS,
        "fonction": "Masseur-kinésithérapeute libéral",
        "message": "Je reprends le cabinet de M. Roche.",
    }
    return {**typed, **fields}


def pending(session: Session, people: Personas, **values: Any) -> Request:
    made = factories.affiliation_request(session, people.comtat.unit, **values)
    session.commit()
    return made


def fresh(session: Session, request: Request) -> Request:
    session.refresh(request)
    return request


def count(session: Session, model: Any) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def without_tokens(page: Page) -> str:
    """The inbox as it is shown: the forms' tokens carry the second they were made in."""
    return re.sub(r'(name="csrf_token"[^>]*value=)"[^"]*"', r"\1", page.one("#inbox").decode())


# ── asking ──────────────────────────────────────────────────────────────────


def test_the_form_names_who_decides_and_is_honest_about_the_delay(client: Visitor, people: Personas) -> None:
    page = client.get(ASK)
    deciders = page.read("#decideurs")
    for person in (people.president, people.referent, people.second_referent):
        assert person.person.full_name in deciders
    assert "pas encore connu" in deciders
    assert page.form(FORM).names() >= {
        "nom", "prenom", "email", "telephone", "profession", "rpps", "fonction", "message",
    }  # fmt: skip
    assert not page.one("#affichage").has_attr("checked")


def test_the_delay_is_the_median_of_the_decisions(
    frozen_clock: FrozenClock, client: Visitor, session: Session, people: Personas
) -> None:
    """Working days: what they are depends on the day."""
    president = people.president
    assert president.mandate is not None
    asked_on = clock.now() - timedelta(days=14)
    for _ in range(3):
        factories.affiliation_request(
            session,
            people.comtat.unit,
            submitted_at=asked_on,
            status="refused",
            refusal_reason="Hors zone",
            decided_at=clock.now(),
            decided_by_account_id=president.account.id,
            decided_as="president",
            deciding_mandate_id=president.mandate.id,
        )
    assert "10 jours ouvrés" in client.get(ASK).read("#decideurs")


def test_without_a_president_the_service_centre_answers(client: Visitor, session: Session, people: Personas) -> None:
    empty = factories.establishment(session, "CPTS SANS PRÉSIDENCE")
    factories.unit(session, empty)
    assert "centre de services" in client.get(f"/etablissements/{empty.finess}/rattachement").read("#decideurs")


def test_a_visitor_asks_and_lands_on_the_tracking_page(client: Visitor, session: Session, people: Personas) -> None:
    client.get(ASK)
    page = client.submit(FORM, **wanted())
    assert page.path.startswith("/suivi/")
    request = session.scalars(sa.select(Request).where(Request.email_key == "thomas.perrin@soins.example")).one()
    assert request.number in page.text
    assert (request.phone, request.rpps, request.profession_code, request.listed) == (
        "+33639980042", RPPS, "70", False,
    )  # fmt: skip
    assert request.unit_id == people.comtat.unit.id


def test_the_contract_fields_alone_are_enough(client: Visitor, session: Session, people: Personas) -> None:
    factories.unit(session, people.comtat.establishment, name="Télémédecine")
    client.post(ASK, **wanted(profession="Masseur-Kinésithérapeute"))
    assert session.scalars(sa.select(Request.unit_id).where(Request.status == "submitted")).one() == (
        people.comtat.unit.id
    )


def test_the_same_form_sent_twice_is_one_request(client: Visitor, session: Session, people: Personas) -> None:
    client.get(ASK)
    form = client.current().form(FORM).filled(wanted())
    first = client.request("POST", ASK, status=303, data=form)
    second = client.request("POST", ASK, status=303, data=form)
    assert first.location == second.location
    assert session.scalar(sa.select(sa.func.count()).where(Request.status == "submitted")) == 1


def test_the_same_address_twice_is_told_without_showing_the_other_request(
    client: Visitor, session: Session, people: Personas
) -> None:
    first = pending(session, people, email="thomas.perrin@soins.example")
    client.get(ASK)
    page = client.submit(FORM, status=409, **wanted(nom="Autre"))
    assert "déjà en cours avec cette adresse" in page.text
    assert first.number not in page.html
    assert page.one("#nom")["value"] == "Autre"
    assert "/suivi/" not in page.html


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("nom", "", "Renseignez votre nom."),
        ("prenom", " ", "Renseignez votre prénom."),
        ("email", "pas une adresse", "adresse électronique complète"),
        ("telephone", "12", "10 chiffres"),
        ("profession", "", "Choisissez votre profession"),
        ("rpps", "", "Renseignez votre numéro RPPS"),
        ("rpps", "10999710015", "pas valable"),
        ("message", "Mon patient 1 84 12 76 451 089 46", "sécurité sociale"),
        ("site_web", "http://robot.example", "Laissez ce champ vide"),
    ],
)
def test_bad_input_is_said_and_what_was_typed_is_kept(
    client: Visitor, session: Session, people: Personas, field: str, value: str, sentence: str
) -> None:
    before = count(session, Request)
    client.get(ASK)
    page = client.submit(FORM, status=422, **wanted(**{field: value}))
    assert sentence in page.read("#resume-erreurs")
    assert page.title.startswith("Erreur")
    assert page.one("#fonction")["value"] == "Masseur-kinésithérapeute libéral"
    assert count(session, Request) == before


def test_a_coordinator_needs_no_rpps(client: Visitor, session: Session, people: Personas) -> None:
    client.get(ASK)
    client.submit(FORM, **wanted(profession="coordination", rpps="", fonction="Coordinatrice"))
    request = session.scalars(sa.select(Request).where(Request.status == "submitted")).one()
    assert (request.rpps, request.profession_code, request.profession_label) == (None, None, "Coordination")


def test_the_form_says_nothing_of_who_is_in_the_register(client: Visitor, session: Session, people: Personas) -> None:
    """The same answer for a number of the register under another name, and for a number that nobody has."""
    known = factories.professional(session, "Autre", "PERSONNE", rpps=RPPS)
    client.get(ASK)
    with_known = client.submit(FORM, **wanted(email="a@soins.example"))
    client.get(ASK)
    unknown = factories.new_rpps()
    without = client.submit(FORM, **wanted(email="b@soins.example", rpps=unknown))
    typed = [known.rpps, unknown]
    numbers = [*session.scalars(sa.select(Request.number).where(Request.status == "submitted")), *typed]
    said = [page.text for page in (with_known, without)]
    for number in numbers:
        said = [text.replace(number, "R-…") for text in said]
    assert said[0] == said[1]
    assert known.family_name not in said[0]


def test_a_signed_in_person_need_not_type_again(client: Visitor, people: Personas) -> None:
    client.enter(people.stranger)
    page = client.get(ASK)
    assert page.one("#nom")["value"] == people.stranger.person.family_name
    assert page.one("#email")["value"] == people.stranger.email
    assert page.one("#profession option[selected]")["value"] == "60"


@pytest.mark.parametrize("finess", ["000000000", "n-importe-quoi"])
def test_an_unknown_cpts_is_404(client: Visitor, people: Personas, finess: str) -> None:
    client.get(f"/etablissements/{finess}/rattachement", status=404)
    client.get(f"/etablissements/{finess}/demandes", status=303)


def test_only_an_open_cpts_with_a_unit_is_asked(client: Visitor, session: Session, people: Personas) -> None:
    hospital = factories.establishment(session, "HÔPITAL", category_code="355")
    closed = factories.establishment(session, "CPTS FERMÉE", closed_on=clock.now().date())
    bare = factories.establishment(session, "CPTS SANS UNITÉ")
    factories.unit(session, hospital)
    factories.unit(session, closed)
    for place in (hospital, closed, bare):
        client.get(f"/etablissements/{place.finess}/rattachement", status=404)


# ── the inbox ───────────────────────────────────────────────────────────────


def test_the_inbox_shows_what_waits_oldest_first(client: Visitor, session: Session, people: Personas) -> None:
    now = clock.now()
    young = pending(session, people, submitted_at=now)
    old = pending(session, people, submitted_at=now - timedelta(days=3))
    pending(session, people, status="info_needed")
    factories.affiliation_request(session, people.other.unit)
    client.enter(people.referent)
    page = client.get(INBOX)
    assert [tag["data-demande"] for tag in page.all("[data-demande]")] == [str(old.id), str(young.id)]
    totals = {tag["data-onglet"]: tag["data-total"] for tag in page.all("[data-onglet]")}
    assert totals == {"a-traiter": "2", "en-attente": "1", "acceptees": "1", "refusees": "0"}
    assert page.read("#role").startswith("Votre rôle Vous traitez les demandes en tant que référent établissement")
    assert people.president.person.full_name in page.read("#role")
    waiting = client.get(f"{INBOX}?etat=en-attente")
    assert len(waiting.all("[data-demande]")) == 1
    accepted = client.get(f"{INBOX}?etat=acceptees")
    assert people.president.person.full_name in accepted.read("[data-demande]")


def test_a_tab_over_htmx_is_the_same_as_its_page(client: Visitor, session: Session, people: Personas) -> None:
    pending(session, people, status="info_needed")
    client.enter(people.president)
    client.get(INBOX)
    swapped = client.htmx.click("[data-onglet=en-attente]")
    assert without_tokens(swapped) == without_tokens(client.get(f"{INBOX}?etat=en-attente"))


def test_the_register_is_compared_for_deciders(client: Visitor, session: Session, people: Personas) -> None:
    good = factories.professional(session, "Margaux", "OLIVIER", commune_insee="84031")
    far = factories.professional(session, "Paul", "AUTRE", commune_insee="84007")
    unit = people.comtat.unit
    known = factories.affiliation_request(session, unit, rpps=good.rpps)
    other = factories.affiliation_request(session, unit, rpps=far.rpps)
    nobody = factories.affiliation_request(session, unit, rpps=factories.new_rpps())
    client.enter(people.president)
    page = client.get(INBOX)

    def badges(request: Request) -> list[str]:
        return page.read_all(f"[data-demande='{request.id}'] .badge")

    assert badges(known) == ["RPPS dans l’Annuaire", "Exerce dans la zone"]
    assert badges(other) == ["Nom différent dans l’Annuaire", "Identité à vérifier", "Exerce hors de la zone"]
    assert badges(nobody) == ["Identité à vérifier"]


def test_twenty_a_page_with_a_bounded_number_of_statements(
    client: Visitor, session: Session, people: Personas, app: Flask
) -> None:
    client.enter(people.referent)
    pending(session, people)
    with recorded(db.engine()) as one:
        client.get(INBOX)
    for _ in range(24):
        entry = factories.professional(session)
        factories.affiliation_request(session, people.comtat.unit, rpps=entry.rpps)
    session.commit()
    with recorded(db.engine()) as many:
        page = client.get(INBOX)
    assert len(page.all("[data-demande]")) == 20
    assert len(many.counted()) == len(one.counted()) <= 20
    assert not many.writes()
    assert len(client.get(f"{INBOX}?page=2").all("[data-demande]")) == 5
    assert len(client.get(f"{INBOX}?page=99").all("[data-demande]")) == 5


@pytest.mark.parametrize("who", ["professional", "other_president", "other_referent", "stranger"])
def test_others_do_not_read_the_inbox(client: Visitor, people: Personas, who: str) -> None:
    client.enter(getattr(people, who))
    page = client.get(INBOX, status=403)
    assert "la présidence en exercice de cette CPTS" in page.text


def test_a_visitor_is_asked_to_sign_in(client: Visitor, people: Personas) -> None:
    assert client.get(INBOX, status=303).location.startswith("/connexion")


def test_an_agent_reads_and_is_told_who_decides(client: Visitor, session: Session, people: Personas) -> None:
    request = pending(session, people)
    client.enter(people.agent)
    page = client.get(INBOX)
    assert page.has(f"[data-demande='{request.id}']")
    assert not page.has("[data-demande] form")
    assert people.president.person.full_name in page.read("#role")


# ── deciding ────────────────────────────────────────────────────────────────


def test_accepting_attaches_at_once_and_everybody_sees_who_decided(
    client: Visitor, session: Session, people: Personas
) -> None:
    request = pending(session, people)
    client.enter(people.referent)
    client.get(INBOX)
    page = client.submit(f"form[action='/demandes/{request.id}/accepter']")
    assert page.path == INBOX
    assert "Demande de Margaux Olivier acceptée." in page.text
    assert not page.has(f"[data-demande='{request.id}']")
    assert "Margaux Olivier" in client.get(f"/unites/{people.comtat.unit.id}").text
    client.sign_out()
    client.enter(people.president)
    card = client.get(f"{INBOX}?etat=acceptees").read(f"[data-demande='{request.id}']")
    assert f"Acceptée par {people.referent.person.full_name}" in card


def test_accepting_over_htmx_takes_the_card_and_updates_the_counters(
    client: Visitor, session: Session, people: Personas
) -> None:
    first, second = pending(session, people), pending(session, people)
    client.enter(people.president)
    client.get(INBOX)
    page = client.htmx.submit(f"form[action='/demandes/{first.id}/accepter']")
    assert not page.has(f"[data-demande='{first.id}']")
    assert page.has(f"[data-demande='{second.id}']")
    assert page.one("[data-onglet=a-traiter]")["data-total"] == "1"
    assert page.read("#compteur-demandes") == "1 à traiter"
    assert "acceptée" in page.read("#toasts")
    assert page.one("#demandes-vide").has_attr("hidden")
    page = client.htmx.submit(f"form[action='/demandes/{second.id}/accepter']")
    assert not page.one("#demandes-vide").has_attr("hidden")
    assert page.one("#compteur-demandes").has_attr("hidden")


def test_another_unit_may_be_chosen(client: Visitor, session: Session, people: Personas) -> None:
    second = factories.unit(session, people.comtat.establishment, name="Télémédecine")
    request = pending(session, people)
    client.enter(people.president)
    client.get(INBOX)
    client.submit(f"form[action='/demandes/{request.id}/accepter']", unite=second.id)
    assert (
        session.scalars(sa.select(Affiliation.unit_id).where(Affiliation.request_id == request.id)).one() == second.id
    )


@pytest.mark.parametrize("unit", ["other", "unknown", "words"])
def test_a_unit_that_is_not_of_this_cpts_is_refused(
    client: Visitor, session: Session, people: Personas, unit: str
) -> None:
    request = pending(session, people)
    client.enter(people.president)
    value = {"other": people.other.unit.id, "unknown": 999_999, "words": "abc"}[unit]
    status = {"other": 422, "unknown": 404, "words": 303}[unit]
    client.post(f"/demandes/{request.id}/accepter", status=status, unite=value)
    assert fresh(session, request).status == ("accepted" if unit == "words" else "submitted")


def test_refusing_needs_a_reason_and_keeps_the_page(client: Visitor, session: Session, people: Personas) -> None:
    request = pending(session, people)
    client.enter(people.referent)
    client.get(client.get(INBOX).link("Refuser… la demande de Margaux Olivier"))
    page = client.submit(status=422, motif="  ")
    assert "Indiquez le motif" in page.read(".message-erreur")
    assert not page.one("main form[method=post]").has_attr("hx-post"), "no card to swap on this page"
    page = client.submit(motif="Vous exercez hors de notre territoire.")
    assert page.path == INBOX
    card = client.get(f"{INBOX}?etat=refusees").read(f"[data-demande='{request.id}']")
    assert "Vous exercez hors de notre territoire." in card


def test_refusing_in_the_dialog(client: Visitor, session: Session, people: Personas) -> None:
    request = pending(session, people)
    client.enter(people.referent)
    client.get(INBOX)
    page = client.htmx.click(f"a[href='/demandes/{request.id}/refuser']")
    assert page.read("#dialogue h2") == "Refuser la demande de Margaux Olivier"
    page = client.htmx.submit("#dialogue form", status=422, motif="")
    assert page.has("#dialogue .message-erreur")
    assert page.has(f"[data-demande='{request.id}']")
    page = client.htmx.submit("#dialogue form", motif="Hors territoire.")
    assert not page.has("#dialogue > *")
    assert not page.has(f"[data-demande='{request.id}']")
    assert fresh(session, request).refusal_reason == "Hors territoire."


def test_asking_for_a_precision(client: Visitor, session: Session, people: Personas) -> None:
    request = pending(session, people)
    client.enter(people.president)
    client.get(f"/demandes/{request.id}/completer")
    assert "Écrivez la précision" in client.submit(status=422, message="").text
    client.submit(message="Dans quelle commune exercez-vous ?")
    assert fresh(session, request).status == "info_needed"
    assert "Dans quelle commune" in client.get(f"{INBOX}?etat=en-attente").read("[data-demande]")


DECISIONS = [("accepter", {}), ("refuser", {"motif": "Non."}), ("completer", {"message": "Où ?"})]


@pytest.mark.parametrize(("act", "fields"), DECISIONS)
def test_the_second_decider_sees_409_the_fresh_state_and_their_words(
    client: Visitor, session: Session, people: Personas, act: str, fields: dict[str, str]
) -> None:
    request = pending(session, people)
    client.enter(people.referent)
    client.post(f"/demandes/{request.id}/refuser", motif="Hors territoire.")
    client.sign_out()
    client.enter(people.president)
    page = client.post(f"/demandes/{request.id}/{act}", status=409, **fields)
    assert f"Refusée par {people.referent.person.full_name}" in page.text
    assert "déjà été traitée" in page.text
    for words in fields.values():
        assert page.read("#saisie-gardee") == words
    partial = client.request(
        "POST",
        f"/demandes/{request.id}/{act}",
        status=409,
        data={"csrf_token": client.csrf_token(), **fields},
        headers={"HX-Request": "true"},
        fragment=True,
    )
    assert people.referent.person.full_name in partial.text
    assert fresh(session, request).refusal_reason == "Hors territoire."


@pytest.mark.parametrize(("act", "fields"), DECISIONS)
@pytest.mark.parametrize("who", ["professional", "other_president", "other_referent", "stranger"])
def test_people_of_another_cpts_decide_nothing_and_learn_nothing(
    client: Visitor, session: Session, people: Personas, who: str, act: str, fields: dict[str, str]
) -> None:
    request = pending(session, people)
    client.enter(getattr(people, who))
    pages = [client.post(f"/demandes/{request.id}/{act}", status=403, **fields)]
    if act != "accepter":
        pages.append(client.get(f"/demandes/{request.id}/{act}", status=403))
        pages.append(client.post(f"/demandes/{request.id}/{act}", status=403))
    assert not any(request.number in page.text or request.email in page.text for page in pages)
    assert fresh(session, request).status == "submitted"


@pytest.mark.parametrize(("act", "fields"), DECISIONS)
def test_who_sees_but_may_not_decide_is_told_who_can(
    client: Visitor, session: Session, people: Personas, act: str, fields: dict[str, str]
) -> None:
    """An agent where somebody is in office; the person about their own request. The attempt is in the journal."""
    request = factories.affiliation_request(session, people.comtat.unit, people.stranger.person)
    session.commit()
    for somebody in (people.agent, people.stranger):
        client.enter(somebody)
        page = client.post(f"/demandes/{request.id}/{act}", status=403, **fields)
        assert "la présidence en exercice de cette CPTS" in page.text
        client.sign_out()
    assert fresh(session, request).status == "submitted"
    assert session.scalar(sa.select(sa.func.count()).where(JournalEntry.event == "access.refused")) == 2


@pytest.mark.parametrize(("act", "fields"), DECISIONS)
def test_a_visitor_decides_nothing(
    client: Visitor, session: Session, people: Personas, act: str, fields: dict[str, str]
) -> None:
    request = pending(session, people)
    client.post(f"/demandes/{request.id}/{act}", status=403, **fields)
    assert fresh(session, request).status == "submitted"


def test_a_get_accepts_nothing(client: Visitor, session: Session, people: Personas) -> None:
    request = pending(session, people)
    client.enter(people.president)
    client.get(f"/demandes/{request.id}/accepter", status=405)
    assert fresh(session, request).status == "submitted"


def test_a_post_without_a_token_is_refused(client: Visitor, session: Session, people: Personas) -> None:
    request = pending(session, people)
    client.enter(people.president)
    client.request("POST", f"/demandes/{request.id}/accepter", status=400, data={})
    assert fresh(session, request).status == "submitted"


def test_a_presidency_request_is_not_in_the_inbox(client: Visitor, session: Session, people: Personas) -> None:
    request = factories.presidency_request(session, people.comtat.establishment, people.stranger.person)
    client.enter(people.president)
    client.post(f"/demandes/{request.id}/accepter", status=403)
    assert not client.get(INBOX).has("[data-demande]")


def test_the_service_centre_decides_for_a_cpts_without_anybody_in_office(
    client: Visitor, session: Session, people: Personas
) -> None:
    empty = factories.establishment(session, "CPTS SANS PRÉSIDENCE")
    request = factories.affiliation_request(session, factories.unit(session, empty))
    client.enter(people.agent)
    client.get(f"/etablissements/{empty.finess}/demandes")
    client.submit(f"form[action='/demandes/{request.id}/accepter']")
    accepted = client.get(f"/etablissements/{empty.finess}/demandes?etat=acceptees").read("[data-demande]")
    assert "le centre de services, pour le compte de la CPTS" in accepted


# ── the end ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", ["president", "professional"])
def test_an_affiliation_is_ended_on_its_own_page(client: Visitor, session: Session, people: Personas, who: str) -> None:
    affiliation = session.scalars(sa.select(Affiliation)).one()
    client.enter(getattr(people, who))
    client.get(f"/rattachements/{affiliation.id}/fin")
    assert "pourquoi ce rattachement prend fin" in client.submit(status=422, motif="").text
    page = client.submit(motif="Départ en retraite")
    assert page.path == f"/unites/{people.comtat.unit.id}"
    assert "Sophie Marchal" not in page.read("main #professionnels") if page.has("main #professionnels") else True
    client.post(f"/rattachements/{affiliation.id}/fin", status=409, motif="Encore")


@pytest.mark.parametrize("who", ["other_president", "stranger", "agent"])
def test_others_end_nothing(client: Visitor, session: Session, people: Personas, who: str) -> None:
    affiliation = session.scalars(sa.select(Affiliation)).one()
    client.enter(getattr(people, who))
    client.get(f"/rattachements/{affiliation.id}/fin", status=403)
    client.post(f"/rattachements/{affiliation.id}/fin", status=403, motif="Non")
    session.refresh(affiliation)
    assert affiliation.ended_at is None


def test_robots_are_slowed_down(client: Visitor, app: Flask, people: Personas) -> None:
    app.extensions["settings"].rate_limits = True
    client.get(ASK)
    form = client.current().form(FORM).filled({"nom": ""})
    for _ in range(30):
        client.request("POST", ASK, status=422, data=form)
    assert client.request("POST", ASK, status=429, data=form).response.headers["Retry-After"]


# ── several at once (S-069) ─────────────────────────────────────────────────


def test_a_referent_accepts_several_at_once(client: Visitor, session: Session, people: Personas) -> None:
    ids = [factories.affiliation_request(session, people.comtat.unit).id for _ in range(3)]
    session.commit()
    client.enter(people.referent)
    page = client.get(INBOX)
    assert page.read_all(".demande__tete .sr")[0].startswith("Cocher la demande de ")
    page = client.submit("#lot", demande=[str(ids[0]), str(ids[2])])
    assert "2\u00a0demandes acceptées." in page.response.text
    assert [session.get_one(Request, id_).status for id_ in ids] == ["accepted", "submitted", "accepted"]


def test_nothing_ticked_is_said(client: Visitor, session: Session, people: Personas) -> None:
    for _ in range(2):
        factories.affiliation_request(session, people.comtat.unit)
    session.commit()
    client.enter(people.referent)
    client.get(INBOX)
    assert "Cochez au moins une demande." in client.submit("#lot", status=422).text


def test_one_that_cannot_be_accepted_stops_no_other(client: Visitor, session: Session, people: Personas) -> None:
    own = factories.affiliation_request(session, people.comtat.unit, people.referent.person)
    other = factories.affiliation_request(session, people.comtat.unit)
    session.commit()
    client.enter(people.referent)
    client.get(INBOX)
    client.post("/etablissements/840021281/demandes/accepter", status=303, demande=[str(own.id), str(other.id)])
    page = client.get(INBOX)
    assert session.get_one(Request, own.id).status == "submitted"
    assert session.get_one(Request, other.id).status == "accepted"
    assert own.full_name in page.text


def test_a_request_of_another_cpts_is_not_accepted_from_here(
    client: Visitor, session: Session, people: Personas
) -> None:
    elsewhere = factories.affiliation_request(session, people.other.unit)
    session.commit()
    client.enter(people.referent)
    client.post("/etablissements/840021281/demandes/accepter", status=409, demande=str(elsewhere.id))
    session.expire_all()
    assert session.get_one(Request, elsewhere.id).status == "submitted"
