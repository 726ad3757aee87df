"""Nothing is kept longer than it is due (SECURITY.md §3.2); what proves a right is."""

from __future__ import annotations

import importlib
import uuid
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.cli.journal import seal_key
from app.credentials import links
from app.credentials.links import Purpose
from app.credentials.sessions import open_session
from app.domain.erasure import FULL_NAME, months_before
from app.journal.deliver import deliver_pending
from app.journal.verify import verify
from app.models import (
    Account,
    Authentication,
    BoxDraft,
    IdentityClaim,
    JournalEntry,
    Nomination,
    OneTimeLink,
    OutboxMessage,
    ProviderSession,
    Request,
    RequestEvent,
    SignInSession,
)
from app.usecases import retention
from app.usecases.retention import apply_retention
from tests import factories, personas
from tests.personas import Personas
from tests.support.mailbox import Mailbox
from tests.support.time import FrozenClock


@pytest.fixture
def people(session: Session, frozen_clock: FrozenClock) -> Personas:
    made = personas.build(session)
    session.commit()
    return made


def done(*, dry_run: bool = False) -> dict[str, int]:
    """What was done, without the zeros, by the first word of its label."""
    return {label.partition(",")[0]: count for label, count in apply_retention(dry_run=dry_run).items() if count}


def count(session: Session, model: type[Any], *where: Any) -> int:
    session.expire_all()
    return session.scalar(sa.select(sa.func.count()).select_from(model).where(*where)) or 0


def sign_everybody_in(session: Session, people: Personas) -> None:
    for persona in people.everyone().values():
        open_session(persona.account, method="password")
    session.commit()


# ── technical traces: twelve months ─────────────────────────────────────────


