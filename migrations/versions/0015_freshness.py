"""« C’est toujours exact » by mail: what was asked, when, and what was answered.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "freshness_rhythm",
        sa.Column("establishment_finess", sa.String(length=9), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen_by_account_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("months IN (0, 3, 6, 12)", name=op.f("ck_freshness_rhythm_months_known")),
        sa.ForeignKeyConstraint(
            ["chosen_by_account_id"], ["account.id"], name=op.f("fk_freshness_rhythm_chosen_by_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["establishment_finess"],
            ["establishment.finess"],
            name=op.f("fk_freshness_rhythm_establishment_finess_establishment"),
        ),
        sa.PrimaryKeyConstraint("establishment_finess", name=op.f("pk_freshness_rhythm")),
    )
    op.create_table(
        "freshness_ask",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("establishment_finess", sa.String(length=9), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("last_mailed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("confirmed_by_account_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('confirmed', 'verified', 'stopped')", name=op.f("ck_freshness_ask_outcome_known")
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (closed_at IS NULL)", name=op.f("ck_freshness_ask_closed_with_outcome")
        ),
        sa.CheckConstraint(
            "(outcome = 'confirmed') = (confirmed_by_account_id IS NOT NULL) OR outcome IS NULL",
            name=op.f("ck_freshness_ask_signed"),
        ),
        sa.CheckConstraint("mails >= 1", name=op.f("ck_freshness_ask_mailed")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_account_id"], ["account.id"], name=op.f("fk_freshness_ask_confirmed_by_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["establishment_finess"],
            ["establishment.finess"],
            name=op.f("fk_freshness_ask_establishment_finess_establishment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freshness_ask")),
    )
    op.create_index(
        "uq_freshness_ask_open",
        "freshness_ask",
        ["establishment_finess"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("uq_freshness_ask_open", table_name="freshness_ask")
    op.drop_table("freshness_ask")
    op.drop_table("freshness_rhythm")
