"""Act as an insider with all rights on the database: guards and foreign keys off, for the length of a block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import db


@contextmanager
def without_guards(session: Session) -> Iterator[sa.Connection]:
    """A connection, committed at the end, on which no trigger fires and no foreign key is checked."""
    session.rollback()
    engine = db.engine()
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            raw = connection.connection.driver_connection
            raw.execute("PRAGMA foreign_keys=OFF")
            with connection.begin():
                triggers = connection.execute(
                    sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
                ).all()
                for name, _sql in triggers:
                    connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
                yield connection
                for _name, sql in triggers:
                    connection.exec_driver_sql(sql)
            raw.execute("PRAGMA foreign_keys=ON")
        else:
            with connection.begin():
                connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
                yield connection
    session.expire_all()
