"""A database's schema as text, triggers and functions included, so that two of them can be compared."""

from __future__ import annotations

import re

import sqlalchemy as sa

SQLITE = """
    SELECT type || ' ' || name || ': ' || coalesce(sql, '') FROM sqlite_master
    WHERE name NOT LIKE 'sqlite_%' AND name <> 'alembic_version'
"""
POSTGRES = """
    SELECT 'column ' || table_name || '.' || column_name || ': ' || data_type || ' ' || is_nullable
           || coalesce(' default ' || column_default, '') || coalesce(' generated ' || generation_expression, '')
      FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
    UNION ALL
    SELECT 'constraint ' || conrelid::regclass || '.' || conname || ': ' || pg_get_constraintdef(oid)
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 'alembic_version'::regclass
    UNION ALL
    SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    UNION ALL
    SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT 'function ' || pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""


def described(engine: sa.Engine) -> list[str]:
    """A line for each object, single spaces. A rebuilt table reorders its constraints, which means nothing."""
    query = SQLITE if engine.dialect.name == "sqlite" else POSTGRES
    with engine.connect() as connection:
        return sorted(_in_order(" ".join(line.split())) for line in connection.scalars(sa.text(query)))


def _in_order(line: str) -> str:
    if not line.startswith("table "):
        return line
    first, *constraints = re.split(r", (?=CONSTRAINT |PRIMARY KEY|UNIQUE |FOREIGN KEY|CHECK )", line.rstrip(") "))
    return ", ".join([first.replace('"', ""), *sorted(constraint.rstrip(" )") for constraint in constraints)])


def row_counts(engine: sa.Engine) -> dict[str, int]:
    """Rows of every table that has some, search tables (derived data) left out."""
    names = [name for name in sa.inspect(engine).get_table_names() if not name.startswith(("search_", "alembic_"))]
    with engine.connect() as connection:
        counted = {name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) for name in names}
    return {name: count for name, count in counted.items() if count}
