"""What a CPTS says of itself: contacts with their telecoms, hours, ages with units, versions of boxes, codes.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

from app.guarding import guards_lifted

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


AGE_UNITS = "min_age_unit IN ('a', 'mo', 'wk', 'd') AND max_age_unit IN ('a', 'mo', 'wk', 'd')"
ORDERED = "min_age >= 0 AND max_age <= 150 AND min_age <= max_age"
FLAT = ("unit_id", "position", "nature_code", "channel_code", "value", "extension", "confidentiality")


def upgrade() -> None:
    op.create_table(
        "nomenclature_code",
        sa.Column("system", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("label", sa.String(length=250), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("parent_code", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("system", "code", name=op.f("pk_nomenclature_code")),
    )
    op.create_table(
        "sheet_box",
        sa.Column("sheet", sa.String(length=20), nullable=False),
        sa.Column("box", sa.String(length=20), nullable=False),
        sa.Column("establishment_finess", sa.String(length=9), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by_account_id", sa.Uuid(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["establishment_finess"],
            ["establishment.finess"],
            name=op.f("fk_sheet_box_establishment_finess_establishment"),
        ),
        sa.ForeignKeyConstraint(
            ["updated_by_account_id"], ["account.id"], name=op.f("fk_sheet_box_updated_by_account_id_account")
        ),
        sa.PrimaryKeyConstraint("sheet", "box", name=op.f("pk_sheet_box")),
    )
    op.create_index(op.f("ix_sheet_box_establishment_finess"), "sheet_box", ["establishment_finess"], unique=False)
    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("establishment_finess", sa.String(length=9), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("nature_code", sa.String(length=4), nullable=True),
        sa.Column("function_code", sa.String(length=4), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=True),
        sa.Column("description", sa.String(length=200), nullable=True),
        sa.Column("confidentiality", sa.Integer(), nullable=False),
        sa.CheckConstraint("confidentiality IN (1, 2, 3)", name=op.f("ck_contact_confidentiality_known")),
        sa.CheckConstraint("function_code IS NULL OR name IS NOT NULL", name=op.f("ck_contact_function_has_a_name")),
        sa.CheckConstraint(
            "nature_code IS NULL OR (name IS NULL AND function_code IS NULL)",
            name=op.f("ck_contact_nature_has_no_name"),
        ),
        sa.ForeignKeyConstraint(
            ["establishment_finess"],
            ["establishment.finess"],
            name=op.f("fk_contact_establishment_finess_establishment"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_contact_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index(
        "ix_contact_establishment_finess_unit_id", "contact", ["establishment_finess", "unit_id"], unique=False
    )
    op.create_index(op.f("ix_contact_unit_id"), "contact", ["unit_id"], unique=False)
    op.create_table(
        "unit_hours",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type_code", sa.String(length=4), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("opens", sa.Time(), nullable=True),
        sa.Column("closes", sa.Time(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "weekday IS NOT NULL OR (starts_on IS NOT NULL AND ends_on IS NOT NULL)",
            name=op.f("ck_unit_hours_day_or_period"),
        ),
        sa.CheckConstraint("weekday IS NULL OR weekday BETWEEN 1 AND 7", name=op.f("ck_unit_hours_weekday_known")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_hours_unit_id_unit")),
        sa.PrimaryKeyConstraint("unit_id", "position", name=op.f("pk_unit_hours")),
    )
    op.create_table(
        "telecom",
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("channel_code", sa.String(length=4), nullable=False),
        sa.Column("value", sa.String(length=254), nullable=False),
        sa.Column("extension", sa.String(length=10), nullable=True),
        sa.Column("usage", sa.String(length=120), nullable=True),
        sa.Column("confidentiality", sa.Integer(), nullable=False),
        sa.CheckConstraint("confidentiality IN (1, 2, 3)", name=op.f("ck_telecom_confidentiality_known")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_telecom_contact_id_contact"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contact_id", "position", name=op.f("pk_telecom")),
    )

    with guards_lifted(op.get_bind()), op.batch_alter_table("unit") as batch:
        batch.add_column(sa.Column("min_age_unit", sa.String(length=2), server_default="a", nullable=False))
        batch.add_column(sa.Column("max_age_unit", sa.String(length=2), server_default="a", nullable=False))
        batch.add_column(sa.Column("latitude", sa.Double()))
        batch.add_column(sa.Column("longitude", sa.Double()))
        batch.drop_constraint(op.f("ck_unit_ages_ordered"), type_="check")
        batch.create_check_constraint(op.f("ck_unit_ages_positive"), "min_age >= 0 AND max_age >= 0")
        batch.create_check_constraint(op.f("ck_unit_age_units_known"), AGE_UNITS)
    op.add_column("establishment", sa.Column("operational_name", sa.String(length=200)))
    op.add_column("establishment", sa.Column("comment", sa.Text()))
    # One telecom a contact is what there was: each keeps its number, its level and its place.
    op.execute(
        "INSERT INTO contact (id, establishment_finess, unit_id, position, nature_code, confidentiality)"
        " SELECT c.id, u.establishment_finess, c.unit_id, c.position, c.nature_code, c.confidentiality"
        " FROM unit_contact c JOIN unit u ON u.id = c.unit_id"
    )
    op.execute(
        "INSERT INTO telecom (contact_id, position, channel_code, value, extension, confidentiality)"
        " SELECT id, 1, channel_code, value, extension, confidentiality FROM unit_contact"
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT setval(pg_get_serial_sequence('contact', 'id'), coalesce(max(id), 1)) FROM contact")
    op.drop_table("unit_contact")


def downgrade() -> None:
    op.create_table(
        "unit_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("nature_code", sa.String(length=4), nullable=False),
        sa.Column("channel_code", sa.String(length=4), nullable=False),
        sa.Column("value", sa.String(length=254), nullable=False),
        sa.Column("extension", sa.String(length=10), nullable=True),
        sa.Column("confidentiality", sa.Integer(), nullable=False),
        sa.CheckConstraint("confidentiality IN (1, 2, 3)", name=op.f("ck_unit_contact_confidentiality_known")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_unit_contact_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_unit_contact"),
    )
    op.create_index("ix_unit_contact_unit_id", "unit_contact", ["unit_id"], unique=False)
    # What the flat table can hold; a name, a function and the contacts of the establishment are lost.
    op.execute(
        f"INSERT INTO unit_contact ({', '.join(FLAT)})"
        " SELECT c.unit_id, c.position, coalesce(c.nature_code, '01'), t.channel_code, t.value, t.extension,"
        " CASE WHEN c.confidentiality > t.confidentiality THEN c.confidentiality ELSE t.confidentiality END"
        " FROM contact c JOIN telecom t ON t.contact_id = c.id WHERE c.unit_id IS NOT NULL"
        " ORDER BY c.id, t.position"
    )
    op.drop_column("establishment", "comment")
    op.drop_column("establishment", "operational_name")
    # Ages in months or days do not fit the former rule: they become the years that hold them.
    op.execute("UPDATE unit SET min_age = 0 WHERE min_age_unit <> 'a'")
    op.execute("UPDATE unit SET max_age = 1 WHERE max_age_unit <> 'a'")
    op.execute("UPDATE unit SET max_age = 150 WHERE max_age > 150 OR max_age < min_age")
    op.execute("UPDATE unit SET min_age = 0 WHERE min_age > 150")
    with guards_lifted(op.get_bind()), op.batch_alter_table("unit") as batch:
        batch.drop_constraint(op.f("ck_unit_ages_positive"), type_="check")
        batch.drop_constraint(op.f("ck_unit_age_units_known"), type_="check")
        batch.create_check_constraint(op.f("ck_unit_ages_ordered"), ORDERED)
        for name in ("min_age_unit", "max_age_unit", "latitude", "longitude"):
            batch.drop_column(name)
    op.drop_table("telecom")
    op.drop_table("unit_hours")
    op.drop_index(op.f("ix_contact_unit_id"), table_name="contact")
    op.drop_index("ix_contact_establishment_finess_unit_id", table_name="contact")
    op.drop_table("contact")
    op.drop_index(op.f("ix_sheet_box_establishment_finess"), table_name="sheet_box")
    op.drop_table("sheet_box")
    op.drop_table("nomenclature_code")
