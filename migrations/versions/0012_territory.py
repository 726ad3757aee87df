"""EPCI, cantons, and what a new COG changes.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("commune", sa.Column("ceased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "commune_grouping",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("code", sa.String(length=9), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("type", sa.String(length=12), nullable=True),
        sa.CheckConstraint("kind IN ('epci', 'canton')", name=op.f("ck_commune_grouping_kind_known")),
        sa.PrimaryKeyConstraint("kind", "code", name="pk_commune_grouping"),
    )
    op.create_table(
        "grouping_member",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("code", sa.String(length=9), nullable=False),
        sa.Column("insee", sa.String(length=5), nullable=False),
        sa.ForeignKeyConstraint(
            ["kind", "code"],
            ["commune_grouping.kind", "commune_grouping.code"],
            name="fk_grouping_member_kind_commune_grouping",
        ),
        sa.ForeignKeyConstraint(["insee"], ["commune.insee"], name="fk_grouping_member_insee_commune"),
        sa.PrimaryKeyConstraint("kind", "code", "insee", name="pk_grouping_member"),
    )
    op.create_index("ix_grouping_member_insee", "grouping_member", ["insee"])


def downgrade() -> None:
    op.drop_table("grouping_member")
    op.drop_table("commune_grouping")
    op.drop_column("commune", "ceased_at")
