"""« À faire »: everything that waits for one person, the same list for the page, the counter and the digest (B-23)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.elements import False_

from app import db
from app.domain.requests import BY_THE_CPTS, BY_THE_SERVICE_CENTRE, Kind, Status
from app.domain.rhythms import Rhythm, Topic
from app.models import MailRhythm, Request
from app.policies.actor import Actor
from app.policies.permissions import Permission
from app.policies.scopes import scope

MOST = 50
"""Lines listed; the counter counts them all."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request to decide. `topic`: what its rhythm is chosen under."""

    request: Request
    topic: Topic


@dataclass(frozen=True, slots=True)
class ToDo:
    """`mine`: own requests that wait for the person's own answer."""

    decide: list[Waiting]
    mine: list[Request]


def to_decide(actor: Actor) -> sa.ColumnElement[bool]:
    """Requests that wait for a decision this actor may take: by the policy's own words."""
    decided_by = (
        (Request.kind == Kind.AFFILIATION, Permission.AFFILIATION_DECIDE),
        (Request.kind == Kind.CORRECTION, Permission.CORRECTION_DECIDE),
        (Request.kind.in_(BY_THE_SERVICE_CENTRE), Permission.REQUEST_DECIDE),
    )
    allowed = ((of_kind, scope(permission, actor, Request)) for of_kind, permission in decided_by)
    # whole in each part, and without those that nothing meets: an index is read for each, never all requests
    parts = [
        sa.and_(Request.status == Status.SUBMITTED, of_kind, may)
        for of_kind, may in allowed
        if not isinstance(may, False_)
    ]
    return sa.or_(*parts) if parts else sa.false()


def to_decide_count(actor: Actor) -> sa.ColumnElement[int]:
    """How many; nothing is asked for whoever decides nothing."""
    if not (actor.is_agent or actor.mandates):
        return sa.literal(0)
    return sa.select(sa.func.count()).select_from(Request).where(to_decide(actor)).scalar_subquery()


def to_do(actor: Actor, email_key: str) -> ToDo:
    """Everything that waits for this person, the longest wait first: two statements."""
    session = db.session()
    decide = session.scalars(
        sa.select(Request)
        .where(to_decide(actor))
        .options(joinedload(Request.establishment))
        .order_by(Request.waiting_since, Request.number)
        .limit(MOST)
    ).all()
    mine = session.scalars(
        sa.select(Request)
        .where(
            Request.status.in_([Status.INFO_NEEDED, Status.ACI_AWAITED]),
            sa.or_(Request.person_id == actor.person_id, Request.email_key == email_key),
        )
        .options(joinedload(Request.establishment))
        .order_by(Request.updated_at)
        .limit(MOST)
    ).all()
    return ToDo([Waiting(request, topic_of(request)) for request in decide], list(mine))


def rhythms_of(account_id: uuid.UUID) -> dict[str, str]:
    """The rhythm of each topic: one statement."""
    chosen = sa.select(MailRhythm.topic, MailRhythm.rhythm).where(MailRhythm.account_id == account_id)
    made = {topic: rhythm for topic, rhythm in db.session().execute(chosen)}  # noqa: C416 – rows, not pairs, for mypy
    return {topic.value: made.get(topic, Rhythm.IMMEDIATE.value) for topic in Topic}


def topic_of(request: Request) -> Topic:
    """What its deciders may choose a rhythm for."""
    if request.kind not in BY_THE_CPTS or request.appeal_of_id is not None:
        return Topic.QUEUE
    return Topic.CORRECTIONS if request.kind == Kind.CORRECTION else Topic.REQUESTS
