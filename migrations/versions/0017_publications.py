"""What is published and since when, and the marks that say what may have changed.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

from app.guarding import Mark, create_mark, drop_mark

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

MARKS = (
    Mark("legal_entity", "'ej'", "{row}.finess"),
    Mark("establishment", "'eg'", "{row}.finess"),
    Mark("unit", "'uo'", "{row}.id"),
    Mark("unit_activity", "'uo'", "{row}.unit_id"),
    Mark("unit_commune", "'uo'", "{row}.unit_id"),
    Mark("unit_hours", "'uo'", "{row}.unit_id"),
    Mark(
        "contact",
        "CASE WHEN {row}.unit_id IS NULL THEN 'eg' ELSE 'uo' END",
        "coalesce(CAST({row}.unit_id AS text), {row}.establishment_finess)",
    ),
    Mark(
        "telecom",
        "CASE WHEN c.unit_id IS NULL THEN 'eg' ELSE 'uo' END",
        "coalesce(CAST(c.unit_id AS text), c.establishment_finess)",
        beside=("contact c", "c.id = {row}.contact_id"),
    ),
    Mark("affiliation", "'role'", "{row}.id"),
    Mark("suspension", "'role'", "{row}.affiliation_id"),
    Mark("person", "'pro'", "{row}.id"),
    Mark("professional", "'pro'", "p.id", beside=("person p", "p.rpps = {row}.rpps")),
    Mark(
        "professional_activity",
        "'pro'",
        "p.id",
        beside=("professional q JOIN person p ON p.rpps = q.rpps", "q.id = {row}.professional_id"),
    ),
)
WITH_KEYS = (
    ("ej", "legal_entity", "finess"),
    ("eg", "establishment", "finess"),
    ("uo", "unit", "id"),
    ("role", "affiliation", "id"),
    ("pro", "person", "id"),
)


def upgrade() -> None:
    op.create_table(
        "publication_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_mark")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_publication_mark_kind_key", "publication_mark", ["kind", "key"])
    op.create_table(
        "publication",
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("establishment_finess", sa.String(length=9), nullable=True),
        sa.Column("departement", sa.String(length=3), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('ej', 'eg', 'uo', 'lieu', 'role', 'pro')", name=op.f("ck_publication_kind_known")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_publication_version_counts")),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_publication")),
    )
    op.create_index("ix_publication_updated_at_kind_key", "publication", ["updated_at", "kind", "key"])
    op.create_index("ix_publication_kind_updated_at_key", "publication", ["kind", "updated_at", "key"])
    op.create_index("ix_publication_establishment_finess", "publication", ["establishment_finess"])
    op.create_index("ix_publication_departement_updated_at", "publication", ["departement", "updated_at"])
    op.create_table(
        "publication_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_publication_head_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_head")),
    )
    op.execute("INSERT INTO publication_head (id, at) VALUES (1, '2020-01-01 00:00:00.000000')")
    for kind, table, key in WITH_KEYS:
        op.execute(f"INSERT INTO publication_mark (kind, key) SELECT '{kind}', CAST({key} AS text) FROM {table}")
    connection = op.get_bind()
    for mark in MARKS:
        create_mark(connection, mark)


def downgrade() -> None:
    connection = op.get_bind()
    for mark in reversed(MARKS):
        drop_mark(connection, mark)
    op.drop_table("publication_head")
    op.drop_table("publication")
    op.drop_table("publication_mark")
