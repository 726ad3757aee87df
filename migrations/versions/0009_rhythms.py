"""How often each account wants to be told of what waits.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_rhythm",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("rhythm", sa.String(length=10), nullable=False),
        sa.Column("digest_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("topic IN ('requests', 'corrections', 'queue')", name=op.f("ck_mail_rhythm_topic_known")),
        sa.CheckConstraint("rhythm IN ('immediate', 'daily', 'weekly')", name=op.f("ck_mail_rhythm_rhythm_known")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_mail_rhythm_account_id_account"),
        sa.PrimaryKeyConstraint("account_id", "topic", name="pk_mail_rhythm"),
    )


def downgrade() -> None:
    op.drop_table("mail_rhythm")
