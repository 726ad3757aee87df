"""Successions, graces, terms and reviews over HTTP, without JavaScript: what people read, send and are refused."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import AccessReview, Affiliation, Mandate, Nomination, Request, SuccessionNotice, Suspension
from tests import factories, personas
from tests.factories import PASSWORD
from tests.personas import Persona, Personas
from tests.support.client import Visitor
from tests.support.time import FrozenClock

PROOF = "#prove form"


@pytest.fixture
def people(session: Session, frozen_clock: FrozenClock) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


@pytest.fixture
def page(people: Personas) -> str:
    return f"/etablissements/{people.comtat.finess}"


def mandate_of(persona: Persona) -> Mandate:
    assert persona.mandate is not None
    return persona.mandate


def end_presidency(session: Session, people: Personas, clock: FrozenClock) -> None:
    ended = mandate_of(people.president)
    ended.ended_at, ended.end_reason, ended.ended_by_account_id = clock.now, "Élection", people.agent.account.id
    session.commit()


def follow(session: Session, people: Personas) -> None:
    """Olivier Tessier presides from now on."""
    factories.presidency(session, people.comtat.establishment, people.stranger.person, people.agent.account)
    session.commit()


# ── the public page ─────────────────────────────────────────────────────────


def test_the_page_points_out_a_new_presidency_for_seventy_two_hours(
    client: Visitor, people: Personas, page: str, frozen_clock: FrozenClock
) -> None:
    assert "Nouvelle présidence depuis le 25 novembre 2026" in client.get(page).text
    frozen_clock.advance(hours=72)
    assert "Nouvelle présidence" not in client.get(page).text


def test_the_page_says_that_a_term_has_passed(
    client: Visitor, session: Session, people: Personas, page: str, frozen_clock: FrozenClock
) -> None:
    end_presidency(session, people, frozen_clock)
    ends_at = frozen_clock.now + timedelta(days=5)
    place, holder = people.comtat.establishment, people.stranger.person
    factories.presidency(session, place, holder, people.agent.account, term_ends_at=ends_at)
    session.commit()
    assert "Mandat à confirmer" not in client.get(page).text
    frozen_clock.advance(days=5)
    shown = client.get(page).text
    assert "Mandat à confirmer" in shown
    assert "Aucun président référencé" not in shown


# ── grace ───────────────────────────────────────────────────────────────────


def test_a_referent_of_an_ended_presidency_reads_until_when_they_keep_the_pages(
    client: Visitor, session: Session, people: Personas, page: str, frozen_clock: FrozenClock
) -> None:
    end_presidency(session, people, frozen_clock)
    client.enter(people.referent)
    assert "24 janvier 2027" in client.get("/mes-roles").text
    client.get(f"{page}/coordonnees")
    client.get(f"{page}/demandes", status=403)
    client.get(f"{page}/referents", status=403)
    frozen_clock.advance(days=60)
    client.enter(people.referent)
    assert "24 janvier 2027" not in client.get("/mes-roles").text
    client.get(f"{page}/coordonnees", status=403)


# ── renewal ─────────────────────────────────────────────────────────────────


def test_a_successor_ticks_proves_and_each_nominee_is_asked(
    client: Visitor, session: Session, people: Personas, page: str, frozen_clock: FrozenClock
) -> None:
    end_presidency(session, people, frozen_clock)
    follow(session, people)
    client.enter(people.stranger)
    assert "tient les fiches à jour jusqu’au 24 janvier 2027" in client.get(f"{page}/referents").text
    client.get(f"{page}/referents/renouvellement")
    ids = [str(mandate_of(persona).id) for persona in (people.referent, people.second_referent)]
    refused = client.submit("#renouvellement", status=422, declaration=True)
    assert "Cochez au moins une personne" in refused.text
    asked = client.submit("#renouvellement", status=422, referents=ids, declaration=True)
    assert "Nommer un référent établissement" in asked.text
    sent = client.submit(PROOF, mot_de_passe=PASSWORD)
    assert "2 personnes reçoivent un courriel" in sent.text
    proposed = session.scalars(sa.select(Nomination).where(Nomination.status == "proposed")).all()
    assert {nomination.email for nomination in proposed} == {people.referent.email, people.second_referent.email}


# ── succession ──────────────────────────────────────────────────────────────


@pytest.fixture
def notice(session: Session, people: Personas) -> SuccessionNotice:
    claim = factories.presidency_request(session, people.comtat.establishment, people.stranger.person)
    made = factories.succession_notice(session, claim, mandate_of(people.president))
    session.commit()
    return made


def test_the_outgoing_president_objects_then_agrees(
    client: Visitor, session: Session, people: Personas, notice: SuccessionNotice
) -> None:
    client.enter(people.president)
    address = f"/successions/{notice.id}"
    shown = client.get(address)
    assert "2 décembre 2026 à 10" in shown.text
    assert people.stranger.email not in shown.text
    assert "Indiquez pourquoi" in client.submit("#reponse-succession", status=422, reponse="opposition").text
    objected = client.submit("#reponse-succession", reponse="opposition", motif="L’assemblée n’a pas eu lieu.")
    assert "L’assemblée n’a pas eu lieu." in objected.text
    client.submit("#reponse-succession", status=422, reponse="accord", motif="")
    assert "Vous avez donné votre accord" in client.submit(PROOF, mot_de_passe=PASSWORD).text


@pytest.mark.parametrize("name", ["referent", "other_president", "stranger", "agent"])
def test_nobody_else_reads_a_claim(client: Visitor, people: Personas, notice: SuccessionNotice, name: str) -> None:
    client.enter(people.everyone()[name])
    client.get(f"/successions/{notice.id}", status=403)


def test_the_outgoing_president_presents_a_successor(
    client: Visitor, session: Session, people: Personas, page: str
) -> None:
    client.enter(people.president)
    client.get(f"{page}/succession")
    wish = {"nom": "Roumieux", "prenom": "Élise", "email": "suite@essai.example", "telephone": "06 39 98 00 77"}
    wish |= {"profession": "60", "rpps": factories.new_rpps(), "date_assemblee": "2026-09-12"}
    assert "Confirmez que vous présentez" in client.submit("#succession", status=422, **wish).text
    client.submit("#succession", status=422, **wish, declaration=True)
    assert "est partie au centre de services" in client.submit(PROOF, mot_de_passe=PASSWORD).text
    request = session.scalars(sa.select(Request).where(Request.email == "suite@essai.example")).one()
    assert request.details["presented_by"] == str(mandate_of(people.president).id)


def test_an_agent_confirms_a_president_re_elected(
    client: Visitor, session: Session, people: Personas, page: str
) -> None:
    client.enter(people.agent)
    former = mandate_of(people.president)
    client.get(f"/centre/mandats/{former.id}/confirmation")
    told = client.submit("#confirmer", justificatif="PV", fin_mandat="2029-09-12", mot_de_passe=PASSWORD)
    assert "est confirmée" in told.text
    assert "12 septembre 2029" in client.get(f"{page}/referents").text


# ── review ──────────────────────────────────────────────────────────────────


@pytest.fixture
def review(session: Session, people: Personas) -> AccessReview:
    attached = session.scalars(sa.select(Affiliation)).one()
    made = factories.access_review(session, mandate_of(people.referent), mandate_of(people.second_referent), attached)
    session.commit()
    return made


def item(session: Session, held: uuid.UUID) -> str:
    """The field of that mandate or rattachement."""
    found = sa.text("SELECT id FROM review_item WHERE mandate_id = :held OR affiliation_id = :held")
    key = session.execute(found.bindparams(sa.bindparam("held", held, sa.Uuid())).columns(id=sa.Uuid)).scalar_one()
    return f"personne-{key}"


def test_a_president_answers_in_two_times_and_proves_to_remove_a_referent(
    client: Visitor, session: Session, people: Personas, page: str, review: AccessReview
) -> None:
    first, second = (item(session, mandate_of(one).id) for one in (people.referent, people.second_referent))
    attached = session.scalars(sa.select(Affiliation)).one()
    client.enter(people.president)
    client.get(f"{page}/revue")
    assert "Il reste 2 réponses" in client.submit("#revue", **{first: "garder"}).text
    removed = {second: "retirer", item(session, attached.id): "garder"}
    assert "Indiquez pourquoi" in client.submit("#revue", status=422, **removed).text
    client.submit("#revue", status=422, **removed, motif="A quitté la CPTS")
    done = client.submit(PROOF, mot_de_passe=PASSWORD)
    assert "la revue est close" in done.text
    assert "dernière revue close le 25 novembre 2026" in done.text
    session.expire_all()
    assert mandate_of(people.second_referent).end_reason == "A quitté la CPTS"


def test_a_referent_reads_that_the_presidency_answers_for_referents(
    client: Visitor, session: Session, people: Personas, page: str, review: AccessReview
) -> None:
    client.enter(people.referent)
    shown = client.get(f"{page}/revue")
    assert "La présidence répond pour les référents" in shown.text
    colleague = item(session, mandate_of(people.second_referent).id)
    client.post(f"{page}/revue/{review.id}", status=403, **{colleague: "garder"})


@pytest.mark.parametrize("name", ["professional", "other_president", "stranger", "agent"])
def test_nobody_else_reads_a_review(
    client: Visitor, people: Personas, page: str, review: AccessReview, name: str
) -> None:
    client.enter(people.everyone()[name])
    client.get(f"{page}/revue", status=403)


def test_a_review_of_another_cpts_is_not_found_here(
    client: Visitor, people: Personas, page: str, review: AccessReview
) -> None:
    client.enter(people.other_president)
    client.post(f"/etablissements/{people.other.finess}/revue/{review.id}", status=404)


def test_a_president_lifts_a_suspension_that_the_person_reads(
    client: Visitor, session: Session, people: Personas, page: str
) -> None:
    factories.suspension(session, mandate_of(people.referent))
    session.commit()
    client.enter(people.referent)
    assert "sont suspendus" in client.get("/mes-roles").text
    client.get(f"{page}/demandes", status=403)
    client.enter(people.president)
    client.get(client.get(f"{page}/revue").link("Lever la suspension de Claire Daumas"))
    client.submit("#lever", status=422)
    assert "est levée" in client.submit(PROOF, mot_de_passe=PASSWORD).text
    assert session.scalars(sa.select(Suspension.lifted_at)).one() is not None
    client.enter(people.referent)
    client.get(f"{page}/demandes")


def test_a_suspended_professional_is_neither_counted_nor_named(
    client: Visitor, session: Session, people: Personas
) -> None:
    unit = f"/unites/{people.comtat.unit.id}"
    assert "Sophie Marchal" in client.get(unit).text
    factories.suspension(session, session.scalars(sa.select(Affiliation)).one())
    session.commit()
    assert "Sophie Marchal" not in client.get(unit).text
    client.enter(people.professional)
    assert "est suspendu" in client.get("/mes-roles").text
