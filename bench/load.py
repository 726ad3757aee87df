"""What no register gives, straight into the tables of a scratch PostgreSQL: units, contacts, hours, and listed people
with an accepted affiliation each.

It is not how the portal writes. Guards, foreign keys and marks are away meanwhile (session_replication_role), so what
is inserted is right by construction, nothing is journalled, and everything is looked at for publication afterwards.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from bench.scales import Scale

OFFERS = (
    ("196", "Cabinet de ville de médecine générale", "32", "05", "437", "Médecine générale"),
    ("225", "Cabinet de ville infirmier", "49", "05", "434", "Élaboration du plan d’aide individualisé"),
    ("92", "Soins non programmés de ville", "56", "05", "475", "Coordination de soins non-programmés"),
    ("99", "Maison de santé pluriprofessionnelle (MSP)", "32", "05", "437", "Médecine générale"),
    (
        "178",
        "Dispositif d’appui à la coordination (DAC)",
        "58",
        "04",
        "434",
        "Élaboration du plan d’aide individualisé",
    ),
)
"""Type (TRE_R244), care mode (TRE_R213), field (TRE_R227), activity (TRE_R211)."""
AGENT = "00000000-0000-4000-8000-00000000beac"

STEPS: tuple[tuple[str, str], ...] = (
    (
        "establishments in order",
        """
        CREATE TEMPORARY TABLE place AS
        SELECT row_number() OVER (ORDER BY finess) - 1 AS rank, finess, e.name, commune_insee, c.name AS commune,
               (SELECT min(postcode) FROM commune_postcode p WHERE p.insee = e.commune_insee) AS postcode
        FROM establishment e JOIN commune c ON c.insee = e.commune_insee;
        CREATE UNIQUE INDEX ON place (rank)
        """,
    ),
    (
        "units",
        """
        INSERT INTO unit (id, establishment_finess, name, type_code, type_label, care_mode_code, activity_field_code,
                          min_age, max_age, street, postcode, city, admission_conditions, sensitive, updated_at)
        SELECT (SELECT coalesce(max(id), 0) FROM unit) + k, p.finess, left(o.label || ' ' || p.name, 200), o.type,
               o.label, o.care, o.field, 0, 150,
               CASE WHEN k % 5 = 0 THEN (k % 90 + 1) || ' rue du Moulin' END,
               CASE WHEN k % 5 = 0 THEN p.postcode END, CASE WHEN k % 5 = 0 THEN p.commune END,
               CASE WHEN k % 3 = 0 THEN 'Sur rendez-vous, du lundi au vendredi.' END, k % 50 = 0, now()
        FROM generate_series(1, {units} - (SELECT count(*) FROM unit)) k
        JOIN place p ON p.rank = k % (SELECT count(*) FROM place)
        JOIN offer o ON o.rank = k % 5;
        SELECT setval(pg_get_serial_sequence('unit', 'id'), (SELECT max(id) FROM unit))
        """,
    ),
    (
        "activities",
        """
        INSERT INTO unit_activity (unit_id, code, label)
        SELECT u.id, o.activity, o.activity_label FROM unit u JOIN offer o ON o.type = u.type_code WHERE u.id % 100 <> 7
        """,
    ),
    (
        "contacts",
        """
        WITH made AS (
            INSERT INTO contact (establishment_finess, unit_id, position, nature_code, confidentiality)
            SELECT establishment_finess, id, 1, '07', CASE WHEN id % 4 = 0 THEN 2 ELSE 1 END
            FROM unit u WHERE id % 3 > 0 AND NOT EXISTS (SELECT 1 FROM contact c WHERE c.unit_id = u.id)
            RETURNING id, confidentiality
        )
        INSERT INTO telecom (contact_id, position, channel_code, value, confidentiality)
        SELECT id, 1, '2', '+33490' || lpad((id::bigint * 7919 % 1000000)::text, 6, '0'), confidentiality FROM made
        """,
    ),
    (
        "hours",
        """
        INSERT INTO unit_hours (unit_id, position, type_code, weekday, opens, closes)
        SELECT id, day, '01', day, '09:00', '12:30' FROM unit CROSS JOIN generate_series(1, 3) day WHERE id % 4 = 0
        """,
    ),
    (
        "the agent who accepted",
        """
        INSERT INTO person (id, family_name, given_name, listed, created_at)
        VALUES ({agent}, 'Banc', 'Essai', false, now());
        INSERT INTO account (id, person_id, email, email_key, status, created_at, activated_at, agent_since)
        VALUES ({agent}, {agent}, 'banc@relais.example', 'banc@relais.example', 'active', now(), now(), now())
        """,
    ),
    (
        "listed people",
        """
        CREATE TEMPORARY TABLE those AS
        SELECT row_number() OVER (ORDER BY id) - 1 AS rank, * FROM professional ORDER BY id LIMIT {listed};
        INSERT INTO person (id, family_name, given_name, profession_code, profession_label, rpps, listed, created_at)
        SELECT md5('person/' || rpps)::uuid, family_name, given_name, profession_code, profession_label, rpps, true,
               now()
        FROM those
        """,
    ),
    (
        "where they are: half in a CPTS, half anywhere",
        """
        CREATE TEMPORARY TABLE host AS
        SELECT row_number() OVER (PARTITION BY type_code = '255' ORDER BY id) - 1 AS rank, type_code = '255' AS cpts,
               id, establishment_finess
        FROM unit;
        CREATE INDEX ON host (cpts, rank);
        CREATE TEMPORARY TABLE seat AS
        SELECT t.rpps, t.rank, h.id AS unit_id, h.establishment_finess FROM those t
        JOIN (SELECT cpts, count(*) AS many FROM host GROUP BY cpts) m ON m.cpts = (t.rank % 2 = 0)
        JOIN host h ON h.cpts = m.cpts AND h.rank = (t.rank / 2) % m.many
        """,
    ),
    (
        "requests",
        """
        INSERT INTO request (id, number, kind, status, establishment_finess, unit_id, family_name, given_name, email,
                             email_key, profession_code, profession_label, rpps, listed, person_id, submitted_at,
                             updated_at, decided_at, decided_by_account_id, decided_as, tracking_generation, version)
        SELECT md5('request/' || rpps)::uuid, 'B' || lpad(rank::text, 9, '0'), 'affiliation', 'accepted',
               s.establishment_finess, s.unit_id, t.family_name, t.given_name, rpps || '@sante.example',
               rpps || '@sante.example', t.profession_code, t.profession_label, rpps, true,
               md5('person/' || rpps)::uuid, now() - interval '9 days', now(), now() - interval '8 days', {agent},
               'agent', 1, 3
        FROM seat s JOIN those t USING (rpps, rank)
        """,
    ),
    (
        "affiliations",
        """
        INSERT INTO affiliation (id, person_id, unit_id, establishment_finess, started_at, request_id)
        SELECT md5('affiliation/' || rpps)::uuid, md5('person/' || rpps)::uuid, unit_id, establishment_finess,
               now() - interval '8 days', md5('request/' || rpps)::uuid
        FROM seat
        """,
    ),
)

PUBLISHED: tuple[tuple[str, str], ...] = (
    ("ej", "SELECT finess, NULL, NULL FROM legal_entity"),
    ("eg", "SELECT finess, finess, departement FROM establishment WHERE closed_on IS NULL"),
    (
        "uo",
        """
        SELECT u.id, e.finess, e.departement FROM unit u JOIN establishment e ON e.finess = u.establishment_finess
        WHERE e.closed_on IS NULL AND u.closed_on IS NULL AND NOT u.sensitive AND u.activity_field_code IS NOT NULL
          AND u.care_mode_code IS NOT NULL AND EXISTS (SELECT 1 FROM unit_activity a WHERE a.unit_id = u.id)
        """,
    ),
    (
        "lieu",
        """
        SELECT 'eg-' || e.finess, e.finess, NULL FROM establishment e JOIN publication p ON p.key = e.finess
        WHERE p.kind = 'eg' AND e.commune_insee IS NOT NULL
        UNION ALL
        SELECT 'uo-' || u.id, u.establishment_finess, NULL FROM unit u JOIN publication p ON p.key = u.id::text
        WHERE p.kind = 'uo' AND u.postcode IS NOT NULL AND u.city IS NOT NULL
        """,
    ),
    (
        "role",
        """
        SELECT a.id, a.establishment_finess, NULL FROM affiliation a JOIN publication p ON p.key = a.unit_id::text
        JOIN person o ON o.id = a.person_id
        WHERE p.kind = 'uo' AND a.ended_at IS NULL AND o.listed AND o.rpps IS NOT NULL
        """,
    ),
    (
        "pro",
        """
        SELECT DISTINCT a.person_id, NULL, NULL FROM affiliation a JOIN publication p ON p.key = a.id::text
        WHERE p.kind = 'role'
        """,
    ),
)
"""Kind → key, establishment and département of what the projector would find."""


def publish(url: str) -> None:
    """The rows of `publication` in SQL, for who measures what reads them: the projector, which is measured by
    `publications rebuild`, takes half an hour for a country."""
    with psycopg.connect(url) as connection:
        connection.execute("TRUNCATE publication_mark")
        for kind, chosen in PUBLISHED:
            start = time.monotonic()
            connection.execute(
                f"""
                INSERT INTO publication (kind, key, establishment_finess, departement, version, created_at, updated_at,
                                         digest)
                SELECT '{kind}', found.key::text, found.finess, found.departement, 1, now(), now(),
                       md5(found.key::text) || md5('{kind}')
                FROM ({chosen}) AS found (key, finess, departement)
                """  # noqa: S608 - our own words
            )
            print(f"  {f'published in SQL, {kind}':48} {time.monotonic() - start:7.1f} s", flush=True)
        connection.execute("UPDATE publication_head SET at = now()")


def load(url: str, scale: Scale) -> None:
    """The registers are imported already. Prints what each step took."""
    given = {"units": sql.Literal(scale.units), "listed": sql.Literal(scale.listed), "agent": sql.Literal(AGENT)}
    with psycopg.connect(url) as connection, unguarded(connection):
        connection.execute(
            "CREATE TEMPORARY TABLE offer (rank int, type text, label text, care text, field text, activity text,"
            " activity_label text)"
        )
        with connection.cursor() as cursor, cursor.copy("COPY offer FROM STDIN") as copy:
            for rank, offer in enumerate(OFFERS):
                copy.write_row((rank, *offer))
        for name, statements in STEPS:
            start = time.monotonic()
            for statement in statements.split(";"):
                connection.execute(sql.SQL(statement).format(**given))
            print(f"  {name:48} {time.monotonic() - start:7.1f} s", flush=True)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


@contextmanager
def unguarded(connection: psycopg.Connection) -> Iterator[None]:
    """Triggers (guards, foreign keys, marks) sleep: of this session, and by a superuser only."""
    connection.execute("SET session_replication_role = replica")
    yield
    connection.execute("SET session_replication_role = origin")
