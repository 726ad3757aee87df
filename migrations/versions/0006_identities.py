"""Identities of Pro Santé Connect, the date on which the terms were accepted, what erasing and keeping data needs.

An account is opened by a password, a passkey or Pro Santé Connect: a password is no longer what makes it active, having
been activated by its owner is. Going down, an account without a password gets one that nobody can type.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from app.guarding import guards_lifted

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NO_PASSWORD = "!"  # noqa: S105
"""Not the hash of anything."""


def upgrade() -> None:
    op.execute("UPDATE account SET activated_at = created_at WHERE status = 'active' AND activated_at IS NULL")
    with guards_lifted(op.get_bind()), op.batch_alter_table("account") as batch:
        batch.drop_constraint(op.f("ck_account_active_has_password"), type_="check")
        batch.create_check_constraint(
            op.f("ck_account_active_was_activated"), "status <> 'active' OR activated_at IS NOT NULL"
        )
        batch.add_column(sa.Column("terms_accepted_at", sa.DateTime(timezone=True)))
        batch.add_column(sa.Column("idle_noticed_at", sa.DateTime(timezone=True)))
    op.add_column("person", sa.Column("erased_at", sa.DateTime(timezone=True)))
    op.add_column("one_time_link", sa.Column("email", sa.String(254)))
    op.create_table(
        "external_identity",
        sa.Column("issuer", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_external_identity_account_id_account"),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_external_identity"),
        sa.UniqueConstraint("account_id", "issuer", name="uq_external_identity_account_issuer"),
    )
    op.create_table(
        "identity_claim",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("family_name", sa.String(120), nullable=False),
        sa.Column("given_name", sa.String(120), nullable=False),
        sa.Column("rpps", sa.String(11)),
        sa.Column("profession_code", sa.String(4)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("link_id", sa.Uuid()),
        sa.ForeignKeyConstraint(["link_id"], ["one_time_link.id"], name="fk_identity_claim_link_id_one_time_link"),
        sa.PrimaryKeyConstraint("id", name="pk_identity_claim"),
        sa.UniqueConstraint("link_id", name="uq_identity_claim_link_id"),
    )
    op.create_table(
        "provider_session",
        sa.Column("session_id", sa.String(64), nullable=False),
        sa.Column("id_token", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sign_in_session.id"], name="fk_provider_session_session_id_sign_in_session"
        ),
        sa.PrimaryKeyConstraint("session_id", name="pk_provider_session"),
    )


def downgrade() -> None:
    op.drop_table("provider_session")
    op.drop_table("identity_claim")
    op.drop_table("external_identity")
    op.drop_column("one_time_link", "email")
    op.drop_column("person", "erased_at")
    op.execute(f"UPDATE account SET password_hash = '{NO_PASSWORD}' WHERE status = 'active' AND password_hash IS NULL")
    with guards_lifted(op.get_bind()), op.batch_alter_table("account") as batch:
        batch.drop_column("idle_noticed_at")
        batch.drop_column("terms_accepted_at")
        batch.drop_constraint(op.f("ck_account_active_was_activated"), type_="check")
        batch.create_check_constraint(
            op.f("ck_account_active_has_password"), "status <> 'active' OR password_hash IS NOT NULL"
        )
