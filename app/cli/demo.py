"""`flask demo`: the demonstration, for an empty database; the accounts, when it is there already."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from app.demo.loader import Held, load
from app.demo.stage import cast
from app.demo.tour import lines
from app.settings import current_settings

REAL_ACCOUNTS = "Cette base contient de vrais comptes\u00a0: la démonstration n’y est pas écrite."
THERE_ALREADY = "La démonstration est déjà là\u00a0: rien n’a été changé."


@click.command("demo")
@click.option(
    "--if-empty", is_flag=True, help="Ne rien faire, sans erreur, sur une base qui contient de vrais comptes."
)
@with_appcontext
def demo(if_empty: bool) -> None:
    """Remplit une base vide d’une petite région inventée et affiche ses comptes."""
    held = load()
    if held is Held.REAL_ACCOUNTS:
        if if_empty:
            return
        click.echo(REAL_ACCOUNTS, err=True)
        sys.exit(1)
    if held is Held.DEMONSTRATION:
        click.echo(THERE_ALREADY)
    emails = {key: character.email for key, character in cast().items()}
    for line in lines(emails, current_settings().public_url):
        click.echo(line)
