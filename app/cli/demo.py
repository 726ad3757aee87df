"""`flask demo`: the demonstration, for an empty database; the accounts, when it is there already."""

from __future__ import annotations

import sys
from typing import NoReturn

import click
from flask.cli import with_appcontext

from app import clock
from app.credentials.codes import code_at
from app.demo.loader import Held, cast_is_there, load
from app.demo.stage import cast
from app.demo.tour import TOTP_SECRET, lines
from app.settings import current_settings

REAL_ACCOUNTS = "Cette base contient de vrais comptes\u00a0: la démonstration n’y est pas écrite."
IN_PRODUCTION = "La démonstration ouvre des comptes au mot de passe public\u00a0: elle ne s’écrit pas en production."
THERE_ALREADY = "La démonstration est déjà là\u00a0: rien n’a été changé."


@click.command("demo")
@click.option(
    "--if-empty", is_flag=True, help="Ne rien faire, sans erreur, sur une base qui contient de vrais comptes."
)
@click.option("--code", is_flag=True, help="Afficher seulement le code de connexion des agents, en ce moment.")
@with_appcontext
def demo(if_empty: bool, code: bool) -> None:
    """Remplit une base vide d’une petite région inventée et affiche ses comptes."""
    if code:
        click.echo(code_at(TOTP_SECRET, clock.now()))
        return
    if current_settings().production:
        _refuse(IN_PRODUCTION)
    held = load()
    if held is Held.REAL_ACCOUNTS and not if_empty:
        _refuse(REAL_ACCOUNTS)
    if held is Held.REAL_ACCOUNTS and not cast_is_there():
        return
    if held is not Held.NOTHING:
        click.echo(THERE_ALREADY)
    emails = {key: character.email for key, character in cast().items()}
    for line in lines(emails, current_settings().public_url):
        click.echo(line)


def _refuse(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(1)
