"""The quarterly access review: opened, reminded, answered, closed; who is suspended, and given back (B-12)."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.acts import ProofNeeded, act_key
from app.domain.errors import ImpossibleNow, Invalid, NotAllowed
from app.models import AccessReview, Affiliation, Mandate, OneTimeLink, Request, ReviewItem, Suspension
from app.policies.actor import Role
from app.queries.actors import deciders, held_mandates
from app.queries.establishments import establishment_page, unit_page
from app.search.documents import PROFESSIONAL
from app.search.index import index_professional
from app.search.tables import document
from app.usecases.affiliations import accept_affiliation
from app.usecases.mandates import accept_nomination, nominate_referent
from app.usecases.presidency_steps import close_presidency
from app.usecases.review_rounds import close_reviews, open_reviews, remind_reviews
from app.usecases.reviews import answer_review, lift_suspension
from tests import factories, personas
from tests.personas import Persona, Personas
from tests.support.actors import proven
from tests.support.time import FrozenClock
from tests.support.written import told, written

SUMMER = datetime(2026, 8, 3, 9, 0, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def people(session: Session, frozen_clock: FrozenClock) -> Personas:
    """In place since the summer; it is the first day of the autumn quarter."""
    frozen_clock.move_to(SUMMER)
    built = personas.build(session)
    session.commit()
    frozen_clock.move_to(AUTUMN)
    return built


@pytest.fixture
def review(session: Session, people: Personas) -> AccessReview:
    """Of the CPTS du Comtat: two référents and a professional."""
    open_reviews()
    told(session)
    finess = people.comtat.finess
    return session.scalars(sa.select(AccessReview).where(AccessReview.establishment_finess == finess)).one()


def mandate_of(persona: Persona) -> Mandate:
    assert persona.mandate is not None
    return persona.mandate


def item(session: Session, review: AccessReview, persona: Persona) -> ReviewItem:
    """What is asked about that person."""
    (found,) = [
        one
        for one in session.scalars(sa.select(ReviewItem).where(ReviewItem.review_id == review.id))
        if (one.mandate or one.affiliation).person_id == persona.person.id
    ]
    return found


def ending(persona: Persona) -> str:
    return act_key("mandate:end_referent", mandate_of(persona).id)


def close(session: Session, clock: FrozenClock) -> list[Suspension]:
    clock.advance(days=30)
    close_reviews()
    return list(session.scalars(sa.select(Suspension).where(Suspension.lifted_at.is_(None))))


def suspension_of(session: Session, persona: Persona) -> Suspension:
    (found,) = [
        one
        for one in session.scalars(sa.select(Suspension))
        if (one.mandate or one.affiliation).person_id == persona.person.id
    ]
    return found


# ── rounds ──────────────────────────────────────────────────────────────────


def test_a_review_opens_once_a_quarter_for_each_cpts_that_has_a_president(
    session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    assert open_reviews() == 2
    assert told(session) == [("review", people.other_president.email), ("review", people.president.email)]
    assert open_reviews() == 0
    close(session, frozen_clock)
    assert open_reviews() == 0
    frozen_clock.move_to(datetime(2027, 1, 1, 8, 0, tzinfo=UTC))
    assert open_reviews() == 0  # everybody is suspended: nobody is left to review
    assert {review.quarter for review in session.scalars(sa.select(AccessReview))} == {"2026-T4"}


def test_it_lists_referents_and_professionals_but_no_president_and_nobody_of_this_quarter(
    session: Session, people: Personas
) -> None:
    recent = factories.person(session, "Anne", "Récente")
    factories.affiliation(session, recent, people.comtat.unit, mandate_of(people.president))
    presiding = factories.affiliation(session, people.president.person, people.comtat.unit, mandate_of(people.referent))
    session.commit()
    open_reviews()
    finess = people.comtat.finess
    listed = session.scalars(sa.select(ReviewItem).where(ReviewItem.establishment_finess == finess)).all()
    assert presiding.id not in {one.affiliation_id for one in listed}
    who = {(one.mandate or one.affiliation).person_id for one in listed}
    assert who == {people.referent.person.id, people.second_referent.person.id, people.professional.person.id}


def test_the_presidents_read_whom_they_answer_for(session: Session, people: Personas) -> None:
    open_reviews()
    mail = next(mail for _, to, mail in written(session) if to == people.president.email)
    assert "- Claire Daumas" in mail.body
    assert "- Sophie Marchal" in mail.body
    assert "31 octobre 2026" in mail.body


def test_they_are_reminded_at_fourteen_and_twenty_five_days_once_each(
    session: Session, people: Personas, review: AccessReview, frozen_clock: FrozenClock
) -> None:
    sent = []
    for _ in range(29):
        frozen_clock.advance(days=1)
        sent.append(remind_reviews())
        remind_reviews()
    assert [day for day, count in enumerate(sent, start=1) if count] == [14, 25]
    assert told(session).count(("review", people.president.email)) == 2


def test_a_cpts_without_a_living_president_has_no_review(session: Session, people: Personas) -> None:
    people.president.account.status = people.other_president.account.status = "suspended"
    session.commit()
    assert open_reviews() == 0


# ── answers ─────────────────────────────────────────────────────────────────


def test_answers_come_in_several_times_and_the_last_one_closes_the_review(
    session: Session, people: Personas, review: AccessReview
) -> None:
    president = proven(session, people.president, ending(people.second_referent))
    kept = [item(session, review, people.referent).id, item(session, review, people.professional).id]
    answer_review(president, review, kept=kept, removed=[])
    assert review.closed_at is None
    removed = [item(session, review, people.second_referent).id]
    answer_review(president, review, kept=[], removed=removed, reason="A quitté la CPTS")
    assert review.closed_at is not None
    gone = mandate_of(people.second_referent)
    assert (gone.end_reason, gone.ended_by_mandate_id) == ("A quitté la CPTS", mandate_of(people.president).id)
    assert ("referent_ended", people.second_referent.email) in told(session)


def test_a_referent_is_removed_with_a_proof_for_that_act(
    session: Session, people: Personas, review: AccessReview
) -> None:
    president = proven(session, people.president, ending(people.second_referent))
    removed = [item(session, review, people.referent).id]
    with pytest.raises(ProofNeeded):
        answer_review(president, review, kept=[], removed=removed, reason="Départ")
    assert mandate_of(people.referent).ended_at is None
    assert item(session, review, people.referent).answer is None


def test_a_referent_answers_for_professionals_and_never_for_a_referent(
    session: Session, people: Personas, review: AccessReview
) -> None:
    actor = proven(session, people.referent, ending(people.second_referent))
    professional = item(session, review, people.professional).id
    colleague = item(session, review, people.second_referent).id
    for answers in ({"kept": [colleague], "removed": []}, {"kept": [], "removed": [colleague]}):
        with pytest.raises(NotAllowed):
            answer_review(actor, review, **answers, reason="Départ")
    answer_review(actor, review, kept=[], removed=[professional], reason="A déménagé")
    attached = session.scalars(sa.select(Affiliation)).one()
    assert attached.end_reason == "A déménagé"
    assert ("affiliation_ended", people.professional.email) in told(session)


@pytest.mark.parametrize("name", ["professional", "other_president", "agent", "stranger"])
def test_nobody_else_answers(session: Session, people: Personas, review: AccessReview, name: str) -> None:
    with pytest.raises(NotAllowed):
        answer_review(proven(session, people.everyone()[name]), review, kept=[], removed=[])


def test_whom_one_removes_reads_why(session: Session, people: Personas, review: AccessReview) -> None:
    removed = [item(session, review, people.professional).id]
    with pytest.raises(Invalid):
        answer_review(proven(session, people.president), review, kept=[], removed=removed, reason=" ")


def test_an_item_of_another_review_is_not_answered_here(
    session: Session, people: Personas, review: AccessReview
) -> None:
    elsewhere = session.scalars(sa.select(ReviewItem).where(ReviewItem.establishment_finess == people.other.finess))
    with pytest.raises(Invalid):
        answer_review(proven(session, people.president), review, kept=[elsewhere.one().id], removed=[])


def test_who_was_removed_by_a_colleague_stays_removed(session: Session, people: Personas, review: AccessReview) -> None:
    """Their page still said « garder »."""
    professional = [item(session, review, people.professional).id]
    answer_review(proven(session, people.referent), review, kept=[], removed=professional, reason="Départ")
    answer_review(proven(session, people.president), review, kept=professional, removed=[])
    assert item(session, review, people.professional).answer == "removed"


def test_who_left_meanwhile_is_answered_for(session: Session, people: Personas, review: AccessReview) -> None:
    attached = session.scalars(sa.select(Affiliation)).one()
    attached.ended_at, attached.end_reason = AUTUMN, "Départ"
    session.commit()
    removed = [item(session, review, people.professional).id]
    answer_review(proven(session, people.president), review, kept=[], removed=removed, reason="Départ")
    assert item(session, review, people.professional).answer == "gone"


def test_a_closed_review_takes_no_answer(
    session: Session, people: Personas, review: AccessReview, frozen_clock: FrozenClock
) -> None:
    close(session, frozen_clock)
    with pytest.raises(ImpossibleNow, match="close"):
        answer_review(proven(session, people.president), review, kept=[], removed=[])


# ── suspensions ─────────────────────────────────────────────────────────────


def test_who_nobody_answered_for_is_suspended_after_thirty_days(
    session: Session, people: Personas, review: AccessReview, frozen_clock: FrozenClock
) -> None:
    kept = [item(session, review, people.second_referent).id]
    answer_review(proven(session, people.president), review, kept=kept, removed=[])
    frozen_clock.advance(days=29, hours=23)
    assert close_reviews() == 0
    frozen_clock.advance(hours=1)
    assert close_reviews() == 2
    assert held_mandates(people.referent.person.id) == ()
    assert [held.role for held in held_mandates(people.second_referent.person.id)] == [Role.REFERENT]
    answering = {person.id for person in deciders(people.comtat.finess)}
    assert answering == {people.president.person.id, people.second_referent.person.id}
    mails = written(session)
    here = {(slug, to) for slug, to, _ in mails}
    assert {("suspended", people.referent.email), ("suspended", people.professional.email)} <= here
    to_president = next(mail for slug, to, mail in mails if (slug, to) == ("review_closed", people.president.email))
    assert f"/suspensions/{suspension_of(session, people.referent).id}/fin" in to_president.body
    assert people.second_referent.person.full_name not in to_president.body


def test_a_suspended_referent_decides_nothing(
    session: Session, people: Personas, review: AccessReview, frozen_clock: FrozenClock
) -> None:
    """Whose request began before and ends after: the use case reads the actor, the database has the last word."""
    request = factories.affiliation_request(session, people.comtat.unit)
    late = proven(session, people.referent)
    close(session, frozen_clock)
    with pytest.raises(ImpossibleNow, match="ne permet plus"):
        accept_affiliation(late, session.get_one(Request, request.id))
    with pytest.raises(NotAllowed):
        accept_affiliation(proven(session, people.referent), request)


def test_a_suspended_professional_is_neither_counted_nor_named_until_kept(
    session: Session, people: Personas, review: AccessReview, frozen_clock: FrozenClock
) -> None:
    unit, finess, somebody = people.comtat.unit, people.comtat.finess, people.professional.person.id
    index_professional(session, somebody)
    session.commit()
    seen = []
    for act in (lambda: None, lambda: close(session, frozen_clock), lambda: lift(session, people)):
        act()
        session.expire_all()
        (line,) = establishment_page(finess).units
        page = unit_page(unit.id, page=1, everyone=False).attachments
        seen.append((line.professionals, page.total, [one.name for one in page.people], indexed(session, somebody)))
    there, away = (1, 1, ["Sophie Marchal"], 1), (0, 0, [], 0)
    assert seen == [there, away, there]


def lift(session: Session, people: Personas) -> None:
    lift_suspension(proven(session, people.president), suspension_of(session, people.professional))


def indexed(session: Session, person_id: uuid.UUID) -> int:
    """Whether the search knows that person."""
    here = sa.select(sa.func.count()).where(document.c.kind == PROFESSIONAL, document.c.ref == str(person_id))
    return session.scalar(here) or 0


def test_lifting_a_referent_s_suspension_takes_a_president_and_a_proof(
    session: Session, people: Personas, review: AccessReview, frozen_clock: FrozenClock
) -> None:
    keep = [item(session, review, people.second_referent).id]
    answer_review(proven(session, people.president), review, kept=keep, removed=[])
    close(session, frozen_clock)
    held = suspension_of(session, people.referent)
    act = act_key("suspension:lift", held.id)
    for somebody in (people.second_referent, people.referent, people.other_president, people.agent):
        with pytest.raises(NotAllowed):
            lift_suspension(proven(session, somebody, act), held)
    with pytest.raises(ProofNeeded):
        lift_suspension(proven(session, people.president), held)
    told(session)
    lift_suspension(proven(session, people.president, act), held)
    assert [one.role for one in held_mandates(people.referent.person.id)] == [Role.REFERENT]
    assert told(session) == [("suspension_lifted", people.referent.email)]
    with pytest.raises(ImpossibleNow, match="déjà levée"):
        lift_suspension(proven(session, people.president, act), held)


def test_a_referent_gives_a_professional_back(
    session: Session, people: Personas, review: AccessReview, frozen_clock: FrozenClock
) -> None:
    keep = [item(session, review, people.referent).id]
    answer_review(proven(session, people.president), review, kept=keep, removed=[])
    close(session, frozen_clock)
    lift_suspension(proven(session, people.referent), suspension_of(session, people.professional))
    assert [line.professionals for line in establishment_page(people.comtat.finess).units] == [1]


def test_nobody_is_suspended_where_no_living_president_could_lift_it(
    session: Session, people: Personas, review: AccessReview, frozen_clock: FrozenClock
) -> None:
    """Her référents decide on: the CPTS keeps its deciders."""
    people.president.account.status = "suspended"
    session.commit()
    suspended = close(session, frozen_clock)
    assert {one.establishment_finess for one in suspended} == {people.other.finess}
    assert review.closed_at is not None
    assert len(deciders(people.comtat.finess)) == 2


def test_the_end_of_the_presidency_takes_a_review_along(
    session: Session, people: Personas, review: AccessReview, frozen_clock: FrozenClock
) -> None:
    close_presidency(proven(session, people.agent), mandate_of(people.president), "Départ")
    session.commit()
    frozen_clock.advance(days=1)
    suspended = close(session, frozen_clock)
    assert {one.establishment_finess for one in suspended} == {people.other.finess}


def test_a_suspended_referent_whom_the_president_names_again_is_in_office(
    session: Session, people: Personas, review: AccessReview, frozen_clock: FrozenClock
) -> None:
    """The suspended mandate ends, a new one begins: nothing is left suspended behind their back."""
    close(session, frozen_clock)
    who, place = people.referent.person, people.comtat.establishment
    names = {"family_name": who.family_name, "given_name": who.given_name, "email": people.referent.email}
    trade = {"phone": factories.PHONE, "function": "Coordination", "rpps": who.rpps, "declared": True}
    president = proven(session, people.president, act_key("mandate:nominate_referent", place.finess))
    nomination = nominate_referent(president, place, **names, **trade)
    link = session.scalars(sa.select(OneTimeLink).where(OneTimeLink.nomination_id == nomination.id)).one()
    accept_nomination(proven(session, people.referent).holding(nomination), nomination, link=link)
    assert [held.role for held in held_mandates(who.id)] == [Role.REFERENT]
    assert mandate_of(people.referent).ended_at is not None


def test_a_review_lasts_thirty_days(review: AccessReview) -> None:
    assert review.due_at - review.opened_at == timedelta(days=30)
