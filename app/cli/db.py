"""`flask db …` (CONTRACT.md: `db upgrade`)."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app import db
from app.schema import downgrade_database, upgrade_database

db_group = AppGroup("db", help="Schéma de la base de données.")


@db_group.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Amène le schéma à REVISION (par défaut, la dernière)."""
    upgrade_database(db.engine(), revision)
    click.echo("Base de données à jour.")


@db_group.command("downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Ramène le schéma à REVISION."""
    downgrade_database(db.engine(), revision)
    click.echo(f"Base de données ramenée à {revision}.")
