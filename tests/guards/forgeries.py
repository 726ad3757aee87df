"""Forged statements, each valid but for one property, and the one guard or constraint that must refuse it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from app.models import (
    Account,
    Affiliation,
    Authentication,
    Dossier,
    DossierStep,
    JournalEntry,
    JournalHead,
    Mandate,
    Nomination,
    Participation,
    ParticipationPlace,
    Person,
    Request,
    Revision,
    RevisionBox,
    Suspension,
)
from tests import factories
from tests.guards.world import World

Act = Callable[[World], None]


@dataclass(frozen=True)
class Forgery:
    refused_by: str
    act: Act

    def __str__(self) -> str:
        return f"{self.refused_by}-{self.act.__name__}"


FORGERIES: list[Forgery] = []


def forged(refused_by: str) -> Callable[[Act], Act]:
    def register(act: Act) -> Act:
        FORGERIES.append(Forgery(refused_by, act))
        return act

    return register


# ── a référent's mandate ────────────────────────────────────────────────────


@forged("guard_mandate_born_open")
def mandate_born_ended(world: World) -> None:
    end = {"ended_at": world.now, "end_reason": "x", "ended_by_mandate_id": world.president.id}
    row = world.referent_row(world.accepted_nomination(), **end, ended_by_role="president")
    world.insert(Mandate, row)


@forged("guard_mandate_born_open")
def mandate_in_the_future(world: World) -> None:
    nomination = world.accepted_nomination()
    world.insert(Mandate, world.referent_row(nomination, started_at=world.now + timedelta(minutes=2)))


@forged("guard_referent_nominated")
def referent_whose_nomination_is_not_answered(world: World) -> None:
    nomination = factories.nomination(world.session, world.president)
    world.insert(Mandate, world.referent_row(nomination, person_id=world.stranger.person_id))


@forged("guard_referent_nominated")
def referent_who_declined(world: World) -> None:
    nomination = factories.nomination(world.session, world.president)
    world.update(nomination, status="declined", closed_at=world.now, person_id=world.stranger.person_id)
    world.insert(Mandate, world.referent_row(nomination, person_id=world.stranger.person_id))


@forged("guard_referent_nominated")
def referent_by_the_nomination_of_another(world: World) -> None:
    nomination = world.accepted_nomination()
    world.insert(Mandate, world.referent_row(nomination, person_id=world.stranger.person_id))


@forged("guard_referent_nominated")
def referent_before_the_nomination(world: World) -> None:
    nomination = world.accepted_nomination()
    world.insert(Mandate, world.referent_row(nomination, started_at=world.now - timedelta(days=1)))


@forged("guard_president_in_office_grants")
def referent_of_a_presidency_that_ended(world: World) -> None:
    nomination = world.accepted_nomination()
    world.end_president(world.president)
    world.insert(Mandate, world.referent_row(nomination))


@forged("guard_president_in_office_grants")
def referent_of_a_presidency_whose_term_is_over(world: World) -> None:
    short = presidency_until(world, days=1)
    nomination = world.accepted_nomination(short)
    world.later(days=2)
    world.insert(Mandate, world.referent_row(nomination))


@forged("fk_mandate_nomination")
def referent_nominated_elsewhere(world: World) -> None:
    nomination = world.accepted_nomination(world.rival)
    here = {"establishment_finess": world.place.finess, "granting_mandate_id": world.president.id}
    world.insert(Mandate, world.referent_row(nomination, **here, granting_person_id=world.president.person_id))


@forged("fk_mandate_granting_presidency")
def referent_granted_by_somebody_else_s_presidency(world: World) -> None:
    world.insert(Mandate, world.referent_row(world.accepted_nomination(), granting_person_id=world.stranger.person_id))


@forged("ck_mandate_referent_granted_by_president")
def referent_granted_by_nobody(world: World) -> None:
    world.insert(Mandate, world.referent_row(world.accepted_nomination(), granting_person_id=None))


@forged("uq_mandate_nomination")
def referent_twice_by_one_nomination(world: World) -> None:
    """Rights that were ended are not taken back with the old nomination."""
    world.end_referent(world.referent)
    nomination = world.session.get_one(Nomination, world.referent.nomination_id)
    world.insert(Mandate, world.referent_row(nomination))


@forged("uq_mandate_open_person")
def referent_twice_at_once(world: World) -> None:
    holder = world.session.get_one(Person, world.referent.person_id)
    world.insert(Mandate, world.referent_row(world.accepted_nomination(nominee=holder)))


# ── a president's mandate ───────────────────────────────────────────────────


@forged("guard_president_on_request")
def president_whose_request_waits(world: World) -> None:
    candidate = world.person()
    request = factories.presidency_request(world.session, world.place, candidate)
    world.insert(Mandate, world.president_row(request))


@forged("guard_president_on_request")
def president_on_the_request_of_another(world: World) -> None:
    world.insert(Mandate, world.president_row(world.presidency_request(), person_id=world.stranger.person_id))


@forged("guard_president_on_request")
def president_on_a_rattachement(world: World) -> None:
    world.insert(Mandate, world.president_row(world.accepted_request()))


@forged("guard_president_by_agent")
def president_registered_by_a_president(world: World) -> None:
    by = world.account_of(world.president).id
    world.insert(Mandate, world.president_row(world.presidency_request(), granted_by_account_id=by))


@forged("guard_president_by_agent")
def president_registered_by_a_suspended_agent(world: World) -> None:
    request = world.presidency_request()
    world.agent.status = "suspended"
    world.session.flush()
    world.insert(Mandate, world.president_row(request))


@forged("guard_president_by_agent")
def agent_who_registers_itself(world: World) -> None:
    other = factories.agent(world.session)
    candidate = world.session.get_one(Person, other.person_id)
    request = world.presidency_request(candidate)
    world.insert(Mandate, world.president_row(request, granted_by_account_id=other.id))


@forged("fk_mandate_granting_request")
def president_on_a_request_made_elsewhere(world: World) -> None:
    row = world.president_row(world.presidency_request(), establishment_finess=world.elsewhere.finess)
    world.insert(Mandate, row)


@forged("ck_mandate_president_granted_on_request")
def third_president(world: World) -> None:
    world.insert(Mandate, world.president_row(world.presidency_request(), seat=3))


@forged("uq_mandate_open_seat")
def two_presidents_on_one_seat(world: World) -> None:
    world.insert(Mandate, world.president_row(world.presidency_request(), seat=1))


@forged("uq_mandate_granting_request")
def president_twice_on_one_request(world: World) -> None:
    """A presidency that ended is not taken back with the old request."""
    world.end_president(world.president)
    request = world.session.get_one(Request, world.president.granting_request_id)
    world.insert(Mandate, world.president_row(request))


# ── the end of a mandate ────────────────────────────────────────────────────


@forged("guard_mandate_close_only")
def ended_mandate_reopened(world: World) -> None:
    world.end_referent(world.referent)
    world.update(world.referent, ended_at=None, end_reason=None)


@forged("guard_mandate_close_only")
def mandate_given_to_another(world: World) -> None:
    end = world.referent_end(world.referent, world.president)
    world.update(world.referent, person_id=world.stranger.person_id, **end)


@forged("guard_mandate_close_only")
def open_mandate_prolonged(world: World) -> None:
    short = presidency_until(world, days=1)
    end = {"ended_by_account_id": world.agent.id}
    world.update(short, term_ends_at=world.now + timedelta(days=900), **end)


@forged("guard_mandate_close_only")
def end_in_the_future(world: World) -> None:
    end = {"ended_at": world.now + timedelta(hours=1), "end_reason": "x"}
    world.update(world.president, **end, ended_by_account_id=world.agent.id)


@forged("guard_president_in_office_ends")
def referent_ended_by_a_former_president(world: World) -> None:
    world.end_president(world.president)
    world.update(world.referent, **world.referent_end(world.referent, world.president))


@forged("fk_mandate_ending_presidency")
def referent_ended_by_the_president_of_another_cpts(world: World) -> None:
    world.update(world.referent, **world.referent_end(world.referent, world.rival))


@forged("ck_mandate_referent_ended_by_president")
def referent_ended_by_a_colleague(world: World) -> None:
    colleague = factories.referent_mandate(world.session, world.president, world.person())
    world.update(world.referent, **world.referent_end(world.referent, colleague))


@forged("guard_referent_end_proven")
def referent_ended_without_a_proof(world: World) -> None:
    world.update(world.referent, **world.referent_end(world.referent, world.president, end_authentication_id=None))


@forged("guard_referent_end_proven")
def referent_ended_with_the_proof_of_a_sign_in(world: World) -> None:
    proof = world.proof(world.president, None)
    world.update(world.referent, **world.referent_end(world.referent, world.president, end_authentication_id=proof.id))


@forged("guard_referent_end_proven")
def referent_ended_with_the_proof_for_a_nomination(world: World) -> None:
    proof = world.proof(world.president, f"mandate:nominate_referent/{world.place.finess}")
    world.update(world.referent, **world.referent_end(world.referent, world.president, end_authentication_id=proof.id))


@forged("guard_referent_end_proven")
def referent_ended_with_the_proof_for_another(world: World) -> None:
    colleague = factories.referent_mandate(world.session, world.president, world.person())
    end = world.referent_end(colleague, world.president)
    world.update(world.referent, **end)


@forged("guard_referent_end_proven")
def referent_ended_with_somebody_else_s_proof(world: World) -> None:
    proof = world.proof(world.rival, f"mandate:end_referent/{world.referent.id.hex}")
    world.update(world.referent, **world.referent_end(world.referent, world.president, end_authentication_id=proof.id))


@forged("guard_referent_end_proven")
def referent_ended_with_an_old_proof(world: World) -> None:
    end = world.referent_end(world.referent, world.president)
    world.later(minutes=11)
    world.update(world.referent, **end | {"ended_at": world.now})


@forged("guard_referent_end_proven")
def referent_ended_by_the_nomination_of_another(world: World) -> None:
    nomination = world.accepted_nomination()
    proof = {"end_authentication_id": nomination.authentication_id}
    world.update(world.referent, **world.referent_end(world.referent, world.president, **proof))


@forged("uq_mandate_end_authentication")
def two_referents_ended_with_one_proof(world: World) -> None:
    """The proof of a nomination that renews one ends that one, and no other."""
    holder = world.session.get_one(Person, world.referent.person_id)
    proof = {"end_authentication_id": world.accepted_nomination(nominee=holder).authentication_id}
    ending = world.referent_end(world.referent, world.president, **proof)
    world.update(world.referent, **ending)
    again = factories.referent_mandate(world.session, world.president, holder)
    world.update(again, **ending)


@forged("guard_president_ended_by_agent")
def president_ended_by_another_president(world: World) -> None:
    by = world.account_of(world.rival).id
    world.update(world.president, ended_at=world.now, end_reason="x", ended_by_account_id=by)


@forged("guard_mandate_kept")
def mandate_deleted(world: World) -> None:
    world.delete(world.referent)


# ── nomination ──────────────────────────────────────────────────────────────


@forged("guard_nomination_born_open")
def nomination_born_accepted(world: World) -> None:
    answer = {"status": "accepted", "closed_at": world.now, "person_id": world.stranger.person_id}
    world.insert(Nomination, world.nomination_row(**answer))


@forged("guard_president_in_office_nominates")
def nomination_by_a_former_president(world: World) -> None:
    world.end_president(world.president)
    world.insert(Nomination, world.nomination_row())


@forged("guard_president_in_office_nominates")
def nomination_after_the_term(world: World) -> None:
    short = presidency_until(world, days=1)
    world.later(days=2)
    world.insert(Nomination, world.nomination_row(short))


@forged("ck_nomination_by_president")
def nomination_by_a_referent(world: World) -> None:
    world.insert(Nomination, world.nomination_row(world.referent))


@forged("fk_nomination_presidency")
def nomination_for_another_cpts(world: World) -> None:
    there = world.elsewhere.finess
    proof = world.proof(world.president, f"mandate:nominate_referent/{there}")
    world.insert(Nomination, world.nomination_row(establishment_finess=there, authentication_id=proof.id))


@forged("fk_nomination_presidency")
def nomination_in_the_president_s_name(world: World) -> None:
    me = world.session.get_one(Person, world.stranger.person_id)
    proof = factories.authentication(world.session, me, act=f"mandate:nominate_referent/{world.place.finess}")
    world.insert(Nomination, world.nomination_row(nominated_by_person_id=me.id, authentication_id=proof.id))


@forged("fk_nomination_authentication")
def nomination_on_somebody_else_s_authentication(world: World) -> None:
    me = world.session.get_one(Person, world.stranger.person_id)
    proof = factories.authentication(world.session, me, act=f"mandate:nominate_referent/{world.place.finess}")
    world.insert(Nomination, world.nomination_row(authentication_id=proof.id))


@forged("guard_nomination_fresh")
def nomination_on_an_old_authentication(world: World) -> None:
    row = world.nomination_row()
    world.later(minutes=11)
    world.insert(Nomination, row | {"created_at": world.now})


@forged("guard_nomination_fresh")
def nomination_with_the_proof_of_a_sign_in(world: World) -> None:
    world.insert(Nomination, world.nomination_row(authentication_id=world.proof(world.president, None).id))


@forged("guard_nomination_fresh")
def nomination_with_the_proof_for_another_act(world: World) -> None:
    proof = world.proof(world.president, f"mandate:end_referent/{world.referent.id.hex}")
    world.insert(Nomination, world.nomination_row(authentication_id=proof.id))


@forged("guard_nomination_fresh")
def nomination_with_the_proof_for_another_cpts(world: World) -> None:
    proof = world.proof(world.president, f"mandate:nominate_referent/{world.elsewhere.finess}")
    world.insert(Nomination, world.nomination_row(authentication_id=proof.id))


@forged("uq_nomination_authentication")
def two_nominations_with_one_proof(world: World) -> None:
    row = world.nomination_row()
    world.insert(Nomination, row)
    other = {"email": "deux@essai.example", "email_key": "deux@essai.example"}
    world.insert(Nomination, world.nomination_row(authentication_id=row["authentication_id"], **other))


@forged("guard_nomination_fresh")
def nomination_backdated_to_its_authentication(world: World) -> None:
    row = world.nomination_row()
    world.later(minutes=11)
    world.insert(Nomination, row)


@forged("guard_nomination_fresh")
def nomination_before_the_authentication(world: World) -> None:
    world.insert(Nomination, world.nomination_row(created_at=world.now - timedelta(minutes=1)))


@forged("guard_nomination_fresh")
def nomination_in_the_future(world: World) -> None:
    world.insert(Nomination, world.nomination_row(created_at=world.now + timedelta(minutes=2)))


@forged("uq_nomination_open_email")
def nomination_twice_at_once(world: World) -> None:
    world.insert(Nomination, world.nomination_row())
    world.insert(Nomination, world.nomination_row())


@forged("guard_nomination_closes_once")
def accepted_nomination_passed_on(world: World) -> None:
    world.update(world.accepted_nomination(), person_id=world.stranger.person_id)


@forged("guard_nomination_closes_once")
def cancelled_nomination_accepted(world: World) -> None:
    nomination = factories.nomination(world.session, world.president)
    world.update(nomination, status="cancelled", closed_at=world.now)
    world.update(nomination, status="accepted", person_id=world.stranger.person_id)


@forged("guard_nomination_fixed")
def nomination_sent_to_another_address(world: World) -> None:
    nomination = factories.nomination(world.session, world.president)
    world.update(nomination, email="moi@essai.example", email_key="moi@essai.example")


@forged("guard_nomination_fixed")
def nomination_moved_to_another_president(world: World) -> None:
    nomination = factories.nomination(world.session, world.president)
    proof = factories.authentication(world.session, world.session.get_one(Person, world.rival.person_id))
    by = {"mandate_id": world.rival.id, "nominated_by_person_id": world.rival.person_id}
    finess = world.rival.establishment_finess
    world.update(nomination, **by, establishment_finess=finess, authentication_id=proof.id)


@forged("guard_nomination_still_valid")
def nomination_accepted_too_late(world: World) -> None:
    nomination = factories.nomination(world.session, world.president)
    world.later(days=8)
    world.update(nomination, status="accepted", closed_at=world.now, person_id=world.stranger.person_id)


@forged("guard_nomination_still_valid")
def nomination_accepted_after_the_presidency(world: World) -> None:
    nomination = factories.nomination(world.session, world.president)
    world.end_president(world.president)
    world.update(nomination, status="accepted", closed_at=world.now, person_id=world.stranger.person_id)


@forged("ck_nomination_not_oneself")
def president_who_accepts_the_own_nomination(world: World) -> None:
    nomination = factories.nomination(world.session, world.president)
    world.update(nomination, status="accepted", closed_at=world.now, person_id=world.president.person_id)


@forged("guard_nomination_kept")
def nomination_deleted(world: World) -> None:
    world.delete(factories.nomination(world.session, world.president))


# ── request ─────────────────────────────────────────────────────────────────


@forged("guard_request_decided_once")
def refused_request_accepted(world: World) -> None:
    request = waiting(world)
    world.update(request, **world.decision(world.referent, "refused", refusal_reason="x"))
    world.update(request, **world.decision(world.president))


@forged("guard_request_decided_once")
def cancelled_request_accepted(world: World) -> None:
    request = waiting(world)
    world.update(request, status="cancelled")
    world.update(request, **world.decision(world.president))


@forged("guard_request_decided_once")
def accepted_request_given_to_somebody(world: World) -> None:
    request = factories.affiliation_request(world.session, world.unit)
    world.update(request, **world.decision(world.president))
    world.update(request, person_id=world.stranger.person_id)


@forged("guard_request_decided_once")
def decision_signed_again_by_another(world: World) -> None:
    request = world.accepted_request()
    world.update(request, **world.decision(world.referent))


@forged("guard_request_fixed")
def rattachement_turned_into_a_presidency(world: World) -> None:
    world.update(waiting(world), kind="presidency")


@forged("guard_request_fixed")
def waiting_request_given_to_another(world: World) -> None:
    world.update(waiting(world), person_id=world.stranger.person_id)


@forged("guard_decider_in_office")
def decision_of_an_ended_referent(world: World) -> None:
    request = waiting(world)
    world.end_referent(world.referent)
    world.update(request, **world.decision(world.referent))


@forged("guard_decider_in_office")
def decision_of_a_referent_whose_presidency_ended(world: World) -> None:
    request = waiting(world)
    world.end_president(world.president)
    world.update(request, **world.decision(world.referent))


@forged("guard_decider_in_office")
def decision_after_the_term(world: World) -> None:
    request, short = waiting(world), presidency_until(world, days=1)
    world.later(days=2)
    world.update(request, **world.decision(short))


@forged("guard_decider_in_office")
def decision_under_somebody_else_s_mandate(world: World) -> None:
    world.update(waiting(world), **world.decision(world.president, decided_by_account_id=world.stranger.id))


@forged("guard_decider_in_office")
def decision_of_a_suspended_account(world: World) -> None:
    request = waiting(world)
    world.account_of(world.referent).status = "suspended"
    world.session.flush()
    world.update(request, **world.decision(world.referent))


@forged("guard_decider_in_office")
def decision_of_an_agent_beside_a_president(world: World) -> None:
    world.update(waiting(world), **as_agent(world, world.agent))


@forged("guard_decider_in_office")
def decision_as_an_agent_by_a_stranger(world: World) -> None:
    world.end_president(world.president)
    world.update(waiting(world), **as_agent(world, world.stranger))


@forged("guard_decider_in_office")
def decision_in_the_future(world: World) -> None:
    request = waiting(world)
    world.update(request, **world.decision(world.president, decided_at=world.now + timedelta(minutes=2)))


@forged("guard_decider_in_office_at_birth")
def request_born_accepted_by_an_ended_referent(world: World) -> None:
    world.end_referent(world.referent)
    factories.affiliation_request(world.session, world.unit, world.person(), **world.decision(world.referent))


@forged("guard_decider_in_office_at_birth")
def presidency_born_accepted_by_a_stranger(world: World) -> None:
    world.presidency_request(decided_by_account_id=world.stranger.id)


@forged("fk_request_deciding_mandate")
def decision_of_the_president_of_another_cpts(world: World) -> None:
    world.update(waiting(world), **world.decision(world.rival))


@forged("ck_request_decided_by_agent")
def presidency_accepted_by_a_president(world: World) -> None:
    request = factories.presidency_request(world.session, world.place, world.person())
    world.update(request, **world.decision(world.president))


@forged("ck_request_decision_is_signed")
def request_accepted_by_nobody(world: World) -> None:
    world.update(waiting(world), status="accepted")


@forged("ck_request_refusal_has_reason")
def request_refused_with_blanks(world: World) -> None:
    world.update(waiting(world), **world.decision(world.president, "refused", refusal_reason="  "))


@forged("ck_request_refusal_reason_given")
def request_refused_without_a_word(world: World) -> None:
    world.update(waiting(world), **world.decision(world.president, "refused"))


@forged("guard_own_request")
def request_accepted_by_its_author(world: World) -> None:
    author = world.session.get_one(Person, world.referent.person_id)
    request = factories.affiliation_request(world.session, world.unit, author)
    world.update(request, **world.decision(world.referent))


@forged("guard_own_request")
def request_accepted_by_the_owner_of_its_address(world: World) -> None:
    mine = world.account_of(world.president).email
    request = factories.affiliation_request(world.session, world.unit, email=mine)
    world.update(request, **world.decision(world.president))


@forged("guard_own_request_at_birth")
def request_born_accepted_by_its_author(world: World) -> None:
    author = world.session.get_one(Person, world.referent.person_id)
    factories.affiliation_request(world.session, world.unit, author, **world.decision(world.referent))


@forged("uq_request_pending")
def request_twice_at_once(world: World) -> None:
    for _ in range(2):
        factories.affiliation_request(world.session, world.unit, email="deux.fois@essai.example")


@forged("guard_request_kept")
def request_deleted(world: World) -> None:
    world.delete(waiting(world))


@forged("guard_decider_in_office")
def decision_of_a_suspended_referent(world: World) -> None:
    request = waiting(world)
    factories.suspension(world.session, world.referent)
    world.update(request, **world.decision(world.referent))


@forged("guard_decider_in_office_at_birth")
def request_born_accepted_by_a_suspended_referent(world: World) -> None:
    factories.suspension(world.session, world.referent)
    factories.affiliation_request(world.session, world.unit, world.person(), **world.decision(world.referent))


@forged("guard_decider_in_office")
def decision_of_an_agent_beside_an_invited_president(world: World) -> None:
    """Who has not opened the account yet still can."""
    world.end_referent(world.referent)
    world.account_of(world.president).status = "invited"
    world.session.flush()
    world.update(waiting(world), **as_agent(world, world.agent))


# ── suspension ──────────────────────────────────────────────────────────────


@forged("guard_suspension_born_open")
def suspension_born_lifted(world: World) -> None:
    lifted = {"lifted_at": world.now, **by(world.president)}
    world.insert(Suspension, world.suspension_row(world.referent, **lifted))


@forged("guard_suspension_born_open")
def suspension_in_the_future(world: World) -> None:
    world.insert(Suspension, world.suspension_row(world.referent, since=world.now + timedelta(minutes=2)))


@forged("fk_suspension_referent")
def presidency_suspended(world: World) -> None:
    world.insert(Suspension, world.suspension_row(world.president, mandate_role="referent"))


@forged("ck_suspension_of_a_referent")
def presidency_suspended_as_such(world: World) -> None:
    world.insert(Suspension, world.suspension_row(world.president))


@forged("ck_suspension_one_subject")
def suspension_of_nobody(world: World) -> None:
    world.insert(Suspension, world.suspension_row(world.referent, mandate_id=None, mandate_role=None))


@forged("uq_suspension_open_mandate")
def referent_suspended_twice(world: World) -> None:
    for _ in range(2):
        world.insert(Suspension, world.suspension_row(world.referent))


@forged("guard_suspension_lift_only")
def lifted_suspension_brought_back(world: World) -> None:
    suspension = factories.suspension(world.session, world.referent)
    world.update(suspension, lifted_at=world.now, **by(world.president))
    world.update(suspension, lifted_at=None)


@forged("guard_suspension_lift_only")
def suspension_passed_on_to_another(world: World) -> None:
    colleague = factories.referent_mandate(world.session, world.president, world.person())
    suspension = factories.suspension(world.session, world.referent)
    world.update(suspension, mandate_id=colleague.id, lifted_at=world.now, **by(world.president))


@forged("ck_suspension_lifted_in_office")
def referent_s_suspension_lifted_by_a_colleague(world: World) -> None:
    colleague = factories.referent_mandate(world.session, world.president, world.person())
    world.update(factories.suspension(world.session, world.referent), lifted_at=world.now, **by(colleague))


@forged("fk_suspension_lifting_mandate")
def suspension_lifted_by_the_president_of_another_cpts(world: World) -> None:
    world.update(factories.suspension(world.session, world.referent), lifted_at=world.now, **by(world.rival))


@forged("guard_suspension_lifted_in_office")
def suspension_lifted_by_a_former_president(world: World) -> None:
    suspension = factories.suspension(world.session, world.referent)
    world.end_president(world.president)
    world.update(suspension, lifted_at=world.now, **by(world.president))


@forged("guard_suspension_lifted_in_office")
def professional_s_suspension_lifted_by_a_suspended_referent(world: World) -> None:
    row = world.affiliation_row(world.accepted_request())
    world.insert(Affiliation, row)
    suspension = factories.suspension(world.session, world.session.get_one(Affiliation, row["id"]))
    factories.suspension(world.session, world.referent)
    world.update(suspension, lifted_at=world.now, **by(world.referent))


@forged("guard_suspension_kept")
def suspension_deleted(world: World) -> None:
    world.delete(factories.suspension(world.session, world.referent))


def by(mandate: Mandate) -> dict[str, object]:
    """Who lifts a suspension."""
    return {"lifted_by_mandate_id": mandate.id, "lifted_by_role": mandate.role}


# ── affiliation ─────────────────────────────────────────────────────────────


@forged("guard_affiliation_born_open")
def affiliation_born_ended(world: World) -> None:
    row = world.affiliation_row(world.accepted_request(), ended_at=world.now, end_reason="x")
    world.insert(Affiliation, row)


@forged("guard_affiliation_granted")
def affiliation_on_a_request_that_waits(world: World) -> None:
    world.insert(Affiliation, world.affiliation_row(waiting(world)))


@forged("guard_affiliation_granted")
def affiliation_on_the_request_of_another(world: World) -> None:
    row = world.affiliation_row(world.accepted_request(), person_id=world.stranger.person_id)
    world.insert(Affiliation, row)


@forged("guard_affiliation_granted")
def affiliation_on_a_presidency_request(world: World) -> None:
    world.insert(Affiliation, world.affiliation_row(world.presidency_request()))


@forged("guard_affiliation_granted")
def affiliation_on_a_nomination_that_waits(world: World) -> None:
    nomination = factories.nomination(world.session, world.president)
    world.insert(Affiliation, world.affiliation_row(nomination, person_id=world.stranger.person_id))


@forged("guard_affiliation_granted")
def affiliation_on_the_nomination_of_another(world: World) -> None:
    row = world.affiliation_row(world.accepted_nomination(), person_id=world.stranger.person_id)
    world.insert(Affiliation, row)


@forged("guard_affiliation_unit_there")
def affiliation_to_a_unit_of_another_cpts(world: World) -> None:
    world.insert(Affiliation, world.affiliation_row(world.accepted_request(), unit_id=world.elsewhere_unit.id))


@forged("fk_affiliation_request")
def affiliation_on_a_request_made_elsewhere(world: World) -> None:
    there = {"unit_id": world.elsewhere_unit.id, "establishment_finess": world.elsewhere.finess}
    world.insert(Affiliation, world.affiliation_row(world.accepted_request(), **there))


@forged("fk_affiliation_nomination")
def affiliation_on_a_nomination_made_elsewhere(world: World) -> None:
    there = {"unit_id": world.elsewhere_unit.id, "establishment_finess": world.elsewhere.finess}
    world.insert(Affiliation, world.affiliation_row(world.accepted_nomination(), **there))


@forged("uq_affiliation_open")
def affiliation_twice_at_once(world: World) -> None:
    person = world.person()
    for _ in range(2):
        world.insert(Affiliation, world.affiliation_row(world.accepted_request(asker=person)))


@forged("uq_affiliation_request")
def affiliation_again_on_the_old_request(world: World) -> None:
    request = world.accepted_request()
    attach_and_end(world, world.affiliation_row(request))
    world.insert(Affiliation, world.affiliation_row(request))


@forged("uq_affiliation_nomination")
def affiliation_again_on_the_old_nomination(world: World) -> None:
    nomination = world.accepted_nomination()
    attach_and_end(world, world.affiliation_row(nomination))
    world.insert(Affiliation, world.affiliation_row(nomination))


@forged("guard_affiliation_close_only")
def ended_affiliation_reopened(world: World) -> None:
    ended = attach_and_end(world, world.affiliation_row(world.accepted_request()))
    world.update(ended, ended_at=None, end_reason=None)


@forged("guard_affiliation_close_only")
def affiliation_given_to_another(world: World) -> None:
    row = world.affiliation_row(world.accepted_request())
    world.insert(Affiliation, row)
    world.update(world.session.get_one(Affiliation, row["id"]), person_id=world.stranger.person_id)


@forged("guard_affiliation_kept")
def affiliation_deleted(world: World) -> None:
    row = world.affiliation_row(world.accepted_request())
    world.insert(Affiliation, row)
    world.delete(world.session.get_one(Affiliation, row["id"]))


@forged("guard_affiliation_kept")
def affiliations_wiped(world: World) -> None:
    world.insert(Affiliation, world.affiliation_row(world.accepted_request()))
    if (
        world.session.get_bind().dialect.name == "postgresql"
    ):  # TRUNCATE … CASCADE reaches suspensions, which are kept too
        world.session.execute(sa.text("ALTER TABLE suspension DISABLE TRIGGER guard_suspension_kept"))
    world.wipe(Affiliation)


# ── what stands behind ──────────────────────────────────────────────────────


@forged("guard_journal_entry_fixed")
def journal_rewritten(world: World) -> None:
    world.update(entry(world), actor="account:somebody-else")


@forged("guard_journal_entry_kept")
def journal_entry_deleted(world: World) -> None:
    world.delete(entry(world))


@forged("guard_journal_entry_kept")
def journal_wiped(world: World) -> None:
    world.wipe(JournalEntry)


@forged("guard_journal_head_forward")
def journal_head_moved_back(world: World) -> None:
    world.update(world.session.get_one(JournalHead, "system"), seq=0)


@forged("guard_journal_head_forward")
def journal_head_moved_by_two(world: World) -> None:
    world.update(world.session.get_one(JournalHead, "system"), seq=3)


@forged("guard_journal_head_kept")
def journal_head_deleted(world: World) -> None:
    world.delete(world.session.get_one(JournalHead, "system"))


@forged("guard_account_person_fixed")
def account_pointed_to_another_person(world: World) -> None:
    """The account of a stranger becomes the president's sign-in."""
    nobody = factories.person(world.session)
    world.update(world.account_of(world.president), person_id=nobody.id)
    world.update(world.stranger, person_id=world.president.person_id)


