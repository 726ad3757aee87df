"""Favourites and moves of the répertoire.

A unit may go under another establishment (RG_EXP_042): which one an affiliation or a request was about is a fact of its
day, no longer of today. The composite keys to the unit give way to guards that say so when the row is written, and to
one that lets a unit go only when nobody is attached to it and nobody waits to be.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

from app.guarding import Guard, create_guard, drop_guard, guards_lifted

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ELSEWHERE = (
    "NOT EXISTS (SELECT 1 FROM unit u WHERE u.id = NEW.unit_id AND u.establishment_finess = NEW.establishment_finess)"
)
THERE = (("unit", "id = NEW.unit_id"),)
GUARDS = [
    Guard("guard_affiliation_unit_there", "affiliation", "INSERT", ELSEWHERE, holds=THERE),
    Guard("guard_request_unit_there", "request", "INSERT", f"NEW.unit_id IS NOT NULL AND {ELSEWHERE}", holds=THERE),
    Guard(
        "guard_request_unit_there_still",
        "request",
        "UPDATE",
        f"NEW.unit_id IS NOT NULL AND NEW.unit_id IS DISTINCT FROM OLD.unit_id AND {ELSEWHERE}",
        holds=THERE,
    ),
    Guard(
        "guard_unit_moves_empty",
        "unit",
        "UPDATE",
        "NEW.establishment_finess IS DISTINCT FROM OLD.establishment_finess"
        " AND (EXISTS (SELECT 1 FROM affiliation a WHERE a.unit_id = OLD.id AND a.ended_at IS NULL)"
        " OR EXISTS (SELECT 1 FROM request r WHERE r.unit_id = OLD.id AND r.status IN ('submitted', 'info_needed')))",
    ),
]
PINNED = {"affiliation": "fk_affiliation_unit", "request": "fk_request_unit"}


def upgrade() -> None:
    connection = op.get_bind()
    op.create_table(
        "favourite",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("finess", sa.String(length=9), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_favourite_account_id_account")),
        sa.ForeignKeyConstraint(["finess"], ["establishment.finess"], name=op.f("fk_favourite_finess_establishment")),
        sa.PrimaryKeyConstraint("account_id", "finess", name=op.f("pk_favourite")),
    )
    op.create_table(
        "structure_move",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("establishment_finess", sa.String(length=9), nullable=True),
        sa.Column("origin", sa.String(length=9), nullable=True),
        sa.Column("destination", sa.String(length=9), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_by_account_id", sa.Uuid(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_account_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(unit_id IS NULL) <> (establishment_finess IS NULL)", name=op.f("ck_structure_move_one_structure")
        ),
        sa.CheckConstraint("origin IS NULL OR origin <> destination", name=op.f("ck_structure_move_goes_elsewhere")),
        sa.CheckConstraint(
            "unit_id IS NULL OR origin IS NOT NULL", name=op.f("ck_structure_move_unit_had_an_establishment")
        ),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_structure_move_has_reason")),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_by_account_id IS NULL)", name=op.f("ck_structure_move_undone_by_somebody")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_structure_move_unit_id_unit")),
        sa.ForeignKeyConstraint(
            ["establishment_finess"],
            ["establishment.finess"],
            name=op.f("fk_structure_move_establishment_finess_establishment"),
        ),
        sa.ForeignKeyConstraint(
            ["moved_by_account_id"], ["account.id"], name=op.f("fk_structure_move_moved_by_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_account_id"], ["account.id"], name=op.f("fk_structure_move_undone_by_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_structure_move")),
    )
    op.create_index("ix_structure_move_at", "structure_move", ["at"])
    op.create_index(op.f("ix_structure_move_unit_id"), "structure_move", ["unit_id"])
    op.create_index(op.f("ix_structure_move_establishment_finess"), "structure_move", ["establishment_finess"])
    for table, former in PINNED.items():
        with guards_lifted(connection), op.batch_alter_table(table) as batch:
            batch.drop_constraint(former, type_="foreignkey")
            batch.create_foreign_key(f"fk_{table}_unit_id_unit", "unit", ["unit_id"], ["id"])
    for guard in GUARDS:
        create_guard(connection, guard)


def downgrade() -> None:
    """A unit that moved goes back where those who were attached to it were, for 0012 holds no other truth.

    With people attached to it in two establishments, the composite key refuses: there is no way down.
    """
    connection = op.get_bind()
    for guard in reversed(GUARDS):
        drop_guard(connection, guard.name, guard.table)
    for table in PINNED:
        op.execute(
            f"UPDATE unit SET establishment_finess = (SELECT max(x.establishment_finess) FROM {table} x"
            f" WHERE x.unit_id = unit.id) WHERE EXISTS (SELECT 1 FROM {table} x WHERE x.unit_id = unit.id"
            " AND x.establishment_finess <> unit.establishment_finess)"
        )
    for table, former in PINNED.items():
        with guards_lifted(connection), op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"fk_{table}_unit_id_unit", type_="foreignkey")
            batch.create_foreign_key(
                former, "unit", ["unit_id", "establishment_finess"], ["id", "establishment_finess"]
            )
    op.drop_table("structure_move")
    op.drop_table("favourite")
