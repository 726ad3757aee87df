"""The service centre over HTTP: presidencies recorded and ended by agents, and by nobody else."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import Mandate, OutboxMessage, Request
from tests import factories, personas
from tests.personas import Personas
from tests.support.client import Visitor
from tests.support.time import FrozenClock

NOT_AGENTS = ["president", "referent", "professional", "stranger"]


@pytest.fixture
def people(session: Session, frozen_clock: FrozenClock) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


@pytest.fixture
def candidate() -> dict[str, Any]:
    return {
        "nom": "Garnier",
        "prenom": "Paul",
        "email": "paul.garnier@essai.example",
        "telephone": "04 65 71 00 13",
        "profession": "10",
        "rpps": factories.new_rpps(),
        "justificatif": "Procès-verbal du 12 septembre, rappel au numéro de la CPTS.",
        "mot_de_passe": factories.PASSWORD,
    }


@pytest.fixture
def register(people: Personas) -> str:
    return f"/centre/presidences/nouvelle?finess={people.comtat.finess}"


@pytest.fixture
def ending(people: Personas) -> str:
    assert people.president.mandate is not None
    return f"/centre/mandats/{people.president.mandate.id}/fin"


def presidencies(session: Session, people: Personas) -> list[Mandate]:
    held = sa.select(Mandate).where(
        Mandate.establishment_finess == people.comtat.finess, Mandate.role == "president", Mandate.ended_at.is_(None)
    )
    return list(session.scalars(held.order_by(Mandate.seat)))


# ── the desk ────────────────────────────────────────────────────────────────


def test_the_desk_lists_cpts_without_a_president(client: Visitor, people: Personas, session: Session) -> None:
    alone = factories.establishment(session, "CPTS SANS TETE")
    client.enter(people.agent)
    page = client.get("/centre/cpts")
    assert [item["data-cpts"] for item in page.all("[data-cpts]")] == [alone.finess]
    assert page.read_all("#cpts .onglets a") == ["Sans présidence 1", "Avec présidence 2"]


@pytest.mark.parametrize("text", ["comtat venaissin", "Comtat-Venaissin", "840 021 281", "carpentras"])
def test_the_desk_finds_a_cpts(client: Visitor, people: Personas, text: str) -> None:
    people.comtat.establishment.city = "CARPENTRAS"
    people.other.establishment.city = "AVIGNON"
    client.enter(people.agent)
    page = client.get("/centre/cpts", status=200)
    page = client.submit("form[aria-label='Chercher une CPTS']", etat="avec-presidence", q=text)
    assert [item["data-cpts"] for item in page.all("[data-cpts]")] == [people.comtat.finess]
    assert "Hélène Vasseur" in page.read("[data-cpts]")


def test_the_desk_shows_requests_that_nobody_else_decides(
    client: Visitor, people: Personas, ending: str, session: Session
) -> None:
    factories.affiliation_request(session, people.comtat.unit)
    client.enter(people.agent)
    assert not client.get("/centre/cpts").has("#sans-decideur")
    client.post(ending, motif="Élection.", mot_de_passe=factories.PASSWORD)
    assert "1 demande en attente" in client.get("/centre/cpts").read("#sans-decideur")


def test_the_desk_tells_of_mails_that_do_not_leave(
    client: Visitor, people: Personas, session: Session, frozen_clock: FrozenClock
) -> None:
    client.enter(people.agent)
    assert "Aucun courriel en retard" in client.get("/centre/courriels").read("#courriels")
    at = frozen_clock.now
    late = {"kind": "mail", "topic": "nomination", "payload": "{}", "created_at": at, "not_before": at}
    session.add_all([OutboxMessage(dedupe_key="1", **late), OutboxMessage(dedupe_key="2", dead_at=at, **late)])
    session.commit()
    frozen_clock.advance(minutes=16)
    told = client.get("/centre/courriels").read("#courriels")
    assert "1 message en attente depuis plus d’un quart d’heure" in told
    assert "1 courriel abandonné" in told


@pytest.mark.parametrize("who", NOT_AGENTS)
def test_the_desk_is_for_agents(client: Visitor, people: Personas, who: str) -> None:
    client.enter(getattr(people, who))
    for path in ("/centre", "/centre/cpts", "/centre/courriels", "/centre/journal"):
        client.get(path, status=403)


# ── register ────────────────────────────────────────────────────────────────


def test_an_agent_records_a_second_presidency(
    client: Visitor, people: Personas, register: str, candidate: dict[str, Any], session: Session
) -> None:
    client.enter(people.agent)
    assert "déjà une présidence" in client.get(register).text
    page = client.submit("#presidence", **candidate)
    assert "Paul Garnier" in page.read("#presidence")
    first, second = presidencies(session, people)
    assert (first.seat, second.seat) == (1, 2)
    request = session.get_one(Request, second.granting_request_id)
    assert (request.kind, request.status, request.decided_as) == ("presidency", "accepted", "agent")
    assert request.evidence == candidate["justificatif"]


def test_a_third_presidency_is_refused(
    client: Visitor, people: Personas, register: str, candidate: dict[str, Any], session: Session
) -> None:
    factories.presidency(session, people.comtat.establishment, people.stranger.person, people.agent.account, seat=2)
    client.enter(people.agent)
    client.get(register)
    page = client.submit("#presidence", status=409, **candidate)
    assert "Les deux sièges de la présidence sont occupés" in page.text
    assert len(presidencies(session, people)) == 2


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("rpps", "", "Renseignez les 11 chiffres"),
        ("profession", "", "Choisissez la profession"),
        ("justificatif", " ", "Indiquez ce que vous avez vérifié"),
        ("email", "paul", "Renseignez une adresse électronique complète"),
    ],
)
def test_the_eight_items_are_required(
    client: Visitor,
    people: Personas,
    register: str,
    candidate: dict[str, Any],
    session: Session,
    field: str,
    value: str,
    sentence: str,
) -> None:
    client.enter(people.agent)
    client.get(register)
    page = client.submit("#presidence", status=422, **{**candidate, field: value})
    assert sentence in page.read("#resume-erreurs")
    assert len(presidencies(session, people)) == 1


def test_an_agent_does_not_preside(
    client: Visitor, people: Personas, register: str, candidate: dict[str, Any], session: Session
) -> None:
    client.enter(people.agent)
    client.get(register)
    page = client.submit("#presidence", status=422, **{**candidate, "email": people.agent.email})
    assert "agent du centre de services" in page.read("#resume-erreurs")
    assert len(presidencies(session, people)) == 1


@pytest.mark.parametrize("who", NOT_AGENTS)
def test_nobody_else_records_a_presidency(
    client: Visitor, people: Personas, register: str, candidate: dict[str, Any], session: Session, who: str
) -> None:
    client.enter(getattr(people, who))
    client.get(register, status=403)
    client.post(register, status=403, **candidate)
    assert len(presidencies(session, people)) == 1


def test_the_form_needs_a_cpts(client: Visitor, people: Personas) -> None:
    client.enter(people.agent)
    assert client.get("/centre/presidences/nouvelle", status=303).location == "/centre/cpts"
    client.get("/centre/presidences/nouvelle?finess=999999999", status=404)


# ── end ─────────────────────────────────────────────────────────────────────


def test_an_agent_ends_a_presidency_and_its_referents_decide_nothing_more(
    client: Visitor, people: Personas, ending: str, session: Session, app: Any
) -> None:
    hers = Visitor(app)
    hers.sign_in(people.referent)
    client.enter(people.agent)
    assert "Les 2 référents" in client.get(ending).text
    page = client.submit("#fin-presidence", motif="Nouvelle présidence élue.", mot_de_passe=factories.PASSWORD)
    assert "Aucune présidence enregistrée" in page.read("#presidence")
    assert presidencies(session, people) == []
    hers.get(f"/etablissements/{people.comtat.finess}/demandes", status=403)


def test_the_reason_is_required(client: Visitor, people: Personas, ending: str, session: Session) -> None:
    client.enter(people.agent)
    client.get(ending)
    assert "Indiquez pourquoi" in client.submit("#fin-presidence", status=422, motif="").read("#resume-erreurs")
    assert len(presidencies(session, people)) == 1


@pytest.mark.parametrize("who", NOT_AGENTS)
def test_nobody_else_ends_a_presidency(
    client: Visitor, people: Personas, ending: str, session: Session, who: str
) -> None:
    client.enter(getattr(people, who))
    client.get(ending, status=403)
    client.post(ending, status=403, motif="x")
    assert len(presidencies(session, people)) == 1


def test_a_presidency_ends_once(client: Visitor, people: Personas, ending: str) -> None:
    client.enter(people.agent)
    client.post(ending, motif="Élection.", mot_de_passe=factories.PASSWORD)
    assert "a pris fin le" in client.get(ending).text
    client.post(ending, status=409, motif="Élection.", mot_de_passe=factories.PASSWORD)


def test_a_referent_mandate_does_not_end_here(client: Visitor, people: Personas) -> None:
    assert people.referent.mandate is not None
    client.enter(people.agent)
    client.get(f"/centre/mandats/{people.referent.mandate.id}/fin", status=404)
    client.post(f"/centre/mandats/{uuid.uuid4()}/fin", status=404, motif="x")