@forged("guard_authentication_fixed")
def old_authentication_refreshed(world: World) -> None:
    row = world.nomination_row()
    world.later(minutes=30)
    proof = world.session.get_one(Authentication, row["authentication_id"])
    world.update(proof, at=world.now)


@forged("guard_authentication_fixed")
def authentication_turned_to_another_act(world: World) -> None:
    world.update(world.proof(world.president, None), act=f"mandate:nominate_referent/{world.place.finess}")


@forged("guard_authentication_fixed")
def used_authentication_made_new(world: World) -> None:
    proof = world.proof(world.president, f"mandate:nominate_referent/{world.place.finess}")
    world.update(proof, used_at=world.now)
    world.update(proof, used_at=None)


# ── steps ───────────────────────────────────────────────────────────────────


def presidency_until(world: World, **term: float) -> Mandate:
    """A co-presidency whose term ends soon."""
    end = world.now + timedelta(**term)
    return factories.presidency(world.session, world.place, world.person(), world.agent, seat=2, term_ends_at=end)


def waiting(world: World) -> Request:
    return factories.affiliation_request(world.session, world.unit, world.person())


def as_agent(world: World, account: Account) -> dict[str, object]:
    return {
        "status": "accepted",
        "decided_at": world.now,
        "decided_by_account_id": account.id,
        "decided_as": "agent",
    }


