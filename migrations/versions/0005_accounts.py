"""Accounts: second factors, sessions one can tell apart, proofs of identity for one act.

Guards replaced here: guard_nomination_fresh (the proof was given for this act) and guard_authentication_fixed (what a
proof is for never changes, and it is used once). Added: guard_referent_end_proven. A later migration that must change
one of them starts from the text below.

Revision ID: 0005
Revises: 0004
"""

import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import sqlalchemy as sa
from alembic import op

from app.guarding import Guard, create_guard, drop_guard, guards_lifted, replace_guard
from app.models.base import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

AT = UtcDateTime()
WAITING = sa.text("done_at IS NULL AND refused_at IS NULL")


def changed(*columns: str) -> str:
    return " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)


NOMINATION_FRESH = Guard(
    "guard_nomination_fresh",
    "nomination",
    "INSERT",
    "NEW.created_at > {soon} OR NOT EXISTS (SELECT 1 FROM authentication a WHERE a.id = NEW.authentication_id"
    " AND a.act = 'mandate:nominate_referent/' || NEW.establishment_finess"
    " AND a.at >= {ten_minutes_ago} AND a.at <= NEW.created_at)",
)
AUTHENTICATION_FIXED = Guard(
    "guard_authentication_fixed",
    "authentication",
    "UPDATE",
    changed("id", "person_id", "session_id", "method", "at", "act") + " OR OLD.used_at IS NOT NULL",
)
# The proof is the president's, for this very mandate; or that of the nomination which gives the person a new mandate.
REFERENT_END_PROVEN = Guard(
    "guard_referent_end_proven",
    "mandate",
    "UPDATE",
    "NEW.role = 'referent' AND OLD.ended_at IS NULL AND NOT EXISTS ("
    "SELECT 1 FROM authentication a JOIN mandate p ON p.person_id = a.person_id"
    " WHERE a.id = NEW.end_authentication_id AND p.id = NEW.ended_by_mandate_id"
    " AND ((a.act = 'mandate:end_referent/' || replace(CAST(NEW.id AS text), '-', '')"
    " AND a.at >= {ten_minutes_ago} AND a.at <= NEW.ended_at)"
    " OR EXISTS (SELECT 1 FROM nomination n WHERE n.authentication_id = a.id AND n.mandate_id = p.id"
    " AND n.person_id = NEW.person_id AND n.status = 'accepted')))",
)
BEFORE = (
    Guard(
        "guard_nomination_fresh",
        "nomination",
        "INSERT",
        "NEW.created_at > {soon} OR NOT EXISTS (SELECT 1 FROM authentication a WHERE a.id = NEW.authentication_id"
        " AND a.at >= {ten_minutes_ago} AND a.at <= NEW.created_at)",
    ),
    Guard("guard_authentication_fixed", "authentication", "UPDATE", changed("id", "person_id", "at")),
)


