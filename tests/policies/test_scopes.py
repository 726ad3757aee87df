"""Predicates and SQL scopes say the same: for every permission, persona and object, `allows` is what `scope` keeps."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import Account, Affiliation, Establishment, Mandate, Nomination, OneTimeLink, Request
from app.policies.actor import ANONYMOUS, Actor
from app.policies.permissions import Permission
from app.policies.predicates import nobody_else_in_office
from app.policies.rules import RULES, allows
from app.policies.scopes import SCOPES, scope
from app.queries.actors import held_mandates
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
    Permission.AFFILIATION_ASK: (Establishment,),
    Permission.AFFILIATION_DECIDE: (Request,),
    Permission.AFFILIATION_END: (Affiliation,),
    Permission.REQUEST_READ_INBOX: (Establishment,),
    Permission.REQUEST_FOLLOW: (Request,),
    Permission.REQUEST_ANSWER: (Request,),
    Permission.ESTABLISHMENT_CONFIRM: (Establishment,),
    Permission.ESTABLISHMENT_UPDATE: (Establishment,),
    Permission.ACCOUNT_ACTIVATE: (OneTimeLink,),
    Permission.ACCOUNT_MANAGE: (Account,),
}
WITHOUT_OBJECT = {Permission.SERVICE_CENTRE_DESK, Permission.ACCOUNT_SIGN_IN}


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
    factories.nomination(session, built.president.mandate)
    factories.nomination(session, built.other_president.mandate)
    session.add(link_of(built.stranger))
    session.add(link_of(built.referent))
    session.commit()
    return built


def link_of(persona: Persona) -> OneTimeLink:
    at = persona.account.created_at
    return OneTimeLink(purpose="activation", account_id=persona.account.id, created_at=at, expires_at=at)


def actor_of(persona: Persona) -> Actor:
    return Actor(
        account_id=persona.account.id,
        person_id=persona.person.id,
        name=persona.person.full_name,
        is_agent=persona.account.agent_since is not None,
        mandates=held_mandates(persona.person.id),
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


def test_the_world_tells_presided_cpts_from_the_others(people: Personas, session: Session) -> None:
    """Both sides of nobody_else_in_office are in the comparison."""
    requests = session.scalars(sa.select(Request))
    assert {nobody_else_in_office(ANONYMOUS, request) for request in requests} == {True, False}
