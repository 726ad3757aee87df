"""Predicates and SQL scopes say the same: for every permission, persona and object, `allows` is what `scope` keeps."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import (
    AccessReview,
    Account,
    Affiliation,
    Dossier,
    Establishment,
    IdentityClaim,
    LedgerMessage,
    Mandate,
    Nomination,
    OneTimeLink,
    Participation,
    Request,
    ReviewItem,
    SuccessionNotice,
    Suspension,
    Unit,
)
from app.policies.actor import ANONYMOUS, Actor
from app.policies.permissions import Permission
from app.policies.predicates import keeps_the_pages_of, nobody_else_in_office
from app.policies.rules import RULES, allows
from app.policies.scopes import SCOPES, scope
from app.queries.actors import offices_of
from tests import factories, personas
from tests.personas import Persona, Personas
from tests.support.time import FrozenClock

OBJECTS: dict[Permission, tuple[type[Any], ...]] = {
    Permission.MANDATE_READ_CHAIN: (Establishment, Mandate),
    Permission.MANDATE_NOMINATE_REFERENT: (Establishment,),
    Permission.MANDATE_END_REFERENT: (Mandate,),
    Permission.MANDATE_REGISTER_PRESIDENT: (Establishment,),
    Permission.MANDATE_END_PRESIDENT: (Mandate,),
    Permission.NOMINATION_CANCEL: (Nomination,),
    Permission.NOMINATION_ANSWER: (Nomination,),
    Permission.MANDATE_CONFIRM_PRESIDENT: (Mandate,),
    Permission.MANDATE_PRESENT_SUCCESSOR: (Establishment,),
    Permission.SUCCESSION_ANSWER: (SuccessionNotice,),
    Permission.REVIEW_READ: (Establishment, AccessReview),
    Permission.REVIEW_ANSWER: (ReviewItem,),
    Permission.SUSPENSION_LIFT: (Suspension,),
    Permission.AFFILIATION_ASK: (Establishment,),
    Permission.AFFILIATION_DECIDE: (Request,),
    Permission.AFFILIATION_CREATE: (Establishment,),
    Permission.AFFILIATION_END: (Affiliation,),
    Permission.PARTICIPATION_DECLARE: (Affiliation,),
    Permission.PARTICIPATION_CHANGE: (Participation,),
    Permission.PARTICIPATION_WITHDRAW: (Participation,),
    Permission.PARTICIPATION_READ: (Establishment,),
    Permission.CORRECTION_DECIDE: (Request,),
    Permission.REQUEST_DECIDE: (Request,),
    Permission.REQUEST_HANDLE: (Request,),
    Permission.REQUEST_WRITE: (Request,),
    Permission.REQUEST_READ: (Request,),
    Permission.REQUEST_READ_INBOX: (Establishment,),
    Permission.REQUEST_FOLLOW: (Request,),
    Permission.REQUEST_ANSWER: (Request,),
    Permission.ESTABLISHMENT_CONFIRM: (Establishment,),
    Permission.ESTABLISHMENT_UPDATE: (Establishment,),
    Permission.ESTABLISHMENT_UPDATE_FOR: (Establishment,),
    Permission.REQUEST_SUBMIT_FOR: (Establishment,),
    Permission.ESTABLISHMENT_RENAME: (Establishment,),
    Permission.UNIT_RENAME: (Unit,),
    Permission.STRUCTURE_MOVE: (Establishment, Unit),
    Permission.DOSSIER_CREATE: (Establishment,),
    Permission.DOSSIER_READ: (Dossier,),
    Permission.DOSSIER_WRITE: (Dossier,),
    Permission.DOSSIER_SUBMIT: (Dossier,),
    Permission.DOSSIER_CANCEL: (Dossier,),
    Permission.DOSSIER_APPROVE: (Dossier,),
    Permission.DOSSIER_REVIEW: (Dossier,),
    Permission.ACCOUNT_ASSIST: (Account,),
    Permission.SAS_READ: (Establishment,),
    Permission.ACCOUNT_ACTIVATE: (OneTimeLink, IdentityClaim),
    Permission.ACCOUNT_MANAGE: (Account,),
    Permission.ACCOUNT_FACTORS: (Account,),
    Permission.ACCOUNT_RESET_FACTORS: (Account,),
    Permission.ACCOUNT_LINK_IDENTITY: (Account,),
    Permission.ACCOUNT_CHANGE_EMAIL: (Account,),
    Permission.ACCOUNT_ERASE: (Account,),
    Permission.LEDGER_SEND_AGAIN: (LedgerMessage,),
}
WITHOUT_OBJECT = {
    Permission.ACCOUNT_SIGN_IN,
    Permission.CAMPAIGN_RUN,
    Permission.PORTAL_CONTENT_EDIT,
    Permission.REQUEST_SUBMIT,
    Permission.SERVICE_CENTRE_DESK,
}


@pytest.fixture
def people(session: Session, frozen_clock: FrozenClock) -> Personas:
    """Two CPTS and their people; a third CPTS without president; requests and nominations near every rule."""
    built = personas.build(session)
    assert built.president.mandate is not None
    orphan = factories.establishment(session, "CPTS SANS TETE")
    former = factories.presidency(session, orphan, built.stranger.person, built.agent.account)
    factories.referent_mandate(session, former, built.professional.person)
    former.ended_at, former.end_reason, former.ended_by_account_id = frozen_clock.now, "x", built.agent.account.id
    orphan_unit = factories.unit(session, orphan)
    for unit in (built.comtat.unit, built.other.unit, orphan_unit):
        for asker in (None, built.stranger, built.referent, built.president, built.agent):
            factories.affiliation_request(session, unit, asker.person if asker else None)
        near_every_rule(session, unit)
    factories.nomination(session, built.president.mandate)
    factories.nomination(session, built.other_president.mandate)
    in_review_and_succession(session, built)
    session.add(link_of(built.stranger))
    session.add(link_of(built.referent))
    factories.identity_claim(session)
    factories.dossier(session, built.comtat.establishment, built.referent.account)
    factories.dossier(session, built.other.establishment, built.agent.account, origin="centre")
    factories.ledger_message(session, built.comtat.establishment)
    session.commit()
    return built


def near_every_rule(session: Session, unit: Unit) -> None:
    """A request that has waited too long, an appeal, a correction, and what goes to the service centre."""
    late = factories.affiliation_request(session, unit)
    late.escalated_at = late.submitted_at
    refused = factories.affiliation_request(session, unit)
    refused.status = "cancelled"
    session.flush()
    factories.affiliation_request(session, unit, appeal_of_id=refused.id)
    factories.affiliation_request(session, unit, kind="correction")
    factories.affiliation_request(session, unit, kind="presidency")


def in_review_and_succession(session: Session, built: Personas) -> None:
    """A référent and a professional to review, two suspended, a president who may object; in both CPTS."""
    attached = session.scalars(sa.select(Affiliation)).one()
    factories.participation(session, attached)
    assert built.referent.mandate is not None
    assert built.second_referent.mandate is not None
    factories.access_review(session, built.referent.mandate, attached)
    factories.suspension(session, built.second_referent.mandate)
    factories.suspension(session, attached)
    for persona in (built.president, built.other_president):
        assert persona.mandate is not None
        claim = factories.presidency_request(session, persona.mandate.establishment, built.stranger.person)
        factories.succession_notice(session, claim, persona.mandate)


def link_of(persona: Persona) -> OneTimeLink:
    at = persona.account.created_at
    return OneTimeLink(purpose="activation", account_id=persona.account.id, created_at=at, expires_at=at)


def actor_of(persona: Persona) -> Actor:
    mandates, graces = offices_of(persona.person.id)
    return Actor(
        account_id=persona.account.id,
        person_id=persona.person.id,
        name=persona.person.full_name,
        is_agent=persona.account.agent_since is not None,
        mandates=mandates,
        graces=graces,
    )


def actors(people: Personas, objects: list[Any]) -> dict[str, Actor]:
    """Each persona, the visitor, and both holding the link of one of the objects."""
    known = {"visitor": ANONYMOUS} | {name: actor_of(persona) for name, persona in people.everyone().items()}
    holding = {f"{name} with a link": known[name].holding(objects[0]) for name in ("visitor", "stranger")}
    return known | holding


@pytest.mark.parametrize("permission", OBJECTS)
def test_a_list_shows_exactly_what_may_be_acted_on(people: Personas, session: Session, permission: Permission) -> None:
    for model in OBJECTS[permission]:
        objects = list(session.scalars(sa.select(model)))
        assert objects, model
        for name, actor in actors(people, objects).items():
            kept = set(session.scalars(sa.select(model).where(scope(permission, actor, model))))
            allowed = {obj for obj in objects if allows(permission, actor, obj)}
            assert kept == allowed, f"{permission} on {model.__name__} for {name}"


def test_every_permission_is_compared() -> None:
    assert set(OBJECTS) | WITHOUT_OBJECT == set(Permission)


def test_every_predicate_of_a_rule_has_its_scope() -> None:
    assert {predicate for rules in RULES.values() for rule in rules for predicate in rule} == set(SCOPES)


def test_the_world_has_somebody_who_keeps_pages(people: Personas, session: Session) -> None:
    """Both sides of keeps_the_pages_of are in the comparison, and it opens the pages alone."""
    actor = actor_of(people.professional)
    places = list(session.scalars(sa.select(Establishment)))
    assert {keeps_the_pages_of(actor, place) for place in places} == {True, False}
    opened = {
        p for p in Permission for place in places if Establishment in OBJECTS.get(p, ()) and allows(p, actor, place)
    }
    assert opened == {Permission.ESTABLISHMENT_CONFIRM, Permission.ESTABLISHMENT_UPDATE, Permission.AFFILIATION_ASK}


def test_the_world_tells_presided_cpts_from_the_others(people: Personas, session: Session) -> None:
    """Both sides of nobody_else_in_office are in the comparison."""
    requests = session.scalars(sa.select(Request))
    assert {nobody_else_in_office(ANONYMOUS, request) for request in requests} == {True, False}
