"""Who was told that somebody asks for the presidency, and what they answered."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app import db
from app.models import Mandate, Request, SuccessionNotice


@dataclass(frozen=True, slots=True)
class Claim:
    """A presidency request as the outgoing president reads it: no address, no phone."""

    notice: SuccessionNotice
    request: Request
    assembly_on: date | None
    minutes: str | None


def notices(request_id: uuid.UUID) -> list[SuccessionNotice]:
    """With the president of each: one statement."""
    query = sa.select(SuccessionNotice).where(SuccessionNotice.request_id == request_id)
    with_names = joinedload(SuccessionNotice.mandate).joinedload(Mandate.person)
    return list(db.session().scalars(query.options(with_names).order_by(SuccessionNotice.told_at, SuccessionNotice.id)))


def claim(notice_id: uuid.UUID) -> Claim | None:
    """One statement."""
    query = (
        sa.select(SuccessionNotice)
        .where(SuccessionNotice.id == notice_id)
        .options(joinedload(SuccessionNotice.request).joinedload(Request.establishment))
    )
    notice = db.session().scalars(query).one_or_none()
    if notice is None:
        return None
    details = notice.request.details
    return Claim(notice, notice.request, _day(details.get("assembly_on")), details.get("minutes"))


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None
