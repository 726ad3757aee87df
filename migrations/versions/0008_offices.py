"""Offices: succession notices, reminders of a term, access reviews, suspensions.

A suspension makes a référent's mandate or a rattachement count for nothing until somebody in office lifts it; it is
never deleted, never lifted twice, and only a president in office gives a référent their rights back.

Revision ID: 0008
Revises: 0007
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from app.guarding import Guard, create_guard, create_kept, drop_guard, replace_guard

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ONE_SUBJECT = "(mandate_id IS NULL) <> (affiliation_id IS NULL)"
OF_A_REFERENT = "(mandate_id IS NULL) = (mandate_role IS NULL) AND (mandate_role IS NULL OR mandate_role = 'referent')"
TABLES = ("succession_notice", "term_notice", "suspension", "review_item", "access_review")


def in_office(mandate: str) -> str:
    return f"{mandate}.ended_at IS NULL AND ({mandate}.term_ends_at IS NULL OR {mandate}.term_ends_at > relais_now())"


def effective(mandate: str) -> str:
    """As 0004 says it, and not suspended."""
    return (
        f"{in_office(mandate)} AND ({mandate}.role = 'president' OR (EXISTS (SELECT 1 FROM mandate p"
        f" WHERE p.id = {mandate}.granting_mandate_id AND {in_office('p')})"
        f" AND NOT EXISTS (SELECT 1 FROM suspension s WHERE s.mandate_id = {mandate}.id AND s.lifted_at IS NULL)))"
    )


def changed(*columns: str) -> str:
    return " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)


SUSPENSION = [
    Guard(
        "guard_suspension_born_open",
        "suspension",
        "INSERT",
        "NEW.lifted_at IS NOT NULL OR NEW.since > {soon}",
    ),
    Guard(
        "guard_suspension_lift_only",
        "suspension",
        "UPDATE",
        "OLD.lifted_at IS NOT NULL OR NEW.lifted_at IS NULL OR NEW.lifted_at > {soon} OR "
        + changed(
            "id", "establishment_finess", "mandate_id", "mandate_role", "affiliation_id", "review_id", "since", "reason"
        ),
    ),
    Guard(
        "guard_suspension_lifted_in_office",
        "suspension",
        "UPDATE",
        f"NOT EXISTS (SELECT 1 FROM mandate m WHERE m.id = NEW.lifted_by_mandate_id AND {effective('m')})",
        holds=(
            ("mandate", "id = NEW.lifted_by_mandate_id"),
            ("mandate", "id = (SELECT m.granting_mandate_id FROM mandate m WHERE m.id = NEW.lifted_by_mandate_id)"),
        ),
    ),
]

DECIDES = "NEW.status IN ('accepted', 'refused')"
HOLDS = (
    ("account", "id = NEW.decided_by_account_id"),
    ("mandate", "id = NEW.deciding_mandate_id"),
    ("mandate", "id = (SELECT m.granting_mandate_id FROM mandate m WHERE m.id = NEW.deciding_mandate_id)"),
)
# Who is in office but whose account is suspended or closed decides nothing: the service centre does (decision 4).
SOMEBODY_ELSE = (
    "EXISTS (SELECT 1 FROM mandate m JOIN account a ON a.person_id = m.person_id"
    " WHERE m.establishment_finess = NEW.establishment_finess AND a.person_id IS DISTINCT FROM NEW.person_id"
    f" AND a.email_key <> NEW.email_key AND a.status IN ('active', 'invited') AND {effective('m')})"
)
HANDED_OVER = (
    "EXISTS (SELECT 1 FROM mandate m JOIN account a ON a.person_id = m.person_id"
    " WHERE m.establishment_finess = NEW.establishment_finess AND a.id = NEW.submitted_by_account_id"
    f" AND {effective('m')})"
)
WAITED_TOO_LONG = "NEW.escalated_at IS NOT NULL AND NEW.escalated_at <= relais_now() AND {fortnight} <= relais_now()"
FORTNIGHT = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', NEW.submitted_at, '+14 days')",
    "postgresql": "NEW.submitted_at + interval '14 days'",
}
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


def deciders(dialect: str) -> list[Guard]:
    unable = UNABLE.replace("{fortnight}", FORTNIGHT[dialect])
    changes = f"{DECIDES} AND NEW.status IS DISTINCT FROM OLD.status AND ({unable})"
    return [
        Guard("guard_decider_in_office", "request", "UPDATE", changes, holds=HOLDS),
        Guard("guard_decider_in_office_at_birth", "request", "INSERT", f"{DECIDES} AND ({unable})", holds=HOLDS),
    ]


def upgrade() -> None:
    connection = op.get_bind()
    op.create_index("uq_affiliation_id_establishment", "affiliation", ["id", "establishment_finess"], unique=True)
    _create_succession()
    _create_review()
    _create_suspension()
    for guard in SUSPENSION:
        create_guard(connection, guard)
    create_kept(connection, "suspension")
    for guard in deciders(connection.dialect.name):
        replace_guard(connection, guard)


def downgrade() -> None:
    connection = op.get_bind()
    former = {guard.name: guard for guard in _requests().guards(connection.dialect.name)}
    for guard in deciders(connection.dialect.name):
        replace_guard(connection, former[guard.name])
    drop_guard(connection, "guard_suspension_kept", "suspension")
    for guard in reversed(SUSPENSION):
        drop_guard(connection, guard.name, guard.table)
    for table in TABLES:
        op.drop_table(table)
    op.drop_index("uq_affiliation_id_establishment", "affiliation")


def _requests() -> Any:
    """The migration whose guards stand below this one."""
    return op.get_context().script.get_revision("0004").module


def _create_succession() -> None:
    op.create_table(
        "succession_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("mandate_id", sa.Uuid(), nullable=False),
        sa.Column("mandate_role", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_finess", sa.String(length=9), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("objects_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_account_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "answer IS NULL OR answer IN ('agreed', 'objected')", name=op.f("ck_succession_notice_answer_known")
        ),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL) AND (answer IS NULL) = (answered_by_account_id IS NULL)",
            name=op.f("ck_succession_notice_answer_signed"),
        ),
        sa.CheckConstraint(
            "answer IS NULL OR answer <> 'objected' OR (reason IS NOT NULL AND length(trim(reason)) > 0)",
            name=op.f("ck_succession_notice_objection_has_reason"),
        ),
        sa.CheckConstraint("objects_until > told_at", name=op.f("ck_succession_notice_time_to_object")),
        sa.CheckConstraint("mandate_role = 'president'", name=op.f("ck_succession_notice_told_to_president")),
        sa.ForeignKeyConstraint(
            ["request_id", "establishment_finess"],
            ["request.id", "request.establishment_finess"],
            name="fk_succession_notice_request",
        ),
        sa.ForeignKeyConstraint(
            ["mandate_id", "establishment_finess", "person_id", "mandate_role"],
            ["mandate.id", "mandate.establishment_finess", "mandate.person_id", "mandate.role"],
            name="fk_succession_notice_presidency",
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_account_id"], ["account.id"], name=op.f("fk_succession_notice_answered_by_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_succession_notice")),
    )
    op.create_index(
        "uq_succession_notice_request_mandate", "succession_notice", ["request_id", "mandate_id"], unique=True
    )
    op.create_index("ix_succession_notice_mandate", "succession_notice", ["mandate_id"])
    op.create_table(
        "term_notice",
        sa.Column("mandate_id", sa.Uuid(), nullable=False),
        sa.Column("days_before", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("days_before IN (60, 14, 0)", name=op.f("ck_term_notice_stage_known")),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"], name=op.f("fk_term_notice_mandate_id_mandate")),
        sa.PrimaryKeyConstraint("mandate_id", "days_before", name=op.f("pk_term_notice")),
    )


def _create_review() -> None:
    op.create_table(
        "access_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("establishment_finess", sa.String(length=9), nullable=False),
        sa.Column("quarter", sa.String(length=7), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("due_at > opened_at", name=op.f("ck_access_review_time_to_answer")),
        sa.ForeignKeyConstraint(
            ["establishment_finess"],
            ["establishment.finess"],
            name=op.f("fk_access_review_establishment_finess_establishment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_review")),
        sa.UniqueConstraint("id", "establishment_finess", name="uq_access_review_id_establishment"),
    )
    op.create_index("uq_access_review_quarter", "access_review", ["establishment_finess", "quarter"], unique=True)
    _create_partial("uq_access_review_open", "access_review", "establishment_finess", "closed_at IS NULL")
    op.create_table(
        "review_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_finess", sa.String(length=9), nullable=False),
        *_subject(),
        sa.Column("answer", sa.String(length=10), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_account_id", sa.Uuid(), nullable=True),
        *_one_subject("review_item"),
        sa.CheckConstraint(
            "answer IS NULL OR answer IN ('kept', 'removed', 'unanswered', 'gone')",
            name=op.f("ck_review_item_answer_known"),
        ),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_review_item_answer_dated")),
        sa.CheckConstraint(
            "answer IS NULL OR answer NOT IN ('kept', 'removed') OR answered_by_account_id IS NOT NULL",
            name=op.f("ck_review_item_answer_signed"),
        ),
        sa.ForeignKeyConstraint(
            ["review_id", "establishment_finess"],
            ["access_review.id", "access_review.establishment_finess"],
            name="fk_review_item_review",
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_account_id"], ["account.id"], name=op.f("fk_review_item_answered_by_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_item")),
    )
    op.create_index("uq_review_item_mandate", "review_item", ["review_id", "mandate_id"], unique=True)
    op.create_index("uq_review_item_affiliation", "review_item", ["review_id", "affiliation_id"], unique=True)


def _create_suspension() -> None:
    op.create_table(
        "suspension",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("establishment_finess", sa.String(length=9), nullable=False),
        *_subject(),
        sa.Column("review_id", sa.Uuid(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by_mandate_id", sa.Uuid(), nullable=True),
        sa.Column("lifted_by_role", sa.String(length=10), nullable=True),
        *_one_subject("suspension"),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_suspension_has_reason")),
        sa.CheckConstraint("lifted_at IS NULL OR lifted_at >= since", name=op.f("ck_suspension_lift_after_start")),
        sa.CheckConstraint(
            "lifted_at IS NULL OR (lifted_by_mandate_id IS NOT NULL AND lifted_by_role IS NOT NULL"
            " AND (lifted_by_role = 'president' OR mandate_id IS NULL))",
            name=op.f("ck_suspension_lifted_in_office"),
        ),
        sa.ForeignKeyConstraint(
            ["lifted_by_mandate_id", "establishment_finess", "lifted_by_role"],
            ["mandate.id", "mandate.establishment_finess", "mandate.role"],
            name="fk_suspension_lifting_mandate",
        ),
        sa.ForeignKeyConstraint(
            ["review_id", "establishment_finess"],
            ["access_review.id", "access_review.establishment_finess"],
            name="fk_suspension_review",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
    )
    _create_partial("uq_suspension_open_mandate", "suspension", "mandate_id", "lifted_at IS NULL")
    _create_partial("uq_suspension_open_affiliation", "suspension", "affiliation_id", "lifted_at IS NULL")
    op.create_index("ix_suspension_establishment", "suspension", ["establishment_finess"])


def _subject() -> list[sa.Column]:
    return [
        sa.Column("mandate_id", sa.Uuid(), nullable=True),
        sa.Column("mandate_role", sa.String(length=10), nullable=True),
        sa.Column("affiliation_id", sa.Uuid(), nullable=True),
    ]


def _one_subject(table: str) -> list[sa.Constraint]:
    """A référent's mandate of that CPTS, or a rattachement there."""
    return [
        sa.CheckConstraint(ONE_SUBJECT, name=op.f(f"ck_{table}_one_subject")),
        sa.CheckConstraint(OF_A_REFERENT, name=op.f(f"ck_{table}_of_a_referent")),
        sa.ForeignKeyConstraint(
            ["mandate_id", "establishment_finess", "mandate_role"],
            ["mandate.id", "mandate.establishment_finess", "mandate.role"],
            name=f"fk_{table}_referent",
        ),
        sa.ForeignKeyConstraint(
            ["affiliation_id", "establishment_finess"],
            ["affiliation.id", "affiliation.establishment_finess"],
            name=f"fk_{table}_affiliation",
        ),
    ]


def _create_partial(name: str, table: str, column: str, condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, [column], unique=True, sqlite_where=where, postgresql_where=where)
