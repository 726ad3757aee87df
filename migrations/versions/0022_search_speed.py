"""Search at the size of a country: zones of the documents, common words, a sample of the documents on PostgreSQL.

Derived data: `flask --app wsgi search rebuild` fills it; the zones are filled here, so that communes are found at once.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

KINDS = (0, 1, 2)
RID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OF_CPTS = """
    INSERT INTO search_zone (insee, rid)
    SELECT DISTINCT z.insee, d.rid FROM search_document d
    JOIN unit u ON u.establishment_finess = d.ref
    JOIN unit_commune z ON z.unit_id = u.id
    WHERE d.kind = 0 AND d.rid < 288230376151711744 AND u.closed_on IS NULL AND NOT u.sensitive
"""
OF_UNITS = """
    INSERT INTO search_zone (insee, rid)
    SELECT z.insee, d.rid FROM search_document d
    JOIN unit u ON CAST(u.id AS varchar(36)) = d.ref
    JOIN unit_commune z ON z.unit_id = u.id
    WHERE d.kind = 1 AND u.closed_on IS NULL AND NOT u.sensitive
"""


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "search_zone",
        sa.Column("insee", sa.String(5), nullable=False),
        sa.Column("rid", RID, nullable=False),
        sa.PrimaryKeyConstraint("insee", "rid", name="pk_search_zone"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_zone_rid", "search_zone", ["rid"])
    op.create_table(
        "search_common",
        sa.Column("token", sa.Text(collation="C") if postgres else sa.Text(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("rids", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("token", "kind", name="pk_search_common"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_document_kind_name", "search_document", ["kind", "name_key"])
    op.drop_index("ix_search_document_name_key", "search_document")
    op.execute(OF_CPTS)
    op.execute(OF_UNITS)
    if postgres:
        for kind in KINDS:
            op.execute(
                f"CREATE INDEX ix_search_document_sample_{kind} ON search_document "
                f"USING gin (in_words) WITH (fastupdate = off) WHERE kind = {kind} AND rid % 16 = 0"
            )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for kind in KINDS:
            op.execute(f"DROP INDEX ix_search_document_sample_{kind}")
    op.create_index("ix_search_document_name_key", "search_document", ["name_key"])
    op.drop_index("ix_search_document_kind_name", "search_document")
    op.drop_table("search_common")
    op.drop_table("search_zone")