def attach_and_end(world: World, row: dict[str, object]) -> Affiliation:
    world.insert(Affiliation, row)
    attached = world.session.get_one(Affiliation, row["id"])
    world.update(attached, ended_at=world.now, end_reason="x")
    return attached


def entry(world: World) -> JournalEntry:
    return world.session.get_one(JournalEntry, ("system", 1))


# ── units that move ─────────────────────────────────────────────────────────


@forged("guard_request_unit_there")
def request_about_a_unit_of_another_cpts(world: World) -> None:
    request = factories.affiliation_request(world.session, world.unit)
    forged_row = {column.name: getattr(request, column.name) for column in Request.__table__.columns}
    another = {"id": uuid.uuid4(), "number": "R-FORGED", "email": "x@essai.example", "email_key": "x@essai.example"}
    world.insert(Request, forged_row | another | {"unit_id": world.elsewhere_unit.id})


@forged("guard_request_unit_there_still")
def request_turned_to_a_unit_of_another_cpts(world: World) -> None:
    world.update(factories.affiliation_request(world.session, world.unit), unit_id=world.elsewhere_unit.id)


@forged("guard_unit_moves_empty")
def unit_moved_with_who_is_attached_to_it(world: World) -> None:
    world.insert(Affiliation, world.affiliation_row(world.accepted_request()))
    world.update(world.unit, establishment_finess=world.elsewhere.finess)


