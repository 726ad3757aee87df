"""Who may do what, persona by persona: the table that the owner's decisions and FEATURES S-056 to S-066 describe."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.domain.errors import NotAllowed
from app.models import Establishment, Nomination, Request
from app.policies.actor import ANONYMOUS, Actor
from app.policies.permissions import Permission
from app.policies.rules import allows, require
from tests import factories, personas
from tests.personas import Personas
from tests.policies.test_scopes import actor_of
from tests.support.time import FrozenClock

EVERYONE = {"president", "referent", "second_referent", "professional", "agent", "stranger", "visitor"}
EVERYONE |= {"other_president", "other_referent"}
GOVERNING = {"president", "referent", "second_referent"}
ON_ESTABLISHMENT = {
    Permission.MANDATE_READ_CHAIN: GOVERNING | {"agent"},
    Permission.MANDATE_NOMINATE_REFERENT: {"president"},
    Permission.MANDATE_END_REFERENT: {"president"},
    Permission.MANDATE_REGISTER_PRESIDENT: {"agent"},
    Permission.MANDATE_END_PRESIDENT: {"agent"},
    Permission.MANDATE_PRESENT_SUCCESSOR: {"president"},
    Permission.REVIEW_READ: GOVERNING,
    Permission.AFFILIATION_ASK: EVERYONE,
    Permission.REQUEST_READ_INBOX: GOVERNING | {"agent"},
    Permission.ESTABLISHMENT_CONFIRM: GOVERNING,
    Permission.ESTABLISHMENT_UPDATE: GOVERNING,
    Permission.SERVICE_CENTRE_DESK: {"agent"},
    Permission.CAMPAIGN_RUN: {"agent"},
}


@pytest.fixture
def people(session: Session, frozen_clock: FrozenClock) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


@pytest.fixture
def actors(people: Personas) -> dict[str, Actor]:
    return {"visitor": ANONYMOUS} | {name: actor_of(persona) for name, persona in people.everyone().items()}


def allowed(permission: Permission, actors: dict[str, Actor], obj: object) -> set[str]:
    return {name for name, actor in actors.items() if allows(permission, actor, obj)}


@pytest.mark.parametrize("permission", ON_ESTABLISHMENT)
def test_who_may_on_a_cpts(people: Personas, actors: dict[str, Actor], permission: Permission) -> None:
    assert set(actors) == EVERYONE
    assert allowed(permission, actors, people.comtat.establishment) == ON_ESTABLISHMENT[permission]


def test_an_account_is_its_owner_s(people: Personas, actors: dict[str, Actor]) -> None:
    assert allowed(Permission.ACCOUNT_MANAGE, actors, people.referent.account) == {"referent"}


def test_who_decides_on_a_request(people: Personas, actors: dict[str, Actor], session: Session) -> None:
    request = factories.affiliation_request(session, people.comtat.unit)
    assert allowed(Permission.AFFILIATION_DECIDE, actors, request) == GOVERNING


def test_nobody_decides_on_their_own_request(people: Personas, actors: dict[str, Actor], session: Session) -> None:
    request = factories.affiliation_request(session, people.comtat.unit, people.referent.person)
    assert allowed(Permission.AFFILIATION_DECIDE, actors, request) == GOVERNING - {"referent"}


def test_the_service_centre_decides_where_nobody_presides(
    people: Personas, session: Session, frozen_clock: FrozenClock
) -> None:
    mandate = people.president.mandate
    assert mandate is not None
    mandate.ended_at, mandate.end_reason = frozen_clock.now, "x"
    mandate.ended_by_account_id = people.agent.account.id
    request = factories.affiliation_request(session, people.comtat.unit)
    session.commit()
    session.expire_all()
    now = {name: actor_of(persona) for name, persona in people.everyone().items()}
    assert allowed(Permission.AFFILIATION_DECIDE, now, request) == {"agent"}


def test_who_answers_and_who_withdraws_a_nomination(
    people: Personas, actors: dict[str, Actor], session: Session
) -> None:
    assert people.president.mandate is not None
    nomination = factories.nomination(session, people.president.mandate)
    assert allowed(Permission.NOMINATION_CANCEL, actors, nomination) == {"president"}
    assert allowed(Permission.NOMINATION_ANSWER, actors, nomination) == set()
    assert allows(Permission.NOMINATION_ANSWER, ANONYMOUS.holding(nomination), nomination)


def test_the_link_of_one_nomination_opens_no_other(people: Personas, session: Session) -> None:
    assert people.president.mandate is not None
    one, other = (factories.nomination(session, people.president.mandate) for _ in range(2))
    assert not allows(Permission.NOMINATION_ANSWER, ANONYMOUS.holding(one), other)


def test_a_link_gives_nothing_else(people: Personas, session: Session) -> None:
    assert people.president.mandate is not None
    nomination = factories.nomination(session, people.president.mandate)
    request = factories.affiliation_request(session, people.comtat.unit)
    holder = ANONYMOUS.holding(nomination).holding(request).holding(people.comtat.establishment)
    expected = {Permission.AFFILIATION_ASK, Permission.NOMINATION_ANSWER}
    expected |= {Permission.REQUEST_SUBMIT, Permission.REQUEST_WRITE}
    expected |= {Permission.REQUEST_FOLLOW, Permission.REQUEST_ANSWER, Permission.ACCOUNT_SIGN_IN}
    opened = {
        permission
        for permission in Permission
        for obj in (people.comtat.establishment, nomination, request)
        if permission is not Permission.ACCOUNT_ACTIVATE and _fits(permission, obj) and allows(permission, holder, obj)
    }
    assert opened == expected


def _fits(permission: Permission, obj: object) -> bool:
    """Links prove what they name; which permission is asked about which object is not the policy's matter."""
    noun = permission.value.partition(":")[0]
    if isinstance(obj, Nomination):
        return noun == "nomination"
    if isinstance(obj, Request):
        return noun == "request" or permission is Permission.AFFILIATION_DECIDE
    return isinstance(obj, Establishment) and permission is not Permission.AFFILIATION_END


def test_what_has_no_rule_is_refused(monkeypatch: pytest.MonkeyPatch, people: Personas) -> None:
    monkeypatch.setattr("app.policies.rules.RULES", {})
    with pytest.raises(NotAllowed):
        require(Permission.AFFILIATION_ASK, actor_of(people.president), people.comtat.establishment)
