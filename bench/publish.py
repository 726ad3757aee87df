"""The rows of `publication` and their terms in SQL, for who measures what reads them: the projector, which
`flask publications rebuild` measures, takes half an hour for a country."""

from __future__ import annotations

import time

from app.db import make_engine
from app.publication_terms import fill_terms
from bench.bulk import SQLITE, ago, digest, unguarded

PUBLISHED: tuple[tuple[str, str], ...] = (
    ("ej", "SELECT finess AS key, NULL AS finess, NULL AS departement FROM legal_entity"),
    ("eg", "SELECT finess AS key, finess, departement FROM establishment WHERE closed_on IS NULL"),
    (
        "uo",
        """
        SELECT u.id AS key, e.finess, e.departement FROM unit u
        JOIN establishment e ON e.finess = u.establishment_finess
        WHERE e.closed_on IS NULL AND u.closed_on IS NULL AND NOT u.sensitive AND u.activity_field_code IS NOT NULL
          AND u.care_mode_code IS NOT NULL AND EXISTS (SELECT 1 FROM unit_activity a WHERE a.unit_id = u.id)
        """,
    ),
    (
        "lieu",
        """
        SELECT 'eg-' || e.finess AS key, e.finess, NULL AS departement FROM establishment e
        JOIN publication p ON p.kind = 'eg' AND p.key = e.finess WHERE e.commune_insee IS NOT NULL
        UNION ALL
        SELECT 'uo-' || u.id, u.establishment_finess, NULL FROM unit u
        JOIN publication p ON p.kind = 'uo' AND p.key = CAST(u.id AS text)
        WHERE u.postcode IS NOT NULL AND u.city IS NOT NULL
        """,
    ),
    (
        "role",
        """
        SELECT {affiliation} AS key, a.establishment_finess AS finess, NULL AS departement FROM affiliation a
        JOIN publication p ON p.kind = 'uo' AND p.key = CAST(a.unit_id AS text) JOIN person o ON o.id = a.person_id
        WHERE a.ended_at IS NULL AND o.listed AND o.rpps IS NOT NULL
        """,
    ),
    (
        "pro",
        """
        SELECT DISTINCT {person} AS key, NULL AS finess, NULL AS departement FROM affiliation a
        JOIN publication p ON p.kind = 'role' AND p.key = {affiliation}
        """,
    ),
)
"""Kind → key, establishment and département of what the projector would find."""
UUID_PARTS = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))


def publish(url: str) -> None:
    with unguarded(url) as bulk:
        text = _dashed if url.startswith(SQLITE) else "CAST({} AS text)".format
        names = {"affiliation": text("a.id"), "person": text("a.person_id")}
        bulk.run("DELETE FROM publication_mark")
        for kind, chosen in PUBLISHED:
            start, now = time.monotonic(), ago()
            bulk.run(
                f"""
                INSERT INTO publication (kind, key, establishment_finess, departement, version, created_at, updated_at,
                                         digest)
                SELECT '{kind}', CAST(found.key AS text), found.finess, found.departement, 1, '{now}', '{now}',
                       '{2 * digest(kind)}'
                FROM ({chosen.format(**names)}) AS found
                """  # noqa: S608 - our own words
            )
            print(f"  {f'published in SQL, {kind}':48} {time.monotonic() - start:7.1f} s", flush=True)
        bulk.run(f"UPDATE publication_head SET at = '{ago()}'")  # noqa: S608
    _fill_terms(url)


def _fill_terms(url: str) -> None:
    """What searches of FHIR find them by."""
    start, engine = time.monotonic(), make_engine(url)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("DELETE FROM publication_term")
        fill_terms(connection)
    engine.dispose()
    print(f"  {'terms, in SQL':48} {time.monotonic() - start:7.1f} s", flush=True)


def _dashed(column: str) -> str:
    """SQLite keeps the 32 digits of an id."""
    return "(" + " || '-' || ".join(f"substr({column}, {at}, {size})" for at, size in UUID_PARTS) + ")"