@forged("guard_unit_moves_empty")
def unit_moved_with_who_waits_for_it(world: World) -> None:
    factories.affiliation_request(world.session, world.unit)
    world.update(world.unit, establishment_finess=world.elsewhere.finess)


# ── memory ──────────────────────────────────────────────────────────────────


def published(world: World) -> Revision:
    revision = Revision(establishment_finess=world.place.finess, number=1, source="direct", at=world.now)
    revision.account_id = world.account_of(world.president).id
    revision.boxes = [RevisionBox(sheet=f"eg-{world.place.finess}", box="identite", after={"name": "x"}, version=1)]
    world.session.add(revision)
    world.session.flush()
    return revision


@forged("guard_revision_fixed")
def publication_given_to_another(world: World) -> None:
    world.update(published(world), account_id=world.stranger.id)


@forged("guard_revision_fixed")
def publication_dated_otherwise(world: World) -> None:
    world.update(published(world), at=world.now - timedelta(days=30))


@forged("guard_revision_kept")
def publication_deleted(world: World) -> None:
    revision = Revision(establishment_finess=world.place.finess, number=1, source="import", at=world.now)
    world.session.add(revision)
    world.session.flush()
    world.delete(revision)


@forged("guard_revision_box_fixed")
def publication_rewritten(world: World) -> None:
    world.update(published(world).boxes[0], after={"name": "y"})


