"""The trust chain of a CPTS, as those who belong to it see it: who presides, who refers, who is attached, by whom."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app import clock, db
from app.domain.mandates import NEWLY_REGISTERED, NominationStatus, grace_until
from app.domain.requests import Kind, Status
from app.models import (
    AccessReview,
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
from app.queries.together import Together

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
    last_review: datetime | None
    """When the latest access review was closed."""


def chain(finess: str) -> Chain:
    """Everything the page shows, in one statement."""
    rows = _CHAIN.read(finess=finess)
    held = [_president(row) for row in rows["presidencies"]]
    first = rows["first_unit"]
    return Chain(
        presidents=[president for president in held if not president.over],
        over=[president for president in held if president.over],
        referents=[_referent(row) for row in rows["referents"]],
        pending=[_pending(row) for row in rows["pending"]],
        attached=[Attached(*row) for row in rows["latest_attached"]],
        attached_total=rows["attached"][0].total,
        first_unit_id=first[0].id if first else None,
        waiting_requests=rows["waiting"][0].total,
        last_review=rows["reviews"][0].last,
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
    return [_president(row) for row in db.session().execute(_PRESIDENCIES, {"finess": finess})]


def _president(row: Any) -> President:
    return President(
        mandate_id=row.id,
        person_id=row.person_id,
        name=row.name,
        profession=row.profession_label,
        known=row.known is not None,
        since=row.started_at,
        new=row.started_at > clock.now() - NEWLY_REGISTERED,
        term_ends_at=row.term_ends_at,
        over=not row.works,
    )


def _referent(row: Any) -> Referent:
    kept_on = row.granted or row.suspension_id
    return Referent(
        mandate_id=row.id,
        person_id=row.person_id,
        name=row.name,
        detail=_detail(row),
        nominated_by=row.nominated_by,
        nominated_by_id=row.nominated_by_id,
        since=row.started_at,
        effective=bool(row.works),
        pages_until=None if kept_on else grace_until(row.granting_ended_at, row.granting_term_ends_at),
        suspension_id=row.suspension_id,
        suspended_since=row.suspended_since,
    )


def _pending(row: Any) -> Pending:
    return Pending(
        row.id,
        row.name,
        row.function,
        row.nominated_by,
        row.nominated_by_id,
        row.created_at,
        row.expires_at,
        overdue=row.expires_at <= clock.now(),
    )


def _detail(row: Any) -> str | None:
    words = [word for word in (row.function, row.profession_label) if word]
    if row.rpps is None:
        words.append("sans numéro RPPS")
    return " · ".join(dict.fromkeys(words)) or None


# ── reading ─────────────────────────────────────────────────────────────────

_HERE: sa.BindParameter[str] = sa.bindparam("finess")
_nominator, _granting, _decider, _decider_account = aliased(Person), aliased(Mandate), aliased(Person), aliased(Account)
_PRESIDENCIES = (
    sa.select(
        Mandate.id,
        Mandate.person_id,
        Person.full_name.label("name"),
        Person.profession_label,
        Professional.id.label("known"),
        Mandate.started_at,
        Mandate.term_ends_at,
        in_office(Mandate).label("works"),
    )
    .join(Person, Person.id == Mandate.person_id)
    .outerjoin(Professional, Professional.rpps == Person.rpps)
    .where(Mandate.establishment_finess == _HERE, Mandate.role == Role.PRESIDENT.value, Mandate.ended_at.is_(None))
    .order_by(Mandate.seat)
)
_REFERENTS = (
    sa.select(
        Mandate.id,
        Mandate.person_id,
        Person.full_name.label("name"),
        Person.profession_label,
        Person.rpps,
        Mandate.function,
        Mandate.started_at,
        effective(Mandate).label("works"),
        _nominator.full_name.label("nominated_by"),
        _nominator.id.label("nominated_by_id"),
        in_office(_granting).label("granted"),
        _granting.ended_at.label("granting_ended_at"),
        _granting.term_ends_at.label("granting_term_ends_at"),
        Suspension.id.label("suspension_id"),
        Suspension.since.label("suspended_since"),
    )
    .join(Person, Person.id == Mandate.person_id)
    .join(_nominator, _nominator.id == Mandate.granting_person_id)
    .join(_granting, _granting.id == Mandate.granting_mandate_id)
    .outerjoin(Suspension, sa.and_(Suspension.mandate_id == Mandate.id, Suspension.lifted_at.is_(None)))
    .where(Mandate.establishment_finess == _HERE, Mandate.role == Role.REFERENT.value, Mandate.ended_at.is_(None))
    .order_by(Mandate.started_at)
)
_PENDING = (
    sa.select(
        Nomination.id,
        (Nomination.given_name + " " + Nomination.family_name).label("name"),
        Nomination.function,
        Person.full_name.label("nominated_by"),
        Person.id.label("nominated_by_id"),
        Nomination.created_at,
        Nomination.expires_at,
    )
    .join(Person, Person.id == Nomination.nominated_by_person_id)
    .where(Nomination.establishment_finess == _HERE, Nomination.status == NominationStatus.PROPOSED)
    .order_by(Nomination.created_at)
)
_ATTACHED_HERE = sa.and_(Affiliation.establishment_finess == _HERE, attached(Affiliation))
_LATEST_ATTACHED = (
    sa.select(
        Person.full_name.label("name"),
        Person.profession_label,
        _decider.full_name.label("accepted_by"),
        _decider.id.label("accepted_by_id"),
        Affiliation.started_at,
    )
    .join(Affiliation, Affiliation.person_id == Person.id)
    .outerjoin(Request, Request.id == Affiliation.request_id)
    .outerjoin(Nomination, Nomination.id == Affiliation.nomination_id)
    .outerjoin(_decider_account, _decider_account.id == Request.decided_by_account_id)
    .outerjoin(_decider, _decider.id == sa.func.coalesce(_decider_account.person_id, Nomination.nominated_by_person_id))
    .where(_ATTACHED_HERE)
    .order_by(Affiliation.started_at.desc(), Affiliation.id)
    .limit(LATEST_ATTACHED)
)
_CHAIN = Together(
    presidencies=_PRESIDENCIES,
    referents=_REFERENTS,
    pending=_PENDING,
    latest_attached=_LATEST_ATTACHED,
    attached=sa.select(sa.func.count(Affiliation.person_id.distinct()).label("total")).where(_ATTACHED_HERE),
    first_unit=sa.select(Unit.id)
    .where(Unit.establishment_finess == _HERE, Unit.closed_on.is_(None))
    .order_by(Unit.id)
    .limit(1),
    waiting=sa.select(sa.func.count().label("total")).where(
        Request.establishment_finess == _HERE,
        Request.kind == Kind.AFFILIATION,
        Request.status == Status.SUBMITTED,
    ),
    reviews=sa.select(sa.func.max(AccessReview.closed_at, type_=AccessReview.closed_at.type).label("last")).where(
        AccessReview.establishment_finess == _HERE
    ),
)


def _count(query: sa.Select[uuid.UUID]) -> int:
    return db.session().scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0


def establishment(finess: str) -> Establishment | None:
    """With whether somebody presides it: one statement."""
    query = sa.select(Establishment).where(Establishment.finess == finess)
    return db.session().scalars(query.options(sa.orm.undefer(Establishment.has_president))).one_or_none()


def named_by(mandate_id: uuid.UUID) -> int:
    """How many référents hold their rights from that presidency: they lose them with it."""
    return _count(sa.select(Mandate.id).where(Mandate.granting_mandate_id == mandate_id, Mandate.ended_at.is_(None)))
