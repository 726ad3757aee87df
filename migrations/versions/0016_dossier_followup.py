"""Reminders of drafts that nobody sent; what a box proposed before; the help on fields, shown or not, by account.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dossier_reminder",
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_dossier_reminder_dossier_id_dossier"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("dossier_id", "told_at", name=op.f("pk_dossier_reminder")),
    )
    op.create_table(
        "dossier_box_past",
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("box", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sheet_id"],
            ["dossier_sheet.id"],
            name=op.f("fk_dossier_box_past_sheet_id_dossier_sheet"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("sheet_id", "box", "version", name=op.f("pk_dossier_box_past")),
    )
    op.create_table(
        "help_tips",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_help_tips_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_help_tips")),
    )


def downgrade() -> None:
    op.drop_table("help_tips")
    op.drop_table("dossier_box_past")
    op.drop_table("dossier_reminder")