@forged("guard_revision_box_kept")
def box_of_a_publication_deleted(world: World) -> None:
    world.delete(published(world).boxes[0])


@forged("guard_dossier_step_kept")
def step_of_a_dossier_deleted(world: World) -> None:
    author = world.account_of(world.referent)
    dossier = Dossier(
        establishment_finess=world.place.finess,
        name="Mise à jour",
        status="draft",
        origin="cpts",
        created_by_account_id=author.id,
        created_at=world.now,
        updated_at=world.now,
    )
    world.session.add(dossier)
    world.session.flush()
    step = DossierStep(
        dossier_id=dossier.id, round=0, step="opened", at=world.now, account_id=author.id, role="referent"
    )
    world.session.add(step)
    world.session.flush()
    world.delete(step)


# ── the ledger of what is sent ──────────────────────────────────────────────


@forged("guard_ledger_message_fixed")
def sent_state_rewritten(world: World) -> None:
    world.update(factories.ledger_message(world.session, world.place), payload="{}")


@forged("guard_ledger_message_answered_once")
def refusal_that_becomes_an_acceptance(world: World) -> None:
    refused = factories.ledger_message(world.session, world.place, refused_at=world.now, refusal="Numéro inconnu")
    world.update(refused, refused_at=None, refusal=None, accepted_at=world.now)


