"""The trust chain of a CPTS, as those who belong to it see it: who presides, who refers, who is attached, by whom."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app import clock, db
from app.domain.mandates import NEWLY_REGISTERED, NominationStatus, grace_until
from app.domain.requests import Kind, Status
from app.models import (
    Account,
    Affiliation,
    Establishment,
    Mandate,
    Nomination,
    Person,
    Professional,
    Request,
    Suspension,
    Unit,
    attached,
    effective,
    in_office,
)
from app.policies.actor import Role

LATEST_ATTACHED = 2


@dataclass(frozen=True, slots=True)
class President:
    """`known`: their RPPS number is in the register. `new`: registered so lately that the page points it out.

    `over`: the term has passed and nobody confirmed it; they preside no more meanwhile.
    """

    mandate_id: uuid.UUID
    person_id: uuid.UUID
    name: str
    profession: str | None
    known: bool
    since: datetime
    new: bool
    term_ends_at: datetime | None
    over: bool


@dataclass(frozen=True, slots=True)
class Referent:
    """`effective` is False when the presidency that granted the mandate is over: they decide nothing meanwhile, but
    keep the pages until `pages_until`; or when a review suspended it (`suspension_id`)."""

    mandate_id: uuid.UUID
    person_id: uuid.UUID
    name: str
    detail: str | None
    nominated_by: str
    nominated_by_id: uuid.UUID
    since: datetime
    effective: bool
    pages_until: datetime | None
    suspension_id: uuid.UUID | None
    suspended_since: datetime | None


@dataclass(frozen=True, slots=True)
class Pending:
    nomination_id: uuid.UUID
    name: str
    function: str
    nominated_by: str
    nominated_by_id: uuid.UUID
    at: datetime
    expires_at: datetime
    overdue: bool


@dataclass(frozen=True, slots=True)
class Attached:
    name: str
    profession: str | None
    accepted_by: str | None
    accepted_by_id: uuid.UUID | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Chain:
    """`over`: presidencies whose term has passed and that nobody confirmed."""

    presidents: list[President]
    over: list[President]
    referents: list[Referent]
    pending: list[Pending]
    attached: list[Attached]
    attached_total: int
    first_unit_id: int | None
    waiting_requests: int


def chain(finess: str) -> Chain:
    """Everything the page shows, in seven statements."""
    held = open_presidencies(finess)
    return Chain(
        presidents=[president for president in held if not president.over],
        over=[president for president in held if president.over],
        referents=_referents(finess),
        pending=_pending(finess),
        attached=_latest_attached(finess),
        attached_total=_count(_open_affiliations(finess)),
        first_unit_id=_first_unit(finess),
        waiting_requests=_count(
            sa.select(Request.id).where(
                Request.establishment_finess == finess,
                Request.kind == Kind.AFFILIATION,
                Request.status == Status.SUBMITTED,
            )
        ),
    )


def mandate(mandate_id: uuid.UUID) -> Mandate | None:
    return db.session().get(Mandate, mandate_id)


def decisions_of(mandate_id: uuid.UUID) -> int:
    """How many people were attached under that mandate: they stay when it ends."""
    return _count(sa.select(Request.id).where(Request.deciding_mandate_id == mandate_id, Request.status == "accepted"))


def presidents(finess: str) -> list[President]:
    """In office, seat 1 first."""
    return [president for president in open_presidencies(finess) if not president.over]


def open_presidencies(finess: str) -> list[President]:
    """Not ended, seat 1 first; those whose term has passed are `over`."""
    rows = db.session().execute(
        sa.select(Mandate, Person, Professional.id, in_office(Mandate))
        .join(Person, Person.id == Mandate.person_id)
        .outerjoin(Professional, Professional.rpps == Person.rpps)
        .where(Mandate.establishment_finess == finess, Mandate.role == Role.PRESIDENT.value)
        .where(Mandate.ended_at.is_(None))
        .order_by(Mandate.seat)
    )
    new = clock.now() - NEWLY_REGISTERED
    return [
        President(
            mandate_id=held.id,
            person_id=person.id,
            name=person.full_name,
            profession=person.profession_label,
            known=professional is not None,
            since=held.started_at,
            new=held.started_at > new,
            term_ends_at=held.term_ends_at,
            over=not works,
        )
        for held, person, professional, works in rows
    ]


def _referents(finess: str) -> list[Referent]:
    """Open mandates, oldest first."""
    nominator, granting = aliased(Person), aliased(Mandate)
    paused = sa.and_(Suspension.mandate_id == Mandate.id, Suspension.lifted_at.is_(None))
    rows = db.session().execute(
        sa.select(Mandate, Person, nominator, effective(Mandate), in_office(granting), granting, Suspension)
        .join(Person, Person.id == Mandate.person_id)
        .join(nominator, nominator.id == Mandate.granting_person_id)
        .join(granting, granting.id == Mandate.granting_mandate_id)
        .outerjoin(Suspension, paused)
        .where(Mandate.establishment_finess == finess, Mandate.role == Role.REFERENT.value, Mandate.ended_at.is_(None))
        .order_by(Mandate.started_at)
    )
    return [
        Referent(
            mandate_id=held.id,
            person_id=person.id,
            name=person.full_name,
            detail=_detail(person, held.function),
            nominated_by=by.full_name,
            nominated_by_id=by.id,
            since=held.started_at,
            effective=bool(works),
            pages_until=None if granted or paused else grace_until(presidency.ended_at, presidency.term_ends_at),
            suspension_id=paused.id if paused else None,
            suspended_since=paused.since if paused else None,
        )
        for held, person, by, works, granted, presidency, paused in rows
    ]


def _detail(person: Person, function: str | None) -> str | None:
    words = [word for word in (function, person.profession_label) if word]
    if person.rpps is None:
        words.append("sans numéro RPPS")
    return " · ".join(dict.fromkeys(words)) or None


def _pending(finess: str) -> list[Pending]:
    rows = db.session().execute(
        sa.select(Nomination, Person)
        .join(Person, Person.id == Nomination.nominated_by_person_id)
        .where(Nomination.establishment_finess == finess, Nomination.status == NominationStatus.PROPOSED)
        .order_by(Nomination.created_at)
    )
    return [
        Pending(
            nomination_id=nomination.id,
            name=nomination.full_name,
            function=nomination.function,
            nominated_by=by.full_name,
            nominated_by_id=by.id,
            at=nomination.created_at,
            expires_at=nomination.expires_at,
            overdue=nomination.expires_at <= clock.now(),
        )
        for nomination, by in rows
    ]


def _open_affiliations(finess: str) -> sa.Select[uuid.UUID]:
    return (
        sa.select(Affiliation.person_id)
        .where(Affiliation.establishment_finess == finess, attached(Affiliation))
        .distinct()
    )


def _latest_attached(finess: str) -> list[Attached]:
    decider_account, decider = aliased(Account), aliased(Person)
    rows = db.session().execute(
        sa.select(Person, Affiliation.started_at, decider)
        .join(Affiliation, Affiliation.person_id == Person.id)
        .outerjoin(Request, Request.id == Affiliation.request_id)
        .outerjoin(Nomination, Nomination.id == Affiliation.nomination_id)
        .outerjoin(decider_account, decider_account.id == Request.decided_by_account_id)
        .outerjoin(
            decider,
            decider.id == sa.func.coalesce(decider_account.person_id, Nomination.nominated_by_person_id),
        )
        .where(Affiliation.establishment_finess == finess, attached(Affiliation))
        .order_by(Affiliation.started_at.desc(), Affiliation.id)
        .limit(LATEST_ATTACHED)
    )
    return [_attached(person, since, by) for person, since, by in rows]


def _attached(person: Person, since: datetime, by: Person | None) -> Attached:
    return Attached(
        name=person.full_name,
        profession=person.profession_label,
        accepted_by=by.full_name if by else None,
        accepted_by_id=by.id if by else None,
        since=since,
    )


def _first_unit(finess: str) -> int | None:
    units = sa.select(Unit.id).where(Unit.establishment_finess == finess, Unit.closed_on.is_(None))
    return db.session().scalar(units.order_by(Unit.id).limit(1))


def _count(query: sa.Select[uuid.UUID]) -> int:
    return db.session().scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0


def establishment(finess: str) -> Establishment | None:
    """With whether somebody presides it: one statement."""
    query = sa.select(Establishment).where(Establishment.finess == finess)
    return db.session().scalars(query.options(sa.orm.undefer(Establishment.has_president))).one_or_none()


def named_by(mandate_id: uuid.UUID) -> int:
    """How many référents hold their rights from that presidency: they lose them with it."""
    return _count(sa.select(Mandate.id).where(Mandate.granting_mandate_id == mandate_id, Mandate.ended_at.is_(None)))
