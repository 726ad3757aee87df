"""Requests of every kind: what only one kind asks, the clock, who took it, the appeal, notes between agents.

Going down drops what 0003 cannot hold: requests of the new kinds, appeals, notes.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from app.guarding import Guard, guards_lifted, replace_guard

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KINDS = "'affiliation', 'presidency', 'cpts', 'account', 'sas_account', 'help', 'correction', 'report', 'contact'"
PENDING = "status IN ('submitted', 'info_needed')"
ONE_PENDING = f"{PENDING} AND kind IN ('affiliation', 'presidency', 'account')"
OPTIONAL = ("establishment_finess", "family_name", "given_name", "phone")
CHECKS = {
    "kind_known": f"kind IN ({KINDS})",
    "status_known": "status IN ('submitted', 'info_needed', 'aci_awaited', 'accepted', 'refused', 'cancelled',"
    " 'expired')",
    "aci_is_of_a_cpts": "status <> 'aci_awaited' OR kind = 'cpts'",
    "establishment_known": "establishment_finess IS NOT NULL"
    " OR kind IN ('cpts', 'sas_account', 'help', 'report', 'contact')",
    "person_named": "(family_name IS NOT NULL AND given_name IS NOT NULL)"
    " OR kind IN ('cpts', 'help', 'correction', 'report', 'contact')",
    "decided_by_agent": "decided_as IS NULL OR kind IN ('affiliation', 'correction') OR decided_as = 'agent'",
    "appeal_decided_by_agent": "appeal_of_id IS NULL OR decided_as IS NULL OR decided_as = 'agent'",
}
FORMER_CHECKS = {
    "kind_known": "kind IN ('affiliation', 'presidency')",
    "status_known": "status IN ('submitted', 'info_needed', 'accepted', 'refused', 'cancelled', 'expired')",
    "presidency_decided_by_agent": "decided_as IS NULL OR kind <> 'presidency' OR decided_as = 'agent'",
}


def in_office(mandate: str) -> str:
    return f"{mandate}.ended_at IS NULL AND ({mandate}.term_ends_at IS NULL OR {mandate}.term_ends_at > relais_now())"


def effective(mandate: str) -> str:
    return (
        f"{in_office(mandate)} AND ({mandate}.role = 'president' OR EXISTS (SELECT 1 FROM mandate p"
        f" WHERE p.id = {mandate}.granting_mandate_id AND {in_office('p')}))"
    )


DECIDES = "NEW.status IN ('accepted', 'refused')"
HOLDS = (
    ("account", "id = NEW.decided_by_account_id"),
    ("mandate", "id = NEW.deciding_mandate_id"),
    ("mandate", "id = (SELECT m.granting_mandate_id FROM mandate m WHERE m.id = NEW.deciding_mandate_id)"),
)
SOMEBODY_ELSE = (
    "EXISTS (SELECT 1 FROM mandate m JOIN account a ON a.person_id = m.person_id"
    " WHERE m.establishment_finess = NEW.establishment_finess AND a.person_id IS DISTINCT FROM NEW.person_id"
    f" AND a.email_key <> NEW.email_key AND {effective('m')})"
)
HANDED_OVER = (
    "EXISTS (SELECT 1 FROM mandate m JOIN account a ON a.person_id = m.person_id"
    " WHERE m.establishment_finess = NEW.establishment_finess AND a.id = NEW.submitted_by_account_id"
    f" AND {effective('m')})"
)
WAITED_TOO_LONG = "NEW.escalated_at IS NOT NULL AND NEW.escalated_at <= relais_now() AND {fortnight} <= relais_now()"
"""Fourteen working days are more than a fortnight: the guard counts the days that no calendar can dispute."""

# An agent decides for a CPTS where nobody else in office can, when it has waited too long, or on appeal; and creates
# an account handed over by somebody in office (decision 4 of the owner, B-06, B-08, S-072).
UNABLE = (
    "NEW.decided_at > {soon}"
    " OR (NEW.decided_as = 'agent' AND NOT EXISTS (SELECT 1 FROM account a WHERE a.id = NEW.decided_by_account_id"
    " AND a.status = 'active' AND a.agent_since <= relais_now()))"
    " OR (NEW.decided_as = 'agent' AND NEW.kind IN ('affiliation', 'correction') AND NEW.appeal_of_id IS NULL"
    f" AND NOT ({WAITED_TOO_LONG}) AND {SOMEBODY_ELSE})"
    f" OR (NEW.status = 'accepted' AND NEW.kind = 'account' AND NOT {HANDED_OVER} AND {SOMEBODY_ELSE})"
    " OR (NEW.decided_as <> 'agent' AND NOT EXISTS (SELECT 1 FROM mandate m JOIN account a ON a.person_id = m.person_id"
    " WHERE m.id = NEW.deciding_mandate_id AND a.id = NEW.decided_by_account_id AND a.status = 'active'"
    f" AND {effective('m')}))"
)
FORTNIGHT = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', NEW.submitted_at, '+14 days')",
    "postgresql": "NEW.submitted_at + interval '14 days'",
}
FIXED = " OR ".join(
    f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in ("id", "number", "kind", "submitted_at", "appeal_of_id")
)


def guards(dialect: str) -> list[Guard]:
    unable = UNABLE.replace("{fortnight}", FORTNIGHT[dialect])
    return [
        Guard(
            "guard_decider_in_office",
            "request",
            "UPDATE",
            f"{DECIDES} AND NEW.status IS DISTINCT FROM OLD.status AND ({unable})",
            holds=HOLDS,
        ),
        Guard("guard_decider_in_office_at_birth", "request", "INSERT", f"{DECIDES} AND ({unable})", holds=HOLDS),
        Guard(
            "guard_request_fixed",
            "request",
            "UPDATE",
            f"{FIXED} OR (OLD.establishment_finess IS NOT NULL"
            " AND NEW.establishment_finess IS DISTINCT FROM OLD.establishment_finess)"
            " OR (OLD.person_id IS NOT NULL AND NEW.person_id IS DISTINCT FROM OLD.person_id)",
        ),
        Guard(
            "guard_affiliation_granted",
            "affiliation",
            "INSERT",
            "NOT EXISTS (SELECT 1 FROM request r WHERE r.id = NEW.request_id AND r.kind IN ('affiliation', 'account')"
            " AND r.status = 'accepted' AND r.person_id = NEW.person_id)"
            " AND NOT EXISTS (SELECT 1 FROM nomination n WHERE n.id = NEW.nomination_id"
            " AND n.status = 'accepted' AND n.person_id = NEW.person_id)",
        ),
    ]


def upgrade() -> None:
    connection = op.get_bind()
    op.drop_index("uq_request_pending", "request")
    with guards_lifted(connection), op.batch_alter_table("request") as batch:
        batch.add_column(sa.Column("subject", sa.String(160)))
        batch.add_column(sa.Column("details", sa.JSON(), nullable=False, server_default="{}"))
        batch.add_column(sa.Column("came_from", sa.String(500)))
        batch.add_column(sa.Column("refusal_code", sa.String(20)))
        for name in ("waiting_since", "reminded_at", "widened_at", "escalated_at"):
            batch.add_column(sa.Column(name, sa.DateTime(timezone=True)))
        batch.add_column(sa.Column("assigned_to_account_id", sa.Uuid()))
        batch.add_column(sa.Column("appeal_of_id", sa.Uuid()))
        batch.create_foreign_key(
            "fk_request_assigned_to_account_id_account", "account", ["assigned_to_account_id"], ["id"]
        )
        batch.create_foreign_key("fk_request_appeal_of_id_request", "request", ["appeal_of_id"], ["id"])
        for name in FORMER_CHECKS:
            batch.drop_constraint(op.f(f"ck_request_{name}"), type_="check")
        for name, condition in CHECKS.items():
            batch.create_check_constraint(op.f(f"ck_request_{name}"), condition)
        for name in OPTIONAL:
            batch.alter_column(name, nullable=True)
    op.add_column("request_event", sa.Column("internal", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE request SET waiting_since = submitted_at WHERE status = 'submitted'")
    op.create_index(
        "uq_request_pending",
        "request",
        ["kind", "establishment_finess", "email_key"],
        unique=True,
        sqlite_where=sa.text(ONE_PENDING),
        postgresql_where=sa.text(ONE_PENDING),
    )
    op.create_index("uq_request_appeal", "request", ["appeal_of_id"], unique=True)
    for guard in guards(connection.dialect.name):
        replace_guard(connection, guard)


def downgrade() -> None:
    connection = op.get_bind()
    former = {guard.name: guard for guard in op.get_context().script.get_revision("0002").module.GUARDS}
    for guard in guards(connection.dialect.name):
        replace_guard(connection, former[guard.name])
    op.drop_index("uq_request_appeal", "request")
    op.drop_index("uq_request_pending", "request")
    kept = "guard_request_kept"
    lost = "kind NOT IN ('affiliation', 'presidency') OR appeal_of_id IS NOT NULL"
    if connection.dialect.name == "postgresql":
        op.execute(f"ALTER TABLE request DISABLE TRIGGER {kept}")
    with guards_lifted(connection):
        op.execute("DELETE FROM request_event WHERE internal")
        op.execute(f"DELETE FROM request_event WHERE request_id IN (SELECT id FROM request WHERE {lost})")
        op.execute(f"DELETE FROM request WHERE {lost}")
        with op.batch_alter_table("request") as batch:
            for name in CHECKS:
                batch.drop_constraint(op.f(f"ck_request_{name}"), type_="check")
            for name, condition in FORMER_CHECKS.items():
                batch.create_check_constraint(op.f(f"ck_request_{name}"), condition)
            batch.drop_constraint("fk_request_assigned_to_account_id_account", type_="foreignkey")
            batch.drop_constraint("fk_request_appeal_of_id_request", type_="foreignkey")
            for name in OPTIONAL:
                batch.alter_column(name, nullable=False)
            for name in ("subject", "details", "came_from", "waiting_since", "reminded_at", "widened_at"):
                batch.drop_column(name)
            for name in ("escalated_at", "assigned_to_account_id", "appeal_of_id", "refusal_code"):
                batch.drop_column(name)
    if connection.dialect.name == "postgresql":
        op.execute(f"ALTER TABLE request ENABLE TRIGGER {kept}")
    op.drop_column("request_event", "internal")
    op.create_index(
        "uq_request_pending",
        "request",
        ["kind", "establishment_finess", "email_key"],
        unique=True,
        sqlite_where=sa.text(PENDING),
        postgresql_where=sa.text(PENDING),
    )