@forged("guard_ledger_message_kept")
def sent_state_deleted(world: World) -> None:
    world.delete(factories.ledger_message(world.session, world.place))


# ── participation in unscheduled care ───────────────────────────────────────


def attached(world: World) -> Affiliation:
    return factories.affiliation(world.session, world.person(), world.unit, world.president)


def participating(world: World) -> Participation:
    return factories.participation(world.session, attached(world))


def participation_row(world: World, held: Affiliation, **forged: object) -> dict[str, object]:
    return {
        "id": uuid.uuid4(),
        "person_id": held.person_id,
        "establishment_finess": held.establishment_finess,
        "has_software": True,
        "gives_hours": False,
        "starts_on": world.now.date(),
        "declared_at": world.now,
        "version": 1,
    } | forged


def place_of(world: World, participation: Participation) -> ParticipationPlace:
    here = ParticipationPlace.participation_id == participation.id
    return world.session.scalars(sa.select(ParticipationPlace).where(here)).one()


@forged("guard_participation_born_open")
def participation_born_ended(world: World) -> None:
    world.insert(Participation, participation_row(world, attached(world), ended_at=world.now, end_reason="x"))


@forged("guard_participation_born_open")
def participation_declared_in_the_future(world: World) -> None:
    later = world.now + timedelta(minutes=2)
    world.insert(Participation, participation_row(world, attached(world), declared_at=later))


