"""The trust chain as plain Python, written from the rules alone: what the portal and its database are compared with."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

FRESH = timedelta(minutes=10)


@dataclass(frozen=True)
class Proof:
    """A proof of identity given for an act, some minutes ago; `used`: it has served already."""

    act: str | None
    age: timedelta
    used: bool

    def serves(self, act: str) -> bool:
        return self.act == act and self.age <= FRESH and not self.used


@dataclass
class Human:
    """`account`: none, invited, active or suspended."""

    email: str
    account: str = "none"
    agent: bool = False
    person_id: uuid.UUID | None = None
    account_id: uuid.UUID | None = None


@dataclass
class Office:
    """A mandate. `source`: the presidency behind a référent's; `nomination`: what granted it."""

    id: uuid.UUID
    cpts: str
    human: Human
    role: str
    started: datetime
    seat: int | None = None
    source: Office | None = None
    nomination: uuid.UUID | None = None
    ended: datetime | None = None

    @property
    def effective(self) -> bool:
        return self.ended is None and (self.source is None or self.source.ended is None)


@dataclass
class Offer:
    """A nomination. `link` is the only one that opens it."""

    id: uuid.UUID
    cpts: str
    presidency: Office
    nominee: Human
    created: datetime
    expires: datetime
    link: uuid.UUID
    status: str = "proposed"

    def answerable(self, now: datetime) -> bool:
        return self.status == "proposed" and now < self.expires and self.presidency.ended is None


@dataclass
class Ask:
    """A request to be attached."""

    id: uuid.UUID
    cpts: str
    human: Human
    known: bool
    """Whether the portal knew, when it was asked, who asks."""
    expires: datetime
    status: str = "submitted"

    @property
    def pending(self) -> bool:
        return self.status in {"submitted", "info_needed"}


@dataclass(frozen=True)
class Snapshot:
    """What somebody could do when a request of theirs began: the portal may act on it a moment too late."""

    human: Human
    offices: tuple[Office, ...]
    agent: bool
    actor: object

    def office_in(self, cpts: str, *roles: str) -> Office | None:
        found = (office for role in roles for office in self.offices if (office.cpts, office.role) == (cpts, role))
        return next(found, None)


@dataclass
class Plain:
    now: datetime
    places: list[str] = field(default_factory=list)
    humans: list[Human] = field(default_factory=list)
    offices: list[Office] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    attached: dict[tuple[str, str], uuid.UUID] = field(default_factory=dict)
    """(CPTS, address) → affiliation."""
    journal: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    # ── what is ─────────────────────────────────────────────────────────────

    def presidents(self, cpts: str) -> list[Office]:
        return [o for o in self.offices if o.cpts == cpts and o.role == "president" and o.ended is None]

    def held_by(self, human: Human) -> tuple[Office, ...]:
        return tuple(o for o in self.offices if o.human is human and o.effective)

    def holds(self, human: Human, cpts: str, role: str) -> bool:
        return any(o.cpts == cpts and o.role == role for o in self.held_by(human))

    # ── who may ─────────────────────────────────────────────────────────────

    def may_register(self, who: Snapshot, cpts: str, candidate: Human, seat: int, proof: Proof) -> bool:
        taken = {o.seat for o in self.presidents(cpts)}
        presides = any(o.human is candidate for o in self.presidents(cpts))
        able = who.agent and who.human.account == "active" and proof.serves(f"mandate:register_president/{cpts}")
        return able and seat not in taken and not presides and not candidate.agent and candidate.account != "suspended"

    def may_end_presidency(self, who: Snapshot, office: Office, proof: Proof) -> bool:
        if not proof.serves(f"mandate:end_president/{office.id.hex}"):
            return False
        return who.agent and who.human.account == "active" and office.role == "president" and office.ended is None

    def presides(self, who: Snapshot, cpts: str) -> bool:
        """Under a presidency that the snapshot holds and that is still in office."""
        office = who.office_in(cpts, "president")
        return office is not None and office.ended is None

    def may_nominate(self, who: Snapshot, cpts: str, nominee: Human, proof: Proof) -> bool:
        if not (self.presides(who, cpts) and proof.serves(f"mandate:nominate_referent/{cpts}")):
            return False
        if nominee is who.human or nominee.agent or nominee.account == "suspended":
            return False
        if self.holds(nominee, cpts, "president") or self.holds(nominee, cpts, "referent"):
            return False
        return not any(o.cpts == cpts and o.nominee is nominee and self.waits(o) for o in self.offers)

    def waits(self, offer: Offer) -> bool:
        return offer.status == "proposed" and self.now < offer.expires

    def may_end_referent(self, who: Snapshot, office: Office, proof: Proof) -> bool:
        open_referent = office.role == "referent" and office.ended is None
        proven = proof.serves(f"mandate:end_referent/{office.id.hex}")
        return open_referent and proven and self.presides(who, office.cpts)

    def may_accept(self, offer: Offer, link: uuid.UUID, signed_in: Human | None) -> bool:
        right = link == offer.link and offer.answerable(self.now)
        return right and signed_in in (None, offer.nominee) and offer.nominee.account != "suspended"

    def decides(self, who: Snapshot, ask: Ask) -> bool:
        office = who.office_in(ask.cpts, "president", "referent")
        if office is not None:
            return office.effective and who.human.account == "active"
        held = [o for o in self.offices if o.cpts == ask.cpts and o.effective and o.human is not ask.human]
        others = [o for o in held if o.human.account in ("active", "invited")]
        return who.agent and who.human.account == "active" and not others

    def may_accept_ask(self, who: Snapshot, ask: Ask) -> bool:
        own = ask.human is who.human
        return ask.pending and not own and self.decides(who, ask) and (ask.cpts, ask.human.email) not in self.attached

    def may_refuse_ask(self, who: Snapshot, ask: Ask) -> bool:
        return ask.pending and ask.human is not who.human and self.decides(who, ask)
