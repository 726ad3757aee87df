"""How anything leaves the house: under a lease, again a little later each time, and no longer than 72 hours.

The clock is the database's, so that a worker whose own clock is wrong does not take what another holds.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import sqlalchemy as sa

from app import db
from app.models.base import UtcDateTime

BATCH = 20
LEASE = timedelta(seconds=60)
HORIZON = timedelta(hours=72)
FIRST_RETRY_SECONDS = 5
LONGEST_RETRY_SECONDS = 15 * 60


def database_now() -> datetime:
    return db.session().scalars(sa.select(sa.func.relais_now(type_=UtcDateTime))).one()


def wait_after(failures: int) -> timedelta:
    """Doubled at each failure, then a quarter of an hour; a jitter keeps those that failed together apart."""
    seconds = min(FIRST_RETRY_SECONDS * 2 ** min(failures, 12), LONGEST_RETRY_SECONDS)
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311 - a jitter