@forged("guard_participation_attached")
def participation_without_a_rattachement(world: World) -> None:
    world.insert(Participation, participation_row(world, attached(world), person_id=world.stranger.person_id))


@forged("guard_participation_attached")
def participation_through_another_cpts(world: World) -> None:
    world.insert(Participation, participation_row(world, attached(world), establishment_finess=world.elsewhere.finess))


@forged("guard_participation_attached")
def participation_after_the_rattachement(world: World) -> None:
    held = attached(world)
    world.update(held, ended_at=world.now, end_reason="Départ")
    world.insert(Participation, participation_row(world, held))


@forged("uq_participation_open")
def participation_twice_at_once(world: World) -> None:
    held = attached(world)
    factories.participation(world.session, held)
    world.insert(Participation, participation_row(world, held))


@forged("ck_participation_software_or_hours")
def participation_without_software_or_hours(world: World) -> None:
    world.insert(Participation, participation_row(world, attached(world), has_software=False))


@forged("ck_participation_dates_in_order")
def participation_that_ends_before_it_begins(world: World) -> None:
    yesterday = world.now.date() - timedelta(days=1)
    world.insert(Participation, participation_row(world, attached(world), ends_on=yesterday))


@forged("guard_participation_close_only")
def ended_participation_reopened(world: World) -> None:
    one = participating(world)
    world.update(one, ended_at=world.now, end_reason="x")
    world.update(one, ended_at=None, end_reason=None)


