"""What becomes of a dossier that was sent: published whole or in part, sent back, read again, in conflict."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.dossier_reviews import Decision, Novelty
from app.domain.errors import ImpossibleNow, Invalid, NotAllowed
from app.models import (
    Account,
    Commune,
    Dossier,
    DossierComment,
    DossierSheet,
    DossierStep,
    JournalEntry,
    Revision,
    Unit,
)
from app.queries.dossier_differences import Reading, read_dossier, returned_in
from app.queries.sheets import SheetRef, read_sheet
from app.usecases.dossier_publication import Outcome, publish_dossier
from app.usecases.dossier_review_steps import Verdict
from app.usecases.dossier_reviews import approve_dossier, refuse_approval, return_dossier
from app.usecases.sheet_steps import Write, write_boxes
from tests import personas
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY
from tests.support.dossiers import WHOLE_UNIT, actor_of, send_again, sent, unit_ref
from tests.support.statements import recorded

THREE: dict[str, Any] = {
    "page": {"coordonnees": {"phone": "+33490000002", "email": "contact@cpts.example"}},
    "unit": {"zone": {"communes": ["84007", "84031", "84088"]}},
}
ACCEPT, RETURN, KEEP = Decision.ACCEPT, Decision.RETURN, Decision.KEEP


@pytest.fixture
def people(session: Session) -> Personas:
    return personas.build(session)


def keys(reading: Reading) -> list[str]:
    return [line.key for line in reading.to_read]


def publish(people: Personas, dossier: Dossier, **verdict: Any) -> Outcome:
    return publish_dossier(actor_of(people.agent), dossier, Verdict(**verdict), seen=read_dossier(dossier).stamp)


def edit(people: Personas, ref: SheetRef, box: str, **fields: Any) -> None:
    """By the référent, on the page itself."""
    write = Write(ref, box, {**read_sheet(ref)[box], **fields})
    write_boxes(actor_of(people.referent), people.comtat.establishment, [write], source="direct")


def test_three_changes_are_three_lines_and_are_published_at_once(session: Session, people: Personas) -> None:
    dossier = sent(session, people, **THREE)
    assert keys(read_dossier(dossier)) == ["0-coordonnees-phone", "0-coordonnees-email", "1-zone-communes"]
    outcome = publish(people, dossier)
    assert (dossier.status, outcome.accepted, outcome.back) == ("published", 3, [])
    assert dossier.published_by_account_id == people.agent.account.id
    page = read_sheet(SheetRef(people.comtat.finess))["coordonnees"]
    assert (page["phone"], page["email"]) == ("+33490000002", "contact@cpts.example")
    assert read_sheet(unit_ref(people))["zone"]["communes"] == ["84007", "84031", "84088"]
    revision = session.scalars(sa.select(Revision)).one()
    assert (revision.source, revision.dossier_id, len(revision.boxes)) == ("dossier", dossier.id, 2)
    steps = session.execute(sa.select(DossierStep.step, DossierStep.role, DossierStep.account_id)).all()
    assert steps == [("published", "agent", people.agent.account.id)]
    assert "dossier.published" in session.scalars(sa.select(JournalEntry.event)).all()


def test_two_accepted_one_returned_publishes_two_and_the_rest_is_read_alone(session: Session, people: Personas) -> None:
    dossier = sent(session, people, **THREE)
    why = {"1-zone-communes": "Avignon n’est pas dans votre accord."}
    outcome = publish(people, dossier, decisions={"1-zone-communes": RETURN}, remarks=why)
    assert (dossier.status, outcome.accepted, [line.key for line in outcome.back]) == ("draft", 2, ["1-zone-communes"])
    assert dossier.approved_by_account_id is None
    assert read_sheet(SheetRef(people.comtat.finess))["coordonnees"]["phone"] == "+33490000002"
    assert "84007" not in read_sheet(unit_ref(people))["zone"]["communes"]
    eg, uo = session.scalars(sa.select(DossierSheet).order_by(DossierSheet.position)).all()
    assert (eg.state, uo.state) == ("final", "started")
    assert (returned_in(dossier, eg), list(returned_in(dossier, uo))) == ({}, ["zone"])
    ((field, said),) = returned_in(dossier, uo)["zone"]
    assert (field.key, said.body, said.by) == ("communes", why["1-zone-communes"], "Centre de services")

    send_again(session, people, dossier, {0: {"coordonnees": {"website": "https://cpts.example"}}})
    again = read_dossier(dossier)
    assert {line.key: line.novelty for line in again.lines} == {
        "0-coordonnees-website": Novelty.CHANGED,
        "1-zone-communes": Novelty.RETURNED,
    }
    publish(people, dossier, decisions={"1-zone-communes": RETURN}, message="Toujours pas.")
    send_again(session, people, dossier, {1: {"zone": {"communes": ["84031"]}}})
    assert [(line.removed, line.novelty) for line in read_dossier(dossier).to_read] == [
        (["Pernes-les-Fontaines"], Novelty.CHANGED)
    ]
    publish(people, dossier)
    assert dossier.status == "published"
    assert read_sheet(unit_ref(people))["zone"]["communes"] == ["84031"]
    assert session.scalars(sa.select(Revision.number).order_by(Revision.number)).all() == [1, 2, 3]


def test_a_dossier_sent_back_whole_shows_only_what_changes(session: Session, people: Personas) -> None:
    dossier = sent(session, people, **THREE)
    agent, seen = actor_of(people.agent), read_dossier(dossier).stamp
    with pytest.raises(Invalid) as refused:
        return_dossier(agent, dossier, Verdict(), seen=seen)
    assert list(refused.value.fields) == ["message"]
    with pytest.raises(Invalid) as refused:
        return_dossier(agent, dossier, Verdict({"0-coordonnees-email": RETURN}), seen=seen)
    assert list(refused.value.fields) == ["remarque-0-coordonnees-email"]
    why = {"0-coordonnees-email": "Cette adresse est celle d’une personne."}
    return_dossier(agent, dossier, Verdict({"0-coordonnees-email": RETURN}, why), seen=seen)
    assert (dossier.status, session.scalar(sa.select(sa.func.count()).select_from(Revision))) == ("draft", 0)
    send_again(session, people, dossier, {0: {"coordonnees": {"email": "secretariat@cpts.example"}}})
    again = read_dossier(dossier)
    assert keys(again) == ["0-coordonnees-email"]
    assert [line.key for line in again.read] == ["0-coordonnees-phone", "1-zone-communes"]
    assert publish(people, dossier).accepted == 3


def test_a_new_unit_is_created_whole_or_waits(session: Session, people: Personas) -> None:
    other = {**WHOLE_UNIT, "offre": {**WHOLE_UNIT["offre"], "name": "Équipe du Ventoux"}}
    other["conditions"] = {"admission_conditions": "Tous"}
    dossier = sent(session, people, new=[WHOLE_UNIT, other])
    back = {"2-zone-communes": RETURN, "3-conditions-admission_conditions": RETURN}
    publish(people, dossier, decisions=back, message="À revoir.")
    made = session.scalars(sa.select(Unit).where(Unit.establishment_finess == people.comtat.finess).order_by(Unit.id))
    assert [unit.name for unit in made][1:] == ["Équipe du Ventoux"]
    waiting, created = session.scalars(
        sa.select(DossierSheet).where(DossierSheet.position > 1).order_by(DossierSheet.position)
    )
    assert (waiting.unit_id, waiting.state, created.state) == (None, "started", "started")
    assert read_sheet(SheetRef(people.comtat.finess, created.unit_id))["zone"]["communes"] == ["84031", "84088"]
    send_again(session, people, dossier, {2: {"zone": {"communes": ["84031"]}}})
    assert keys(read_dossier(dossier)) == ["2-zone-communes", "3-conditions-admission_conditions"]
    publish(people, dossier)
    assert read_sheet(SheetRef(people.comtat.finess, waiting.unit_id))["offre"]["name"] == "Équipe du Comtat"
    assert dossier.status == "published"


@SQLITE_ONLY
def test_what_was_edited_meanwhile_is_merged_or_chosen(session: Session, people: Personas) -> None:
    dossier = sent(session, people, page={"coordonnees": {"phone": "+33490000002"}}, unit=THREE["unit"])
    early = read_dossier(dossier).stamp
    edit(people, SheetRef(people.comtat.finess), "coordonnees", phone="+33490000009", email="direct@cpts.example")
    edit(people, unit_ref(people), "zone", communes=["84031"])
    session.commit()
    with pytest.raises(ImpossibleNow):
        publish_dossier(actor_of(people.agent), dossier, Verdict(), seen=early)
    phone, zone = read_dossier(dossier).lines
    assert (phone.conflict, phone.before, phone.after) == (
        True,
        ["04\u00a090\u00a000\u00a000\u00a009"],
        ["04\u00a090\u00a000\u00a000\u00a002"],
    )
    assert phone.at_first == ["04\u00a065\u00a071\u00a099\u00a001"]
    assert (zone.conflict, zone.added, zone.removed) == (False, ["Avignon"], [])
    with pytest.raises(Invalid) as refused:
        publish(people, dossier)
    assert list(refused.value.fields) == ["decision-0-coordonnees-phone"]
    publish(people, dossier, decisions={"0-coordonnees-phone": KEEP})
    page = read_sheet(SheetRef(people.comtat.finess))["coordonnees"]
    assert (page["phone"], page["email"]) == ("+33490000009", "direct@cpts.example")
    assert read_sheet(unit_ref(people))["zone"]["communes"] == ["84007", "84031"]
    kept = session.scalars(sa.select(DossierComment).where(DossierComment.decision == "keep")).one()
    assert (kept.field, dossier.status) == ("phone", "published")


@SQLITE_ONLY
def test_a_conflict_settled_for_the_proposal_publishes_it(session: Session, people: Personas) -> None:
    dossier = sent(session, people, page={"coordonnees": {"phone": "+33490000002"}})
    edit(people, SheetRef(people.comtat.finess), "coordonnees", phone="+33490000009")
    session.commit()
    publish(people, dossier, decisions={"0-coordonnees-phone": ACCEPT})
    assert read_sheet(SheetRef(people.comtat.finess))["coordonnees"]["phone"] == "+33490000002"


@SQLITE_ONLY
def test_what_the_rules_refuse_is_said_of_its_line_and_nothing_is_published(session: Session, people: Personas) -> None:
    edit(people, SheetRef(people.comtat.finess), "coordonnees", email="contact@cpts.example")
    page = {"coordonnees": {"phone": None, "email": None}}
    dossier = sent(session, people, page=page, unit={"public": {**WHOLE_UNIT["public"], "min_age": 151}})
    with pytest.raises(Invalid) as refused:
        publish(people, dossier)
    assert set(refused.value.fields) == {"decision-0-coordonnees-phone", "decision-1-public-min_age"}
    assert "SAS" in refused.value.fields["decision-0-coordonnees-phone"]
    session.rollback()
    back = {"0-coordonnees-phone": RETURN, "1-public-min_age": RETURN}
    publish(people, dossier, decisions=back, message="Voyez.")
    assert read_sheet(SheetRef(people.comtat.finess))["coordonnees"]["email"] is None


@SQLITE_ONLY
def test_nobody_validates_twice(session: Session, people: Personas) -> None:
    """The agent who sent or approved it, in an office of theirs, does not publish it: policy, then database."""
    dossier = sent(session, people, **THREE)
    seen, agent = read_dossier(dossier).stamp, actor_of(people.agent)
    for column in ("submitted_by_account_id", "approved_by_account_id"):
        before = getattr(dossier, column)
        setattr(dossier, column, people.agent.account.id)
        session.commit()
        with pytest.raises(NotAllowed):
            publish_dossier(agent, dossier, Verdict(), seen=seen)
        setattr(dossier, column, before)
    session.commit()
    with pytest.raises(sa.exc.IntegrityError, match="nobody_validates_twice"):
        session.execute(
            sa.update(Dossier).values(
                status="published",
                published_at=dossier.created_at,
                published_by_account_id=dossier.approved_by_account_id,
            )
        )
    session.rollback()
    with pytest.raises(NotAllowed):
        publish_dossier(actor_of(people.president), dossier, Verdict(), seen=seen)


def test_a_president_approves_under_their_mandate(session: Session, people: Personas) -> None:
    dossier = sent(session, people, status="to_approve", **THREE)
    seen = read_dossier(dossier).stamp
    for nobody in (people.referent, people.agent, people.other_president):
        with pytest.raises(NotAllowed):
            approve_dossier(actor_of(nobody), dossier, Verdict(), seen=seen)
    said = {"1-zone-communes": "Accord signé hier."}
    approve_dossier(actor_of(people.president), dossier, Verdict(remarks=said), seen=seen)
    assert people.president.mandate is not None
    assert (dossier.status, dossier.approving_mandate_id) == ("to_review", people.president.mandate.id)
    (remark,) = read_dossier(dossier).lines[2].comments
    assert (remark.by, remark.body, remark.decision) == ("Hélène Vasseur", "Accord signé hier.", None)
    with pytest.raises(ImpossibleNow):
        approve_dossier(actor_of(people.president), dossier, Verdict(), seen=read_dossier(dossier).stamp)


def test_a_president_sends_it_back_and_the_centre_later_reads_it_whole(session: Session, people: Personas) -> None:
    dossier = sent(session, people, status="to_approve", **THREE)
    actor, seen = actor_of(people.president), read_dossier(dossier).stamp
    with pytest.raises(Invalid):
        refuse_approval(actor, dossier, Verdict(), seen=seen)
    refuse_approval(actor, dossier, Verdict(remarks={"1-zone-communes": "Sans Avignon."}), seen=seen)
    states = session.scalars(sa.select(DossierSheet.state).order_by(DossierSheet.position)).all()
    assert (dossier.status, states) == ("draft", ["final", "started"])
    send_again(session, people, dossier, {1: {"zone": {"communes": ["84031"]}}})
    assert {line.novelty for line in read_dossier(dossier).lines} == {Novelty.NEW}


@SQLITE_ONLY
def test_a_presidency_that_ended_meanwhile_approves_nothing(session: Session, people: Personas) -> None:
    dossier, mandate = sent(session, people, status="to_approve", **THREE), people.president.mandate
    actor, seen = actor_of(people.president), read_dossier(dossier).stamp
    assert mandate is not None
    agent = session.get_one(Account, people.agent.account.id)
    mandate.ended_by_account_id, mandate.ended_at, mandate.end_reason = agent.id, dossier.created_at, "Fin"
    session.commit()
    with pytest.raises(NotAllowed):
        approve_dossier(actor, dossier, Verdict(), seen=seen)


@SQLITE_ONLY
def test_twenty_units_of_three_hundred_communes_are_read_and_published_in_bounded_statements(
    session: Session, people: Personas
) -> None:
    session.add_all(Commune(insee=f"13{n:03d}", name=f"Commune {n}", departement="13", region="93") for n in range(300))
    session.flush()
    whole = [f"13{n:03d}" for n in range(300)]
    reading, publishing = [], []
    for communes in (whole[:1], whole):
        unit = {**WHOLE_UNIT, "zone": {"communes": communes}}
        named = [{**unit, "offre": {**unit["offre"], "name": f"Unité {n}"}} for n in range(20)]
        dossier = sent(session, people, new=named)
        with recorded(session.get_bind()) as said:
            stamp = read_dossier(dossier).stamp
        reading.append(len(said.counted()))
        with recorded(session.get_bind()) as said:
            publish_dossier(actor_of(people.agent), dossier, Verdict(), seen=stamp)
        publishing.append(len(said.counted()))
        assert dossier.status == "published"
    assert reading[0] <= reading[1] <= 20
    assert publishing[0] <= 20 * 25
    erased_first = 4  # what the first dossier put in the index
    assert publishing[1] <= publishing[0] + erased_first, (
        "it grows with the units that are created, not with their communes"
    )
