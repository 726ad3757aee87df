"""Many rows at once, the way each engine likes it: nothing else differs between them in an import.

PostgreSQL takes rows by COPY and changes by arrays, so that a batch is one statement and fires each mark once; SQLite
has no wire to save and runs a prepared statement a row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from app import db

Values = dict[str, Any]


def among(column: Any, values: Collection[Any]) -> sa.ColumnElement[bool]:
    """`column` is one of `values`: one parameter on PostgreSQL, where a thousand cost more than the look-up."""
    if db.dialect_name() == "postgresql":
        held = sa.bindparam(None, list(values), type_=postgresql.ARRAY(column.type), unique=True)
        one: sa.ColumnElement[bool] = column == sa.any_(held)
        return one
    chosen: sa.ColumnElement[bool] = column.in_(values)
    return chosen


def new_ids(table: sa.Table, count: int) -> Iterator[int]:
    """Numbers for rows to come of a table that numbers its rows. Within a transaction that writes it."""
    session = db.session()
    if db.dialect_name() == "postgresql":
        sequence = sa.func.pg_get_serial_sequence(table.name, "id")
        drawn = sa.select(sa.func.nextval(sequence)).select_from(sa.func.generate_series(1, count))
        return iter(session.scalars(drawn).all())
    last = session.scalar(sa.select(sa.func.max(table.c.id))) or 0
    return iter(range(last + 1, last + 1 + count))


def insert(table: sa.Table, rows: Sequence[Values]) -> None:
    """All rows name the same columns."""
    session = db.session()
    if db.dialect_name() == "sqlite":
        session.execute(sa.insert(table), rows)
        return
    names = list(rows[0])
    statement = f"COPY {table.name} ({', '.join(names)}) FROM STDIN"
    connection = session.connection().connection
    try:
        with connection.cursor() as cursor, cursor.copy(statement) as copy:  # type: ignore[attr-defined]
            for row in rows:
                copy.write_row([row[name] for name in names])
    except psycopg.Error as error:
        raise sa.exc.DBAPIError(statement, None, error) from error


def update(table: sa.Table, rows: Sequence[Values]) -> None:
    """Each row names its primary key and the columns that change, which need not be the same ones."""
    alike: dict[tuple[str, ...], list[Values]] = {}
    for row in rows:
        alike.setdefault(tuple(row), []).append(row)
    for names, batch in alike.items():
        _update_alike(table, names, batch)


def _update_alike(table: sa.Table, names: Sequence[str], rows: Sequence[Values]) -> None:
    keys = {column.name for column in table.primary_key}
    if db.dialect_name() == "sqlite":
        given = {name: sa.bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
        one = sa.update(table).where(*(table.c[name] == given[name] for name in keys))
        one = one.values({name: given[name] for name in names if name not in keys})
        db.session().execute(one, [{f"new_{name}": row[name] for name in names} for row in rows])
        return
    columns = [table.c[name] for name in names]
    arrays = (
        sa.bindparam(None, [row[column.name] for row in rows], type_=postgresql.ARRAY(column.type), unique=True)
        for column in columns
    )
    news = sa.func.unnest(*arrays).table_valued(*(sa.column(column.name, column.type) for column in columns))
    news = news.render_derived(name="news")
    all_ = sa.update(table).where(*(table.c[name] == news.c[name] for name in keys))
    db.session().execute(all_.values({name: news.c[name] for name in names if name not in keys}))
