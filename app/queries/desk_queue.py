"""The queue of the service centre: every request, by what it waits for, the longest wait first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVarTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from app import clock, db
from app.domain.requests import BY_THE_SERVICE_CENTRE, PENDING, Kind, Status, is_pending
from app.domain.waits import Wait, wait_since
from app.models import Account, Establishment, Person, Request
from app.policies.actor import Actor
from app.policies.permissions import Permission
from app.policies.scopes import scope
from app.queries.text_match import matching
from app.working_days import HOLIDAYS, day_of

PER_PAGE = 20
Kept = TypeVarTuple("Kept")


class Tab(StrEnum):
    """What a request waits for; the value is the one of `?etat=`."""

    TO_DECIDE = "a-traiter"
    AWAITED = "en-attente"
    ELSEWHERE = "a-suivre"
    CLOSED = "closes"


class Whose(StrEnum):
    """Who has taken it; the value is the one of `?qui=`."""

    ANYBODY = ""
    MINE = "moi"
    NOBODY = "personne"


@dataclass(frozen=True, slots=True)
class Filters:
    tab: Tab = Tab.TO_DECIDE
    kind: Kind | None = None
    whose: Whose = Whose.ANYBODY
    departement: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """`wait` while a decision is awaited; `taken_by`: the agent who has taken it."""

    request: Request
    wait: Wait | None
    taken_by: str | None

    @property
    def kind(self) -> Kind:
        return Kind(self.request.kind)

    @property
    def state(self) -> str:
        return Status(self.request.status).label_for(self.request.kind)

    @property
    def is_pending(self) -> bool:
        return is_pending(self.request.status)

    @property
    def by_the_cpts(self) -> bool:
        """Whether those in office decide first."""
        return self.kind.by_the_cpts and self.request.appeal_of_id is None


@dataclass(frozen=True, slots=True)
class Queue:
    """`counts` by tab, under the other filters; `kinds`: how many of each kind in the tab."""

    filters: Filters
    counts: dict[Tab, int]
    kinds: dict[Kind, int]
    departements: list[str]
    lines: list[Line]
    page: int
    pages: int


def may_act(actor: Actor) -> sa.ColumnElement[bool]:
    """The requests that this agent may decide, by the policy's own words."""
    return sa.or_(
        sa.and_(Request.kind.in_(BY_THE_SERVICE_CENTRE), scope(Permission.REQUEST_DECIDE, actor, Request)),
        sa.and_(Request.kind == Kind.AFFILIATION, scope(Permission.AFFILIATION_DECIDE, actor, Request)),
        sa.and_(Request.kind == Kind.CORRECTION, scope(Permission.CORRECTION_DECIDE, actor, Request)),
    )


def queue(actor: Actor, filters: Filters, page: int) -> Queue:
    """A page of the queue: three statements, however long it is."""
    tab = _tab(actor)
    by_kind = _counts(actor, filters, tab)
    wanted = [count for (each, kind), count in by_kind.items() if each is filters.tab and _is(kind, filters)]
    pages = max(1, -(-sum(wanted) // PER_PAGE))
    page = min(max(1, page), pages)
    return Queue(
        filters=filters,
        counts={each: sum(n for (t, kind), n in by_kind.items() if t is each and _is(kind, filters)) for each in Tab},
        kinds={kind: count for (each, kind), count in by_kind.items() if each is filters.tab},
        departements=departements(),
        lines=_page(actor, filters, tab, page),
        page=page,
        pages=pages,
    )


def read_lines(query: sa.Select[Request]) -> list[Line]:
    """Requests with the names of those who have taken them: one statement."""
    holder, agent = aliased(Account), aliased(Person)
    named = (
        query.outerjoin(holder, holder.id == Request.assigned_to_account_id)
        .outerjoin(agent, agent.id == holder.person_id)
        .add_columns(agent.full_name)
    )
    return [Line(request, wait_of(request), name) for request, name in db.session().execute(named)]


def wait_of(request: Request) -> Wait | None:
    """Since it last began to wait for a decision; None when it waits for something else, or no more."""
    if request.status != Status.SUBMITTED or request.waiting_since is None:
        return None
    return wait_since(day_of(request.waiting_since), day_of(clock.now()), HOLIDAYS)


def departements() -> list[str]:
    """Those of the CPTS that were ever asked something."""
    asked = sa.select(Request.establishment_finess).where(Request.establishment_finess.is_not(None))
    query = sa.select(Establishment.departement).where(Establishment.finess.in_(asked)).distinct()
    return sorted(found for found in db.session().scalars(query) if found)


# ── steps ───────────────────────────────────────────────────────────────────


def _is(kind: Kind, filters: Filters) -> bool:
    return filters.kind in (None, kind)


def _tab(actor: Actor) -> sa.Case[str]:
    return sa.case(
        (Request.status.not_in(PENDING), Tab.CLOSED.value),
        (sa.not_(may_act(actor)), Tab.ELSEWHERE.value),
        (Request.status == Status.SUBMITTED, Tab.TO_DECIDE.value),
        else_=Tab.AWAITED.value,
    )


def _filtered(query: sa.Select[*Kept], actor: Actor, filters: Filters) -> sa.Select[*Kept]:
    """All the filters but the tab and the kind, whose counts are shown side by side."""
    query = query.outerjoin(Establishment, Establishment.finess == Request.establishment_finess)
    if filters.whose is Whose.MINE:
        query = query.where(Request.assigned_to_account_id == actor.account_id)
    if filters.whose is Whose.NOBODY:
        query = query.where(Request.assigned_to_account_id.is_(None))
    if filters.departement:
        query = query.where(Establishment.departement == filters.departement)
    if filters.text.strip():
        query = query.where(_mentions(filters.text))
    return query


def _mentions(text: str) -> sa.ColumnElement[bool]:
    """A number (`R-7K3M-9QXA`), a name, an address, a CPTS by its name or its FINESS."""
    if text.strip().upper().startswith("R-"):
        return Request.number == text.strip().upper()
    return matching(
        text,
        Request.given_name,
        Request.family_name,
        Request.email,
        Request.rpps,
        Request.subject,
        Establishment.name,
        Establishment.finess,
    )


def _counts(actor: Actor, filters: Filters, tab: sa.Case[str]) -> dict[tuple[Tab, Kind], int]:
    sorted_out = _filtered(sa.select(Request.kind.label("kind"), tab.label("tab")), actor, filters).subquery()
    rows = db.session().execute(
        sa.select(sorted_out.c.tab, sorted_out.c.kind, sa.func.count()).group_by(sorted_out.c.tab, sorted_out.c.kind)
    )
    return {(Tab(each), Kind(kind)): count for each, kind, count in rows}


def _page(actor: Actor, filters: Filters, tab: sa.Case[str], page: int) -> list[Line]:
    query = _filtered(sa.select(Request), actor, filters).where(tab == filters.tab.value)
    if filters.kind is not None:
        query = query.where(Request.kind == filters.kind)
    oldest = sa.func.coalesce(Request.waiting_since, Request.submitted_at)
    order = Request.updated_at.desc() if filters.tab is Tab.CLOSED else oldest
    query = query.options(joinedload(Request.establishment)).order_by(order, Request.number)
    return read_lines(query.limit(PER_PAGE).offset((page - 1) * PER_PAGE))
