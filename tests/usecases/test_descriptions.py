"""Saving a box: who may, what is refused, two people at the same instant, drafts of two people, what is undone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import clock, db
from app.domain.errors import ImpossibleNow, Invalid, NotAllowed
from app.models import BoxDraft, Establishment, JournalEntry, Revision
from app.policies.actor import Actor
from app.queries.actors import held_mandates
from app.queries.sheets import SheetRef, read_sheet
from app.usecases.descriptions import save_draft, undo_revision, update_box
from app.usecases.sheet_steps import StaleBoxes, Write
from tests import personas
from tests.personas import Persona, Personas
from tests.support.backends import SQLITE_ONLY

ROUNDS = 6


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    built.comtat.establishment.phone = "+33465710001"
    session.commit()
    return built


def acting(persona: Persona) -> Actor:
    account, person = persona.account, persona.person
    return Actor(account.id, person.id, person.full_name, mandates=held_mandates(person.id))


def contact(people: Personas, seen: int | None = 0, erase: frozenset[str] = frozenset(), **values: str | None) -> Write:
    ref = SheetRef(people.comtat.finess)
    return Write(ref, "coordonnees", read_sheet(ref)["coordonnees"] | values, seen=seen, erase=erase)


def stored(session: Session, people: Personas) -> Establishment:
    return session.get_one(Establishment, people.comtat.finess, populate_existing=True)


@SQLITE_ONLY
@pytest.mark.parametrize("who", ["other_president", "other_referent", "professional", "stranger", "agent"])
def test_somebody_else_saves_nothing_and_it_is_journalled(people: Personas, session: Session, who: str) -> None:
    with pytest.raises(NotAllowed):
        update_box(
            acting(getattr(people, who)), people.comtat.establishment, write=contact(people, phone="+33465719999")
        )
    assert stored(session, people).phone == "+33465710001"
    assert session.scalars(sa.select(JournalEntry.event)).all() == ["access.refused"]


@SQLITE_ONLY
@pytest.mark.parametrize("blank", [None, "", "   "])
def test_president_empties_what_the_sas_needs_refused_even_confirmed(
    people: Personas, session: Session, blank: str | None
) -> None:
    write = contact(people, phone=blank, street=blank, erase=frozenset({"phone", "street"}))
    with pytest.raises(Invalid) as refusal:
        update_box(acting(people.president), people.comtat.establishment, write=write)
    assert set(refusal.value.fields) == {"phone", "street"}
    assert stored(session, people).street == "584 AV VICTOR HUGO"


@SQLITE_ONLY
def test_a_box_of_another_cpts_is_not_written_through_one_s_own(people: Personas, session: Session) -> None:
    write = Write(SheetRef(people.other.finess), "coordonnees", {"phone": "+33465719999"}, seen=0)
    with pytest.raises(ImpossibleNow):
        update_box(acting(people.president), people.comtat.establishment, write=write)
    assert session.get_one(Establishment, people.other.finess).phone != "+33465719999"


@SQLITE_ONLY
def test_nothing_changed_is_a_confirmation(people: Personas, session: Session) -> None:
    assert update_box(acting(people.president), people.comtat.establishment, write=contact(people)) is None
    assert session.scalars(sa.select(JournalEntry.event)).all() == ["establishment.confirmed"]


def test_two_people_save_at_the_same_instant_exactly_one_is_told(
    app: Flask, people: Personas, session: Session
) -> None:
    """Both engines: whoever comes second meets the version, never the other's text."""
    actors = [acting(people.president), acting(people.referent)]
    for version in range(ROUNDS):
        numbers = [f"+3346571{version:02d}{side}0" for side in (1, 2)]
        writes = [contact(people, seen=version, phone=number) for number in numbers]
        session.commit()
        outcomes = at_once(app, *(_saving(people.comtat.finess, *pair) for pair in zip(actors, writes, strict=True)))
        assert sorted(outcomes) == ["StaleBoxes", "done"]
        assert stored(session, people).phone == numbers[outcomes.index("done")]
    assert session.scalar(sa.select(sa.func.count()).select_from(Revision)) == ROUNDS


def test_two_drafts_of_one_box_live_side_by_side_and_each_replaces_itself(people: Personas, session: Session) -> None:
    ref = SheetRef(people.comtat.finess)
    for persona, text in ((people.president, "A"), (people.referent, "B"), (people.president, "C")):
        save_draft(
            acting(persona),
            people.comtat.establishment,
            ref=ref,
            box="coordonnees",
            fields=[("horaires", text)],
            seen=0,
        )
    kept = {draft.account_id: draft.fields for draft in session.scalars(sa.select(BoxDraft))}
    assert kept == {people.president.account.id: [["horaires", "C"]], people.referent.account.id: [["horaires", "B"]]}
    too_long = [("horaires", "x" * 200_000)]
    with pytest.raises(ImpossibleNow):
        save_draft(
            acting(people.referent), people.comtat.establishment, ref=ref, box="coordonnees", fields=too_long, seen=0
        )


@SQLITE_ONLY
def test_undoing_what_first_gave_a_needed_value_is_refused(people: Personas, session: Session) -> None:
    people.comtat.establishment.phone = None
    session.commit()
    revision = update_box(
        acting(people.president), people.comtat.establishment, write=contact(people, phone="+33465710002")
    )
    assert revision is not None
    with pytest.raises(Invalid):
        undo_revision(acting(people.president), people.comtat.establishment, revision=revision)
    assert stored(session, people).phone == "+33465710002"
    assert clock.now() >= revision.at


def at_once(app: Flask, *acts: Callable[[], object]) -> list[str]:
    """Every act in its own thread and session, released together; what became of each."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        with app.app_context():
            gate.wait()
            try:
                act()
            except StaleBoxes as refusal:
                return type(refusal).__name__
            return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def _saving(finess: str, actor: Actor, write: Write) -> Callable[[], object]:
    return lambda: update_box(actor, db.session().get_one(Establishment, finess), write=write)
