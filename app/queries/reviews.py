"""The access review of a CPTS as those who answer it read it, and whom it suspended."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload

from app import db
from app.models import (
    AccessReview,
    Affiliation,
    Establishment,
    Mandate,
    Person,
    ReviewItem,
    Suspension,
    Unit,
    in_office,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A person of the review; `detail`: their function, or the unit where they practise."""

    item: ReviewItem
    name: str
    detail: str | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Review:
    review: AccessReview
    referents: list[Line]
    professionals: list[Line]

    @property
    def waiting(self) -> int:
        return sum(line.item.answer is None for line in (*self.referents, *self.professionals))


@dataclass(frozen=True, slots=True)
class Suspended:
    """`referent`: their mandate is suspended; else their rattachement."""

    suspension: Suspension
    person: Person
    cpts: str
    referent: bool
    detail: str | None


def review(review_id: uuid.UUID) -> AccessReview | None:
    return db.session().get(AccessReview, review_id)


def current_review(finess: str) -> Review | None:
    """The one that waits for answers: three statements at most."""
    query = sa.select(AccessReview).where(AccessReview.establishment_finess == finess, AccessReview.closed_at.is_(None))
    found = db.session().scalars(query).one_or_none()
    return details(found) if found else None


def details(found: AccessReview) -> Review:
    return Review(found, _referents(found.id), _professionals(found.id))


def last_review_on(finess: str) -> datetime | None:
    """When the latest review was closed."""
    closed = sa.select(sa.func.max(AccessReview.closed_at)).where(AccessReview.establishment_finess == finess)
    latest: datetime | None = db.session().scalar(closed)
    return latest


def suspension(suspension_id: uuid.UUID) -> Suspended | None:
    found = _suspended(Suspension.id == suspension_id)
    return found[0] if found else None


def suspended(finess: str) -> list[Suspended]:
    """Those whom somebody in office may still give their place back: one statement."""
    return _suspended(Suspension.establishment_finess == finess, Suspension.lifted_at.is_(None))


def suspended_of(person_id: uuid.UUID) -> list[Suspended]:
    """What of that person's is suspended, anywhere."""
    return _suspended(Suspension.lifted_at.is_(None), Person.id == person_id)


def named(ids: list[uuid.UUID]) -> list[Suspended]:
    return _suspended(Suspension.id.in_(ids))


# ── steps ───────────────────────────────────────────────────────────────────


def _referents(review_id: uuid.UUID) -> list[Line]:
    query = (
        sa.select(ReviewItem)
        .join(ReviewItem.mandate)
        .join(Mandate.person)
        .where(ReviewItem.review_id == review_id)
        .options(contains_eager(ReviewItem.mandate).contains_eager(Mandate.person))
        .order_by(Person.family_name, Person.given_name, ReviewItem.id)
    )
    found = [(item, item.mandate) for item in db.session().scalars(query)]
    return [Line(item, held.person.full_name, held.function, held.started_at) for item, held in found if held]


def _professionals(review_id: uuid.UUID) -> list[Line]:
    query = (
        sa.select(ReviewItem)
        .join(ReviewItem.affiliation)
        .join(Affiliation.person)
        .where(ReviewItem.review_id == review_id)
        .options(
            contains_eager(ReviewItem.affiliation).contains_eager(Affiliation.person),
            contains_eager(ReviewItem.affiliation).joinedload(Affiliation.unit),
        )
        .order_by(Person.family_name, Person.given_name, ReviewItem.id)
    )
    found = [(item, item.affiliation) for item in db.session().scalars(query)]
    return [
        Line(item, held.person.full_name, held.function or held.person.profession_label, held.started_at)
        for item, held in found
        if held
    ]


def _suspended(*conditions: sa.ColumnElement[bool]) -> list[Suspended]:
    """Of mandates and rattachements that are still open; a référent whose presidency ended is not to be lifted."""
    granting = aliased(Mandate)
    rows = db.session().execute(
        sa.select(Suspension, Person, Establishment.name, Mandate.function, Unit.name)
        .join(Establishment, Establishment.finess == Suspension.establishment_finess)
        .outerjoin(Mandate, sa.and_(Mandate.id == Suspension.mandate_id, Mandate.ended_at.is_(None)))
        .outerjoin(granting, granting.id == Mandate.granting_mandate_id)
        .outerjoin(Affiliation, sa.and_(Affiliation.id == Suspension.affiliation_id, Affiliation.ended_at.is_(None)))
        .outerjoin(Unit, Unit.id == Affiliation.unit_id)
        .join(Person, Person.id == sa.func.coalesce(Mandate.person_id, Affiliation.person_id))
        .where(sa.or_(Suspension.mandate_id.is_(None), in_office(granting)), *conditions)
        .options(joinedload(Suspension.mandate), joinedload(Suspension.affiliation))
        .order_by(Suspension.mandate_id.is_(None), Person.family_name, Person.given_name, Suspension.id)
    )
    return [
        Suspended(found, person, cpts, found.mandate_id is not None, function or unit)
        for found, person, cpts, function, unit in rows
    ]
