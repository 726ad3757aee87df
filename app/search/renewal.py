"""PostgreSQL: the documents written anew beside the old ones, indexed in one go, put in their place at the end.

Row by row, nine GIN indexes take ten times as long as all the rest; and the old rows would stay in the file until a
vacuum. Readers have the old table until the commit: what locks them out is a rename.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

TABLE, NEXT = "search_document", "search_document_next"
LOCAL = ("statement_timeout = 0", "lock_timeout = '60s'", "maintenance_work_mem = '256MB'")
SCHEMA = "SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = 'search_document'::regclass"
INDEXES = """
    SELECT c.relname, pg_get_indexdef(i.indexrelid), con.contype::text
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    LEFT JOIN pg_constraint con ON con.conindid = i.indexrelid AND con.contype IN ('p', 'u')
    WHERE i.indrelid = 'search_document'::regclass ORDER BY c.relname
"""
CONSTRAINTS = {"p": "PRIMARY KEY", "u": "UNIQUE"}
_HEAD = re.compile(r"^(CREATE (?:UNIQUE )?INDEX) \S+ ON (\S*?)search_document ")


def begin(connection: Connection) -> None:
    for setting in LOCAL:
        connection.execute(text(f"SET LOCAL {setting}"))
    schema = connection.scalar(text(SCHEMA))  # beside the old one, wherever new tables go in this transaction
    connection.execute(text(f"CREATE TABLE {schema}.{NEXT} (LIKE {TABLE} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)"))


def copy(connection: Connection, table: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Raises what an INSERT would."""
    statement = f"COPY {table} ({', '.join(names)}) FROM STDIN"
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copying:
            for row in rows:
                copying.write_row(row)
    except psycopg.Error as error:
        raise DBAPIError(statement, None, error) from error


def index(connection: Connection) -> None:
    """With the indexes of the old table, whatever migrations made of them."""
    for name, definition, _constraint in connection.execute(text(INDEXES)).all():
        connection.execute(text(_HEAD.sub(rf"\1 {name}_next ON \2{NEXT} ", definition)))
    connection.execute(text(f"ANALYZE {NEXT}"))


def take_over(connection: Connection) -> None:
    """From here on readers wait for the commit: nothing that takes time may follow."""
    indexes = connection.execute(text(INDEXES)).all()
    connection.execute(text(f"DROP TABLE {TABLE}"))
    connection.execute(text(f"ALTER TABLE {NEXT} RENAME TO {TABLE}"))
    for name, _definition, constraint in indexes:
        kept = f"ALTER TABLE {TABLE} ADD CONSTRAINT {name} {CONSTRAINTS.get(constraint)} USING INDEX {name}_next"
        connection.execute(text(kept if constraint else f"ALTER INDEX {name}_next RENAME TO {name}"))