@forged("guard_participation_close_only")
def participation_given_to_another(world: World) -> None:
    world.update(participating(world), person_id=world.stranger.person_id)


@forged("guard_participation_close_only")
def participation_ended_in_the_future(world: World) -> None:
    world.update(participating(world), ended_at=world.now + timedelta(hours=1), end_reason="x")


@forged("guard_participation_kept")
def participation_deleted(world: World) -> None:
    held = attached(world)
    world.insert(Participation, participation_row(world, held))
    here = Participation.person_id == held.person_id
    world.delete(world.session.scalars(sa.select(Participation).where(here)).one())


@forged("guard_participation_place_fixed")
def place_moved_afterwards(world: World) -> None:
    world.update(place_of(world, participating(world)), street="1 rue Ailleurs")


@forged("guard_participation_place_fixed")
def removed_place_that_comes_back(world: World) -> None:
    place = place_of(world, participating(world))
    world.update(place, removed_at=world.now)
    world.update(place, removed_at=None)


@forged("guard_participation_place_kept")
def place_deleted(world: World) -> None:
    world.delete(place_of(world, participating(world)))


@forged("guard_affiliation_ends_participation")
def rattachement_ended_before_the_participation(world: World) -> None:
    held = attached(world)
    factories.participation(world.session, held)
    world.update(held, ended_at=world.now, end_reason="Départ")
