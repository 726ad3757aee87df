"""Guards: what the database itself refuses of the trust chain, whoever writes (SECURITY.md §6, decision 8).

Checks and composite keys (0001) say whose mandate grants what, where; a trigger says "now" and "once". Each guard is
one refusal on one event of one table, written once for both engines and named after what it refuses: its name stands in
the error. On PostgreSQL the rows that give the power are locked FOR SHARE first, so that an act and the end of the
mandate behind it are never both accepted. Removing any guard turns a test of tests/guards red.

A later migration that rebuilds one of these tables on SQLite must put its guards back: app/models/guards.py lists them.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

from app.guarding import Guard, create_guard, create_kept, drop_guard

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def in_office(mandate: str) -> str:
    return f"{mandate}.ended_at IS NULL AND ({mandate}.term_ends_at IS NULL OR {mandate}.term_ends_at > relais_now())"


def no_presidency_in_office(key: str) -> str:
    """That it is a presidency, of this establishment, is said by the composite keys and their `…_role` columns."""
    return f"NOT EXISTS (SELECT 1 FROM mandate p WHERE p.id = {key} AND {in_office('p')})"


def no_active_agent(key: str, concerned: str | None = None) -> str:
    """`concerned`: the person to whom the agent gives something, who cannot be the agent."""
    other = f" AND a.person_id <> {concerned}" if concerned else ""
    return (
        f"NOT EXISTS (SELECT 1 FROM account a WHERE a.id = {key} AND a.status = 'active'"
        f" AND a.agent_since <= relais_now(){other})"
    )


def changed(*columns: str) -> str:
    return " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)


MANDATE_KEYS = (
    "id",
    "establishment_finess",
    "person_id",
    "role",
    "seat",
    "function",
    "started_at",
    "term_ends_at",
    "granting_request_id",
    "granted_by_account_id",
    "nomination_id",
    "granting_mandate_id",
    "granting_person_id",
    "granting_role",
)

MANDATE = [
    Guard(
        "guard_mandate_born_open",
        "mandate",
        "INSERT",
        "NEW.ended_at IS NOT NULL OR NEW.started_at > {soon}",
    ),
    Guard(
        "guard_referent_nominated",
        "mandate",
        "INSERT",
        "NEW.role = 'referent' AND NOT EXISTS (SELECT 1 FROM nomination n WHERE n.id = NEW.nomination_id"
        " AND n.status = 'accepted' AND n.person_id = NEW.person_id AND n.created_at <= NEW.started_at)",
    ),
    Guard(
        "guard_president_in_office_grants",
        "mandate",
        "INSERT",
        f"NEW.role = 'referent' AND {no_presidency_in_office('NEW.granting_mandate_id')}",
        holds=(("mandate", "id = NEW.granting_mandate_id"),),
    ),
    Guard(
        "guard_president_on_request",
        "mandate",
        "INSERT",
        "NEW.role = 'president' AND NOT EXISTS (SELECT 1 FROM request r WHERE r.id = NEW.granting_request_id"
        " AND r.kind = 'presidency' AND r.status = 'accepted' AND r.person_id = NEW.person_id)",
    ),
    Guard(
        "guard_president_by_agent",
        "mandate",
        "INSERT",
        f"NEW.role = 'president' AND {no_active_agent('NEW.granted_by_account_id', 'NEW.person_id')}",
        holds=(("account", "id = NEW.granted_by_account_id"),),
    ),
    Guard(
        "guard_mandate_close_only",
        "mandate",
        "UPDATE",
        "OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL OR NEW.ended_at > {soon} OR " + changed(*MANDATE_KEYS),
    ),
    Guard(
        "guard_president_in_office_ends",
        "mandate",
        "UPDATE",
        f"NEW.role = 'referent' AND {no_presidency_in_office('NEW.ended_by_mandate_id')}",
        holds=(("mandate", "id = NEW.ended_by_mandate_id"),),
    ),
    Guard(
        "guard_president_ended_by_agent",
        "mandate",
        "UPDATE",
        f"NEW.role = 'president' AND {no_active_agent('NEW.ended_by_account_id')}",
        holds=(("account", "id = NEW.ended_by_account_id"),),
    ),
]

NOMINATION = [
    Guard(
        "guard_nomination_born_open",
        "nomination",
        "INSERT",
        "NEW.status <> 'proposed' OR NEW.person_id IS NOT NULL",
    ),
    Guard(
        "guard_president_in_office_nominates",
        "nomination",
        "INSERT",
        no_presidency_in_office("NEW.mandate_id"),
        holds=(("mandate", "id = NEW.mandate_id"),),
    ),
    Guard(
        "guard_nomination_fresh",
        "nomination",
        "INSERT",
        "NEW.created_at > {soon} OR NOT EXISTS (SELECT 1 FROM authentication a WHERE a.id = NEW.authentication_id"
        " AND a.at >= {ten_minutes_ago} AND a.at <= NEW.created_at)",
    ),
    Guard(
        "guard_nomination_closes_once",
        "nomination",
        "UPDATE",
        f"OLD.status <> 'proposed' AND ({changed('status', 'closed_at', 'person_id')})",
    ),
    Guard(
        "guard_nomination_fixed",
        "nomination",
        "UPDATE",
        changed(
            "id",
            "establishment_finess",
            "mandate_id",
            "nominated_by_person_id",
            "granting_role",
            "authentication_id",
            "created_at",
        )
        + f" OR (OLD.status = 'proposed' AND ({changed('email', 'email_key', 'family_name', 'given_name', 'rpps')}))",
    ),
    Guard(
        "guard_nomination_still_valid",
        "nomination",
        "UPDATE",
        "OLD.status = 'proposed' AND NEW.status = 'accepted' AND (OLD.expires_at <= relais_now()"
        f" OR {no_presidency_in_office('NEW.mandate_id')})",
        holds=(("mandate", "id = NEW.mandate_id"),),
    ),
]

DECIDES = "NEW.status IN ('accepted', 'refused')"
DECIDER_HOLDS = (
    ("account", "id = NEW.decided_by_account_id"),
    ("mandate", "id = NEW.deciding_mandate_id"),
    ("mandate", "id = (SELECT m.granting_mandate_id FROM mandate m WHERE m.id = NEW.deciding_mandate_id)"),
)
# An agent decides on an affiliation only where nobody in office can: who asks does not count (decision 4 of the owner).
UNABLE = (
    "NEW.decided_at > {soon}"
    f" OR (NEW.decided_as = 'agent' AND {no_active_agent('NEW.decided_by_account_id')})"
    " OR (NEW.decided_as = 'agent' AND NEW.kind = 'affiliation' AND EXISTS (SELECT 1 FROM mandate m"
    " JOIN account a ON a.person_id = m.person_id WHERE m.establishment_finess = NEW.establishment_finess"
    f" AND a.person_id IS DISTINCT FROM NEW.person_id AND a.email_key <> NEW.email_key AND {in_office('m')}"
    " AND (m.role = 'president' OR EXISTS (SELECT 1 FROM mandate p"
    f" WHERE p.id = m.granting_mandate_id AND {in_office('p')}))))"
    " OR (NEW.decided_as <> 'agent' AND NOT EXISTS (SELECT 1 FROM mandate m JOIN account a ON a.person_id = m.person_id"
    " WHERE m.id = NEW.deciding_mandate_id AND a.id = NEW.decided_by_account_id AND a.status = 'active'"
    f" AND {in_office('m')} AND (m.role = 'president' OR EXISTS (SELECT 1 FROM mandate p"
    f" WHERE p.id = m.granting_mandate_id AND {in_office('p')}))))"
)
OWN = (
    "EXISTS (SELECT 1 FROM account a WHERE a.id = NEW.decided_by_account_id"
    " AND (a.person_id = NEW.person_id OR a.email_key = NEW.email_key))"
)

REQUEST = [
    Guard(
        "guard_request_decided_once",
        "request",
        "UPDATE",
        "OLD.status IN ('accepted', 'refused', 'cancelled', 'expired') AND ("
        + changed(
            "status",
            "person_id",
            "decided_at",
            "decided_by_account_id",
            "decided_as",
            "deciding_mandate_id",
            "refusal_reason",
        )
        + ")",
    ),
    Guard(
        "guard_request_fixed",
        "request",
        "UPDATE",
        changed("id", "number", "kind", "establishment_finess", "submitted_at")
        + f" OR (OLD.person_id IS NOT NULL AND {changed('person_id')})",
    ),
    Guard(
        "guard_decider_in_office",
        "request",
        "UPDATE",
        f"{DECIDES} AND {changed('status')} AND ({UNABLE})",
        holds=DECIDER_HOLDS,
    ),
    Guard("guard_decider_in_office_at_birth", "request", "INSERT", f"{DECIDES} AND ({UNABLE})", holds=DECIDER_HOLDS),
    Guard("guard_own_request", "request", "UPDATE", f"{DECIDES} AND {changed('status')} AND {OWN}"),
    Guard("guard_own_request_at_birth", "request", "INSERT", f"{DECIDES} AND {OWN}"),
]

AFFILIATION = [
    Guard(
        "guard_affiliation_born_open",
        "affiliation",
        "INSERT",
        "NEW.ended_at IS NOT NULL OR NEW.started_at > {soon}",
    ),
    Guard(
        "guard_affiliation_granted",
        "affiliation",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM request r WHERE r.id = NEW.request_id AND r.kind = 'affiliation'"
        " AND r.status = 'accepted' AND r.person_id = NEW.person_id)"
        " AND NOT EXISTS (SELECT 1 FROM nomination n WHERE n.id = NEW.nomination_id"
        " AND n.status = 'accepted' AND n.person_id = NEW.person_id)",
    ),
    Guard(
        "guard_affiliation_close_only",
        "affiliation",
        "UPDATE",
        "OLD.ended_at IS NOT NULL OR NEW.ended_at > {soon} OR "
        + changed("id", "person_id", "unit_id", "establishment_finess", "started_at", "request_id", "nomination_id"),
    ),
]

BEHIND = [
    Guard("guard_journal_entry_fixed", "journal_entry", "UPDATE", "1 = 1"),
    Guard(
        "guard_journal_head_forward",
        "journal_head",
        "UPDATE",
        "NEW.chain <> OLD.chain OR NEW.seq <> OLD.seq + 1",
    ),
    Guard("guard_account_person_fixed", "account", "UPDATE", changed("id", "person_id")),
    Guard("guard_authentication_fixed", "authentication", "UPDATE", changed("id", "person_id", "at")),
]

GUARDS = [*MANDATE, *NOMINATION, *REQUEST, *AFFILIATION, *BEHIND]
KEPT = ("mandate", "nomination", "request", "affiliation", "journal_entry", "journal_head")
"""Tables of which nothing is ever deleted: guard_<table>_kept."""


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION relais_now() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT statement_timestamp()'"
        )
    for guard in GUARDS:
        create_guard(connection, guard)
    for table in KEPT:
        create_kept(connection, table)


def downgrade() -> None:
    connection = op.get_bind()
    for guard in GUARDS:
        drop_guard(connection, guard.name, guard.table)
    for table in KEPT:
        drop_guard(connection, f"guard_{table}_kept", table)
    if connection.dialect.name == "postgresql":
        op.execute("DROP FUNCTION relais_now()")
