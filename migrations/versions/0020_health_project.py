"""« Projet de santé » (S-152): what a CPTS undertakes, its pathways, when it was signed; a box of every dossier too.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


NOTHING = '{"health_project": null, "pathways": [], "project_signed_on": null}'
BOXES_OF_DOSSIERS = f"""
INSERT INTO dossier_box (sheet_id, box, base, base_version, "values", sources, version, updated_at)
SELECT sheet.id, 'projet', '{NOTHING}', 0, '{NOTHING}', '{{}}', 1, dossier.updated_at
FROM dossier_sheet AS sheet JOIN dossier ON dossier.id = sheet.dossier_id
WHERE sheet.kind = 'eg'
"""


def upgrade() -> None:
    op.add_column("establishment", sa.Column("health_project", sa.Text(), nullable=True))
    op.add_column("establishment", sa.Column("pathways", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("establishment", sa.Column("project_signed_on", sa.Date(), nullable=True))
    op.get_bind().exec_driver_sql(BOXES_OF_DOSSIERS)


def downgrade() -> None:
    for table in ("dossier_box", "dossier_box_past", "box_draft"):
        op.get_bind().exec_driver_sql(f"DELETE FROM {table} WHERE box = 'projet'")
    for column in ("project_signed_on", "pathways", "health_project"):
        op.drop_column("establishment", column)
