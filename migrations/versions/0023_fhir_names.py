"""What is published, by its codes and by how its names, cities and post codes begin; marks that are set aside.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

from app.publication_terms import fill_terms

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    bytewise = sa.String(length=500).with_variant(sa.String(length=500, collation="C"), "postgresql")
    op.create_table(
        "publication_term",
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("field", sa.String(length=8), nullable=False),
        sa.Column("term", bytewise, nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("said", sa.String(length=250), nullable=False),
        sa.PrimaryKeyConstraint("kind", "field", "term", "key", "said", name=op.f("pk_publication_term")),
        sqlite_with_rowid=False,
    )
    fill_terms(op.get_bind())
    if op.get_bind().dialect.name == "postgresql":  # a code is of one field: without this, the plans count on few rows
        op.execute("CREATE STATISTICS publication_term_values (mcv) ON kind, field, term FROM publication_term")
        op.execute("ANALYZE publication_term")
    op.add_column("publication_mark", sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_publication_term_kind_key", "publication_term", ["kind", "key"])
    served = sa.text("gone_at IS NULL")
    op.create_index(
        "ix_publication_served", "publication", ["kind", "key"], sqlite_where=served, postgresql_where=served
    )


def downgrade() -> None:
    op.drop_index("ix_publication_served", "publication")
    op.drop_column("publication_mark", "failed_at")
    op.drop_table("publication_term")