def upgrade() -> None:
    connection = op.get_bind()
    op.add_column("sign_in_session", sa.Column("strong", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("sign_in_session", sa.Column("device", sa.String(60)))
    op.add_column("sign_in_session", sa.Column("network", sa.String(43)))
    op.add_column("sign_in_session", sa.Column("seen_at", AT))
    op.add_column("authentication", sa.Column("act", sa.String(120)))
    op.add_column("authentication", sa.Column("used_at", AT))
    op.add_column("mandate", sa.Column("end_authentication_id", sa.Uuid))
    with guards_away(connection):
        one_proof_a_nomination(connection)
    op.create_index("uq_nomination_authentication", "nomination", ["authentication_id"], unique=True)
    op.create_index("uq_mandate_end_authentication", "mandate", ["end_authentication_id"], unique=True)
    factors()
    replace_guard(connection, NOMINATION_FRESH)
    replace_guard(connection, AUTHENTICATION_FIXED)
    create_guard(connection, REFERENT_END_PROVEN)


def downgrade() -> None:
    connection = op.get_bind()
    drop_guard(connection, REFERENT_END_PROVEN.name, REFERENT_END_PROVEN.table)
    for guard in BEFORE:
        replace_guard(connection, guard)
    for table in ("factor_reset", "challenge", "recovery_code", "code_generator", "passkey"):
        op.drop_table(table)
    op.drop_index("uq_mandate_end_authentication", "mandate")
    op.drop_index("uq_nomination_authentication", "nomination")
    op.drop_column("mandate", "end_authentication_id")
    for column in ("used_at", "act"):
        op.drop_column("authentication", column)
    for column in ("seen_at", "network", "device", "strong"):
        op.drop_column("sign_in_session", column)


def factors() -> None:
    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("credential_id", sa.LargeBinary, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("used_at", AT),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_passkey_named")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_passkey_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_account_id"), "passkey", ["account_id"])
    op.create_table(
        "code_generator",
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary, nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("confirmed_at", AT),
        sa.Column("last_counter", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_code_generator_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_code_generator")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("used_at", AT),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("digest", name=op.f("uq_recovery_code_digest")),
    )
    op.create_index(op.f("ix_recovery_code_account_id"), "recovery_code", ["account_id"])
    op.create_table(
        "challenge",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("account_id", sa.Uuid),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.Column("method", sa.String(20)),
        sa.Column("act", sa.String(120)),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("used_at", AT),
        sa.CheckConstraint(
            "purpose IN ('second_factor', 'sign_in', 'register', 'prove')", name=op.f("ck_challenge_purpose_known")
        ),
        sa.CheckConstraint("purpose = 'sign_in' OR account_id IS NOT NULL", name=op.f("ck_challenge_for_somebody")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_challenge_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge")),
    )
    op.create_index(op.f("ix_challenge_account_id"), "challenge", ["account_id"])
    op.create_index(op.f("ix_challenge_expires_at"), "challenge", ["expires_at"])
    op.create_table(
        "factor_reset",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("asked_by_account_id", sa.Uuid, nullable=False),
        sa.Column("recorded_at", AT),
        sa.Column("recorded_by_account_id", sa.Uuid),
        sa.Column("evidence", sa.Text),
        sa.Column("refused_at", AT),
        sa.Column("done_at", AT),
        sa.CheckConstraint(
            "(recorded_at IS NULL) = (recorded_by_account_id IS NULL) AND (recorded_at IS NULL) = (evidence IS NULL)",
            name=op.f("ck_factor_reset_recorded_by_agent"),
        ),
        sa.CheckConstraint("recorded_by_account_id <> account_id", name=op.f("ck_factor_reset_not_by_oneself")),
        sa.CheckConstraint(
            "done_at IS NULL OR (recorded_at IS NOT NULL AND refused_at IS NULL)",
            name=op.f("ck_factor_reset_done_if_recorded"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_factor_reset_account_id_account")),
        sa.ForeignKeyConstraint(
            ["asked_by_account_id"], ["account.id"], name=op.f("fk_factor_reset_asked_by_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_account_id"], ["account.id"], name=op.f("fk_factor_reset_recorded_by_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor_reset")),
    )
    op.create_index(
        "uq_factor_reset_waiting",
        "factor_reset",
        ["account_id"],
        unique=True,
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )


# ── proofs that served several nominations ──────────────────────────────────


def guards_away(connection: sa.Connection) -> AbstractContextManager[None]:
    """The history is brought to the new rule, once: the guard of what is fixed steps aside."""
    return guards_lifted(connection) if connection.dialect.name == "sqlite" else trigger_disabled(connection)


@contextmanager
def trigger_disabled(connection: sa.Connection) -> Iterator[None]:
    connection.exec_driver_sql("ALTER TABLE nomination DISABLE TRIGGER guard_nomination_fixed")
    yield
    connection.exec_driver_sql("ALTER TABLE nomination ENABLE TRIGGER guard_nomination_fixed")


def one_proof_a_nomination(connection: sa.Connection) -> None:
    """A proof that served several acts becomes as many proofs, of the same person, moment and method."""
    nomination = sa.table("nomination", sa.column("id", sa.Uuid), sa.column("authentication_id", sa.Uuid))
    columns = ("id", "person_id", "session_id", "method", "at")
    types = (sa.Uuid, sa.Uuid, sa.String, sa.String, AT)
    authentication = sa.table("authentication", *map(sa.column, columns, types))
    seen: set[uuid.UUID] = set()
    for nomination_id, proof_id in connection.execute(sa.select(nomination)).all():
        if proof_id not in seen:
            seen.add(proof_id)
            continue
        proof = connection.execute(sa.select(authentication).where(authentication.c.id == proof_id)).mappings().one()
        copy = {**proof, "id": uuid.uuid4()}
        connection.execute(sa.insert(authentication).values(**copy))
        served = sa.update(nomination).where(nomination.c.id == nomination_id)
        connection.execute(served.values(authentication_id=copy["id"]))
