"""`flask retention`: delete or pseudonymise what is not to be kept; the worker does it once a day."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from app.usecases.retention import apply_retention


@click.command("retention")
@click.option("--dry-run", is_flag=True, help="Compte ce qui est à faire, ne change rien.")
@with_appcontext
def retention(dry_run: bool) -> None:
    """Applique les durées de conservation et dit ce qui a été fait."""
    counts = apply_retention(dry_run=dry_run)
    width = max(len(label) for label in counts)
    click.echo("À faire (rien n’a été changé) :" if dry_run else "Fait :")
    for label, count in counts.items():
        click.echo(f"  {label:<{width}}  {count:>7}")
