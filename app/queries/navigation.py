"""Counters of the main menu: one statement each."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from app import db
from app.models import Request


def pending_affiliations(managed: Collection[str]) -> int:
    """Requests of those establishments that wait for a decision."""
    waiting = sa.select(sa.func.count()).where(
        Request.kind == "affiliation",
        Request.status == "submitted",
        Request.establishment_finess.in_(managed),
    )
    return db.session().scalar(waiting) or 0


def pending_at_service_centre() -> int:
    """Requests that nobody in office can answer, which the service centre decides."""
    waiting = (
        sa.select(sa.func.count())
        .select_from(Request)
        .where(Request.kind == "affiliation", Request.status == "submitted")
        .where(sa.not_(Request.has_decider))
    )
    return db.session().scalar(waiting) or 0
