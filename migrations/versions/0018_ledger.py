"""The ledger of states sent to the SAS and to departmental portals; what is sent is fixed, answered once, kept.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

from app.guarding import Guard, create_guard, create_kept, drop_guard

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TO_SEND = sa.text("accepted_at IS NULL AND refused_at IS NULL AND dead_at IS NULL")
ANSWERS = ("accepted_at", "refused_at", "dead_at")
SENT = ("id", "consumer", "establishment_finess", "version", "withdrawn", "digest", "repeats", "created_at")
REWRITTEN = "(NEW.payload IS DISTINCT FROM OLD.payload AND NEW.forgotten_at IS NULL)"


def differs(*columns: str) -> str:
    return " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in columns)


GUARDS = (
    Guard("guard_ledger_message_fixed", "ledger_message", "UPDATE", f"({differs(*SENT)} OR {REWRITTEN})"),
    Guard(
        "guard_ledger_message_answered_once",
        "ledger_message",
        "UPDATE",
        f"(({' OR '.join(f'OLD.{name} IS NOT NULL' for name in ANSWERS)}) AND ({differs(*ANSWERS, 'refusal')}))",
    ),
)


def upgrade() -> None:
    op.create_table(
        "ledger_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("consumer", sa.String(length=40), nullable=False),
        sa.Column("establishment_finess", sa.String(length=9), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("version >= 1", name=op.f("ck_ledger_message_version_counts")),
        sa.CheckConstraint(
            " + ".join(f"CASE WHEN {name} IS NULL THEN 0 ELSE 1 END" for name in ANSWERS) + " <= 1",
            name=op.f("ck_ledger_message_one_answer"),
        ),
        sa.CheckConstraint(
            "(refused_at IS NULL) = (refusal IS NULL)", name=op.f("ck_ledger_message_refused_with_reason")
        ),
        sa.ForeignKeyConstraint(
            ["establishment_finess"],
            ["establishment.finess"],
            name=op.f("fk_ledger_message_establishment_finess_establishment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_message")),
        sa.UniqueConstraint("consumer", "establishment_finess", "version", name="uq_ledger_message_version"),
    )
    op.create_index(
        "ix_ledger_message_to_send", "ledger_message", ["not_before"], sqlite_where=TO_SEND, postgresql_where=TO_SEND
    )
    op.create_index(
        "ix_ledger_message_establishment_finess_created_at", "ledger_message", ["establishment_finess", "created_at"]
    )
    op.create_index("ix_ledger_message_created_at", "ledger_message", ["created_at"])
    op.create_table(
        "ledger_consumer",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(failures = 0) = (failing_since IS NULL)", name=op.f("ck_ledger_consumer_failing_since_a_failure")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_ledger_consumer")),
    )
    for guard in GUARDS:
        create_guard(op.get_bind(), guard)
    create_kept(op.get_bind(), "ledger_message")


def downgrade() -> None:
    for name in (*(guard.name for guard in GUARDS), "guard_ledger_message_kept"):
        drop_guard(op.get_bind(), name, "ledger_message")
    op.drop_table("ledger_consumer")
    op.drop_table("ledger_message")
