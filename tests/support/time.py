"""Time that stands still until a test moves it: the portal's clock and the database's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from app import clock

A_WEDNESDAY = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


class FrozenClock:
    """`app.clock.now()` and SQL's `relais_now()`; on SQLite the second already asks the first."""

    def __init__(self, now: datetime, engine: sa.Engine | None) -> None:
        self.postgres = engine if engine is not None and engine.dialect.name == "postgresql" else None
        self.now = now
        self.move_to(now)

    def advance(self, **duration: float) -> datetime:
        """`advance(days=3, hours=1)`; returns the new now."""
        return self.move_to(self.now + timedelta(**duration))

    def move_to(self, moment: datetime) -> datetime:
        self.now = moment
        if self.postgres is not None:
            redefine_relais_now(self.postgres, moment)
        return moment


def redefine_relais_now(engine: sa.Engine, moment: datetime) -> None:
    """In the test's own database, which is thrown away: no setting of the real function could be abused for this."""
    statement = (
        "CREATE OR REPLACE FUNCTION relais_now() RETURNS timestamptz "
        f"LANGUAGE sql STABLE AS $$ SELECT timestamptz '{moment.isoformat()}' $$"
    )
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)


@contextmanager
def frozen(engine: sa.Engine | None = None, at: datetime = A_WEDNESDAY) -> Iterator[FrozenClock]:
    stopped = FrozenClock(at, engine)
    clock.use(lambda: stopped.now)
    try:
        yield stopped
    finally:
        clock.use(None)
