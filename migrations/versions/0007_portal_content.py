"""Portal content: tiles, banners, documents, support hours and help pages edited by the service centre.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = [
    "portal_banner",
    "portal_document",
    "portal_tile",
    "support_exception",
    "help_version",
    "portal_banner_dismissal",
    "portal_document_file",
    "portal_tile_click",
    "support_schedule",
]


def upgrade() -> None:
    op.create_table(
        "portal_banner",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(length=400), nullable=False),
        sa.Column("tone", sa.String(length=12), nullable=False),
        sa.Column("link_url", sa.String(length=500), nullable=True),
        sa.Column("link_label", sa.String(length=80), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("audience", sa.String(length=12), nullable=False),
        sa.Column("departement", sa.String(length=3), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "audience IN ('everyone', 'signed_in', 'president', 'referent', 'agent')",
            name=op.f("ck_portal_banner_audience_known"),
        ),
        sa.CheckConstraint("tone IN ('info', 'ok', 'attention', 'erreur')", name=op.f("ck_portal_banner_tone_known")),
        sa.CheckConstraint("(link_url IS NULL) = (link_label IS NULL)", name=op.f("ck_portal_banner_link_has_words")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_portal_banner_starts_before_it_ends")),
        sa.PrimaryKeyConstraint("id", name="pk_portal_banner"),
    )
    op.create_index("ix_portal_banner_days", "portal_banner", ["ends_on", "starts_on"], unique=False)
    op.create_table(
        "portal_document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("description", sa.String(length=300), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('guide', 'form', 'role_sheet', 'other')", name=op.f("ck_portal_document_kind_known")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_portal_document"),
    )
    op.create_table(
        "portal_tile",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=True),
        sa.Column("audience", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "audience IN ('everyone', 'signed_in', 'president', 'referent', 'agent')",
            name=op.f("ck_portal_tile_audience_known"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_portal_tile"),
    )
    op.create_table(
        "support_exception",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=True),
        sa.Column("closes", sa.Integer(), nullable=True),
        sa.CheckConstraint("(opens IS NULL) = (closes IS NULL)", name=op.f("ck_support_exception_hours_whole")),
        sa.CheckConstraint(
            "opens IS NULL OR (opens >= 0 AND opens < closes AND closes <= 1440)",
            name=op.f("ck_support_exception_hours_in_order"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_support_exception"),
    )
    op.create_index("uq_support_exception_day", "support_exception", ["day"], unique=True)
    op.create_table(
        "help_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("lead", sa.String(length=300), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by_account_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'published', 'withdrawn')", name=op.f("ck_help_version_state_known")),
        sa.ForeignKeyConstraint(
            ["saved_by_account_id"], ["account.id"], name="fk_help_version_saved_by_account_id_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_help_version"),
    )
    op.create_index("uq_help_version_number", "help_version", ["slug", "number"], unique=True)
    op.create_table(
        "portal_banner_dismissal",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("banner_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_portal_banner_dismissal_account_id_account"),
        sa.ForeignKeyConstraint(
            ["banner_id"], ["portal_banner.id"], name="fk_portal_banner_dismissal_banner_id_portal_banner"
        ),
        sa.PrimaryKeyConstraint("account_id", "banner_id", name="pk_portal_banner_dismissal"),
    )
    op.create_table(
        "portal_document_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(length=4), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by_account_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "format IN ('pdf', 'odt', 'docx', 'xlsx', 'png', 'jpg')", name=op.f("ck_portal_document_file_format_known")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["portal_document.id"], name="fk_portal_document_file_document_id_portal_document"
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_account_id"], ["account.id"], name="fk_portal_document_file_uploaded_by_account_id_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_portal_document_file"),
    )
    op.create_index("uq_portal_document_file_number", "portal_document_file", ["document_id", "number"], unique=True)
    op.create_table(
        "portal_tile_click",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("tile_id", sa.Uuid(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_portal_tile_click_account_id_account"),
        sa.ForeignKeyConstraint(["tile_id"], ["portal_tile.id"], name="fk_portal_tile_click_tile_id_portal_tile"),
        sa.PrimaryKeyConstraint("account_id", "tile_id", name="pk_portal_tile_click"),
    )
    op.create_table(
        "support_schedule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("week", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by_account_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["saved_by_account_id"], ["account.id"], name="fk_support_schedule_saved_by_account_id_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_support_schedule"),
    )
    op.create_index("uq_support_schedule_number", "support_schedule", ["number"], unique=True)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
