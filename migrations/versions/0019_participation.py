"""Participation of doctors in unscheduled care through their CPTS.

Nothing is deleted. No participation without an open rattachement of that person in that CPTS, and no rattachement ends
there, when it is the last one, before the participation does.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

from app.guarding import Guard, Mark, create_guard, create_kept, create_mark, drop_guard, drop_mark

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = ("participation_place", "participation")
MOMENT = sa.DateTime(timezone=True)
NOT_ENDED = sa.text("ended_at IS NULL")


def changed(*columns: str) -> str:
    return " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)


def attached(row: str, beside: str = "") -> str:
    """That person has an open rattachement in that CPTS."""
    return (
        f"SELECT 1 FROM affiliation a WHERE a.person_id = {row}.person_id"
        f" AND a.establishment_finess = {row}.establishment_finess AND a.ended_at IS NULL{beside}"
    )


GUARDS = [
    Guard(
        "guard_participation_born_open",
        "participation",
        "INSERT",
        "NEW.ended_at IS NOT NULL OR NEW.declared_at > {soon}",
    ),
    Guard(
        "guard_participation_attached",
        "participation",
        "INSERT",
        f"NOT EXISTS ({attached('NEW')})",
        holds=(
            (
                "affiliation",
                "person_id = NEW.person_id AND establishment_finess = NEW.establishment_finess AND ended_at IS NULL",
            ),
        ),
    ),
    Guard(
        "guard_participation_close_only",
        "participation",
        "UPDATE",
        "OLD.ended_at IS NOT NULL OR NEW.ended_at > {soon} OR "
        + changed("id", "person_id", "establishment_finess", "declared_at"),
    ),
    Guard(
        "guard_participation_place_fixed",
        "participation_place",
        "UPDATE",
        # Whose name and street are forgotten is no place any more.
        f"({changed('name', 'street')}) AND NEW.removed_at IS NULL OR (OLD.removed_at IS NOT NULL AND"
        f" {changed('removed_at')}) OR NEW.removed_at > {{soon}} OR "
        + changed("id", "participation_id", "position", "postcode", "commune_insee", "activity_key", "added_at"),
    ),
    Guard(
        "guard_affiliation_ends_participation",
        "affiliation",
        "UPDATE",
        "OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL AND EXISTS (SELECT 1 FROM participation p"
        " WHERE p.person_id = OLD.person_id AND p.establishment_finess = OLD.establishment_finess"
        f" AND p.ended_at IS NULL) AND NOT EXISTS ({attached('OLD', ' AND a.id <> OLD.id')})",
    ),
]

MARK = Mark("participation", "'sas'", "{row}.establishment_finess")
"""Its places change with its version."""


def upgrade() -> None:
    op.create_table(
        "participation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_finess", sa.String(9), nullable=False),
        sa.Column("has_software", sa.Boolean(), nullable=False),
        sa.Column("gives_hours", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("declared_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=True),
        sa.Column("warned_of", sa.Date(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("end_reason", sa.String(200), nullable=True),
        sa.CheckConstraint("has_software OR gives_hours", name=op.f("ck_participation_software_or_hours")),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_participation_dates_in_order")),
        sa.CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name=op.f("ck_participation_end_has_reason")),
        sa.CheckConstraint(
            "ended_at IS NULL OR ended_at >= declared_at", name=op.f("ck_participation_end_after_declaration")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_participation_person_id_person")),
        sa.ForeignKeyConstraint(
            ["establishment_finess"],
            ["establishment.finess"],
            name=op.f("fk_participation_establishment_finess_establishment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation")),
    )
    op.create_index(
        "uq_participation_open",
        "participation",
        ["person_id", "establishment_finess"],
        unique=True,
        sqlite_where=NOT_ENDED,
        postgresql_where=NOT_ENDED,
    )
    op.create_index("ix_participation_establishment", "participation", ["establishment_finess"])
    op.create_table(
        "participation_place",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participation_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("street", sa.String(200), nullable=True),
        sa.Column("postcode", sa.String(5), nullable=True),
        sa.Column("commune_insee", sa.String(5), nullable=False),
        sa.Column("activity_key", sa.String(64), nullable=True),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_participation_place_named")),
        sa.CheckConstraint(
            "removed_at IS NULL OR removed_at >= added_at", name=op.f("ck_participation_place_removed_after_added")
        ),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["participation.id"],
            name=op.f("fk_participation_place_participation_id_participation"),
        ),
        sa.ForeignKeyConstraint(
            ["commune_insee"], ["commune.insee"], name=op.f("fk_participation_place_commune_insee_commune")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation_place")),
    )
    op.create_index("ix_participation_place_participation", "participation_place", ["participation_id"])
    for table in TABLES:
        create_kept(op.get_bind(), table)
    for guard in GUARDS:
        create_guard(op.get_bind(), guard)
    create_mark(op.get_bind(), MARK)


def downgrade() -> None:
    drop_mark(op.get_bind(), MARK)
    for guard in reversed(GUARDS):
        drop_guard(op.get_bind(), guard.name, guard.table)
    for table in TABLES:
        drop_guard(op.get_bind(), f"guard_{table}_kept", table)
        op.drop_table(table)
