"""The digest of the line that each row of a register came from: said again, it is not read again.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

DIGESTS = (
    ("legal_entity", "register_digest"),
    ("establishment", "register_digest"),
    ("establishment", "position_digest"),
    ("professional", "register_digest"),
)
OF_ENTITY = "name, long_name, legal_status_code, legal_status_label, siren, street, postcode, city, phone, created_on"
OF_ESTABLISHMENT = (
    "legal_entity_finess, name, long_name, category_code, category_label, category_group_label, siret, street,"
    " address_extra, postcode, city, commune_insee, departement, phone, opened_on, closed_on, register_updated_on,"
    " verified_at"
)
FORGETTING = (
    ("forget_line_of_legal_entity", "legal_entity", "register_digest", OF_ENTITY),
    ("forget_line_of_establishment", "establishment", "register_digest", OF_ESTABLISHMENT),
    ("forget_line_of_position", "establishment", "position_digest", "latitude, longitude"),
)
"""Trigger, table, digest, and the columns that the line gives or that decide what it may change. Whoever writes one of
these without a digest of its own is not the register: the next import compares the line again."""


def upgrade() -> None:
    for table, digest in DIGESTS:
        op.add_column(table, sa.Column(digest, sa.BigInteger(), nullable=True))
    for name, table, digest, columns in FORGETTING:
        for statement in statements(op.get_bind().dialect.name, name, table, digest, columns):
            op.execute(statement)


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for name, table, _, _ in FORGETTING:
        op.execute(f"DROP TRIGGER {name} ON {table}" if postgresql else f"DROP TRIGGER {name}")
        if postgresql:
            op.execute(f"DROP FUNCTION {name}()")
    for table, digest in reversed(DIGESTS):
        op.drop_column(table, digest)


def statements(dialect: str, name: str, table: str, digest: str, columns: str) -> list[str]:
    if dialect == "sqlite":
        trigger = (
            f"CREATE TRIGGER {name} AFTER UPDATE OF {columns} ON {table} FOR EACH ROW"
            f" WHEN NEW.{digest} IS NOT NULL AND NEW.{digest} IS OLD.{digest}"
            f" BEGIN UPDATE {table} SET {digest} = NULL WHERE finess = NEW.finess; END"
        )
        return [trigger]
    function = (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $forget$ BEGIN NEW.{digest} := NULL; RETURN NEW; END $forget$"
    )
    trigger = (
        f"CREATE TRIGGER {name} BEFORE UPDATE OF {columns} ON {table} FOR EACH ROW"
        f" WHEN (NEW.{digest} IS NOT NULL AND NEW.{digest} IS NOT DISTINCT FROM OLD.{digest})"
        f" EXECUTE FUNCTION {name}()"
    )
    return [function, trigger]
