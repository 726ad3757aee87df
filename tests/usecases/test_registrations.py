"""A CPTS registered through its use cases: the ACI as a condition, pages complete or absent, the register later."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.domain.errors import ImpossibleNow, Invalid, NotAllowed
from app.domain.requests import Kind, Status
from app.journal.verify import verify
from app.models import (
    Contact,
    Establishment,
    JournalEntry,
    LegalEntity,
    OutboxMessage,
    Request,
    Unit,
    UnitActivity,
    UnitCommune,
)
from app.notifications.handlers import mails_for
from app.notifications.writing import write
from app.policies.actor import ANONYMOUS, Actor
from app.search.index import rebuild
from app.search.results import Asked, find_results
from app.usecases.registrations import CptsPages, accept_cpts, give_aci, record_aci
from app.usecases.requests import Submission, refuse_request, submit_request
from tests import factories, personas
from tests.personas import Personas
from tests.support.actors import proven
from tests.support.reading import reading
from tests.support.time import FrozenClock

FINESS, ENTITY = "840029995", "840029987"
PAGES = CptsPages(
    finess=FINESS,
    legal_entity_finess=ENTITY,
    name="CPTS du Pays d’Apt",
    street="12 rue du Stade",
    postcode="84400",
    city="Apt",
    commune_insee="84003",
    phone="+33465719910",
    zone=("84003", "84088"),
    aci_signed_on=date(2025, 3, 12),
)
DETAILS = {"name": PAGES.name, "finess": FINESS, "zone": list(PAGES.zone), "aci_signed_on": "2025-03-12"}


@pytest.fixture
def people(session: Session, frozen_clock: FrozenClock) -> Personas:
    built = personas.build(session)
    factories.commune(session, "84003", "Apt", "84400", population=11000)
    session.commit()
    return built


@pytest.fixture
def agent(session: Session, people: Personas) -> Actor:
    return proven(session, people.agent)


def asked(session: Session, **values: Any) -> Request:
    """A registration that somebody without an account has just sent."""
    submission = Submission(
        kind=Kind.CPTS, email="coordination@pays-apt.example", subject=PAGES.name, details=DETAILS, **values
    )
    return submit_request(ANONYMOUS, None, submission)


def waiting(session: Session) -> Request:
    return asked(session, status=Status.ACI_AWAITED)


def events(session: Session, name: str) -> list[dict[str, Any]]:
    query = sa.select(OutboxMessage.payload).where(OutboxMessage.kind == "event", OutboxMessage.topic == name)
    return [json.loads(payload) for payload in session.scalars(query.order_by(OutboxMessage.created_at))]


# ── the ACI ─────────────────────────────────────────────────────────────────


def test_who_asked_gives_the_date_and_the_request_is_to_be_decided(session: Session, people: Personas) -> None:
    request = waiting(session)
    assert (request.status, request.waiting_since) == ("aci_awaited", None)
    give_aci(ANONYMOUS.holding(request), request, signed_on=date(2026, 1, 20), proof="Contrat 12")
    assert request.status == "submitted"
    assert request.waiting_since is not None
    assert request.details == {**DETAILS, "aci_signed_on": "2026-01-20", "aci_reference": "Contrat 12"}
    assert len(events(session, "request.aci_given")) == 1
    assert [event.kind for event in request.events] == ["submitted", "aci_given"]
    assert request.events[1].body == "ACI signé le 20/01/2026."


def test_an_agent_who_learnt_it_gives_the_date(session: Session, people: Personas, agent: Actor) -> None:
    request = waiting(session)
    record_aci(agent, request, signed_on=date(2026, 1, 20))
    assert request.status == "submitted"
    assert request.events[1].author_name == "Centre de services"


def test_a_request_without_aci_cannot_be_accepted(session: Session, people: Personas, agent: Actor) -> None:
    request = waiting(session)
    with pytest.raises(ImpossibleNow, match="en attente d’ACI"):
        accept_cpts(agent, request, pages=PAGES)
    assert session.get(Establishment, FINESS) is None
    give_aci(ANONYMOUS.holding(request), request, signed_on=date(2026, 1, 20))
    assert accept_cpts(agent, request, pages=PAGES).finess == FINESS


def test_a_request_without_aci_can_be_refused(session: Session, people: Personas, agent: Actor) -> None:
    request = waiting(session)
    refuse_request(agent, request, reason="Cette CPTS est déjà au répertoire.")
    assert request.status == "refused"


@pytest.mark.parametrize("day", [date(2015, 12, 31), date(2126, 1, 1)])
def test_an_impossible_date_is_refused(session: Session, people: Personas, agent: Actor, day: date) -> None:
    request = waiting(session)
    with pytest.raises(Invalid):
        give_aci(ANONYMOUS.holding(request), request, signed_on=day)
    with pytest.raises(Invalid):
        record_aci(agent, request, signed_on=day)
    assert request.status == "aci_awaited"


@pytest.mark.parametrize("status", ["submitted", "info_needed", "accepted", "cancelled"])
def test_a_date_is_given_once(session: Session, people: Personas, agent: Actor, status: str) -> None:
    request = asked(session)
    if status == "accepted":
        accept_cpts(agent, request, pages=PAGES)
    request.status = status
    session.commit()
    with pytest.raises(ImpossibleNow):
        give_aci(ANONYMOUS.holding(request), request, signed_on=date(2026, 1, 20))


def test_nobody_else_gives_the_date(session: Session, people: Personas) -> None:
    request = waiting(session)
    for somebody in (people.president, people.stranger):
        actor = proven(session, somebody)
        with pytest.raises(NotAllowed):
            give_aci(actor, request, signed_on=date(2026, 1, 20))
        with pytest.raises(NotAllowed):
            record_aci(actor, request, signed_on=date(2026, 1, 20))
    with pytest.raises(NotAllowed):
        record_aci(ANONYMOUS.holding(request), request, signed_on=date(2026, 1, 20))


# ── accepting ───────────────────────────────────────────────────────────────


def test_accepting_opens_complete_pages(session: Session, people: Personas, agent: Actor) -> None:
    """As an import would: category 604, its legal entity, one unit of type 255 with its phone, activity and zone."""
    request = asked(session)
    made = accept_cpts(agent, request, pages=PAGES)
    assert (made.category_code, made.departement, made.commune_insee) == ("604", "84", "84003")
    assert (made.phone, made.street, made.postcode, made.city) == ("+33465719910", "12 rue du Stade", "84400", "Apt")
    assert (made.aci_signed_on, made.register_updated_on, made.verified_at) == (date(2025, 3, 12), None, None)
    assert session.get_one(LegalEntity, ENTITY).name == PAGES.name
    unit = session.scalars(sa.select(Unit).where(Unit.establishment_finess == FINESS)).one()
    assert (unit.type_code, unit.care_mode_code, unit.activity_field_code) == ("255", "58", "05")
    contact = session.scalars(sa.select(Contact).where(Contact.unit_id == unit.id)).one()
    assert (contact.telecoms[0].value, contact.nature_code, contact.confidentiality) == ("+33465719910", "06", 1)
    assert session.scalars(sa.select(UnitActivity.code).where(UnitActivity.unit_id == unit.id)).all() == ["475"]
    zone = session.scalars(sa.select(UnitCommune.insee).where(UnitCommune.unit_id == unit.id)).all()
    assert sorted(zone) == ["84003", "84088"]
    session.refresh(request)
    assert (request.status, request.establishment_finess, request.decided_as) == ("accepted", FINESS, "agent")


def test_the_pages_are_found_by_the_search_at_once(session: Session, people: Personas, agent: Actor) -> None:
    rebuild(session)  # which knows the names of the communes
    session.commit()
    accept_cpts(agent, asked(session), pages=PAGES)
    for text in (FINESS, ENTITY, "cpts pays apt", "pernes les fontaines"):
        assert FINESS in [row.id for row in find_results(reading(session), Asked(text)).rows], text


def test_accepting_is_journalled_in_the_chain_of_the_cpts(session: Session, people: Personas, agent: Actor) -> None:
    request = asked(session)
    accept_cpts(agent, request, pages=PAGES)
    entry = session.scalars(sa.select(JournalEntry).where(JournalEntry.event == "request.accepted")).one()
    assert entry.chain == f"e:{FINESS}"
    (told,) = events(session, "request.accepted")
    assert told["on_behalf_of"] == f"request:{request.id}"
    assert told["made"][0] == f"establishment:{FINESS}"
    verify(session)


def test_who_asked_is_told_where_the_page_is(session: Session, people: Personas, agent: Actor) -> None:
    accept_cpts(agent, asked(session), pages=PAGES)
    (told,) = events(session, "request.accepted")
    (mail,) = mails_for("request.accepted", json.dumps(told))
    assert (mail.slug, mail.recipient) == ("cpts_registered", "coordination@pays-apt.example")
    message = write(mail.slug, mail.recipient, mail.context, message_id=people.agent.account.id)
    assert message.subject == "La page de la CPTS du Pays d’Apt est publiée"
    for body in (message.body or "", message.html or ""):
        assert f"/etablissements/{FINESS}" in body
        assert f"/demandes/presidence?finess={FINESS}" in body


def test_a_known_legal_entity_is_taken_up(session: Session, people: Personas, agent: Actor) -> None:
    session.add(LegalEntity(finess=ENTITY, name="ASSOCIATION DU LUBERON", updated_at=people.agent.account.created_at))
    session.commit()
    made = accept_cpts(agent, asked(session), pages=PAGES)
    assert made.legal_entity is not None
    assert made.legal_entity.name == "ASSOCIATION DU LUBERON"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"legal_entity_finess": FINESS}, "finess_ej"),
        ({"legal_entity_finess": "840021281"}, "finess_ej"),
        ({"finess": "840021273"}, "finess"),
        ({"zone": ()}, "zone"),
        ({"zone": ("84003", "99999")}, "zone"),
        ({"aci_signed_on": date(2126, 1, 1)}, "aci_date"),
    ],
)
def test_wrong_pages_are_refused_whole(
    session: Session, people: Personas, agent: Actor, wrong: dict[str, Any], field: str
) -> None:
    request = asked(session)
    with pytest.raises(Invalid) as refusal:
        accept_cpts(agent, request, pages=replace(PAGES, **wrong))
    assert set(refusal.value.fields) == {field}
    nothing_written(session, request)


def test_a_number_taken_meanwhile_is_refused_whole(session: Session, people: Personas, agent: Actor) -> None:
    request = asked(session)
    with pytest.raises(ImpossibleNow, match="porte déjà le numéro 840021281"):
        accept_cpts(agent, request, pages=replace(PAGES, finess="840021281"))
    nothing_written(session, request)


def test_a_failure_on_the_way_leaves_nothing(
    session: Session, people: Personas, agent: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last step fails: neither establishment, nor legal entity, nor unit, nor decision."""
    request = asked(session)

    def fail(*_args: Any) -> None:
        raise RuntimeError("index")

    monkeypatch.setattr("app.usecases.registrations.index_establishment", fail)
    with pytest.raises(RuntimeError):
        accept_cpts(agent, request, pages=PAGES)
    nothing_written(session, request)


