"""Corrections that readers propose, as those in office read them."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from app import db
from app.domain.corrections import Field, Values, find_field, fingerprint
from app.domain.requests import PENDING, Kind
from app.models import Establishment, Request
from app.usecases.corrections import current_values

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Proposed:
    """`now`: what the page shows at present; `changed`: it is no longer what the reader saw; `seen`: for the form."""

    request: Request
    field: Field
    before: Values
    now: Values
    after: Values

    @property
    def changed(self) -> bool:
        return fingerprint(self.now) != fingerprint(self.before)

    @property
    def seen(self) -> str:
        return fingerprint(self.now)


@dataclass(frozen=True, slots=True)
class Corrections:
    waiting: int
    proposed: list[Proposed]
    page: int
    pages: int


def corrections_of(establishment: Establishment, *, pending: bool, page: int) -> Corrections:
    """A page of them, the oldest first while they wait, the latest first once answered: three statements."""
    mine = (Request.kind == Kind.CORRECTION, Request.establishment_finess == establishment.finess)
    state = Request.status.in_(PENDING) if pending else Request.status.not_in(PENDING)
    total = _count(*mine, state)
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, page), pages)
    order = (Request.submitted_at, Request.number) if pending else (Request.updated_at.desc(), Request.number)
    rows = db.session().scalars(
        sa.select(Request)
        .where(*mine, state)
        .options(sa.orm.undefer(Request.has_decider))
        .order_by(*order)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    waiting = total if pending else pending_corrections(establishment.finess)
    return Corrections(waiting, [proposed(request, establishment) for request in rows], page, pages)


def proposed(request: Request, establishment: Establishment) -> Proposed:
    field = find_field(request.details.get("champ"))
    if field is None:
        raise LookupError(f"request {request.number} corrects no known field")
    values = request.details
    return Proposed(request, field, values["avant"], current_values(establishment, request), values["propose"])


PENDING_CORRECTIONS_PART = sa.select(sa.func.count().label("waiting")).where(
    Request.kind == Kind.CORRECTION,
    Request.establishment_finess == sa.bindparam("finess"),
    Request.status.in_(PENDING),
)


def pending_corrections(finess: str) -> int:
    """How many wait for an answer: one statement."""
    return db.session().scalar(PENDING_CORRECTIONS_PART, {"finess": finess}) or 0


def _count(*clauses: sa.ColumnElement[bool]) -> int:
    return db.session().scalar(sa.select(sa.func.count()).select_from(Request).where(*clauses)) or 0
