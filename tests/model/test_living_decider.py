"""At no instant of a succession or a review is a pending request without a living decider (B-10, decision 4).

Every order of two of these acts is played; after each, the list of deciders, the policy, the mapped column and the
guards of the database must name the same people: those in office whose account lives, else an active agent.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.credentials.sessions import Method, open_session
from app.domain.acts import act_key
from app.domain.errors import ImpossibleNow, RelaisError
from app.models import Account, Establishment, Mandate, OneTimeLink, Request
from app.policies.actor import ANONYMOUS, Actor
from app.policies.permissions import Permission
from app.policies.rules import allows
from app.queries.actors import deciders, load_actor
from app.queries.renewals import renewable
from app.queries.reviews import suspended
from app.usecases.mandates import accept_nomination
from app.usecases.presidencies import end_president
from app.usecases.presidency_requests import Seating, accept_presidency
from app.usecases.renewals import renew_referents
from app.usecases.review_rounds import close_reviews, open_reviews
from app.usecases.reviews import lift_suspension
from app.usecases.successions import open_successions
from tests import factories, personas
from tests.guards.world import move_to
from tests.model.bench import Bench
from tests.personas import Personas
from tests.support.backends import POSTGRES_ONLY, SQLITE_ONLY
from tests.support.time import A_WEDNESDAY

DEPTH = 2
PENDING = ("submitted", "info_needed")


@pytest.fixture
def stage(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setattr("app.usecases.accounts.hash_password", lambda _password: "not hashed")
    bench = Bench(app)
    yield Stage(bench)
    bench.close()


class Stage:
    """A CPTS that is led, with two référents; somebody asks to join it, so does a référent, and somebody to lead it."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.move(A_WEDNESDAY - timedelta(days=100))
        self.people: Personas = personas.build(self.session)
        self.finess = self.people.comtat.finess
        self.move(A_WEDNESDAY)
        self.session.commit()
        place, unit = self.people.comtat.establishment, self.people.comtat.unit
        self.asked = [
            factories.affiliation_request(self.session, unit).id,
            factories.affiliation_request(self.session, unit, self.people.referent.person).id,
        ]
        self.claim = factories.presidency_request(
            self.session, place, self.people.stranger.person, email=self.people.stranger.email
        ).id
        self.session.commit()
        open_successions()
        for row in list(self.session):  # what a run reads of these must not wake the session around it
            self.session.refresh(row)
        self.session.expunge_all()  # and no rollback of a run makes it forget them
        self.session.commit()

    @property
    def session(self) -> Session:
        return self.bench.session

    def move(self, moment: object) -> None:
        self.now = moment
        move_to(self.session, self.now)
        self.session.commit()

    def actor(self, account: Account, *acts: str) -> Actor:
        """Signed in with two factors, when the account is active."""
        row = self.session.get_one(Account, account.id)
        if row.status != "active":
            return ANONYMOUS
        opened = open_session(row, method=Method.PASSWORD_AND_CODE, acts=acts)
        self.session.commit()
        return load_actor(opened.id)

    # ── what may happen ─────────────────────────────────────────────────────

    def president_s_account_is_suspended(self) -> None:
        self.session.get_one(Account, self.people.president.account.id).status = "suspended"
        self.session.commit()

    def president_s_account_is_opened_again(self) -> None:
        self.session.get_one(Account, self.people.president.account.id).status = "active"
        self.session.commit()

    def a_referent_s_account_is_closed(self) -> None:
        self.session.get_one(Account, self.people.referent.account.id).status = "closed"
        self.session.commit()

    def an_agent_ends_the_presidency(self) -> None:
        mandate = self.session.get_one(Mandate, self.people.president.mandate.id)
        act = act_key("mandate:end_president", mandate.id)
        end_president(self.actor(self.people.agent.account, act), mandate, reason="Départ")

    def the_quarter_goes_by_unanswered(self) -> None:
        """Reviews open, nobody answers, they close: whoever can be suspended is."""
        open_reviews()
        self.move(self.now + timedelta(days=31))
        close_reviews()

    def the_claim_is_accepted(self) -> None:
        request = self.session.get_one(Request, self.claim)
        act = act_key("mandate:register_president", self.finess)
        held = self.session.scalars(
            sa.select(Mandate.id).where(
                Mandate.establishment_finess == self.finess, Mandate.role == "president", Mandate.ended_at.is_(None)
            )
        ).first()
        accept_presidency(
            self.actor(self.people.agent.account, act),
            request,
            email=request.email,
            evidence="PV",
            seating=Seating(ends=held),
        )

    def a_week_goes_by(self) -> None:
        self.move(self.now + timedelta(days=8))

    def who_presides_renews_and_lifts(self) -> None:
        """Everything that can be given back is; those named again accept at once."""
        place = self.session.get_one(Establishment, self.finess)
        former = {one.mandate_id for one in renewable(self.finess)}
        paused = [one.suspension for one in suspended(self.finess)]
        acts = [act_key("mandate:nominate_referent", self.finess)] * len(former)
        acts += [act_key("suspension:lift", one.id) for one in paused]
        for persona in (self.people.president, self.people.stranger):
            actor = self.actor(persona.account, *acts)
            if not allows(Permission.MANDATE_NOMINATE_REFERENT, actor, place):
                continue
            for one in paused:
                lift_suspension(actor, one)
            for nomination in renew_referents(actor, place, mandate_ids=former, declared=True) if former else []:
                link = self.session.scalars(
                    sa.select(OneTimeLink).where(OneTimeLink.nomination_id == nomination.id)
                ).one()
                accept_nomination(ANONYMOUS.holding(nomination), nomination, link=link)
            return
        raise ImpossibleNow("Nobody presides.")

    # ── what always holds ───────────────────────────────────────────────────

    def check(self) -> None:
        self.session.expire_all()
        for id_ in self.asked:
            request = self.session.get_one(Request, id_, options=[sa.orm.undefer(Request.has_decider)])
            if request.status in PENDING:
                self.check_request(request)

    def check_request(self, request: Request) -> None:
        living = {person.id for person in deciders(self.finess, asking=request.email_key)} - {request.person_id}
        assert bool(living) == request.has_decider
        agent = self.actor(self.people.agent.account)
        assert allows(Permission.AFFILIATION_DECIDE, agent, request) is not bool(living)
        assert self.takes(request, self.people.agent.account, None) is not bool(living), "agent"
        for persona in (self.people.president, self.people.referent, self.people.second_referent, self.people.stranger):
            actor = self.actor(persona.account)
            able = persona.person.id in living and actor is not ANONYMOUS
            assert allows(Permission.AFFILIATION_DECIDE, actor, request) is able, persona.person.full_name
            for mandate in self.open_mandates(persona.person.id):
                assert self.takes(request, persona.account, mandate) is (able and self.counts(actor, mandate)), (
                    mandate.role
                )

    def open_mandates(self, person_id: uuid.UUID) -> list[Mandate]:
        held = sa.select(Mandate).where(Mandate.person_id == person_id, Mandate.establishment_finess == self.finess)
        return list(self.session.scalars(held))

    @staticmethod
    def counts(actor: Actor, mandate: Mandate) -> bool:
        return mandate.id in {held.id for held in actor.mandates}

    def takes(self, request: Request, by: Account, mandate: Mandate | None) -> bool:
        """Whether the database accepts that decision, undone at once."""
        decision = {
            "status": "accepted",
            "decided_at": clock.now(),
            "decided_by_account_id": by.id,
            "decided_as": mandate.role if mandate else "agent",
            "deciding_mandate_id": mandate.id if mandate else None,
        }
        change = sa.update(Request).where(Request.id == request.id).values(**decision)
        return self.bench.accepts(lambda forger: forger.execute(change))

    # ── every order ─────────────────────────────────────────────────────────

    def acts(self) -> list[Callable[[], None]]:
        return [
            self.president_s_account_is_suspended,
            self.president_s_account_is_opened_again,
            self.a_referent_s_account_is_closed,
            self.an_agent_ends_the_presidency,
            self.the_quarter_goes_by_unanswered,
            self.the_claim_is_accepted,
            self.a_week_goes_by,
            self.who_presides_renews_and_lifts,
        ]

    def play(self, longest: int) -> int:
        """The number of states seen: after every order of so many different acts. A refused act ends its story."""
        seen, refused = 0, set[tuple[str, ...]]()
        for length in range(1, longest + 1):
            for story in itertools.permutations(self.acts(), length):
                names = tuple(act.__name__ for act in story)
                if any(names[:cut] in refused for cut in range(1, length)):
                    continue
                if self.runs(story):
                    seen += 1
                else:
                    refused.add(names)
        return seen

    def runs(self, story: tuple[Callable[[], None], ...]) -> bool:
        """Whether every act was possible; what always holds held after the last (those before are stories too)."""
        start = self.now
        try:
            with self.bench.run():
                try:
                    for act in story:
                        act()
                except RelaisError:
                    return False
                self.check()
                return True
        except AssertionError as wrong:
            raise AssertionError(" → ".join(act.__name__ for act in story)) from wrong
        finally:
            self.now = start
            clock.use(lambda: start)


@SQLITE_ONLY
@pytest.mark.slow
def test_a_pending_request_has_a_living_decider_in_every_story_on_sqlite(stage: Stage) -> None:
    stage.check()
    assert stage.play(DEPTH) > 35


@POSTGRES_ONLY
@pytest.mark.slow
def test_a_pending_request_has_a_living_decider_in_every_story_on_postgresql(stage: Stage) -> None:
    """Of two acts: each statement is a round trip to the server."""
    stage.check()
    assert stage.play(DEPTH) > 35
