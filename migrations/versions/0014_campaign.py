"""Target list of a referencing campaign and its reminders.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("departements", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_account_id", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_campaign_starts_before_it_ends")),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_campaign_named")),
        sa.ForeignKeyConstraint(
            ["created_by_account_id"], ["account.id"], name=op.f("fk_campaign_created_by_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
    )
    op.create_table(
        "campaign_cpts",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_finess", sa.String(length=9), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_cpts_campaign_id_campaign")),
        sa.ForeignKeyConstraint(
            ["establishment_finess"],
            ["establishment.finess"],
            name=op.f("fk_campaign_cpts_establishment_finess_establishment"),
        ),
        sa.PrimaryKeyConstraint("campaign_id", "establishment_finess", name=op.f("pk_campaign_cpts")),
    )
    op.create_table(
        "campaign_reminder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_finess", sa.String(length=9), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by_account_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("step BETWEEN 1 AND 6", name=op.f("ck_campaign_reminder_step_known")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_reminder_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["establishment_finess"],
            ["establishment.finess"],
            name=op.f("fk_campaign_reminder_establishment_finess_establishment"),
        ),
        sa.ForeignKeyConstraint(
            ["sent_by_account_id"], ["account.id"], name=op.f("fk_campaign_reminder_sent_by_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_reminder")),
    )
    op.create_index(op.f("ix_campaign_reminder_campaign_id"), "campaign_reminder", ["campaign_id"], unique=False)
    op.create_index(
        "ix_campaign_reminder_establishment_finess_at",
        "campaign_reminder",
        ["establishment_finess", "at"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_table("campaign_reminder")
    op.drop_table("campaign_cpts")
    op.drop_table("campaign")
