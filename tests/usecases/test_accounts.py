"""Accounts through their use cases, on both databases."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy.orm import Session

from app import clock, db
from app.credentials import links
from app.credentials.links import Purpose
from app.credentials.passwords import verify_password
from app.credentials.proofs import has_proofs
from app.credentials.sessions import end_sessions, open_session
from app.domain.errors import ImpossibleNow, Invalid, NotAllowed
from app.domain.terms import TERMS_VERSION
from app.journal.verify import verify
from app.models import Account, JournalEntry, OneTimeLink, OutboxMessage, SignInSession
from app.policies.actor import ANONYMOUS, Actor
from app.queries.actors import load_actor
from app.usecases.accounts import (
    activate,
    ask_new_password,
    change_password,
    create_agent,
    reset_password,
    send_activation_again,
)
from app.usecases.enrolment import Identity
from app.usecases.factors import ADD_GENERATOR, ADD_PASSKEY, prove
from app.usecases.sign_in import end_other_sessions, end_session, sign_in, sign_out
from tests import factories
from tests.factories import PASSWORD
from tests.support.time import FrozenClock

NEW_PASSWORD = "quatre cyprès bleus dansent"


@pytest.fixture
def account(session: Session) -> Account:
    made = factories.account(session, factories.person(session, "Sophie", "Marchal"), "sophie@essai.example")
    session.commit()
    return made


@pytest.fixture
def invited(session: Session) -> Account:
    made = factories.account(session, factories.person(session, "Margaux", "Olivier"), "margaux@essai.example")
    made.status, made.password_hash, made.activated_at = "invited", None, None
    session.commit()
    return made


def issued(session: Session, purpose: Purpose, account: Account) -> OneTimeLink:
    link = links.issue(purpose, account_id=account.id)
    session.commit()
    return link


def owner(account: Account) -> Actor:
    return Actor(account_id=account.id, person_id=account.person_id)


def opened(session: Session, account: Account, count: int = 1) -> list[str]:
    made = [open_session(account, method="password").id for _ in range(count)]
    session.commit()
    return made


def events(session: Session) -> list[str]:
    return list(session.scalars(sa.select(JournalEntry.event).order_by(JournalEntry.chain, JournalEntry.seq)))


def open_ids(session: Session, account: Account) -> set[str]:
    query = sa.select(SignInSession.id).where(SignInSession.account_id == account.id, SignInSession.ended_at.is_(None))
    return set(session.scalars(query))


# ── signing in ──────────────────────────────────────────────────────────────


def test_the_right_password_opens_a_session_with_its_proof(session: Session, account: Account) -> None:
    entry = sign_in(ANONYMOUS, None, email=" Sophie@Essai.example ", password=PASSWORD)
    assert entry.session_id is not None
    assert load_actor(entry.session_id).account_id == account.id
    session.refresh(account)
    assert account.terms_version == TERMS_VERSION


@pytest.mark.parametrize(
    ("email", "password", "status"),
    [
        ("sophie@essai.example", "not this one", "active"),
        ("inconnue@essai.example", PASSWORD, "active"),
        ("sophie@essai.example", PASSWORD, "suspended"),
        ("sophie@essai.example", PASSWORD, "closed"),
        ("margaux@essai.example", PASSWORD, "active"),
        ("sophie@essai.example", "", "active"),
    ],
)
def test_anything_else_is_refused_in_the_same_words(
    session: Session, account: Account, invited: Account, email: str, password: str, status: str
) -> None:
    account.status = status
    session.commit()
    with pytest.raises(Invalid) as refusal:
        sign_in(ANONYMOUS, None, email=email, password=password)
    assert list(refusal.value.fields) == ["password"]
    assert "ne convient pas" in str(refusal.value)
    assert open_ids(session, account) == set()


def test_an_old_hash_is_renewed_at_sign_in(session: Session, account: Account) -> None:
    weaker = "$argon2id$v=19$m=1024,t=1,p=1$"
    account.password_hash = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    session.commit()
    assert account.password_hash.startswith(weaker)
    sign_in(ANONYMOUS, None, email=account.email, password=PASSWORD)
    session.refresh(account)
    assert not (account.password_hash or weaker).startswith(weaker)
    assert verify_password(PASSWORD, account.password_hash)


def test_signing_out_ends_that_session_only(session: Session, account: Account) -> None:
    one, other = opened(session, account, 2)
    sign_out(owner(account), account, session_id=one)
    assert open_ids(session, account) == {other}
    assert load_actor(one) is ANONYMOUS


def test_nobody_ends_somebody_elses_session(session: Session, account: Account, invited: Account) -> None:
    (sid,) = opened(session, account)
    with pytest.raises(NotAllowed):
        sign_out(owner(invited), account, session_id=sid)
    with pytest.raises(NotAllowed):
        end_other_sessions(owner(invited), account, session_id="x")
    with pytest.raises(NotAllowed):
        end_session(owner(invited), account, session_id=sid)
    with pytest.raises(ImpossibleNow):
        end_session(owner(invited), invited, session_id=sid)
    sign_out(owner(invited), invited, session_id=sid)
    assert open_ids(session, account) == {sid}


def test_sessions_can_be_ended_all_but_one(session: Session, account: Account) -> None:
    kept, *others = opened(session, account, 3)
    assert end_sessions(account.id, except_=kept) == len(others)
    assert open_ids(session, account) == {kept}
    assert end_sessions(account.id) == 1


def test_a_proof_given_again_is_fresh_and_under_a_new_id(
    session: Session, account: Account, frozen_clock: FrozenClock
) -> None:
    (sid,) = opened(session, account)
    frozen_clock.advance(hours=1)
    with pytest.raises(Invalid):
        prove(owner(account), account, typed="not this one", session_id=sid, acts=["a/1"])
    renewed = prove(owner(account), account, typed=PASSWORD, session_id=sid, acts=["a/1"])
    assert open_ids(session, account) == {renewed}
    assert has_proofs(renewed, ["a/1"])
    assert not has_proofs(renewed, ["a/1", "a/1"])
    assert not has_proofs(sid, ["a/1"])
    row = session.get_one(SignInSession, renewed)
    assert row.expires_at - clock.now() == timedelta(hours=9)


# ── activation ──────────────────────────────────────────────────────────────


def test_activation_needs_the_link_itself(session: Session, invited: Account) -> None:
    link = issued(session, Purpose.ACTIVATION, invited)
    with pytest.raises(NotAllowed):
        activate(ANONYMOUS, link, password=NEW_PASSWORD)
    sid = activate(ANONYMOUS.holding(link), link, password=NEW_PASSWORD)
    assert load_actor(sid).account_id == invited.id
    assert events(session) == ["account.activated"]
    assert verify(b"key")[1] == []


def test_a_weak_password_does_not_use_the_link(session: Session, invited: Account) -> None:
    link = issued(session, Purpose.ACTIVATION, invited)
    for weak in ("court", "1234567890123", "margaux-olivier", "margaux@essai.example"):
        with pytest.raises(Invalid):
            activate(ANONYMOUS.holding(link), link, password=weak)
    session.refresh(link)
    assert links.is_usable(link)
    activate(ANONYMOUS.holding(link), link, password=NEW_PASSWORD)


@pytest.mark.parametrize("purpose", [Purpose.PASSWORD_RESET, Purpose.NOMINATION])
def test_a_link_for_something_else_does_not_activate(session: Session, invited: Account, purpose: Purpose) -> None:
    link = issued(session, purpose, invited)
    with pytest.raises(ImpossibleNow):
        activate(ANONYMOUS.holding(link), link, password=NEW_PASSWORD)


def test_two_clicks_at_once_activate_once(app: Flask, session: Session, invited: Account) -> None:
    link = issued(session, Purpose.ACTIVATION, invited)
    session.close()
    start, results = threading.Barrier(4), []

    def click() -> None:
        with app.app_context():
            mine = db.session().get_one(OneTimeLink, link.id)
            db.session().rollback()
            start.wait(10)
            try:
                activate(ANONYMOUS.holding(mine), mine, password=NEW_PASSWORD)
                results.append("activated")
            except ImpossibleNow:
                results.append("too late")

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(results) == ["activated", "too late", "too late", "too late"]
    assert len(open_ids(session, invited)) == 1


def test_a_fresh_activation_link_replaces_one_that_no_longer_opens(
    session: Session, invited: Account, frozen_clock: FrozenClock
) -> None:
    link = issued(session, Purpose.ACTIVATION, invited)
    with pytest.raises(ImpossibleNow):
        send_activation_again(ANONYMOUS.holding(link), link)
    frozen_clock.advance(days=8)
    send_activation_again(ANONYMOUS.holding(link), link)
    assert events(session) == ["account.activation_resent"]
    fresh = session.scalars(sa.select(OneTimeLink).where(OneTimeLink.id != link.id)).one()
    activate(ANONYMOUS.holding(fresh), fresh, password=NEW_PASSWORD)
    with pytest.raises(ImpossibleNow):
        send_activation_again(ANONYMOUS.holding(link), link)


# ── a new password ──────────────────────────────────────────────────────────


def test_a_reset_ends_every_session_and_serves_once(session: Session, account: Account) -> None:
    opened(session, account, 2)
    link = issued(session, Purpose.PASSWORD_RESET, account)
    entry = reset_password(ANONYMOUS.holding(link), link, password=NEW_PASSWORD)
    assert open_ids(session, account) == {entry.session_id}
    session.refresh(account)
    assert verify_password(NEW_PASSWORD, account.password_hash)
    with pytest.raises(ImpossibleNow):
        reset_password(ANONYMOUS.holding(link), link, password="un autre mot de passe long")
    session.refresh(account)
    assert verify_password(NEW_PASSWORD, account.password_hash)
    assert events(session) == ["account.password_changed"]


def test_a_suspended_account_is_not_opened_by_a_reset(session: Session, account: Account) -> None:
    link = issued(session, Purpose.PASSWORD_RESET, account)
    account.status = "suspended"
    session.commit()
    with pytest.raises(ImpossibleNow):
        reset_password(ANONYMOUS.holding(link), link, password=NEW_PASSWORD)


def test_the_latest_link_is_the_only_one_that_serves(session: Session, account: Account) -> None:
    first = issued(session, Purpose.PASSWORD_RESET, account)
    second = issued(session, Purpose.PASSWORD_RESET, account)
    with pytest.raises(ImpossibleNow):
        reset_password(ANONYMOUS.holding(first), first, password=NEW_PASSWORD)
    reset_password(ANONYMOUS.holding(second), second, password=NEW_PASSWORD)


def test_changing_ones_password_needs_the_current_one(session: Session, account: Account) -> None:
    kept, _other = opened(session, account, 2)
    pending = issued(session, Purpose.PASSWORD_RESET, account)
    with pytest.raises(Invalid) as refusal:
        change_password(owner(account), account, current="not this", password=NEW_PASSWORD, session_id=kept)
    assert list(refusal.value.fields) == ["actuel"]
    change_password(owner(account), account, current=PASSWORD, password=NEW_PASSWORD, session_id=kept)
    assert open_ids(session, account) == {kept}
    session.refresh(pending)
    assert pending.cancelled_at is not None


def test_nobody_changes_somebody_elses_password(session: Session, account: Account, invited: Account) -> None:
    with pytest.raises(NotAllowed):
        change_password(owner(invited), account, current=PASSWORD, password=NEW_PASSWORD, session_id="x")


@pytest.mark.parametrize(
    ("status", "told"),
    [("active", "account.reset_asked"), ("suspended", None), ("closed", None)],
)
def test_only_an_open_account_receives_a_link(
    session: Session, account: Account, status: str, told: str | None
) -> None:
    account.status = status
    session.commit()
    ask_new_password(ANONYMOUS, None, email="SOPHIE@essai.example")
    assert events(session) == ([told] if told else [])
    assert session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) == len(events(session))


def test_an_unknown_address_leaves_no_trace(session: Session) -> None:
    ask_new_password(ANONYMOUS, None, email="inconnue@essai.example")
    assert events(session) == []


# ── agents ──────────────────────────────────────────────────────────────────


def identity(email: str = "nadia@essai.example") -> Identity:
    return Identity(given_name="Nadia", family_name="Ferrero", email=email)


def test_an_agent_is_created_by_who_runs_the_portal(session: Session) -> None:
    link = create_agent(identity())
    sid = activate(ANONYMOUS.holding(link), link, password=NEW_PASSWORD)
    actor = load_actor(sid)
    assert (actor.is_agent, actor.must_enrol) == (False, True)
    assert actor.name == "Nadia Ferrero"
    assert has_proofs(sid, [ADD_PASSKEY, ADD_GENERATOR]), "who has just chosen a password is not asked for it again"
    entry = session.scalars(sa.select(JournalEntry).where(JournalEntry.event == "agent.created")).one()
    assert entry.actor == "system"


def test_an_agent_not_yet_activated_receives_a_fresh_link(session: Session) -> None:
    first, second = create_agent(identity()), create_agent(identity())
    session.refresh(first)
    assert not links.is_usable(first)
    assert links.is_usable(second)


def test_an_account_that_exists_does_not_become_an_agents(session: Session, account: Account, invited: Account) -> None:
    for taken in (account, invited):
        with pytest.raises(ImpossibleNow):
            create_agent(identity(taken.email.upper()))
        session.rollback()
        session.refresh(taken)
        assert taken.agent_since is None
