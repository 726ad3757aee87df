"""Second factors, proofs for an act and lost factors through their use cases, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import clock, db
from app.credentials import codes, links
from app.credentials.challenges import Purpose, answered, ask
from app.credentials.sessions import Method, open_session
from app.domain.acts import ProofNeeded, act_key
from app.domain.errors import ImpossibleNow, Invalid, NotAllowed
from app.journal.verify import verify
from app.models import (
    Account,
    Authentication,
    CodeGenerator,
    FactorReset,
    JournalEntry,
    OneTimeLink,
    RecoveryCode,
    SignInSession,
)
from app.policies.actor import ANONYMOUS
from app.queries.actors import load_actor
from app.usecases.accounts import reset_password
from app.usecases.factor_reset import ask_factor_reset, record_factor_reset, refuse_factor_reset, remove_lost_factors
from app.usecases.factor_steps import has_second_factor
from app.usecases.factors import (
    ADD_GENERATOR,
    REMOVE_GENERATOR,
    RENEW_CODES,
    confirm_generator,
    prepare_generator,
    prove,
    remove_generator,
    renew_recovery_codes,
)
from app.usecases.sign_in import Entry, give_second_factor, sign_in
from tests import factories, personas
from tests.factories import PASSWORD, TOTP_SECRET
from tests.personas import Personas
from tests.support.actors import proven
from tests.support.time import FrozenClock

NEW_PASSWORD = "quatre cyprès bleus dansent"
RACERS = 4


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


def code(periods: int = 0) -> str:
    return pyotp.TOTP(TOTP_SECRET).generate_otp(int(clock.now().timestamp()) // 30 + periods)


def protected(session: Session, account: Account) -> list[str]:
    """A generator in service, and its recovery codes."""
    factories.generator(session, account)
    made = codes.renew_recovery_codes(account.id)
    session.commit()
    return made


def half_way(account: Account) -> str:
    entry = sign_in(ANONYMOUS, None, email=account.email, password=PASSWORD)
    assert entry.session_id is None
    assert entry.challenge_id is not None
    return entry.challenge_id


def recording(account: Account) -> str:
    return act_key("account:reset_factors", account.id)


def events(session: Session) -> list[str]:
    query = sa.select(JournalEntry.event).where(JournalEntry.event.like("account.%")).order_by(JournalEntry.seq)
    return list(session.scalars(query))


def at_once(app: Flask, act: Callable[[], object]) -> list[str]:
    """The same act by several browsers released together; what became of each."""
    gate, results = threading.Barrier(RACERS), []

    def run() -> None:
        with app.app_context():
            gate.wait(10)
            try:
                act()
            except (ImpossibleNow, Invalid) as refusal:
                results.append(type(refusal).__name__)
            else:
                results.append("done")

    threads = [threading.Thread(target=run) for _ in range(RACERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(results)


# ── after the first factor ──────────────────────────────────────────────────


def test_without_a_second_factor_the_password_opens_a_session(people: Personas) -> None:
    entry = sign_in(ANONYMOUS, None, email=people.president.email, password=PASSWORD)
    assert entry.challenge_id is None
    assert load_actor(entry.session_id or "").account_id == people.president.account.id


def test_with_one_the_password_opens_nothing_until_the_code(session: Session, people: Personas) -> None:
    protected(session, people.president.account)
    challenge = half_way(people.president.account)
    assert session.scalar(sa.select(sa.func.count()).select_from(SignInSession)) == 0
    with pytest.raises(Invalid):
        give_second_factor(ANONYMOUS, None, challenge_id=challenge, typed="000000")
    opened = give_second_factor(ANONYMOUS, None, challenge_id=challenge, typed=code())
    assert session.get_one(SignInSession, opened).strong
    with pytest.raises(ImpossibleNow):
        give_second_factor(ANONYMOUS, None, challenge_id=challenge, typed=code(1))


def test_an_agent_has_no_power_with_one_factor(session: Session, people: Personas) -> None:
    weak = open_session(people.agent.account, method=Method.PASSWORD)
    strong = open_session(people.agent.account, method=Method.PASSKEY)
    session.commit()
    assert (load_actor(weak.id).is_agent, load_actor(weak.id).must_enrol) == (False, True)
    assert (load_actor(strong.id).is_agent, load_actor(strong.id).must_enrol) == (True, False)


def test_the_second_factor_is_asked_within_ten_minutes(
    session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    protected(session, people.president.account)
    challenge = half_way(people.president.account)
    frozen_clock.advance(minutes=11)
    with pytest.raises(ImpossibleNow):
        give_second_factor(ANONYMOUS, None, challenge_id=challenge, typed=code())


@pytest.mark.parametrize("meanwhile", ["suspended", "password"])
def test_a_sign_in_half_way_does_not_outlive_the_account_or_the_password(
    session: Session, people: Personas, meanwhile: str
) -> None:
    account = people.president.account
    protected(session, account)
    challenge = half_way(account)
    if meanwhile == "suspended":
        account.status = "suspended"
        session.commit()
    else:
        link = links.issue(links.Purpose.PASSWORD_RESET, account_id=account.id)
        session.commit()
        reset_password(ANONYMOUS.holding(link), link, password=NEW_PASSWORD)
    with pytest.raises(ImpossibleNow):
        give_second_factor(ANONYMOUS, None, challenge_id=challenge, typed=code())


def test_a_new_password_keeps_the_second_factor_and_asks_for_it(session: Session, people: Personas) -> None:
    """SECURITY.md, case 40: recovery does not go around it."""
    account = people.president.account
    protected(session, account)
    link = links.issue(links.Purpose.PASSWORD_RESET, account_id=account.id)
    session.commit()
    entry: Entry = reset_password(ANONYMOUS.holding(link), link, password=NEW_PASSWORD)
    assert entry.session_id is None
    assert has_second_factor(account.id)
    opened = give_second_factor(ANONYMOUS, None, challenge_id=entry.challenge_id, typed=code())
    assert load_actor(opened).account_id == account.id


# ── codes ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("periods", [-1, 0, 1])
def test_the_codes_around_now_are_taken_once_and_none_before(
    session: Session, people: Personas, frozen_clock: FrozenClock, periods: int
) -> None:
    protected(session, people.president.account)
    generator = session.get_one(CodeGenerator, people.president.account.id)
    assert not codes.take_code(generator, code(-2))
    assert not codes.take_code(generator, code(2))
    assert codes.take_code(generator, code(periods))
    assert not codes.take_code(generator, code(periods))
    assert not codes.take_code(generator, code(periods - 1))


def test_one_code_typed_at_once_opens_one_session(
    app: Flask, session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    account = people.president.account
    protected(session, account)
    waiting = [half_way(account) for _ in range(RACERS)]
    now, left = code(), iter(waiting)
    session.close()
    lock = threading.Lock()

    def give() -> object:
        with lock:
            challenge = next(left)
        return give_second_factor(ANONYMOUS, None, challenge_id=challenge, typed=now)

    assert at_once(app, give) == ["Invalid"] * (RACERS - 1) + ["done"]


def test_one_recovery_code_typed_at_once_opens_one_session(app: Flask, session: Session, people: Personas) -> None:
    account = people.president.account
    typed = protected(session, account)[0]
    left = iter([half_way(account) for _ in range(RACERS)])
    session.close()
    lock = threading.Lock()

    def give() -> object:
        with lock:
            challenge = next(left)
        return give_second_factor(ANONYMOUS, None, challenge_id=challenge, typed=typed)

    assert at_once(app, give) == ["Invalid"] * (RACERS - 1) + ["done"]


def test_one_challenge_answered_at_once_is_answered_once(app: Flask, session: Session, people: Personas) -> None:
    challenge = ask(Purpose.PROVE, account_id=people.president.account.id, act="x").id
    session.commit()
    session.close()

    def answer() -> None:
        answered(challenge, Purpose.PROVE, people.president.account.id)
        db.session().commit()

    assert at_once(app, answer) == ["ImpossibleNow"] * (RACERS - 1) + ["done"]


def test_a_challenge_is_for_its_purpose_and_its_account(session: Session, people: Personas) -> None:
    challenge = ask(Purpose.PROVE, account_id=people.president.account.id, act="x").id
    for purpose, account in ((Purpose.REGISTER, people.president), (Purpose.PROVE, people.stranger)):
        with pytest.raises(ImpossibleNow):
            answered(challenge, purpose, account.account.id)
    answered(challenge, Purpose.PROVE, people.president.account.id)


def test_a_recovery_code_serves_once_and_is_told(session: Session, people: Personas) -> None:
    account = people.president.account
    typed = protected(session, account)[3]
    opened = give_second_factor(ANONYMOUS, None, challenge_id=half_way(account), typed=typed.lower().replace("-", " "))
    assert session.get_one(SignInSession, opened).strong
    with pytest.raises(Invalid):
        give_second_factor(ANONYMOUS, None, challenge_id=half_way(account), typed=typed)
    assert events(session) == ["account.recovery_code_used"]


def test_recovery_codes_are_stored_as_digests_of_80_bits(session: Session, people: Personas) -> None:
    made = protected(session, people.president.account)
    assert len(set(made)) == 10
    assert all(len(typed.replace("-", "")) == 16 for typed in made)
    stored = set(session.scalars(sa.select(RecoveryCode.digest)))
    assert not stored & set(made)
    again = codes.renew_recovery_codes(people.president.account.id)
    assert not codes.take_recovery_code(people.president.account.id, made[0])
    assert codes.take_recovery_code(people.president.account.id, again[0])


def test_a_recovery_code_of_somebody_else_opens_nothing(session: Session, people: Personas) -> None:
    typed = protected(session, people.president.account)[0]
    protected(session, people.stranger.account)
    with pytest.raises(Invalid):
        give_second_factor(ANONYMOUS, None, challenge_id=half_way(people.stranger.account), typed=typed)


def test_a_secret_is_sealed_for_its_account(session: Session, people: Personas) -> None:
    sealed = codes.seal(TOTP_SECRET, people.president.account.id)
    assert TOTP_SECRET.encode() not in sealed
    assert codes.unseal(sealed, people.president.account.id) == TOTP_SECRET
    assert codes.unseal(sealed, people.stranger.account.id) is None


def test_a_secret_survives_the_rotation_of_the_key_and_no_other_change(
    app: Flask, session: Session, people: Personas, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = people.president.account.id
    sealed = codes.seal(TOTP_SECRET, owner)
    old = app.extensions["settings"].secret_key.get_secret_value()
    monkeypatch.setattr(app.extensions["settings"], "secret_key", type(app.extensions["settings"].secret_key)("n" * 40))
    assert codes.unseal(sealed, owner) is None
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [old])
    assert codes.unseal(sealed, owner) == TOTP_SECRET


# ── adding, removing ────────────────────────────────────────────────────────


def test_a_generator_is_in_service_once_a_code_of_it_was_typed(
    session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    account = people.president.account
    actor = proven(session, people.president)
    other = open_session(account, method=Method.PASSWORD)
    session.commit()
    prepare_generator(actor, account)
    assert not has_second_factor(account.id)
    secret = codes.unseal(session.get_one(CodeGenerator, account.id).sealed_secret, account.id)
    typed = pyotp.TOTP(secret or "").generate_otp(int(clock.now().timestamp()) // 30)
    with pytest.raises(ProofNeeded):
        confirm_generator(actor, account, code=typed, session_id=actor.session_id or "")
    actor = proven(session, people.president, ADD_GENERATOR)
    with pytest.raises(Invalid):
        confirm_generator(actor, account, code="000000", session_id=actor.session_id or "")
    made = confirm_generator(actor, account, code=typed, session_id=actor.session_id or "")
    assert len(made.recovery_codes) == 10
    session.expire_all()
    assert session.get_one(SignInSession, made.session_id).strong
    assert session.get_one(SignInSession, other.id).ended_at is not None
    assert events(session) == ["account.generator_added"]
    with pytest.raises(ImpossibleNow):
        prepare_generator(load_actor(made.session_id), account)


def test_nobody_changes_the_factors_of_somebody_else(session: Session, people: Personas) -> None:
    actor = proven(session, people.agent, ADD_GENERATOR, REMOVE_GENERATOR, RENEW_CODES)
    account = people.president.account
    with pytest.raises(NotAllowed):
        prepare_generator(actor, account)
    with pytest.raises(NotAllowed):
        remove_generator(actor, account, session_id=actor.session_id or "")
    with pytest.raises(NotAllowed):
        renew_recovery_codes(actor, account)


def test_the_last_factor_goes_with_its_recovery_codes(session: Session, people: Personas) -> None:
    account = people.president.account
    protected(session, account)
    actor = proven(session, people.president, REMOVE_GENERATOR)
    remove_generator(actor, account, session_id=actor.session_id or "")
    assert session.scalar(sa.select(sa.func.count()).select_from(RecoveryCode)) == 0
    assert not has_second_factor(account.id)


def test_an_agent_keeps_a_second_factor(session: Session, people: Personas) -> None:
    actor = proven(session, people.agent, REMOVE_GENERATOR)
    with pytest.raises(ImpossibleNow, match="garde toujours"):
        remove_generator(actor, people.agent.account, session_id=actor.session_id or "")
    assert has_second_factor(people.agent.account.id)


# ── proofs ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("typed", ["password", "code"])
def test_the_password_or_a_code_proves_the_acts_that_were_shown(
    session: Session, people: Personas, frozen_clock: FrozenClock, typed: str
) -> None:
    account = people.president.account
    protected(session, account)
    actor = proven(session, people.president)
    given = PASSWORD if typed == "password" else code()
    with pytest.raises(Invalid):
        prove(actor, account, typed="not this one", session_id=actor.session_id or "", acts=["a/1"])
    renewed = prove(actor, account, typed=given, session_id=actor.session_id or "", acts=["a/1", "a/1", "b/2"])
    proofs = session.scalars(sa.select(Authentication.act).where(Authentication.session_id == renewed)).all()
    assert sorted(act or "" for act in proofs) == ["", "a/1", "a/1", "b/2"]
    assert load_actor(actor.session_id or "") is ANONYMOUS


# ── a lost factor ───────────────────────────────────────────────────────────


def test_a_lost_factor_is_removed_a_day_after_an_agent_recorded_it(
    session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    account = people.president.account
    protected(session, account)
    challenge = half_way(account)
    for _ in range(2):
        ask_factor_reset(ANONYMOUS, None, challenge_id=challenge)
    frozen_clock.advance(days=3)
    assert remove_lost_factors() == 0, "asking alone removes nothing"
    with pytest.raises(ProofNeeded):
        record_factor_reset(proven(session, people.agent), account, evidence="Rappelée.")
    agent = proven(session, people.agent, recording(account), recording(account))
    record_factor_reset(agent, account, evidence="Rappelée au 04 65 71 99 01, a confirmé sa CPTS.")
    with pytest.raises(ImpossibleNow):
        record_factor_reset(agent, account, evidence="Encore une fois.")
    frozen_clock.advance(hours=23)
    assert remove_lost_factors() == 0
    assert has_second_factor(account.id)
    kept = open_session(account, method=Method.PASSKEY)
    session.commit()
    frozen_clock.advance(hours=1)
    assert remove_lost_factors() == 1
    assert remove_lost_factors() == 0
    session.expire_all()
    assert not has_second_factor(account.id)
    assert session.get_one(SignInSession, kept.id).ended_at is not None
    assert sign_in(ANONYMOUS, None, email=account.email, password=PASSWORD).session_id is not None
    told = [f"account.factor_reset_{what}" for what in ("asked", "recorded", "done")]
    assert events(session) == told
    assert verify(b"key")[1] == []


def test_the_person_refuses_by_the_mailed_link(session: Session, people: Personas, frozen_clock: FrozenClock) -> None:
    account = people.president.account
    protected(session, account)
    record_factor_reset(proven(session, people.agent, recording(account)), account, evidence="Rappelée.")
    link = session.scalars(sa.select(OneTimeLink).where(OneTimeLink.purpose == links.Purpose.FACTOR_RESET)).one()
    with pytest.raises(NotAllowed):
        refuse_factor_reset(ANONYMOUS, link)
    refuse_factor_reset(ANONYMOUS.holding(link), link)
    frozen_clock.advance(days=2)
    assert remove_lost_factors() == 0
    assert has_second_factor(account.id)
    with pytest.raises(ImpossibleNow):
        refuse_factor_reset(ANONYMOUS.holding(link), link)


@pytest.mark.parametrize("who", ["president", "referent", "stranger"])
def test_only_an_agent_records_a_lost_factor(session: Session, people: Personas, who: str) -> None:
    protected(session, people.professional.account)
    with pytest.raises(NotAllowed):
        record_factor_reset(proven(session, getattr(people, who)), people.professional.account, evidence="x")


def test_an_agent_does_not_record_the_loss_of_its_own(session: Session, people: Personas) -> None:
    with pytest.raises(NotAllowed):
        record_factor_reset(proven(session, people.agent), people.agent.account, evidence="x")
    assert session.scalar(sa.select(sa.func.count()).select_from(FactorReset)) == 0


@pytest.mark.parametrize("evidence", ["", "   ", "x" * 1001, "NIR 1 85 05 78 006 084 91"])
def test_the_call_back_is_described(session: Session, people: Personas, evidence: str) -> None:
    protected(session, people.professional.account)
    with pytest.raises(Invalid):
        record_factor_reset(proven(session, people.agent), people.professional.account, evidence=evidence)
