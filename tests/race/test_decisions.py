"""Several people act on one request at the same instant: exactly one decision, and none after a right has ended."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import clock, db
from app.domain.errors import ImpossibleNow, NotAllowed
from app.models import Account, Affiliation, Authentication, Mandate, Person, Request, RequestEvent
from app.policies.actor import ANONYMOUS, Actor
from app.queries.actors import held_mandates
from app.usecases.affiliations import (
    AlreadyPending,
    Wish,
    accept_affiliation,
    ask_affiliation,
    ask_for_information,
    cancel_request,
    refuse_affiliation,
)
from tests import factories, personas
from tests.personas import Persona, Personas
from tests.support.backends import POSTGRES_ONLY

ROUNDS = 15
Act = Callable[[], object]


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


def acting(persona: Persona) -> Actor:
    return Actor(
        account_id=persona.account.id,
        person_id=persona.person.id,
        name=persona.person.full_name,
        mandates=held_mandates(persona.person.id),
    )


def at_once(app: Flask, *acts: Act) -> list[str]:
    """Every act in its own thread and session, released together; what became of each."""
    gate = threading.Barrier(len(acts))

    def run(act: Act) -> str:
        with app.app_context():
            gate.wait()
            try:
                act()
            except (ImpossibleNow, NotAllowed) as refusal:
                return type(refusal).__name__
            return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def request_of(request_id: uuid.UUID) -> Request:
    return db.session().get_one(Request, request_id)


def test_of_several_deciders_exactly_one_decides(app: Flask, session: Session, people: Personas) -> None:
    president, referent, second = (acting(p) for p in (people.president, people.referent, people.second_referent))
    won: Counter[str] = Counter()
    for _ in range(ROUNDS):
        id_ = factories.affiliation_request(session, people.comtat.unit).id
        session.commit()
        outcomes = at_once(
            app,
            accepting(president, id_),
            lambda id_=id_: refuse_affiliation(referent, request_of(id_), reason="Hors territoire."),
            accepting(second, id_),
        )
        assert sorted(outcomes) == ["ImpossibleNow", "ImpossibleNow", "done"], outcomes
        session.expire_all()
        request = session.get_one(Request, id_)
        signed = session.scalars(
            sa.select(RequestEvent.kind).where(
                RequestEvent.request_id == id_, RequestEvent.kind.in_(["accepted", "refused"])
            )
        ).all()
        attached = session.scalar(sa.select(sa.func.count()).where(Affiliation.request_id == id_))
        assert signed == [request.status]
        assert attached == (1 if request.status == "accepted" else 0)
        won[request.decided_as or ""] += 1
        session.commit()
    assert sum(won.values()) == ROUNDS


def test_a_cancellation_and_a_decision_exclude_each_other(app: Flask, session: Session, people: Personas) -> None:
    referent, president = acting(people.referent), acting(people.president)
    for _ in range(ROUNDS):
        request = factories.affiliation_request(session, people.comtat.unit)
        session.commit()
        id_, holder = request.id, ANONYMOUS.holding(request)
        outcomes = at_once(
            app,
            lambda id_=id_, holder=holder: cancel_request(holder, request_of(id_)),
            accepting(referent, id_),
        )
        assert sorted(outcomes) == ["ImpossibleNow", "done"]
        session.expire_all()
        attached = session.scalar(sa.select(sa.func.count()).where(Affiliation.request_id == id_))
        assert attached == (1 if session.get_one(Request, id_).status == "accepted" else 0)
        session.commit()
    id_ = factories.affiliation_request(session, people.comtat.unit).id
    session.commit()
    asked = at_once(
        app,
        lambda: ask_for_information(referent, request_of(id_), message="Où ?"),
        lambda: ask_for_information(president, request_of(id_), message="Où ?"),
    )
    assert sorted(asked) == ["ImpossibleNow", "done"]


def test_two_requests_of_one_person_make_one_person_and_one_account(
    app: Flask, session: Session, people: Personas
) -> None:
    """Accepted at the same instant in two CPTS: the same identity, enrolled once."""
    here, there = acting(people.president), acting(people.other_president)
    for _ in range(ROUNDS):
        rpps, email = factories.new_rpps(), factories.new_email("double")
        mine = factories.affiliation_request(session, people.comtat.unit, rpps=rpps, email=email).id
        theirs = factories.affiliation_request(session, people.other.unit, rpps=rpps, email=email).id
        session.commit()
        outcomes = at_once(
            app,
            accepting(here, mine),
            accepting(there, theirs),
        )
        assert "done" in outcomes
        assert set(outcomes) <= {"done", "ImpossibleNow"}
        session.expire_all()
        assert session.scalar(sa.select(sa.func.count()).where(Person.rpps == rpps)) == 1
        assert session.scalar(sa.select(sa.func.count()).where(Account.email == email)) == 1
        session.commit()


def test_a_form_sent_several_times_at_once_is_one_request(app: Flask, session: Session, people: Personas) -> None:
    finess, unit_id = people.comtat.finess, people.comtat.unit.id
    for _ in range(ROUNDS):
        key, email = uuid.uuid4(), factories.new_email("presse")
        wish = Wish(
            family_name="Presse",
            given_name="Yann",
            email=email,
            phone=factories.PHONE,
            profession_code=None,
            profession_label="Coordination",
            unit_id=unit_id,
        )

        def send(key: uuid.UUID = key, wish: Wish = wish) -> object:
            place = db.session().get_one(type(people.comtat.establishment), finess)
            return ask_affiliation(ANONYMOUS, place, wish, client_key=key)

        assert at_once(app, send, send, send) == ["done", "done", "done"]
        assert session.scalar(sa.select(sa.func.count()).where(Request.email == email)) == 1
        session.commit()


def test_different_forms_of_one_address_at_once_are_one_request(app: Flask, session: Session, people: Personas) -> None:
    finess, unit_id = people.comtat.finess, people.comtat.unit.id
    email = factories.new_email("deux")
    wish = Wish(
        family_name="Deux",
        given_name="Fois",
        email=email,
        phone=factories.PHONE,
        profession_code=None,
        profession_label="Coordination",
        unit_id=unit_id,
    )

    def send() -> object:
        place = db.session().get_one(type(people.comtat.establishment), finess)
        return ask_affiliation(ANONYMOUS, place, wish, client_key=uuid.uuid4())

    assert sorted(at_once(app, send, send)) == [AlreadyPending.__name__, "done"]
    assert session.scalar(sa.select(sa.func.count()).where(Request.email == email)) == 1


@POSTGRES_ONLY
def test_a_decision_waits_for_a_revocation_under_way_and_is_refused(
    app: Flask, session: Session, people: Personas
) -> None:
    """The end is written but not committed: a decision that only looked would still see the right, and outlive it."""
    for _ in range(ROUNDS // 3):
        id_, actor, mandate_id = challenger(session, people)
        presidency = people.president.mandate
        assert presidency is not None
        session.execute(end_of(mandate_id, presidency.id))
        with ThreadPoolExecutor(1) as pool:
            deciding = pool.submit(
                at_once, app, lambda id_=id_, actor=actor: accept_affiliation(actor, request_of(id_))
            )
            with pytest.raises(TimeoutError):
                deciding.result(timeout=0.3)
            session.commit()
            assert deciding.result(timeout=10) == ["ImpossibleNow"]
        session.expire_all()
        assert session.get_one(Request, id_).status == "submitted"
        session.commit()


@POSTGRES_ONLY
def test_a_revocation_waits_for_a_decision_under_way(app: Flask, session: Session, people: Personas) -> None:
    """The other order: who decided in time has decided, and the end comes after."""
    presidency = people.president.mandate
    assert presidency is not None
    id_, _, mandate_id = challenger(session, people)
    holder_account = session.scalars(
        sa.select(Account.id).join(Mandate, Mandate.person_id == Account.person_id).where(Mandate.id == mandate_id)
    ).one()
    session.execute(
        sa.update(Request)
        .where(Request.id == id_)
        .values(
            status="refused",
            refusal_reason="Hors territoire",
            decided_at=clock.now(),
            decided_by_account_id=holder_account,
            decided_as="referent",
            deciding_mandate_id=mandate_id,
        )
    )

    def end() -> None:
        db.session().execute(end_of(mandate_id, presidency.id))
        db.session().commit()

    with ThreadPoolExecutor(1) as pool:
        ending = pool.submit(at_once, app, end)
        with pytest.raises(TimeoutError):
            ending.result(timeout=0.3)
        session.commit()
        assert ending.result(timeout=10) == ["done"]


@POSTGRES_ONLY
def test_revocation_and_decision_at_the_same_instant(app: Flask, session: Session, people: Personas) -> None:
    presidency = people.president.mandate
    assert presidency is not None
    presidency_id = presidency.id
    for _ in range(ROUNDS):
        id_, actor, mandate_id = challenger(session, people)

        def end(mandate_id: uuid.UUID = mandate_id) -> None:
            db.session().execute(end_of(mandate_id, presidency_id))
            db.session().commit()

        outcomes = at_once(app, end, accepting(actor, id_))
        assert outcomes[0] == "done"
        session.expire_all()
        status = session.get_one(Request, id_).status
        assert status == ("accepted" if outcomes[1] == "done" else "submitted")
        late = factories.affiliation_request(session, people.comtat.unit)
        session.commit()
        assert at_once(app, accepting(actor, late.id)) == ["ImpossibleNow"]


def challenger(session: Session, people: Personas) -> tuple[uuid.UUID, Actor, uuid.UUID]:
    """A new référent, the actor that they were when their page was loaded, and a request they may decide."""
    assert people.president.mandate is not None
    holder = factories.person(session, "Rémi", "Instant", rpps=factories.new_rpps())
    account = factories.account(session, holder)
    mandate = factories.referent_mandate(session, people.president.mandate, holder)
    request = factories.affiliation_request(session, people.comtat.unit)
    factories.authentication(session, people.president.person, act=ending_act(mandate.id))
    session.commit()
    actor = acting(Persona(holder, account, mandate))
    session.commit()
    return request.id, actor, mandate.id


def accepting(actor: Actor, request_id: uuid.UUID) -> Act:
    return lambda: accept_affiliation(actor, request_of(request_id))


def ending_act(mandate_id: uuid.UUID) -> str:
    return f"mandate:end_referent/{mandate_id.hex}"


def end_of(mandate_id: uuid.UUID, presidency_id: uuid.UUID) -> sa.Update:
    proof = sa.select(Authentication.id).where(Authentication.act == ending_act(mandate_id)).scalar_subquery()
    ending: dict[str, object] = {
        "ended_by_mandate_id": presidency_id,
        "ended_by_role": "president",
        "end_reason": "Retrait",
    }
    ending["end_authentication_id"] = proof
    return sa.update(Mandate).where(Mandate.id == mandate_id).values(ended_at=clock.now(), **ending)