def nothing_written(session: Session, request: Request) -> None:
    session.expire_all()
    assert (request.status, request.establishment_finess) == ("submitted", None)
    assert session.get(Establishment, FINESS) is None
    assert session.get(LegalEntity, ENTITY) is None
    assert session.scalars(sa.select(Unit).where(Unit.establishment_finess == FINESS)).all() == []
    assert events(session, "request.accepted") == []


def test_only_agents_accept_and_never_their_own(session: Session, people: Personas, agent: Actor) -> None:
    request = asked(session)
    for somebody in (people.president, people.referent, people.stranger):
        with pytest.raises(NotAllowed):
            accept_cpts(proven(session, somebody), request, pages=PAGES)
    with pytest.raises(NotAllowed):
        accept_cpts(ANONYMOUS.holding(request), request, pages=PAGES)
    own = submit_request(agent, None, Submission(kind=Kind.CPTS, email=people.agent.email, details=DETAILS))
    with pytest.raises(NotAllowed):
        accept_cpts(agent, own, pages=PAGES)


# ── the register, later ─────────────────────────────────────────────────────


def test_the_official_line_completes_what_was_opened_by_hand(
    app: Flask, session: Session, people: Personas, agent: Actor, tmp_path: Path
) -> None:
    """No duplicate: one establishment, one legal entity, one unit, the zone and the ACI kept."""
    accept_cpts(agent, asked(session), pages=PAGES)
    file = tmp_path / "finess.csv"
    line = (
        f"structureet;{FINESS};{ENTITY};CPTS DU PAYS D'APT;CPTS DU PAYS D'APT LUBERON;;;12;R;DU STADE;;;003;84;"
        "VAUCLUSE;84400 APT;0465719911;;604;Communautés professionnelles territoriales de santé (CPTS);2103;;;9499Z;99;"
        "Indéterminé;9;Non applicable;2025-03-12;;2026-06-01;\n"
    )
    file.write_text(f"finess;etalab;111;2026-06-02\n{line}")
    for _ in range(2):
        result = app.test_cli_runner().invoke(args=["import", "finess", str(file)], catch_exceptions=False)
        assert result.exit_code == 0, result.output
    session.expire_all()
    made = session.get_one(Establishment, FINESS)
    assert (made.name, made.phone, made.register_updated_on) == ("CPTS DU PAYS D'APT", "+33465719911", date(2026, 6, 1))
    assert (made.aci_signed_on, made.legal_entity_finess) == (date(2025, 3, 12), ENTITY)
    unit = session.scalars(sa.select(Unit).where(Unit.establishment_finess == FINESS)).one()
    zone = session.scalars(sa.select(UnitCommune.insee).where(UnitCommune.unit_id == unit.id)).all()
    assert sorted(zone) == ["84003", "84088"]
    assert session.scalar(sa.select(sa.func.count()).where(LegalEntity.finess == ENTITY)) == 1
