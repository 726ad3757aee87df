"""Presidents, référents, strangers, agents, time, acts a moment too late and forged SQL, against the plain model."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

import hypothesis.strategies as st
import sqlalchemy as sa
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy.orm import Session

from app.credentials.links import Purpose
from app.domain.errors import NotAllowed, RelaisError
from app.journal.verify import verify
from app.models import (
    Account,
    Affiliation,
    Establishment,
    JournalEntry,
    Mandate,
    Nomination,
    OneTimeLink,
    Request,
    Unit,
)
from app.policies.actor import ANONYMOUS, Actor
from app.usecases import affiliations, mandates, presidencies, request_clock
from app.usecases.affiliation_asking import Wish
from app.working_days import day_of
from tests import factories
from tests.model import forged
from tests.model.bench import Bench
from tests.model.plain import Ask, Human, Offer, Office, Plain, Proof, Snapshot
from tests.support.time import A_WEDNESDAY

PASSWORD = "garrigue-mistral-84"
NOBODY = Human(email="")
Item = TypeVar("Item")
Who = tuple[str, int, bool]

pick = st.integers(0, 999)
place = st.integers(0, 1)
seat = st.sampled_from([1, 2])
rarely = st.sampled_from([False, False, False, True])
powers = st.sampled_from(["president", "president", "referent", "agent", "anyone"])
who = st.tuples(powers, pick, rarely)
"""Whose act: a kind of power, which one of those, and whether it arrives a moment too late."""
DAY = 24 * 60
PROOFS = {
    "now": lambda act: Proof(act, timedelta(0), False),
    "ten minutes ago": lambda act: Proof(act, timedelta(minutes=10), False),
    "eleven minutes ago": lambda act: Proof(act, timedelta(minutes=11), False),
    "already used": lambda act: Proof(act, timedelta(0), True),
    "for another act": lambda act: Proof(f"{act.partition('/')[0]}/000000000", timedelta(0), False),
    "to sign in": lambda _act: Proof(None, timedelta(0), False),
}
proofs = st.sampled_from(["now"] * 6 + [*PROOFS])
"""The proof of identity that its author has just given: the right one, or one like it."""


class TrustChain(RuleBasedStateMachine):
    """Plays on a bench where `begin` has been called once, from the model that it returned."""

    def __init__(self, bench: Bench, start: Plain | None = None) -> None:
        super().__init__()
        self.bench = bench
        self.plain = copy.deepcopy(start) if start else Plain(now=A_WEDNESDAY)
        self.late: list[Snapshot] = []
        self.ending = ExitStack()
        if start:
            self.ending.enter_context(bench.run())
            bench.move_to(self.plain.now)

    def teardown(self) -> None:
        with self.ending:
            _count, faults = verify(b"no seal was made")
            assert faults == []

    def begin(self) -> Plain:
        """Two CPTS at work, before the first run: their presidents, a référent each, somebody who asks to join."""
        self.bench.move_to(self.plain.now)
        session = self.bench.session
        for name in ("CPTS DES COLLINES", "CPTS DE LA PLAINE"):
            establishment = factories.establishment(session, name)
            factories.unit(session, establishment)
            self.plain.places.append(establishment.finess)
        for number in range(10):
            account = factories.agent(session) if number < 2 else factories.account(session)
            human = Human(account.email, "active", number < 2, account.person_id, account.id)
            self.plain.humans.append(human)
        self.plain.humans += [Human(f"nouveau{number}@essai.example") for number in range(4)]
        session.commit()
        for index in (0, 1):
            self.register(("agent", 0, False), index, 2 + index, 1, "now")
            self.nominate(("president", index, False), index, 4 + index, "now")
            self.accept_nomination(index, True, 0, True)
            self.ask(index, 6 + index)
        return self.plain

    # ── time ────────────────────────────────────────────────────────────────

    @rule(minutes=st.sampled_from([1, 5, 9, 11, 60, 9 * 60, 2 * DAY, 8 * DAY]))
    def time_passes(self, minutes: int) -> None:
        self.plain.now += timedelta(minutes=minutes)
        self.bench.move_to(self.plain.now)

    @rule(whose=who)
    def a_request_begins(self, whose: Who) -> None:
        """It will arrive later, with the rights that its author had now."""
        self.late = [*self.late, self.fresh(whose)][-6:]

    @rule()
    def housekeeping(self) -> None:
        for offer in self.plain.offers:
            if offer.status == "proposed" and not self.plain.waits(offer):
                offer.status = "expired"
                self.plain.journal[offer.cpts].append("nomination.expired")
        mandates.expire_nominations()
        for ask in self.plain.asks:
            if ask.pending and day_of(ask.expires) < day_of(self.plain.now):
                ask.status = "expired"
                self.plain.journal[ask.cpts].append("affiliation.expired")
        request_clock.expire_requests()

    # ── presidencies ────────────────────────────────────────────────────────

    @rule(whose=who, index=place, candidate=pick, number=seat, given=proofs)
    def register(self, whose: Who, index: int, candidate: int, number: int, given: str) -> None:
        person, cpts, human = self.someone(whose), self.plain.places[index], self.human(candidate)
        proof = self.prove(person, f"mandate:register_president/{cpts}", given)
        act = partial(
            presidencies.register_president,
            person.actor,
            self.get(Establishment, cpts),
            **identity(human),
            profession_code="10",
            profession_label="Médecin",
            rpps=None,
            evidence="Procès-verbal",
            seat=number,
        )
        mandate = self.expect(self.plain.may_register(person, cpts, human, number, proof), cpts, person, act)
        if mandate is not None:
            self.meet(human)
            self.plain.offices.append(Office(mandate.id, cpts, human, "president", self.plain.now, number))
            self.plain.journal[cpts].append("president.registered")

    @rule(whose=who, which=pick, given=proofs)
    def end_presidency(self, whose: Who, which: int, given: str) -> None:
        person, office = self.someone(whose), self.one(self.plain.offices, which)
        proof = self.prove(person, f"mandate:end_president/{office.id.hex}", given)
        act = partial(presidencies.end_president, person.actor, self.get(Mandate, office.id), reason="Élection")
        if self.done(self.plain.may_end_presidency(person, office, proof), office.cpts, person, act):
            self.cancel_offers(office.cpts, lambda offer: offer.presidency is office)
            office.ended = self.plain.now
            self.plain.journal[office.cpts].append("president.ended")

    # ── référents ───────────────────────────────────────────────────────────

    @rule(whose=who, index=place, candidate=pick, given=proofs)
    def nominate(self, whose: Who, index: int, candidate: int, given: str) -> None:
        person, cpts, nominee = self.someone(whose), self.plain.places[index], self.human(candidate)
        proof = self.prove(person, f"mandate:nominate_referent/{cpts}", given)
        act = partial(
            mandates.nominate_referent,
            person.actor,
            self.get(Establishment, cpts),
            **identity(nominee),
            function="Coordination",
            rpps=None,
            declared=True,
        )
        nomination = self.expect(self.plain.may_nominate(person, cpts, nominee, proof), cpts, person, act)
        if nomination is None:
            return
        self.expire_offers(cpts, nominee)
        presidency = person.office_in(cpts, "president")
        assert presidency is not None
        times = (self.plain.now, self.plain.now + timedelta(days=7))
        link = self.link_of(nomination.id)
        self.plain.offers.append(Offer(nomination.id, cpts, presidency, nominee, *times, link))
        self.plain.journal[cpts].append("referent.nominated")

    @rule(whose=who, which=pick)
    def remind(self, whose: Who, which: int) -> None:
        if self.plain.offers:
            person, offer = self.someone(whose), self.one(self.plain.offers, which)
            allowed = offer.status == "proposed" and person.office_in(offer.cpts, "president") is not None
            act = partial(mandates.remind_nomination, person.actor, self.get(Nomination, offer.id))
            if self.done(allowed, offer.cpts, person, act):
                offer.expires, offer.link = self.plain.now + timedelta(days=7), self.link_of(offer.id)
                self.plain.journal[offer.cpts].append("nomination.reminded")

    @rule(whose=who, which=pick)
    def cancel(self, whose: Who, which: int) -> None:
        if self.plain.offers:
            person, offer = self.someone(whose), self.one(self.plain.offers, which)
            allowed = offer.status == "proposed" and person.office_in(offer.cpts, "president") is not None
            act = partial(mandates.cancel_nomination, person.actor, self.get(Nomination, offer.id))
            if self.done(allowed, offer.cpts, person, act):
                offer.status = "cancelled"
                self.plain.journal[offer.cpts].append("nomination.cancelled")

    @rule(which=pick, latest=st.booleans(), visitor=pick, alone=st.booleans())
    def accept_nomination(self, which: int, latest: bool, visitor: int, alone: bool) -> None:
        """By whoever holds one of its links, signed in as somebody or as nobody."""
        if not self.plain.offers:
            return
        offer = self.one(self.plain.offers, which)
        link, signed_in = self.link(offer, latest), NOBODY if alone else self.human(visitor)
        actor = self.actor(signed_in)
        allowed = self.plain.may_accept(offer, link.id, None if actor is ANONYMOUS else signed_in)
        nomination = self.get(Nomination, offer.id)
        act = partial(mandates.accept_nomination, actor.holding(nomination), nomination, link=link, password=PASSWORD)
        accepted = self.expect(allowed, offer.cpts, Snapshot(signed_in, (), False, actor), act)
        if accepted is None:
            return
        offer.status, nominee = "accepted", offer.nominee
        self.meet(nominee, "active")
        for office in self.plain.offices:
            if (office.cpts, office.human, office.role, office.ended) == (offer.cpts, nominee, "referent", None):
                office.ended = self.plain.now
                self.plain.journal[offer.cpts].append("referent.ended")
        granted = {"source": offer.presidency, "nomination": offer.id}
        office = Office(accepted.mandate.id, offer.cpts, nominee, "referent", self.plain.now, **granted)
        self.plain.offices.append(office)
        self.plain.journal[offer.cpts].append("nomination.accepted")
        if (offer.cpts, nominee.email) not in self.plain.attached:
            self.attach(offer.cpts, nominee)

    @rule(which=pick, latest=st.booleans())
    def decline_nomination(self, which: int, latest: bool) -> None:
        if self.plain.offers:
            offer = self.one(self.plain.offers, which)
            link, nomination = self.link(offer, latest), self.get(Nomination, offer.id)
            right = link.id == offer.link and self.plain.waits(offer)
            act = partial(mandates.decline_nomination, ANONYMOUS.holding(nomination), nomination, link=link)
            if self.done(right, offer.cpts, Snapshot(NOBODY, (), False, ANONYMOUS), act):
                offer.status = "declined"
                self.plain.journal[offer.cpts].append("nomination.declined")

    @rule(whose=who, which=pick, given=proofs)
    def end_referent(self, whose: Who, which: int, given: str) -> None:
        person, office = self.someone(whose), self.one(self.plain.offices, which)
        proof = self.prove(person, f"mandate:end_referent/{office.id.hex}", given)
        act = partial(mandates.end_referent, person.actor, self.get(Mandate, office.id), reason="Départ")
        if self.done(self.plain.may_end_referent(person, office, proof), office.cpts, person, act):
            office.ended = self.plain.now
            self.cancel_offers(office.cpts, lambda offer: offer.nominee is office.human)
            self.plain.journal[office.cpts].append("referent.ended")

    # ── rattachements ───────────────────────────────────────────────────────

    @rule(index=place, asker=pick)
    def ask(self, index: int, asker: int) -> None:
        cpts, human = self.plain.places[index], self.human(asker)
        actor = self.actor(human)
        pending = any(a.cpts == cpts and a.human is human and a.pending for a in self.plain.asks)
        wish = Wish(**identity(human), profession_code=None, profession_label="Coordination", unit_id=self.unit(cpts))
        act = partial(affiliations.ask_affiliation, actor, self.get(Establishment, cpts), wish)
        request = self.expect(not pending, cpts, Snapshot(human, (), False, actor), act)
        if request is not None:
            expires = self.plain.now + timedelta(days=60)
            self.plain.asks.append(Ask(request.id, cpts, human, actor is not ANONYMOUS, expires))
            self.plain.journal[cpts].append("affiliation.requested")

    @rule(whose=who, which=pick)
    def accept_ask(self, whose: Who, which: int) -> None:
        person, ask = self.someone(whose), self.one(self.plain.asks, which)
        act = partial(affiliations.accept_affiliation, person.actor, self.get(Request, ask.id))
        if self.expect(self.plain.may_accept_ask(person, ask), ask.cpts, person, act) is not None:
            ask.status = "accepted"
            self.meet(ask.human)
            self.attach(ask.cpts, ask.human)
            self.plain.journal[ask.cpts].append("affiliation.accepted")

    @rule(whose=who, which=pick)
    def refuse_ask(self, whose: Who, which: int) -> None:
        person, ask = self.someone(whose), self.one(self.plain.asks, which)
        act = partial(affiliations.refuse_affiliation, person.actor, self.get(Request, ask.id), reason="Hors zone")
        if self.done(self.plain.may_refuse_ask(person, ask), ask.cpts, person, act):
            ask.status = "refused"
            self.plain.journal[ask.cpts].append("affiliation.refused")

    @rule(whose=who, which=pick)
    def end_affiliation(self, whose: Who, which: int) -> None:
        if not self.plain.attached:
            return
        person, (cpts, email) = self.someone(whose), self.one(list(self.plain.attached), which)
        own = person.human.email == email
        (leaving,) = [human for human in self.plain.humans if human.email == email]
        in_office = self.plain.holds(leaving, cpts, "president") or self.plain.holds(leaving, cpts, "referent")
        allowed = (own or person.office_in(cpts, "president", "referent") is not None) and not in_office
        affiliation = self.get(Affiliation, self.plain.attached[cpts, email])
        if self.done(
            allowed, cpts, person, partial(affiliations.end_affiliation, person.actor, affiliation, reason="Départ")
        ):
            del self.plain.attached[cpts, email]
            self.plain.journal[cpts].append("affiliation.ended")

    @rule(which=pick)
    def suspend_or_reopen(self, which: int) -> None:
        """By who runs the portal: a suspended account is not an ended mandate."""
        human = self.human(which)
        if human.account in {"active", "suspended"}:
            human.account = "suspended" if human.account == "active" else "active"
            self.get(Account, human.account_id).status = human.account
            self.bench.session.commit()

    # ── forged SQL: the database takes it exactly when the rules do ─────────

    @rule(which=pick, candidate=pick)
    def forge_an_acceptance(self, which: int, candidate: int) -> None:
        """The nomination is marked accepted by somebody, and the mandate inserted."""
        human = self.human(candidate)
        if not self.plain.offers or human.person_id is None:
            return
        offer = self.one(self.plain.offers, which)
        referent = any(
            (o.cpts, o.role, o.ended) == (offer.cpts, "referent", None) and o.human is human for o in self.plain.offices
        )
        allowed = offer.answerable(self.plain.now) and human is not offer.presidency.human and not referent
        self.judge(allowed, partial(forged.acceptance, offer=offer, human=human, now=self.plain.now))

    @rule(which=pick, granting=pick)
    def forge_a_mandate(self, which: int, granting: int) -> None:
        """Another mandate on a nomination that was already used, or never accepted."""
        if self.plain.offers:
            offer, office = self.one(self.plain.offers, which), self.one(self.plain.offices, granting)
            self.judge(False, partial(forged.referent, offer=offer, office=office, now=self.plain.now))

    @rule(which=pick, age=st.sampled_from([0, 5, 9, 10, 11, 60]), elsewhere=rarely)
    def forge_a_nomination(self, which: int, age: int, elsewhere: bool) -> None:
        office = self.one(self.plain.offices, which)
        allowed = office.role == "president" and office.ended is None and age <= 10 and not elsewhere
        act = f"mandate:nominate_referent/{'000000000' if elsewhere else office.cpts}"
        forger = partial(forged.nomination, office=office, act=act, age=timedelta(minutes=age), now=self.plain.now)
        self.judge(allowed, forger)

    @rule(which=pick, by=pick, signed_by=pick, outcome=st.sampled_from(["accepted", "refused"]), own=st.booleans())
    def forge_a_decision(self, which: int, by: int, signed_by: int, outcome: str, own: bool) -> None:
        ask, office = self.one(self.plain.asks, which), self.one(self.plain.offices, by)
        signer = office.human if own else self.human(signed_by)
        if signer.account_id is None:
            return
        able = office.effective and office.cpts == ask.cpts and signer is office.human and signer.account == "active"
        allowed = ask.pending and able and signer is not ask.human
        self.judge(allowed, partial(forged.decision, ask=ask, office=office, by=signer, now=self.plain.now, to=outcome))

    @rule(which=pick, by=pick, another=pick)
    def forge_an_end(self, which: int, by: int, another: int) -> None:
        """With a proof given for the end of this mandate, or of another."""
        office, ending = self.one(self.plain.offices, which), self.one(self.plain.offices, by)
        meant = self.one([office, office, office, *self.plain.offices], another)
        able = ending.role == "president" and ending.ended is None and ending.cpts == office.cpts
        allowed = office.role == "referent" and office.ended is None and able and meant is office
        act = f"mandate:end_referent/{meant.id.hex}"
        self.judge(allowed, partial(forged.end, office=office, by=ending, act=act, now=self.plain.now))

    @rule(candidate=pick, agent=pick, index=place, number=seat)
    def forge_a_presidency(self, candidate: int, agent: int, index: int, number: int) -> None:
        human, by, cpts = self.human(candidate), self.human(agent % 4), self.plain.places[index]
        if human.person_id is None:
            return
        presidents = self.plain.presidents(cpts)
        free = number not in {o.seat for o in presidents} and human not in [o.human for o in presidents]
        allowed = by.agent and by.account == "active" and by is not human and free
        self.judge(allowed, partial(forged.presidency, human=human, by=by, cpts=cpts, seat=number, now=self.plain.now))

    @rule(which=pick, act=st.sampled_from([forged.reopened, forged.given_away, forged.deleted, forged.backdated]))
    def forge_a_change(self, which: int, act: Callable[..., object]) -> None:
        office = self.one(self.plain.offices, which)
        if act is not forged.reopened or office.ended is not None:
            self.judge(False, partial(act, office=office, other=self.plain.humans[-5 - which % 5]))

    # ── what always holds, read from the database ───────────────────────────

    @invariant()
    def rights_are_those_of_the_model(self) -> None:
        rows = self.bench.session.execute(forged.EFFECTIVE).all()
        assert {row.id for row in rows} == {o.id for o in self.plain.offices if o.effective}

    @invariant()
    def no_referent_without_a_nomination_by_a_president_in_office(self) -> None:
        assert self.bench.session.execute(forged.UNGROUNDED).all() == []

    @invariant()
    def decisions_are_signed_by_mandates_in_office(self) -> None:
        assert self.bench.session.execute(forged.UNABLE).all() == []
        decided = {row.id: row.status for row in self.bench.session.execute(forged.STATUSES)}
        assert decided == {ask.id: ask.status for ask in self.plain.asks}

    @invariant()
    def the_journal_tells_it_all(self) -> None:
        told: dict[str, list[str]] = {finess: [] for finess in self.plain.places}
        query = sa.select(JournalEntry.chain, JournalEntry.event).where(JournalEntry.chain != "system")
        for chain, event in self.bench.session.execute(query.order_by(JournalEntry.chain, JournalEntry.seq)):
            told[chain.removeprefix("e:")].append(event)
        assert told == {finess: self.plain.journal[finess] for finess in self.plain.places}

    # ── steps ───────────────────────────────────────────────────────────────

    def expect(self, allowed: bool, cpts: str, who: Snapshot, act: Callable[[], Item]) -> Item | None:
        """Do it, and compare with the model; None when both refuse."""
        try:
            result = act()
        except RelaisError as refusal:
            if allowed:
                raise AssertionError("the portal refuses what the model allows") from refusal
            if isinstance(refusal, NotAllowed) and who.actor is not ANONYMOUS and who.human is not NOBODY:
                self.plain.journal[cpts].append("access.refused")
            return None
        assert allowed, "the portal does what the model refuses"
        return result

    def done(self, allowed: bool, cpts: str, who: Snapshot, act: Callable[[], object]) -> bool:
        return self.expect(allowed, cpts, who, lambda: (act(), True)) is not None

    def judge(self, allowed: bool, statement: Callable[[Session], object]) -> None:
        assert self.bench.accepts(statement) == allowed, "accepted" if not allowed else "refused"

    def someone(self, whose: Who) -> Snapshot:
        """Somebody with that power; one time in four, with the rights that they had a while ago."""
        _power, index, late = whose
        return self.one(self.late, index) if late and self.late else self.fresh(whose)

    def prove(self, person: Snapshot, act: str, given: str) -> Proof:
        """The only proof in that person's session: what earlier acts left unused is gone."""
        proof = PROOFS[given](act)
        if person.actor is not ANONYMOUS:
            self.bench.prove(person.actor, proof, self.plain.now)
        return proof

    def fresh(self, whose: Who) -> Snapshot:
        power, index, _late = whose
        holders = [o.human for o in self.plain.offices if o.role == power and o.effective]
        if power == "agent":
            holders = [human for human in self.plain.humans if human.agent]
        human = self.one(holders or self.plain.humans, index)
        actor = self.actor(human)
        if actor is ANONYMOUS:
            return Snapshot(NOBODY, (), False, actor)
        offices = self.plain.held_by(human)
        assert {held.id for held in actor.mandates} == {office.id for office in offices}
        return Snapshot(human, offices, human.agent, actor)

    def actor(self, human: Human) -> Actor:
        return self.bench.actor(human.account_id) if human.account == "active" else ANONYMOUS

    def human(self, index: int) -> Human:
        return self.one(self.plain.humans, index)

    @staticmethod
    def one(items: list[Item], index: int) -> Item:
        return items[index % len(items)]

    def get(self, model: type[Item], key: Any) -> Item:
        return self.bench.session.get_one(model, key)

    def meet(self, human: Human, account: str = "invited") -> None:
        """The portal knows this person from now on."""
        row = self.bench.session.scalars(sa.select(Account).where(Account.email == human.email)).one()
        human.account_id, human.person_id = row.id, row.person_id
        if human.account == "none" or account == "active":
            human.account = account
        assert row.status == human.account

    def attach(self, cpts: str, human: Human) -> None:
        found = sa.select(Affiliation.id).where(
            Affiliation.person_id == human.person_id,
            Affiliation.establishment_finess == cpts,
            Affiliation.ended_at.is_(None),
        )
        self.plain.attached[cpts, human.email] = self.bench.session.scalars(found).one()

    def cancel_offers(self, cpts: str, concerned: Callable[[Offer], bool]) -> None:
        for offer in self.plain.offers:
            if offer.cpts == cpts and offer.status == "proposed" and concerned(offer):
                offer.status = "cancelled"
                self.plain.journal[cpts].append("nomination.cancelled")

    def expire_offers(self, cpts: str, nominee: Human) -> None:
        for offer in self.plain.offers:
            if offer.cpts == cpts and offer.nominee is nominee and offer.status == "proposed":
                offer.status = "expired"
                self.plain.journal[cpts].append("nomination.expired")

    def link_of(self, nomination_id: uuid.UUID) -> uuid.UUID:
        usable = sa.select(OneTimeLink.id).where(
            OneTimeLink.nomination_id == nomination_id, OneTimeLink.cancelled_at.is_(None)
        )
        return self.bench.session.scalars(usable).one()

    def link(self, offer: Offer, latest: bool) -> OneTimeLink:
        """The link that opens the nomination, or the oldest that was sent for it."""
        if latest:
            return self.get(OneTimeLink, offer.link)
        links = sa.select(OneTimeLink).where(
            OneTimeLink.nomination_id == offer.id, OneTimeLink.purpose == Purpose.NOMINATION
        )
        return self.bench.session.scalars(links.order_by(OneTimeLink.created_at).limit(1)).one()

    def unit(self, cpts: str) -> int:
        return self.bench.session.scalars(sa.select(Unit.id).where(Unit.establishment_finess == cpts)).one()


def identity(human: Human) -> dict[str, Any]:
    return {"family_name": "Essai", "given_name": "Camille", "email": human.email, "phone": factories.PHONE}