def test_an_old_session_goes_and_the_latest_stays(
    session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    account = people.stranger.account
    old = open_session(account, method="psc")
    session.add(ProviderSession(session_id=old.id, id_token="x"))
    frozen_clock.advance(days=1)
    latest = open_session(account, method="password").id
    session.commit()
    frozen_clock.advance(days=364)
    assert done() == {}
    frozen_clock.advance(days=3)
    assert done() == {"Sessions de connexion": 1, "Preuves d’identité sans acte": 2}
    assert list(session.scalars(sa.select(SignInSession.id).filter_by(account_id=account.id))) == [latest]
    assert count(session, ProviderSession) == 0


def test_a_proof_that_an_act_refers_to_stays(session: Session, people: Personas, frozen_clock: FrozenClock) -> None:
    behind = set(session.scalars(sa.select(Nomination.authentication_id)))
    factories.authentication(session, people.stranger.person)
    session.commit()
    frozen_clock.advance(days=370)
    apply_retention()
    session.expire_all()
    assert set(session.scalars(sa.select(Authentication.id))) == behind
    assert behind


def test_old_links_and_identifications_without_account_go(
    session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    link = links.issue(Purpose.PASSWORD_RESET, account_id=people.stranger.account.id)
    names = {"family_name": "X", "given_name": "Y"}
    session.add(IdentityClaim(issuer="i", subject="s", created_at=clock.now(), link_id=link.id, **names))
    session.commit()
    frozen_clock.advance(days=2)
    assert done() == {"Identifications restées sans suite": 1}
    frozen_clock.advance(days=370)
    assert done()["Liens à usage unique"] == 1
    assert count(session, OneTimeLink) == 0


def test_mails_that_left_a_year_ago_go_and_those_that_wait_stay(
    session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    at = clock.now()
    for key, sent in (("sent", at), ("waiting", None)):
        row = {"kind": "mail", "topic": "activation", "recipient": "a@essai.example", "payload": "{}"}
        session.add(OutboxMessage(dedupe_key=key, created_at=at, not_before=at, delivered_at=sent, **row))
    session.commit()
    frozen_clock.advance(days=366)
    assert done()["Messages partis"] == 1
    assert list(session.scalars(sa.select(OutboxMessage.dedupe_key).where(OutboxMessage.kind == "mail"))) == ["waiting"]


# ── requests and nominations that led nowhere: twelve months ────────────────


@pytest.mark.parametrize("status", ["refused", "cancelled", "expired"])
def test_a_request_that_led_nowhere_becomes_nobody_s(
    session: Session, people: Personas, frozen_clock: FrozenClock, status: str
) -> None:
    assert people.president.mandate is not None
    asked = factories.affiliation_request(session, people.comtat.unit, message="Je suis Margaux Olivier")
    thread = {"request_id": asked.id, "at": clock.now(), "author_name": asked.full_name, "body": "Mon message"}
    session.add(RequestEvent(kind="submitted", **thread))
    session.commit()
    decided = {
        "decided_at": clock.now(),
        "decided_by_account_id": people.president.account.id,
        "decided_as": "president",
    }
    decided |= {"deciding_mandate_id": people.president.mandate.id, "refusal_reason": "Hors zone"}
    for name, value in ({"status": status} | (decided if status == "refused" else {})).items():
        setattr(asked, name, value)
    session.commit()
    generation = asked.tracking_generation
    frozen_clock.advance(days=364)
    assert "Demandes closes" not in done()
    frozen_clock.advance(days=3)
    assert done()["Demandes closes"] == 1
    session.expire_all()
    assert (asked.full_name, asked.message, asked.rpps, asked.status) == (FULL_NAME, None, None, status)
    assert asked.email.endswith("@efface.invalid")
    assert asked.tracking_generation > generation
    event = session.query(RequestEvent).filter_by(request_id=asked.id).one()
    assert (event.author_name, event.body) == (FULL_NAME, None)
    assert (asked.decided_as, asked.refusal_reason) == (
        ("president", "Hors zone") if status == "refused" else (None, None)
    )


def test_requests_that_wait_or_were_accepted_keep_their_names(
    session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    factories.affiliation_request(session, people.comtat.unit)
    session.commit()
    frozen_clock.advance(days=800)
    assert "Demandes closes" not in done()
    assert count(session, Request, Request.family_name == "effacée") == 0


def test_a_nomination_without_issue_becomes_nobody_s(
    session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    assert people.president.mandate is not None
    proposed = factories.nomination(session, people.president.mandate)
    proposed.status, proposed.closed_at = "expired", clock.now()
    session.commit()
    frozen_clock.advance(days=367)
    assert done()["Nominations sans suite"] == 1
    session.refresh(proposed)
    assert (proposed.full_name, proposed.status) == (FULL_NAME, "expired")


# ── accounts that nobody opens: 24 months, then 25 ──────────────────────────


def test_an_idle_account_is_noticed_then_pseudonymised(
    app: Flask, session: Session, people: Personas, frozen_clock: FrozenClock, smtp: Mailbox
) -> None:
    sign_everybody_in(session, people)
    address = people.stranger.email
    frozen_clock.advance(days=729)
    assert "Comptes inactifs" not in done()
    frozen_clock.advance(days=3)
    assert apply_retention()["Comptes inactifs, prévenus"] == 2  # the stranger and the professional: nobody in office
    session.commit()
    while deliver_pending():
        pass
    assert "va être fermé" in smtp.only(address).subject
    frozen_clock.advance(days=20)
    assert apply_retention()["Comptes inactifs, pseudonymisés"] == 0
    frozen_clock.advance(days=12)
    assert apply_retention()["Comptes inactifs, pseudonymisés"] == 2
    session.expire_all()
    assert (people.stranger.account.status, people.stranger.person.full_name) == ("closed", FULL_NAME)
    assert people.president.person.full_name == "Hélène Vasseur"
    assert people.agent.account.status == "active"  # the last agent
    assert verify(seal_key())[1] == []


def test_a_draft_that_nobody_takes_up_again_goes_after_ninety_days(
    session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    for box, days in (("capacite", 91), ("horaires", 89)):
        draft = BoxDraft(account_id=people.referent.account.id, sheet="uo-1", box=box, fields=[], base_version=0)
        draft.saved_at = frozen_clock.now - timedelta(days=days)
        session.add(draft)
    session.commit()
    assert apply_retention()["Brouillons d’encadrés laissés, effacés"] == 1
    assert list(session.scalars(sa.select(BoxDraft.box))) == ["horaires"]


def test_who_signs_in_after_the_notice_keeps_the_account(
    session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    sign_everybody_in(session, people)
    frozen_clock.advance(days=732)
    apply_retention()
    open_session(people.stranger.account, method="password")
    session.commit()
    frozen_clock.advance(days=60)
    apply_retention()
    session.expire_all()
    assert (people.stranger.account.status, people.professional.account.status) == ("active", "closed")


def test_nobody_is_closed_without_a_month_of_notice(
    session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    """The first run comes after years: notice first, whatever the delay."""
    frozen_clock.advance(days=2000)
    apply_retention()
    assert count(session, Account, Account.status == "closed") == 0


# ── the run itself ──────────────────────────────────────────────────────────


def test_a_second_run_finds_nothing_and_says_nothing(
    session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    asked = factories.affiliation_request(session, people.comtat.unit, status="cancelled")
    sign_everybody_in(session, people)
    frozen_clock.advance(days=400)
    assert done()
    entries = count(session, JournalEntry)
    assert done() == {}
    assert count(session, JournalEntry) == entries
    assert session.get_one(Request, asked.id).full_name == FULL_NAME


def test_a_dry_run_counts_and_changes_nothing(session: Session, people: Personas, frozen_clock: FrozenClock) -> None:
    factories.affiliation_request(session, people.comtat.unit, status="cancelled")
    session.commit()
    frozen_clock.advance(days=400)
    entries = count(session, JournalEntry)
    counted = done(dry_run=True)
    assert counted["Demandes closes"] == 1
    assert count(session, JournalEntry) == entries
    assert done() == counted


def test_more_than_a_batch_is_done_batch_by_batch(
    session: Session, people: Personas, frozen_clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 3)
    for _ in range(7):
        factories.affiliation_request(session, people.comtat.unit, status="cancelled")
    session.commit()
    frozen_clock.advance(days=400)
    assert done()["Demandes closes"] == 7


def test_what_was_done_is_in_the_journal(session: Session, people: Personas, frozen_clock: FrozenClock) -> None:
    factories.affiliation_request(session, people.comtat.unit, status="cancelled")
    session.commit()
    frozen_clock.advance(days=400)
    apply_retention()
    entry = session.scalars(sa.select(JournalEntry).where(JournalEntry.event == "retention.applied")).one()
    assert (entry.actor, entry.chain) == ("system", "system")


def test_the_command_prints_a_table(app: Flask, session: Session, people: Personas, frozen_clock: FrozenClock) -> None:
    factories.affiliation_request(session, people.comtat.unit, status="cancelled")
    session.commit()
    frozen_clock.advance(days=400)
    session.commit()
    dry = app.test_cli_runner().invoke(args=["retention", "--dry-run"])
    real = app.test_cli_runner().invoke(args=["retention"])
    assert (dry.exit_code, real.exit_code) == (0, 0), dry.output + real.output
    line = next(line for line in real.output.splitlines() if "Demandes closes" in line)
    assert line.split()[-1] == "1"
    assert "rien n’a été changé" in dry.output


def test_the_worker_does_it_once_a_day(
    app: Flask, session: Session, people: Personas, frozen_clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[uuid.UUID] = []
    worker = importlib.import_module("app.cli.worker")  # in app.cli, that name is the command's
    monkeypatch.setattr(worker, "apply_retention", lambda: runs.append(uuid.uuid4()))

    class Rounds:
        """Stops the worker after three days of eight-hour rounds."""

        left = 9

        def is_set(self) -> bool:
            return self.left == 0

        def wait(self, _seconds: float) -> None:
            self.left -= 1
            frozen_clock.advance(hours=8)

    session.commit()
    worker._run(Rounds())
    assert len(runs) == 3


@pytest.mark.parametrize(
    ("moment", "months", "before"),
    [((2026, 3, 31), 1, (2026, 2, 28)), ((2028, 2, 29), 12, (2027, 2, 28)), ((2026, 1, 15), 25, (2023, 12, 15))],
)
def test_months_are_counted_on_the_calendar(
    moment: tuple[int, int, int], months: int, before: tuple[int, int, int]
) -> None:
    noon = clock.now().replace(hour=12, day=1)
    year, month, day = before
    counted = months_before(noon.replace(year=moment[0], month=moment[1], day=moment[2]), months)
    assert counted == noon.replace(year=year, month=month, day=day)
