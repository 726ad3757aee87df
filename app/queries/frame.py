"""What a page shows beside itself: the count of what waits, banners, support hours. One statement for it all."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa

from app import db
from app.domain.support_hours import Hours
from app.models import PortalBanner, SupportException, SupportSchedule
from app.policies.actor import Actor
from app.queries.banners import shown_to
from app.queries.support_hours import coming_soon, hours_of, in_force, with_special_days
from app.queries.to_do import to_decide_count

Shown = TypeVar("Shown")


@dataclass(frozen=True, slots=True)
class Frame:
    """`to_decide`: requests that wait for this person. `banners`: the latest first. `hours`: special days included."""

    to_decide: int
    banners: tuple[PortalBanner, ...]
    hours: Hours


def frame_of(actor: Actor, *, put_away: Collection[uuid.UUID]) -> Frame:
    """One row at least; a row for each pair of a banner and a special day, of which there are a few."""
    counted = sa.select(to_decide_count(actor).label("to_decide")).subquery()
    query = (
        sa.select(counted.c.to_decide, SupportSchedule, PortalBanner, SupportException)
        .select_from(counted)
        .outerjoin(SupportSchedule, in_force())
        .outerjoin(PortalBanner, shown_to(actor, put_away=put_away))
        .outerjoin(SupportException, coming_soon())
        .order_by(PortalBanner.starts_on.desc(), PortalBanner.id)
    )
    rows = db.session().execute(query).all()
    count, schedule, *_ = rows[0]
    hours = with_special_days(hours_of(schedule), _once(row[3] for row in rows))
    return Frame(count, _once(row[2] for row in rows), hours)


def _once(found: Iterable[Shown | None]) -> tuple[Shown, ...]:
    """Each once, in their order."""
    return tuple(dict.fromkeys(one for one in found if one is not None))
