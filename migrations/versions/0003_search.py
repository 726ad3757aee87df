"""Search: documents, places, vocabulary; FTS5 tables on SQLite, tsvector columns with GIN on PostgreSQL.

All of it is derived data: downgrading loses nothing, `flask --app wsgi search rebuild` fills it again.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KINDS = (0, 1, 2)
TEXT_INDEXES = ("names", "words")


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    words = sa.Text(collation="C") if postgres else sa.Text()
    op.create_table(
        "search_document",
        sa.Column("rid", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, autoincrement=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("ref", sa.String(36), nullable=False),
        sa.Column("other_id", sa.String(11)),
        sa.Column("name_key", words, nullable=False),
        sa.Column("name_words", sa.Text(), nullable=False),
        sa.Column("all_words", sa.Text(), nullable=False),
        sa.Column("departement", sa.String(3)),
        sa.Column("latitude", sa.Float()),
        sa.Column("longitude", sa.Float()),
        sa.Column("updated_on", sa.Date()),
        sa.Column("card", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("rid", name="pk_search_document"),
        sa.UniqueConstraint("kind", "ref", name="uq_search_document_kind_ref"),
        sa.CheckConstraint("kind IN (0, 1, 2)", name=op.f("ck_search_document_kind_known")),
    )
    op.create_index("ix_search_document_name_key", "search_document", ["name_key"])
    op.create_index("ix_search_document_ref", "search_document", ["ref"])
    op.create_index("ix_search_document_other_id", "search_document", ["other_id"])
    op.create_table(
        "search_place",
        sa.Column("key", words, nullable=False),
        sa.Column("full", words, nullable=False),
        sa.Column("insee", sa.String(5), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "full", "insee", name="pk_search_place"),
    )
    op.create_index("ix_search_place_insee", "search_place", ["insee"])
    op.create_table(
        "search_word",
        sa.Column("word", words, nullable=False),
        sa.PrimaryKeyConstraint("word", name="pk_search_word"),
    )
    op.create_table(
        "search_deletion",
        sa.Column("deletion", words, nullable=False),
        sa.Column("word", words, nullable=False),
        sa.PrimaryKeyConstraint("deletion", "word", name="pk_search_deletion"),
        sqlite_with_rowid=False,
    )
    version = op.create_table(
        "search_version",
        sa.Column("id", sa.SmallInteger(), nullable=False, autoincrement=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_version"),
        sa.CheckConstraint("id = 1", name=op.f("ck_search_version_single")),
    )
    op.bulk_insert(version, [{"id": 1, "version": 1}])
    if postgres:
        _add_text_columns()
    else:
        _create_text_tables()


def _add_text_columns() -> None:
    """One partial GIN index for each kind: a count or a page of one kind never reads the others."""
    for name in TEXT_INDEXES:
        op.execute(f"ALTER TABLE search_document ADD COLUMN in_{name} tsvector")
        for kind in KINDS:
            op.execute(
                f"CREATE INDEX ix_search_document_{name}_{kind} ON search_document "
                f"USING gin (in_{name}) WITH (fastupdate = off) WHERE kind = {kind}"
            )


def _create_text_tables() -> None:
    """Contentless: the text is `name_words` and `all_words`; a prefix of one to five letters is a list of its own."""
    for name in TEXT_INDEXES:
        op.execute(
            f"CREATE VIRTUAL TABLE search_in_{name} USING fts5("
            "t, content='', columnsize=0, detail=none, tokenize='ascii', prefix='1 2 3 4 5')"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in TEXT_INDEXES:
            op.execute(f"DROP TABLE search_in_{name}")
    for table in ("search_version", "search_deletion", "search_word", "search_place", "search_document"):
        op.drop_table(table)
