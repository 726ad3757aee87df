"""The past, for whoever plays a story: the portal's clock and, on PostgreSQL, the database's, in one transaction.

SQLite's `relais_now()` asks app.clock already. On PostgreSQL a schema made in the transaction of the story, first in
its search path, holds another `relais_now()`; it is dropped before the commit, so that nobody else ever sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app import clock

SCHEMA = "relais_demo_clock"
OPEN = (
    f"CREATE SCHEMA {SCHEMA}",
    (
        f"CREATE FUNCTION {SCHEMA}.relais_now() RETURNS timestamptz LANGUAGE sql STABLE AS"
        " $$ SELECT current_setting('relais.demo_now')::timestamptz $$"
    ),
    f"SELECT set_config('search_path', '{SCHEMA}, ' || current_setting('search_path'), true)",
)
CLOSE = f"DROP SCHEMA {SCHEMA} CASCADE"
MOVE = sa.text("SELECT set_config('relais.demo_now', :now, true)")


@contextmanager
def moved_clock(connection: Connection) -> Iterator[Callable[[datetime], None]]:
    """Gives the function that sets the time; the real one comes back at the end."""
    postgresql = connection.dialect.name == "postgresql"

    def move(to: datetime) -> None:
        clock.use(lambda: to)
        if postgresql:
            connection.execute(MOVE, {"now": to.isoformat()})

    move(clock.now())
    try:
        for statement in OPEN if postgresql else ():
            connection.exec_driver_sql(statement)
        yield move
        if postgresql:
            connection.exec_driver_sql(CLOSE)
    finally:
        clock.use(None)
