"""Publishing a dossier is all or nothing: whichever statement fails, and whoever else publishes at the same instant."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import db
from app.models import Dossier, Establishment, Revision, RevisionBox
from app.queries.dossier_differences import read_dossier
from app.queries.sheets import SheetRef, read_sheet
from app.usecases.dossier_publication import publish_dossier
from app.usecases.dossier_review_steps import Verdict
from app.usecases.dossier_reviews import return_dossier
from app.usecases.sheet_steps import Write, write_boxes
from tests import factories, personas
from tests.personas import Persona, Personas
from tests.race.test_decisions import at_once
from tests.support.dossiers import WHOLE_UNIT, actor_of, sent
from tests.support.statements import recorded

ROUNDS = 6
PAGE = {"coordonnees": {"phone": "+33490000002"}}
CHANGED = {"zone": {"communes": ["84007", "84031", "84088"]}, "capacite": {"capacity": 4}}


@pytest.fixture
def people(session: Session) -> Personas:
    return personas.build(session)


# ── a statement fails ───────────────────────────────────────────────────────


class Fault(Exception):
    """The database goes away in the middle of a statement."""


@contextmanager
def failing(engine: sa.Engine, number: int) -> Iterator[None]:
    """The statement of that number fails; the commit, when there are not so many."""
    left = [number]

    def statement(*_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Fault

    def commit(_connection: object) -> None:
        if left[0] > 0:
            raise Fault

    sa.event.listen(engine, "before_cursor_execute", statement)
    sa.event.listen(engine, "commit", commit)
    try:
        yield
    finally:
        sa.event.remove(engine, "before_cursor_execute", statement)
        sa.event.remove(engine, "commit", commit)


def everything(engine: sa.Engine) -> dict[str, list[str]]:
    """Every row of every table: pages, search index (by the tables behind it), revisions, dossiers, journal, outbox."""
    with engine.connect() as connection:
        names = set(sa.inspect(connection).get_table_names())
        if engine.dialect.name == "sqlite":
            virtual = "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'"
            names -= set(connection.exec_driver_sql(virtual).scalars())
        return {
            name: sorted(str(tuple(row)) for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"'))
            for name in names
        }


@pytest.mark.slow
def test_whichever_statement_fails_all_or_nothing_is_published(app: Flask, session: Session, people: Personas) -> None:
    dossier = sent(session, people, page=PAGE, unit=CHANGED, new=[WHOLE_UNIT])
    agent, stamp, engine = actor_of(people.agent), read_dossier(dossier).stamp, db.engine()
    session.rollback()
    before, id_ = everything(engine), dossier.id

    def publish() -> object:
        return publish_dossier(agent, session.get_one(Dossier, id_), Verdict(), seen=stamp)

    number = 0
    while True:
        number += 1
        with recorded(engine) as said, failing(engine, number):
            try:
                publish()
            except Fault:
                pass
            else:
                raise AssertionError(f"the fault {number} was swallowed")
        session.rollback()
        session.expunge_all()
        assert everything(engine) == before, f"statement {number} failed and left something: {said[-1]}"
        if len(said) < number:
            break  # it was the commit
    assert number > 40, "nothing much was tried"
    publish()
    after = everything(engine)
    for table in ("dossier", "revision", "revision_box", "journal_entry", "outbox_message", "unit", "unit_commune"):
        assert after[table] != before[table], table
    assert [table for table in after if "search" in table and after[table] != before[table]]


# ── somebody else at the same instant ───────────────────────────────────────


def test_of_two_agents_exactly_one_answers(app: Flask, session: Session, people: Personas) -> None:
    person = factories.person(session, "Paul", "Second")
    first, second = actor_of(people.agent), actor_of(Persona(person, factories.agent(session, person)))
    for rounds in range(ROUNDS):
        dossier = sent(session, people, page={"coordonnees": {"phone": f"+3349000001{rounds}"}})
        id_, seen = dossier.id, read_dossier(dossier).stamp
        session.commit()
        answer = publish_dossier if rounds % 2 else return_dossier
        outcomes = at_once(
            app,
            lambda id_=id_, seen=seen: publish_dossier(first, dossier_of(id_), Verdict(), seen=seen),
            lambda id_=id_, seen=seen, answer=answer: answer(
                second, dossier_of(id_), Verdict(message="Vu."), seen=seen
            ),
        )
        assert sorted(outcomes) == ["ImpossibleNow", "done"], outcomes
        session.expire_all()
        held = session.get_one(Dossier, id_)
        revisions = session.scalar(sa.select(sa.func.count()).where(Revision.dossier_id == id_))
        assert (held.status, revisions) in {("published", 1), ("draft", 0)}
        if held.status == "draft":
            held.status = "cancelled"
        session.commit()


def test_a_direct_edit_at_the_same_instant_is_never_lost(app: Flask, session: Session, people: Personas) -> None:
    """It comes first, and the agent is shown the page anew; or it comes after, on top of what was published."""
    agent, referent, page = actor_of(people.agent), actor_of(people.referent), SheetRef(people.comtat.finess)
    for rounds in range(ROUNDS):
        theirs, mine = f"+3349000002{rounds}", f"+3349000003{rounds}"
        dossier = sent(session, people, page={"coordonnees": {"phone": theirs}})
        id_, seen = dossier.id, read_dossier(dossier).stamp
        session.commit()

        def edit(mine: str = mine) -> None:
            place = db.session().get_one(Establishment, page.finess)
            values = {**read_sheet(page)["coordonnees"], "phone": mine}
            write_boxes(referent, place, [Write(page, "coordonnees", values)], source="direct")
            db.session().commit()

        outcomes = at_once(
            app, lambda id_=id_, seen=seen: publish_dossier(agent, dossier_of(id_), Verdict(), seen=seen), edit
        )
        session.expire_all()
        boxes = session.scalars(sa.select(RevisionBox).join(Revision).order_by(Revision.number)).all()
        assert outcomes[1] == "done"
        assert all(later.before == earlier.after for earlier, later in pairwise(boxes))
        told = [box.after["phone"] for box in boxes[-2:]]
        assert told == [theirs, mine] if outcomes[0] == "done" else told[-1] == mine
        held = session.get_one(Dossier, id_)
        assert held.status == ("published" if outcomes[0] == "done" else "to_review")
        if held.status == "to_review":
            held.status = "cancelled"
        session.commit()


def dossier_of(id_: uuid.UUID) -> Dossier:
    return db.session().get_one(Dossier, id_)
