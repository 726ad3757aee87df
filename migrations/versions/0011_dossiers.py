"""Dossiers collaboratifs: sheets, boxes, steps, comments; revisions; drafts.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

from app.guarding import Guard, create_guard, create_kept, drop_guard

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


FIXED = (
    Guard("guard_revision_fixed", "revision", "UPDATE", "TRUE"),
    Guard("guard_revision_box_fixed", "revision_box", "UPDATE", "TRUE"),
)
KEPT = ("revision", "revision_box", "dossier_step")
"""Nothing published is forgotten, and nobody rewrites it."""


def upgrade() -> None:
    op.create_table(
        "box_draft",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("sheet", sa.String(length=42), nullable=False),
        sa.Column("box", sa.String(length=20), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_box_draft_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", "sheet", "box", name=op.f("pk_box_draft")),
    )
    op.create_table(
        "dossier",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("establishment_finess", sa.String(length=9), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("origin", sa.String(length=6), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by_account_id", sa.Uuid(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by_account_id", sa.Uuid(), nullable=True),
        sa.Column("approving_mandate_id", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by_account_id", sa.Uuid(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("origin IN ('cpts', 'centre')", name=op.f("ck_dossier_origin_known")),
        sa.CheckConstraint(
            "status <> 'published' OR (published_at IS NOT NULL AND published_by_account_id IS NOT NULL)",
            name=op.f("ck_dossier_publication_is_signed"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'to_approve', 'to_review', 'published', 'cancelled')",
            name=op.f("ck_dossier_status_known"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('to_review', 'published')"
            " OR (approved_at IS NOT NULL AND approved_by_account_id IS NOT NULL)",
            name=op.f("ck_dossier_approved_by_the_cpts"),
        ),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_dossier_named")),
        sa.CheckConstraint(
            "published_by_account_id IS NULL OR published_by_account_id <> approved_by_account_id",
            name=op.f("ck_dossier_nobody_validates_twice"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_account_id"], ["account.id"], name=op.f("fk_dossier_approved_by_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["approving_mandate_id"], ["mandate.id"], name=op.f("fk_dossier_approving_mandate_id_mandate")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_account_id"], ["account.id"], name=op.f("fk_dossier_created_by_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["establishment_finess"],
            ["establishment.finess"],
            name=op.f("fk_dossier_establishment_finess_establishment"),
        ),
        sa.ForeignKeyConstraint(
            ["published_by_account_id"], ["account.id"], name=op.f("fk_dossier_published_by_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_account_id"], ["account.id"], name=op.f("fk_dossier_submitted_by_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier")),
        sa.UniqueConstraint("id", "establishment_finess", name="uq_dossier_id_establishment"),
    )
    op.create_index(op.f("ix_dossier_establishment_finess"), "dossier", ["establishment_finess"], unique=False)
    op.create_index(
        "uq_dossier_open",
        "dossier",
        ["establishment_finess"],
        unique=True,
        sqlite_where=sa.text("status IN ('draft', 'to_approve', 'to_review')"),
        postgresql_where=sa.text("status IN ('draft', 'to_approve', 'to_review')"),
    )
    op.create_table(
        "dossier_sheet",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=2), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("prepared_by_account_id", sa.Uuid(), nullable=True),
        sa.Column("finalised_by_account_id", sa.Uuid(), nullable=True),
        sa.Column("finalised_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind <> 'eg' OR unit_id IS NULL", name=op.f("ck_dossier_sheet_eg_has_no_unit")),
        sa.CheckConstraint("kind IN ('eg', 'uo')", name=op.f("ck_dossier_sheet_kind_known")),
        sa.CheckConstraint("state IN ('todo', 'started', 'final')", name=op.f("ck_dossier_sheet_state_known")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_dossier_sheet_dossier_id_dossier"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["finalised_by_account_id"], ["account.id"], name=op.f("fk_dossier_sheet_finalised_by_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["prepared_by_account_id"], ["account.id"], name=op.f("fk_dossier_sheet_prepared_by_account_id_account")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_dossier_sheet_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_sheet")),
        sa.UniqueConstraint("dossier_id", "position", name="uq_dossier_sheet_position"),
    )
    op.create_index(op.f("ix_dossier_sheet_dossier_id"), "dossier_sheet", ["dossier_id"], unique=False)
    op.create_table(
        "dossier_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_dossier_step_account_id_account")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_dossier_step_dossier_id_dossier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_step")),
    )
    op.create_index(op.f("ix_dossier_step_dossier_id"), "dossier_step", ["dossier_id"], unique=False)
    op.create_table(
        "revision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("establishment_finess", sa.String(length=9), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(length=12), nullable=True),
        sa.Column("on_behalf_of", sa.String(length=60), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("dossier_id", sa.Uuid(), nullable=True),
        sa.Column("restores_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "source IN ('direct', 'correction', 'on_behalf', 'dossier', 'import', 'restore', 'undo',"
            " 'registration', 'territory')",
            name=op.f("ck_revision_source_known"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_revision_account_id_account")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_revision_dossier_id_dossier")),
        sa.ForeignKeyConstraint(
            ["establishment_finess"],
            ["establishment.finess"],
            name=op.f("fk_revision_establishment_finess_establishment"),
        ),
        sa.ForeignKeyConstraint(["restores_id"], ["revision.id"], name=op.f("fk_revision_restores_id_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("establishment_finess", "number", name="uq_revision_number"),
    )
    op.create_index("ix_revision_establishment_finess_at", "revision", ["establishment_finess", "at"], unique=False)
    op.create_table(
        "dossier_box",
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("box", sa.String(length=20), nullable=False),
        sa.Column("base", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("reviewed", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_by_account_id", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["dossier_sheet.id"], name=op.f("fk_dossier_box_sheet_id_dossier_sheet"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["updated_by_account_id"], ["account.id"], name=op.f("fk_dossier_box_updated_by_account_id_account")
        ),
        sa.PrimaryKeyConstraint("sheet_id", "box", name=op.f("pk_dossier_box")),
    )
    op.create_table(
        "dossier_comment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("box", sa.String(length=20), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=8), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("decision IN ('accept', 'return', 'keep')", name=op.f("ck_dossier_comment_decision_known")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_dossier_comment_account_id_account")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_dossier_comment_dossier_id_dossier"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"],
            ["dossier_sheet.id"],
            name=op.f("fk_dossier_comment_sheet_id_dossier_sheet"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_comment")),
    )
    op.create_index(op.f("ix_dossier_comment_dossier_id"), "dossier_comment", ["dossier_id"], unique=False)
    op.create_table(
        "revision_box",
        sa.Column("revision_id", sa.Uuid(), nullable=False),
        sa.Column("sheet", sa.String(length=20), nullable=False),
        sa.Column("box", sa.String(length=20), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_revision_box_revision_id_revision")),
        sa.PrimaryKeyConstraint("revision_id", "sheet", "box", name=op.f("pk_revision_box")),
    )

    for table in KEPT:
        create_kept(op.get_bind(), table)
    for guard in FIXED:
        create_guard(op.get_bind(), guard)


def downgrade() -> None:
    for guard in FIXED:
        drop_guard(op.get_bind(), guard.name, guard.table)
    for table in KEPT:
        drop_guard(op.get_bind(), f"guard_{table}_kept", table)
    op.drop_table("revision_box")
    op.drop_index(op.f("ix_dossier_comment_dossier_id"), table_name="dossier_comment")
    op.drop_table("dossier_comment")
    op.drop_table("dossier_box")
    op.drop_index("ix_revision_establishment_finess_at", table_name="revision")
    op.drop_table("revision")
    op.drop_index(op.f("ix_dossier_step_dossier_id"), table_name="dossier_step")
    op.drop_table("dossier_step")
    op.drop_index(op.f("ix_dossier_sheet_dossier_id"), table_name="dossier_sheet")
    op.drop_table("dossier_sheet")
    op.drop_index(
        "uq_dossier_open",
        table_name="dossier",
        sqlite_where=sa.text("status IN ('draft', 'to_approve', 'to_review')"),
        postgresql_where=sa.text("status IN ('draft', 'to_approve', 'to_review')"),
    )
    op.drop_index(op.f("ix_dossier_establishment_finess"), table_name="dossier")
    op.drop_table("dossier")
    op.drop_table("box_draft")
